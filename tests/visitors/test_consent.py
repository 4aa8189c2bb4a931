"""The consent ledger."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from visitors.core.consent import LedgerLine, Purpose, changes, consent_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
lines = st.builds(LedgerLine, st.sampled_from(Purpose), st.booleans(), st.just(NOW))
wishes = st.dictionaries(st.sampled_from(Purpose), st.booleans())


def test_absence_means_no() -> None:
    assert consent_of([]) == dict.fromkeys(Purpose, False)


def test_the_newest_line_of_a_purpose_counts() -> None:
    ledger = [LedgerLine(Purpose.MARKETING, True, NOW), LedgerLine(Purpose.MARKETING, False, NOW)]
    assert consent_of(ledger)[Purpose.MARKETING] is False


@given(ledger=st.lists(lines), wanted=wishes)
def test_the_changes_lead_to_what_was_wanted_and_touch_nothing_else(
    ledger: list[LedgerLine], wanted: dict[Purpose, bool]
) -> None:
    before = consent_of(ledger)
    assert consent_of([*ledger, *changes(before, wanted, NOW)]) == {**before, **wanted}


@given(ledger=st.lists(lines))
def test_wanting_what_stands_adds_no_line(ledger: list[LedgerLine]) -> None:
    standing = consent_of(ledger)
    assert changes(standing, standing, NOW) == []
