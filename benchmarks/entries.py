"""Which positions zones should hear of: those of the moment, or those smoothed over five seconds that are known five seconds later.

python -m benchmarks.entries [--scenario D50] [--walks 12] [--json]

Simulated visitors walk through the made-up buildings of `benchmarks.positioning`, over zones: squares of 8 m and of 16 m on every
level. The machine of the zones hears of each second's position, and beside it of where the visitor truly is. `n` are the true enters;
`wrong` the share of enters whose visitor was not in the zone within 10 s of them, `missed` the share of true enters that nothing
was told of within 20 s; `delay_s` is how long after a true enter it was told, `off_s` how far the enter's event time is off: medians.
"""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID, uuid5

import numpy as np
import shapely

from beacons.core import tracking
from beacons.core.terrain import Terrain
from benchmarks.positioning.worlds import FLEET, LEVELS, SCENARIOS, SIDE_M, Scenario, Second, building, walk
from benchmarks.reporting import Result, report, tracked
from geo.position import Position
from notifications.core.sense import Sense, sensed
from notifications.core.visits import Entered, Watch, ZoneState, step_all
from notifications.core.zones import Zone, ZoneIndex, membership

SEED = 20_261_123
SECONDS = 600
SQUARES_M = (8.0, 16.0)
WRONG_BEYOND, MISSED_BEYOND = timedelta(seconds=10), timedelta(seconds=20)


@dataclass(frozen=True)
class Told:
    """An enter: of which zone, when it was by event time, and when it was told."""

    zone_id: UUID
    at: datetime
    told_at: datetime


@dataclass
class Listener:
    """The machine over all zones, and the enters that it has told of."""

    watched: Mapping[UUID, Watch]
    states: dict[UUID, ZoneState] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)

    def hear(self, senses: Mapping[UUID, Sense], at: datetime, now: datetime) -> None:
        self.states, events = step_all(self.states, senses, at, self.watched)
        self.told += [Told(zone_id, event.at, now) for zone_id, event in events if isinstance(event, Entered)]


@dataclass(frozen=True)
class Walked:
    """A walk: what the machine tells of the truth, of the live and of the smoothed positions, and which zones it was in when."""

    told: Mapping[str, Sequence[Told]]
    inside: Mapping[UUID, Sequence[datetime]]


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", choices=SCENARIOS, default="D50")
    parser.add_argument("--walks", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = list(compared(options.scenario, options.walks))
    report(results, seed=SEED, packages=("numpy", "numba", "shapely"), as_json=options.json)


def compared(name: str, walks: int) -> Iterator[Result]:
    """Yield the figures of the live and of the smoothed positions, over squares of each size."""
    for side_m in SQUARES_M:
        walked = [_walked(SCENARIOS[name], side_m, number) for number in tracked(range(walks), f"{name}, {side_m:g} m")]
        for op in ("live", "smoothed"):
            yield Result("dalil", op, *figures_of(walked, op), {"scenario": name, "side_m": f"{side_m:g}"})


def figures_of(walks: Sequence[Walked], op: str) -> tuple[int, dict[str, float]]:
    """Return the number of true enters, and what was told of them."""
    due = [(walk, true) for walk in walks for true in walk.told["true"]]
    told = [(walk, each) for walk in walks for each in walk.told[op]]
    found = [(true, _nearest(walk.told[op], true)) for walk, true in due]
    right = [(true, each) for true, each in found if each is not None]
    wrong = sum(not _was_there(walk, each) for walk, each in told)
    return len(due), {
        "wrong": round(wrong / max(1, len(told)), 4),
        "missed": round(1 - len(right) / max(1, len(due)), 4),
        "delay_s": median((each.told_at - true.at).total_seconds() for true, each in right),
        "off_s": median(abs((each.at - true.at).total_seconds()) for true, each in right),
    }


def _walked(scenario: Scenario, side_m: float, number: int) -> Walked:
    rng = np.random.default_rng((SEED, number))
    terrain = building(scenario, rng)
    zones = list(_squares(terrain, side_m, rng))
    index, watched = ZoneIndex(zones), {zone.id: Watch() for zone in zones}
    listeners = {op: Listener(watched) for op in ("true", "live", "smoothed")}
    inside: dict[UUID, list[datetime]] = {zone.id: [] for zone in zones}
    track = None
    for second in walk(terrain, scenario, SECONDS, rng):
        here = [zone.id for zone in zones if _is_in(zone, second, terrain)]
        for zone_id in here:
            inside[zone_id].append(second.at)
        listeners["true"].hear(dict.fromkeys(here, Sense.IN), second.at, second.at)
        track = tracking.follow(terrain, track, second.sightings)
        if track is None:
            continue
        for op, position in (
            ("live", tracking.position(terrain, track)),
            ("smoothed", tracking.smoothed(terrain, track)),
        ):
            if position is not None:
                listeners[op].hear(_senses(index, position), position.at, second.at)
    return Walked({op: listener.told for op, listener in listeners.items()}, inside)


def _senses(index: ZoneIndex, position: Position) -> dict[UUID, Sense]:
    return {zone_id: sensed(probability) for zone_id, probability in membership(index, position).items()}


def _squares(terrain: Terrain, side_m: float, rng: np.random.Generator) -> Iterator[Zone]:
    """Yield squares that lie over every level, from a corner drawn anew for each building."""
    west_m, south_m = rng.uniform(-side_m, 0, 2)
    for level in range(LEVELS):
        for x_m in np.arange(west_m, SIDE_M, side_m):
            for y_m in np.arange(south_m, SIDE_M, side_m):
                shape = shapely.box(x_m, y_m, x_m + side_m, y_m + side_m)
                yield Zone(uuid5(FLEET, f"{level} {x_m} {y_m}"), shape, frozenset({terrain.cells.level_ids[level]}))


def _is_in(zone: Zone, second: Second, terrain: Terrain) -> bool:
    """Return whether the walker is in the zone. Who is on the stairs is on the nearer level."""
    level_id = terrain.cells.level_ids[round(second.walker.ordinal)]
    return level_id in zone.level_ids and bool(shapely.contains_xy(zone.shape_m, second.walker.x_m, second.walker.y_m))


def _nearest(told: Sequence[Told], true: Told) -> Told | None:
    """Return what was told of an enter: the one of the zone whose event time is nearest, if it is near."""
    near = [each for each in told if each.zone_id == true.zone_id and abs(each.at - true.at) <= MISSED_BEYOND]
    return min(near, key=lambda each: abs(each.at - true.at), default=None)


def _was_there(walk: Walked, told: Told) -> bool:
    return any(abs(at - told.at) <= WRONG_BEYOND for at in walk.inside[told.zone_id])


if __name__ == "__main__":
    main()
