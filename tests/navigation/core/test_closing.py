"""What closing a feature takes out of the graph."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from navigation.core.timing.closing import Closing, rules_of
from navigation.core.timing.passages import Passages
from navigation.core.timing.timetable import SPAN_MS
from tests.navigation.core import small_map as here
from tests.navigation.core.hand_graph import FLIGHT, NODE, RIDE, hand_graph

PASSAGES = Passages(hand_graph())
BEGIN = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ways(edges: object) -> set[tuple[str, str]]:
    """Return the names of both ends of each edge."""
    names = {number: name for name, number in NODE.items()}
    graph = PASSAGES.graph
    return {(names[int(graph.tail[edge])], names[int(graph.head[edge])]) for edge in edges}  # type: ignore[attr-defined]  # an array


def closing(
    *feature_ids: UUID, begin: datetime = BEGIN, end: datetime | None = None, level: UUID | None = None
) -> Closing:
    return Closing(UUID(int=1), frozenset(feature_ids), level, begin, end)


def test_a_door_or_a_flight_of_stairs_is_closed_both_ways():
    assert ways(PASSAGES.of(here.GATE)) == {("gate", "gate inside"), ("gate inside", "gate")}
    assert ways(PASSAGES.of(FLIGHT)) == {("stairs", "stairs below"), ("stairs below", "stairs")}


def test_a_unit_is_closed_to_those_who_come_in_and_lets_everybody_out():
    assert ways(PASSAGES.of(here.STREET)) == {("gate inside", "gate")}
    assert ("lift below", "lift") in ways(PASSAGES.of(here.LIFT))
    assert ("lift", "lift below") not in ways(PASSAGES.of(here.LIFT))


def test_a_unit_that_one_feature_alone_leads_into_is_a_dead_end():
    assert PASSAGES.is_dead_end(here.STREET)
    assert not PASSAGES.is_dead_end(here.HALL)


def test_a_lift_is_closed_on_the_level_that_is_named():
    assert len(PASSAGES.of(RIDE, here.GROUND)) == len(PASSAGES.of(RIDE)) == 2
    assert len(PASSAGES.of(RIDE, here.STREET_LEVEL)) == 0
    assert len(PASSAGES.of(RIDE, UUID(int=9))) == 0


def test_what_the_graph_has_not_closes_nothing():
    assert len(PASSAGES.of(UUID(int=9))) == 0


@pytest.mark.parametrize(
    ("begin", "end", "open_ms"),
    [
        (BEGIN - HOUR, None, ()),
        (BEGIN + HOUR, None, ((0, 3_600_000),)),
        (BEGIN - HOUR, BEGIN + HOUR, ((3_600_000, SPAN_MS),)),
        (BEGIN - 2 * HOUR, BEGIN - HOUR, ((0, SPAN_MS),)),
        (BEGIN + 90 * HOUR, BEGIN + 91 * HOUR, ((0, SPAN_MS),)),
    ],
)
def test_a_period_becomes_a_rule_of_the_table(begin: datetime, end: datetime | None, open_ms: object):
    [rule] = rules_of([closing(RIDE, begin=begin, end=end)], PASSAGES, BEGIN)
    assert rule.open_ms == open_ms


def test_a_closure_holds_from_its_beginning_until_just_before_its_end():
    period = closing(RIDE, begin=BEGIN, end=BEGIN + HOUR)
    assert period.holds_between(BEGIN, BEGIN)
    assert not period.holds_between(BEGIN + HOUR, BEGIN + 2 * HOUR)
    assert period.holds_between(BEGIN - HOUR, BEGIN)
    assert not period.holds_between(BEGIN - HOUR, BEGIN - HOUR / 2)
