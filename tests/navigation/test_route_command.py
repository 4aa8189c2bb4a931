"""`manage.py route`: steps on the screen, the API's answer as JSON, a drawing of the route."""

import builtins
import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.venues.small_map import id_of
from venues.models import Venue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]

ENDS = str(id_of("cafe")), str(id_of("museum room"))


def route(*args: str) -> str:
    out = StringIO()
    call_command("route", "small", *ENDS, *args, stdout=out)
    return out.getvalue()


def test_the_json_is_the_answer_of_the_api(released: Venue) -> None:
    answer = json.loads(route("--json").splitlines()[-1])
    steps = [step for leg in answer["routes"][0]["legs"] for step in leg["steps"]]
    assert steps[0]["maneuver"]["type"] == "depart"
    assert steps[-1]["maneuver"]["type"] == "arrive"
    assert all(step["instruction"] and step["spoken"] for step in steps)


def test_the_steps_are_printed(released: Venue, capsys: pytest.CaptureFixture[str]) -> None:
    route("--profile", "wheelchair", "--language", "fr")
    printed = capsys.readouterr().out
    assert "take_lift" in printed
    assert "ascenseur" in printed


@pytest.mark.parametrize(("suffix", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_route_is_drawn_in_the_format_of_the_suffix(
    released: Venue, tmp_path: Path, suffix: str, begins: bytes
) -> None:
    path = tmp_path / f"route.{suffix}"
    route("--plot", str(path))
    assert path.read_bytes().startswith(begins)


def test_a_format_that_nobody_draws_is_refused_by_name(released: Venue, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"\.png, \.svg, \.pdf"):
        route("--plot", str(tmp_path / "route.gif"))


def test_who_lacks_matplotlib_is_told_how_to_get_it(
    released: Venue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_matplotlib(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ModuleNotFoundError(f"No module named {name!r}", name="matplotlib")
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "navigation.management.route_plot", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_matplotlib)
    with pytest.raises(CommandError, match="pip install matplotlib"):
        route("--plot", str(tmp_path / "route.png"))
