"""What each event changes of the record of a visit, and which are news."""

from dataclasses import replace
from datetime import time
from uuid import UUID

import pytest

from notifications.core.records import Record, written
from notifications.core.visits import (
    AREA,
    PROXIMITY,
    Dwelt,
    Entered,
    Left,
    LeftBecause,
    Pace,
    Reopened,
    Struck,
    ZoneEvent,
)
from tests.notifications.places import after

OLD, NEW = UUID(int=1), UUID(int=2)
OPEN = Record(OLD, after(0), after(30), dwell_s=20.0, scheduled_to=after(10))
LEFT = replace(OPEN, left_at=after(40), because=LeftBecause.EXIT)
AGAIN = replace(OPEN, resumed_at=after(50))


def after_event(newest: Record | None, event: ZoneEvent, pace: Pace = AREA) -> tuple[Record | None, bool]:
    return written(newest, event, fix_at=after(200), pace=pace, new_id=NEW)


def test_the_first_enter_begins_a_record() -> None:
    assert after_event(None, Entered(after(5))) == (Record(NEW, after(5), after(200)), True)


@pytest.mark.parametrize("event", [Entered(after(50)), Reopened(after(50))])
def test_who_is_inside_already_enters_no_second_time(event: ZoneEvent) -> None:
    assert after_event(OPEN, event) == (OPEN, False)


@pytest.mark.parametrize(
    ("event", "pace", "resumed_s"),
    [
        (Entered(after(160)), AREA, 160),
        (Reopened(after(500)), AREA, 500),
        (Entered(after(39)), PROXIMITY, 40),  # told too late by another device: before the end that is known
    ],
)
def test_a_record_goes_on_where_the_visit_does(event: ZoneEvent, pace: Pace, resumed_s: float) -> None:
    goes_on = replace(LEFT, left_at=None, because=None, last_fix_at=after(200), resumed_at=after(resumed_s))

    assert after_event(LEFT, event, pace) == (goes_on, False)


@pytest.mark.parametrize(("seconds", "pace"), [(160.1, AREA), (40.1, PROXIMITY)])
def test_another_visit_is_another_record(seconds: float, pace: Pace) -> None:
    assert after_event(LEFT, Entered(after(seconds)), pace) == (Record(NEW, after(seconds), after(200)), True)


def test_each_dwell_strike_and_end_is_news_once() -> None:
    end = Left(after(60), LeftBecause.EXIT, 25.0)

    assert after_event(OPEN, Dwelt(after(31), 21.0)) == (replace(OPEN, dwell_s=21.0), True)
    assert after_event(OPEN, Struck(after(11), time(12))) == (replace(OPEN, scheduled_to=after(11)), True)
    closed = replace(OPEN, left_at=after(60), because=LeftBecause.EXIT, dwell_s=25.0)
    assert after_event(OPEN, end) == (closed, True)
    assert after_event(OPEN, replace(end, dwell_s=19.0)) == (replace(closed, dwell_s=20.0), True)


@pytest.mark.parametrize(
    ("newest", "event"),
    [
        (OPEN, Dwelt(after(29), 20.0)),
        (OPEN, Struck(after(10), time(12))),
        (LEFT, Left(after(41), LeftBecause.LOST, 30.0)),
        (AGAIN, Left(after(50), LeftBecause.EXIT, 30.0)),  # the end after which it went on
        (OPEN, Left(after(-1), LeftBecause.LOST, 30.0)),  # of the visit before
        (OPEN, Dwelt(after(-1), 30.0)),
    ],
)
def test_what_was_told_before_is_no_news(newest: Record, event: ZoneEvent) -> None:
    assert after_event(newest, event) == (newest, False)


@pytest.mark.parametrize(
    "event", [Dwelt(after(1), 1.0), Struck(after(1), time(12)), Left(after(1), LeftBecause.EXIT, 1.0)]
)
def test_of_who_never_entered_nothing_is_written(event: ZoneEvent) -> None:
    assert after_event(None, event) == (None, False)
