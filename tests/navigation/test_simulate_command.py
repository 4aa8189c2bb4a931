"""`manage.py simulate_visitor`: what nobody can behave like is refused in a sentence."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize(
    ("option", "value"),
    [("speed", "0"), ("speed", "nan"), ("speed", "inf"), ("seed", "-1"), ("duplicate", "1.5"), ("reorder", "nan")],
)
def test_an_option_that_cannot_be_is_named(option: str, value: str) -> None:
    with pytest.raises(CommandError, match=f"--{option}"):
        call_command("simulate_visitor", "msheireb", "--from=a", "--to=b", f"--{option}={value}")
