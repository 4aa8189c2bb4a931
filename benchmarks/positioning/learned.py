"""What a day's traffic teaches: visitors walk, the filter follows them, and from where it was sure the fields are fitted.

24 simulated hours: one visitor at a time, 360 walks of four minutes, each with a phone of its own, through one building. The
truth is used for nothing but the errors of other walks, of other visitors, that come after.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import numpy as np

from beacons.core import tracking
from beacons.core.learning.learning import Outcome, learn
from beacons.core.learning.placing import followed
from beacons.core.learning.walks import SECOND, Walk
from beacons.core.simulator import World
from beacons.core.terrain import Terrain
from benchmarks.positioning import goals
from benchmarks.positioning.figures import Fix, figures_of
from benchmarks.positioning.learned_plot import plot_learned
from benchmarks.positioning.worlds import SCENARIOS, Scenario, Second, building, placements, walk_in
from benchmarks.reporting import Result
from geo.position import Position

SECONDS, WARM_UP_S = 240, 5
DAY_WALKS = round(timedelta(hours=24) / timedelta(seconds=SECONDS))
JUDGED_WALKS = 12
ORIGIN = (0.0, 0.0)


def results(name: str, seed: int, seeds: int, walks: int, plots: Path | None) -> Iterator[Result]:
    """Yield errors before and after so many walks have taught: live, and with the filter's lag; then the goals."""
    rows = list(_measured(name, seed, seeds, walks, plots))
    yield from rows
    yield from goals.of_traffic(name, walks, rows)


def _measured(name: str, seed: int, seeds: int, walks: int, plots: Path | None) -> Iterator[Result]:
    scenario = SCENARIOS[name]
    before: dict[str, list[Fix]] = {"live": [], "lag": []}
    after: dict[str, list[Fix]] = {"live": [], "lag": []}
    better = 0
    for number in range(seeds):
        rng = np.random.default_rng((seed, 24, number))
        terrain = building(scenario, rng)
        world = World.draw(placements(terrain.ether.deployment), scenario.air, 0.0, rng)
        tracking.warm_up(terrain)
        outcome = _after_traffic(terrain, world, scenario, walks, rng)
        better += outcome.verdict.is_better
        judged = [list(walk_in(terrain, _phone(world, scenario, rng), SECONDS, rng)) for _ in range(JUDGED_WALKS)]
        taught = outcome.table.over(terrain, ORIGIN) if outcome.table else terrain
        for each, own in ((terrain, before), (taught, after)):
            for walked in judged:
                heard = [one for second in walked for one in second.sightings]
                own["live"] += _errors(each, _live(each, walked), walked)
                own["lag"] += _errors(each, followed(each, heard), walked)
        if plots is not None and number == 0:
            plot_learned(plots / f"{name}-learned.png", terrain, taught, world, _both(before["live"], after["live"]))
    due = seeds * JUDGED_WALKS * (SECONDS - WARM_UP_S)
    labels = {"scenario": name, "walks": str(walks)}
    for op, fixes in before.items():
        yield Result("dalil", f"law_{op}", due, figures_of(fixes, due), labels)
    for op, fixes in after.items():
        yield Result("dalil", f"learned_{op}", due, figures_of(fixes, due) | {"published": better / seeds}, labels)


def _after_traffic(terrain: Terrain, world: World, scenario: Scenario, walks: int, rng: np.random.Generator) -> Outcome:
    """Return what a night learns of what visitors' phones heard, and nothing else of them."""
    traffic = []
    for number in range(walks):
        walked = walk_in(terrain, _phone(world, scenario, rng), SECONDS, rng)
        heard = [one for second in walked for one in second.sightings]
        traffic.append(Walk(UUID(int=number), f"visitor {number}", heard))
    return learn(terrain, terrain, ORIGIN, traffic)


def _phone(world: World, scenario: Scenario, rng: np.random.Generator) -> World:
    return replace(world, phone_offset_db=float(rng.normal(0, scenario.phone_spread_db)))


def _live(terrain: Terrain, walked: Sequence[Second]) -> list[Position]:
    found = []
    track: tracking.Track | None = None
    for second in walked:
        track = tracking.follow(terrain, track, second.sightings)
        if track is not None:
            found.append(tracking.position(terrain, track))
    return found


def _errors(terrain: Terrain, positions: Sequence[Position], walked: Sequence[Second]) -> list[Fix]:
    """Return the positions against the truth at their own instants."""
    fixes = []
    for position in positions:
        second = round((position.at - walked[0].at) / SECOND)
        if second >= WARM_UP_S:
            walker = walked[second].walker
            level = terrain.cells.level_ids.index(position.point.level_id)
            error_m = float(np.hypot(position.point.x_m - walker.x_m, position.point.y_m - walker.y_m))
            fixes.append(
                Fix(error_m, abs(level - walker.ordinal), position.accuracy_m, position.accuracy_95_m, position.status)
            )
    return fixes


def _both(before: Sequence[Fix], after: Sequence[Fix]) -> dict[str, list[float]]:
    return {"law alone": [fix.error_m for fix in before], "learned": [fix.error_m for fix in after]}
