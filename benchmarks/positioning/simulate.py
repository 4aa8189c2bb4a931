"""Walks through made-up buildings: the filter beside what everybody tries first, on the same sightings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from beacons.core import tracking
from beacons.core.deployment import Deployment
from beacons.core.sighting import Sighting
from beacons.core.simulator import Walker, World
from beacons.core.terrain import Terrain
from benchmarks.positioning import goals, snapshots
from benchmarks.positioning.baselines import Fingerprints, Kalman, Particles, irls, strongest_centroid
from benchmarks.positioning.figures import Fix, figures_of
from benchmarks.positioning.plots import plot_errors, plot_track
from benchmarks.positioning.worlds import (
    LEVELS,
    SCENARIOS,
    SIDE_M,
    T0,
    Scenario,
    Second,
    building,
    drawn,
    walk_in,
    walkable,
)
from benchmarks.reporting import Result
from geo.position import Position

Floats = NDArray[np.float64]

SECONDS = 240
WARM_UP_S = 5  # of a walk: the baselines have nothing yet to filter
CHANGE_S = 10
# Fingerprints are surveyed in every so many cells, facing two ways, by a phone that reads as the registry says.
SURVEYED_EVERY = 4


@dataclass
class Kept:
    """The fixes of one method over all walks, where they were, and what they cost."""

    fixes: list[Fix] = field(default_factory=list)
    places_m: list[tuple[float, float]] = field(default_factory=list)
    cpu_s: float = 0.0


Method = Callable[[Second], Fix | None]


def results(name: str, seed: int, seeds: int, plots: Path | None) -> Iterator[Result]:
    """Yield the rows of a scenario: every method on the walks, the level, single scans against the bound; then the goals."""
    rows = list(_measured(name, seed, seeds, plots))
    yield from rows
    yield from goals.of_scenario(name, rows)


def _measured(name: str, seed: int, seeds: int, plots: Path | None) -> Iterator[Result]:
    scenario = SCENARIOS[name]
    kept: dict[str, Kept] = {}
    lagged: list[Fix] = []
    near_change: list[Fix] = []
    in_hall: list[Fix] = []
    for number in range(seeds):
        rng = np.random.default_rng((seed, number))
        terrain = building(scenario, rng)
        world = drawn(terrain, scenario, rng)
        seconds = list(walk_in(terrain, world, SECONDS, rng, stops=scenario.stops))
        warmed(terrain)
        methods = methods_in(terrain, scenario, rng) | {"wknn": _surveyed(terrain, world, rng)}
        for engine, method in methods.items():
            own = kept.setdefault(engine, Kept())
            fixes = list(followed(method, seconds, own))
            if engine == "dalil":
                lagged += _lagged(method, seconds)
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
    yield Result("dalil", "lag", due, figures_of(lagged, due), labels)
    for op, some in (("live_after_change", near_change), ("live_in_hall", in_hall)):
        if some:
            yield Result("dalil", op, len(some), figures_of(some, len(some)), labels)
    yield from snapshots.results(name, scenario.beacon_every_m2, seed)
    if plots is not None:
        plot_errors(
            plots / f"{name}-errors.png", {engine: [fix.error_m for fix in own.fixes] for engine, own in kept.items()}
        )


def methods_in(terrain: Terrain, scenario: Scenario, rng: np.random.Generator) -> dict[str, Method]:
    """Return the methods that are told what the registry has, for one walk. Only ours waits for the batches of a scenario."""
    deployment = terrain.ether.deployment
    kalman, particles = Kalman(), Particles(walkable, rng)
    return {
        "dalil": _Dalil(terrain, scenario.batch_s),
        "centroid": _Plain(deployment, strongest_centroid),
        "irls": _Plain(deployment, irls),
        "irls+kalman": _Plain(deployment, lambda places_m, dbm: kalman.step(irls(places_m, dbm))),
        "particles": _Plain(deployment, particles.step),
    }


class _Dalil:
    """The engine, as the service calls it, batch by batch; in between the fix of the last one stands."""

    def __init__(self, terrain: Terrain, batch_s: int) -> None:
        self._terrain, self._batch_s = terrain, batch_s
        self._waiting: list[Sighting] = []
        self._track: tracking.Track | None = None
        self.smoothed: list[Position] = []

    def __call__(self, second: Second) -> Fix | None:
        self._waiting += second.sightings
        if round((second.at - T0).total_seconds()) % self._batch_s == self._batch_s - 1:
            self._track = tracking.follow(self._terrain, self._track, self._waiting)
            self._waiting = []
            if self._track is not None and (settled := tracking.smoothed(self._terrain, self._track)) is not None:
                self.smoothed.append(settled)
        if self._track is None:
            return None
        return self.fix(second, tracking.position(self._terrain, self._track))

    def fix(self, second: Second, position: Position) -> Fix:
        level = self._terrain.cells.level_ids.index(position.point.level_id)
        place_m = np.array([position.point.x_m, position.point.y_m])
        found = _fix(second, place_m, level, position.accuracy_m, position.accuracy_95_m)
        return replace(found, is_fresh=position.at == second.at)


def _lagged(method: Method, seconds: Sequence[Second]) -> list[Fix]:
    """Return the smoothed positions against where the walker was at their instants."""
    assert isinstance(method, _Dalil)
    at = {second.at: second for second in seconds[WARM_UP_S:]}
    return [method.fix(at[one.at], one) for one in method.smoothed if one.at in at]


class _Surveyed:
    """Fingerprints of a survey of the same building: they are given more than the others."""

    def __init__(self, terrain: Terrain, known: Fingerprints) -> None:
        self._deployment, self._known = terrain.ether.deployment, known

    def __call__(self, second: Second) -> Fix | None:
        scan_dbm = np.full(len(self._deployment), np.nan)
        for one in second.sightings:
            scan_dbm[self._deployment.index_of(one.identity, None)] = one.rssi_dbm
        if np.isnan(scan_dbm).all():
            return None
        x_m, y_m, level = self._known.place(scan_dbm)
        return _fix(second, np.array([x_m, y_m]), round(level))


def _surveyed(terrain: Terrain, world: World, rng: np.random.Generator) -> Method:
    surveyor, cells = replace(world, phone_offset_db=0.0), terrain.cells
    scans, places = [], []
    for cell in range(0, len(cells), SURVEYED_EVERY):
        for bearing_deg in (0.0, 180.0):
            level = int(cells.level[cell])
            place = float(cells.x_m[cell]), float(cells.y_m[cell])
            scan_dbm = np.full(len(terrain.ether.deployment), np.nan)
            for index, rssi_dbm in surveyor.hear(Walker(*place, float(level), 0, bearing_deg), rng):
                scan_dbm[index] = rssi_dbm
            scans.append(scan_dbm)
            places.append((*place, level))
    return _Surveyed(terrain, Fingerprints(np.array(scans), np.array(places)))


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
        own = np.flatnonzero(self._deployment.level[index] == level)
        return _fix(second, self._place(_places(self._deployment, index[own]), dbm[own]), level)


def _fix(second: Second, place_m: Floats, level: int, accuracy_m: float = 0.0, accuracy_95_m: float = 0.0) -> Fix:
    walker = second.walker
    error_m = float(np.hypot(place_m[0] - walker.x_m, place_m[1] - walker.y_m))
    return Fix(
        error_m, abs(level - walker.ordinal), accuracy_m, accuracy_95_m, place_m=(float(place_m[0]), float(place_m[1]))
    )


def followed(method: Method, seconds: Sequence[Second], kept: Kept) -> Iterator[Fix | None]:
    """Yield a method's fix of each second, None where it gives none or still warms up, and keep them."""
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


def warmed(terrain: Terrain) -> None:
    """Compile kernels before anything is timed."""
    tracking.warm_up(terrain)
    assert len(terrain.cells) < SIDE_M**2 * LEVELS
