"""What the bench of enters calls wrong, missed and late."""

from datetime import timedelta
from uuid import UUID

from benchmarks.entries import Told, Walked, figures_of
from benchmarks.positioning.worlds import T0

SHOP, CAFE = UUID(int=1), UUID(int=2)


def at(zone_id: UUID, seconds: float, told_s: float | None = None) -> Told:
    return Told(zone_id, T0 + timedelta(seconds=seconds), T0 + timedelta(seconds=seconds if told_s is None else told_s))


def test_an_enter_is_wrong_where_nobody_was_and_missed_where_nothing_was_told_of_it() -> None:
    inside = {SHOP: [T0 + timedelta(seconds=second) for second in range(100, 160)], CAFE: []}
    told = {"true": [at(SHOP, 100), at(SHOP, 400)], "live": [at(SHOP, 102, 106), at(CAFE, 130), at(SHOP, 300)]}
    count, figures = figures_of([Walked(told, inside)], "live")
    assert count == 2
    assert figures == {"wrong": 0.6667, "missed": 0.5, "delay_s": 6.0, "off_s": 2.0}
