"""Walks through made-up buildings: the filter beside what everybody tries first, on the same sightings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from beacons.core import filter as bayes
from beacons.core import tracking
from beacons.core.deployment import Deployment
from beacons.core.hearing import Offset, Scan
from beacons.core.simulator import Air, Walker, World
from beacons.core.summary import summarised
from beacons.core.terrain import Terrain
from benchmarks.positioning.baselines import Kalman, Particles, centroid, irls
from benchmarks.positioning.bound import least_rmse_m
from benchmarks.positioning.figures import Fix, figures_of
from benchmarks.positioning.plots import plot_errors, plot_track
from benchmarks.positioning.worlds import (
    LEVELS,
    SCENARIOS,
    SIDE_M,
    Scenario,
    Second,
    building,
    placements,
    walk,
    walkable,
)
from benchmarks.reporting import Result

Floats = NDArray[np.float64]

SECONDS = 240
STRONGEST = 8  # for the baselines: with all that are heard each of them errs more
WARM_UP_S = 5  # of a walk: the baselines have nothing yet to filter
CHANGE_S = 10
SNAPSHOT_PLACES = 300
# White noise alone, of POSITIONING.md's "sigma 4 dB".
WHITE = Air(fast_db=4.0, static_db=0.0, body_db=0.0, power_error_db=0.0, placement_error_m=0.0, packet_loss=0.0)


@dataclass
class Kept:
    """The fixes of one method over all walks, where they were, and what they cost."""

    fixes: list[Fix] = field(default_factory=list)
    places_m: list[tuple[float, float]] = field(default_factory=list)
    cpu_s: float = 0.0


Method = Callable[[Second], Fix | None]


def results(name: str, seed: int, seeds: int, plots: Path | None) -> Iterator[Result]:
    """Yield the rows of a scenario: every method on the walks, the level, and a snapshot against the bound."""
    scenario = SCENARIOS[name]
    kept: dict[str, Kept] = {}
    near_change: list[Fix] = []
    in_hall: list[Fix] = []
    for number in range(seeds):
        rng = np.random.default_rng((seed, number))
        terrain = building(scenario, rng)
        seconds = list(walk(terrain, scenario, SECONDS, rng))
        _warmed(terrain)
        for engine, method in _methods(terrain, rng).items():
            own = kept.setdefault(engine, Kept())
            fixes = list(_followed(method, seconds, own))
            if engine == "dalil":
                near_change += [
                    fix for fix, second in zip(fixes, seconds, strict=True) if fix and _changed(second, seconds)
                ]
                in_hall += [fix for fix, second in zip(fixes, seconds, strict=True) if fix and second.in_hall]
        if plots is not None and number == 0:
            plot_track(plots / f"{name}-track.png", terrain, seconds, kept["dalil"].places_m)
    due = seeds * (SECONDS - WARM_UP_S)
    labels = {"scenario": name}
    for engine, own in kept.items():
        yield Result(engine, "live", due, figures_of(own.fixes, due, own.cpu_s), labels)
    for op, some in (("live_after_change", near_change), ("live_in_hall", in_hall)):
        if some:
            yield Result("dalil", op, len(some), figures_of(some, len(some)), labels)
    yield from snapshots(name, scenario, seed)
    if plots is not None:
        plot_errors(
            plots / f"{name}-errors.png", {engine: [fix.error_m for fix in own.fixes] for engine, own in kept.items()}
        )


def snapshots(name: str, scenario: Scenario, seed: int) -> Iterator[Result]:
    """Yield single scans of one level under white noise alone, and how many times the bound their RMSE is."""
    rng = np.random.default_rng(seed)
    terrain = building(Scenario(scenario.beacon_every_m2, WHITE, 0.0), rng)
    deployment = terrain.ether.deployment
    ground = deployment.level == 0
    own = placements(deployment)
    world = World.draw(own, WHITE, 0.0, rng)
    everywhere = np.flatnonzero(terrain.cells.level == 0).astype(np.int32)
    bounds, ours, theirs = [], [], []
    for _ in range(SNAPSHOT_PLACES):
        cell = int(rng.choice(everywhere))
        place_m = np.array([terrain.cells.x_m[cell], terrain.cells.y_m[cell]]) + rng.uniform(-0.7, 0.7, 2)
        heard = [
            (i, dbm)
            for i, dbm in world.hear(Walker(float(place_m[0]), float(place_m[1]), 0.0, 0, 0.0), rng)
            if ground[i]
        ]
        index, dbm = np.array([i for i, _ in heard], np.int32), np.array([dbm for _, dbm in heard])
        scan = Scan(index, dbm, np.ones(len(index)))
        found = summarised(bayes.found(everywhere, terrain.cells, terrain.ether, scan, Offset()))
        one_level = type(own)(*(column[ground] for column in vars(own).values()))
        bounds.append(least_rmse_m(place_m, one_level, WHITE, offset_db=scenario.phone_spread_db))
        ours.append(float(np.hypot(*(place_m - (found.x_m, found.y_m)))))
        own_m = centroid(_places(deployment, index[:STRONGEST]), dbm[:STRONGEST])
        theirs.append(float(np.hypot(*(own_m - place_m))))
    bound_m = float(np.sqrt(np.mean(np.square(bounds))))
    for engine, errors_m in (("dalil", ours), ("centroid", theirs)):
        figures = figures_of([Fix(error_m) for error_m in errors_m], len(errors_m))
        figures |= {"bound_m": round(bound_m, 3), "times_bound": round(figures["rmse_m"] / bound_m, 3)}
        yield Result(engine, "snapshot_white", len(errors_m), figures, {"scenario": name})


def _methods(terrain: Terrain, rng: np.random.Generator) -> dict[str, Method]:
    deployment = terrain.ether.deployment
    kalman, particles = Kalman(), Particles(walkable, rng)
    return {
        "dalil": _Dalil(terrain),
        "centroid": _Plain(deployment, centroid),
        "irls": _Plain(deployment, irls),
        "irls+kalman": _Plain(deployment, lambda places_m, dbm: kalman.step(irls(places_m, dbm))),
        "particles": _Plain(deployment, particles.step),
    }


class _Dalil:
    """The engine, as the service calls it."""

    def __init__(self, terrain: Terrain) -> None:
        self._terrain = terrain
        self._track: tracking.Track | None = None

    def __call__(self, second: Second) -> Fix | None:
        self._track = tracking.follow(self._terrain, self._track, second.sightings)
        if self._track is None:
            return None
        position = tracking.position(self._terrain, self._track)
        level = self._terrain.cells.level_ids.index(position.point.level_id)
        place_m = np.array([position.point.x_m, position.point.y_m])
        return _fix(second, place_m, level, position.accuracy_m, position.accuracy_95_m)


class _Plain:
    """A method on the beacons of the level that is heard loudest."""

    def __init__(self, deployment: Deployment, place: Callable[[Floats, Floats], Floats]) -> None:
        self._deployment, self._place = deployment, place

    def __call__(self, second: Second) -> Fix | None:
        found = [(self._deployment.index_of(one.identity, None), one.rssi_dbm) for one in second.sightings]
        if not found:
            return None
        index, dbm = np.array([i for i, _ in found], np.intp), np.array([dbm for _, dbm in found])
        amplitude = np.bincount(self._deployment.level[index], weights=10 ** (dbm / 20), minlength=LEVELS)
        level = int(amplitude.argmax())
        own = np.flatnonzero(self._deployment.level[index] == level)[:STRONGEST]
        return _fix(second, self._place(_places(self._deployment, index[own]), dbm[own]), level)


def _fix(second: Second, place_m: Floats, level: int, accuracy_m: float = 0.0, accuracy_95_m: float = 0.0) -> Fix:
    walker = second.walker
    error_m = float(np.hypot(place_m[0] - walker.x_m, place_m[1] - walker.y_m))
    return Fix(
        error_m, abs(level - walker.ordinal), accuracy_m, accuracy_95_m, place_m=(float(place_m[0]), float(place_m[1]))
    )


def _followed(method: Method, seconds: Sequence[Second], kept: Kept) -> Iterator[Fix | None]:
    for number, second in enumerate(seconds):
        began = process_time()
        fix = method(second)
        spent_s = process_time() - began
        if fix is not None and number >= WARM_UP_S:
            kept.fixes.append(fix)
            kept.places_m.append(fix.place_m)
            kept.cpu_s += spent_s
        yield fix if number >= WARM_UP_S else None


def _changed(second: Second, seconds: Sequence[Second]) -> bool:
    """Return whether the level changed within the last seconds."""
    number = seconds.index(second)
    recent = seconds[max(0, number - CHANGE_S) : number]
    return any(each.walker.ordinal != second.walker.ordinal for each in recent)


def _places(deployment: Deployment, index: NDArray[np.integer]) -> Floats:
    return np.column_stack([deployment.x_m[index], deployment.y_m[index]])


def _warmed(terrain: Terrain) -> None:
    """Compile kernels before anything is timed."""
    tracking.warm_up(terrain)
    assert len(terrain.cells) < SIDE_M**2 * LEVELS
