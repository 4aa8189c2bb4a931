"""A real mall: a radio map learned from some walks, others judged against it, every two seconds, causally.

A fix knows the windows up to its own, which is 4 s wide and centred on it. Beacons are told apart by their address too: in
this mall hundreds share one UUID, major and minor.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from uuid import NAMESPACE_URL, UUID, uuid5
from zlib import crc32

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from beacons.core.cells import Area, Cells, Ints, lay
from beacons.core.filter import Belief
from beacons.core.radio_map import RadioMap, Window, learned
from beacons.core.summary import Summary, summarised
from beacons.core.surveyed import Calibration, HeldOut, after
from benchmarks.positioning import goals
from benchmarks.positioning.baselines import Fingerprints
from benchmarks.positioning.figures import Fix, figures_of
from benchmarks.positioning.plots import plot_errors
from benchmarks.reporting import Result, tracked
from geo.position import PositionStatus

Floats = NDArray[np.float64]

SPACING_M = 2.0
STEP_S, HALF_WINDOW_S = 2.0, 2.0
SURVEY_STEP_S = 1.0
MARGIN_M = 1.0  # way points lie on the outline
# Without walks to test on, and to calibrate: every so many are judged in turn, while the others teach.
FOLDS = 4

# In a line of a sighting: time, type, uuid, major, minor, power, strength, distance, address, time.
ADDRESS_FIELD = 8

Identity = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Walk:
    """Way points (w, 3): seconds, metres east and north of the floor's corner; sightings in the order of their times."""

    floor: str
    way_points: Floats
    heard_s: Floats
    identities: Sequence[Identity]
    rssi_dbm: Floats

    @classmethod
    def read(cls, path: Path, floor: str) -> "Walk":
        """Return the walk of a file, its lines in whatever order. Those that are cut or run into the next one are left out."""
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        way = sorted(_numbers(line, (0, 2, 3)) for line in lines if _is_whole(line, "TYPE_WAYPOINT", (0, 2, 3)))
        whole = [line for line in lines if _is_whole(line, "TYPE_BEACON", (0, 6)) and len(line) > ADDRESS_FIELD]
        heard = sorted(whole, key=lambda line: float(line[0]))
        identities = [(line[2].lower(), line[3], line[4], line[ADDRESS_FIELD].lower()) for line in heard]
        of_heard = np.array([_numbers(line, (0, 6)) for line in heard]).reshape(-1, 2)
        way_points = np.array(way).reshape(-1, 3)
        way_points[:, 0] /= 1000
        return cls(floor, way_points, of_heard[:, 0] / 1000, identities, of_heard[:, 1])

    def instants(self, step_s: float) -> Floats:
        """Return the times of fixes, between the first and the last way point."""
        return np.arange(self.way_points[0, 0], self.way_points[-1, 0] + 1e-9, step_s)

    def place(self, at_s: float) -> tuple[float, float]:
        x_m, y_m = (float(np.interp(at_s, self.way_points[:, 0], self.way_points[:, k])) for k in (1, 2))
        return x_m, y_m

    def window(self, at_s: float, numbers: dict[Identity, int]) -> tuple[Ints, Floats]:
        """Return the numbers, ascending, and the mean dBm of the known beacons heard about an instant."""
        begin, end = np.searchsorted(self.heard_s, (at_s - HALF_WINDOW_S, at_s + HALF_WINDOW_S))
        known = [(numbers[one], k) for k, one in enumerate(self.identities[begin:end], begin) if one in numbers]
        beacon = np.array([number for number, _ in known], np.int32)
        index, where = np.unique(beacon, return_inverse=True)
        strengths_dbm = self.rssi_dbm[[k for _, k in known]]
        return index, np.bincount(where, weights=strengths_dbm, minlength=len(index)) / np.bincount(where)


@dataclass(frozen=True, eq=False)
class Taught:
    """What walks have taught: the floors' cells, the numbers of the beacons, the map, and what its figures are worth."""

    cells: Cells
    floors: Sequence[str]
    numbers: dict[Identity, int]
    radio_map: RadioMap
    calibration: Calibration


@dataclass(frozen=True)
class Judged(HeldOut):
    """A belief of a walk against the truth, by how many levels it was off, and whether its window had a sighting."""

    levels_off: float
    sighted: bool

    def fix(self, calibration: Calibration) -> Fix:
        found = calibration.stretched(self.found)
        status = PositionStatus.OK if calibration.is_ok(found) else PositionStatus.LOW_CONFIDENCE
        return Fix(self.error_m, self.levels_off, found.accuracy_m, found.accuracy_95_m, status)


def results(train: Path, test: Path | None = None, keep: float = 1.0, plots: Path | None = None) -> Iterator[Result]:
    """Yield the rows: windows with a sighting, all from the first sighting on, those called ok; fingerprints; then the goals.

    Without a folder to test on, each walk is judged once, by what the other three quarters of the walks teach. `keep`: the share
    of the beacons that hang there at all, in teaching as in judging.
    """
    rows = list(_measured(train, test, keep, plots))
    yield from rows
    yield from goals.of_mall((test or train).name, rows, few_beacons=keep < 1)


def _measured(train: Path, test: Path | None, keep: float, plots: Path | None) -> Iterator[Result]:
    walks, shapes = [thinned(walk, keep) for walk in read_walks(train)], outlines(train)
    labels = {"recording": (test or train).name} | ({"beacons_kept": f"{keep:g}"} if keep < 1 else {})
    judged: list[Fix] = []
    sighted: list[Fix] = []
    fingerprinted: list[Fix] = []
    due, cpu_s = 0, 0.0
    for teaching, judging in _rounds(
        walks, None if test is None else [thinned(walk, keep) for walk in read_walks(test)]
    ):
        _told_of_strange(judging, shapes)
        taught = taught_by(teaching, shapes)
        began = process_time()
        found = [one for walk in tracked(judging, "judges") for one in follow(walk, taught)]
        cpu_s += process_time() - began
        judged += [one.fix(taught.calibration) for one in found]
        sighted += [one.fix(taught.calibration) for one in found if one.sighted]
        due += sum(len(walk.instants(STEP_S)) for walk in judging)
        fingerprinted += _fingerprinted(teaching, judging, taught)
    if not sighted:
        raise SystemExit("No walk to judge heard a beacon that a walk to learn from heard.")
    sure = [fix for fix in sighted if fix.status is PositionStatus.OK]
    yield Result("dalil", "sighting", due, figures_of(sighted, due, cpu_s * len(sighted) / len(judged)), labels)
    yield Result("dalil", "carried", due, figures_of(judged, due, cpu_s), labels)
    if sure:
        yield Result("dalil", "ok_only", due, figures_of(sure, due), labels)
    yield Result("wknn", "sighting", due, figures_of(fingerprinted, due), labels)
    if plots is not None:
        errors_m = {"dalil": sighted, "dalil, ok": sure, "wknn": fingerprinted}
        plot_errors(
            plots / "mall_errors.png", {name: [fix.error_m for fix in fixes] for name, fixes in errors_m.items()}
        )


def _told_of_strange(walks: Sequence[Walk], shapes: dict[str, BaseGeometry]) -> None:
    """Say on standard error which floors are judged that nobody can know."""
    strange = sorted({walk.floor for walk in walks} - set(shapes))
    if strange:
        sys.stderr.write(f"Nobody teaches {', '.join(strange)}: fixes there count as on a wrong level.\n")


def _rounds(walks: Sequence[Walk], judging: Sequence[Walk] | None) -> Iterator[tuple[Sequence[Walk], Sequence[Walk]]]:
    """Yield who teaches and who is judged: the others, or every fourth walk in turn."""
    if judging is not None:
        yield walks, judging
        return
    for turn in range(FOLDS):
        yield [walk for k, walk in enumerate(walks) if k % FOLDS != turn], walks[turn::FOLDS]


def thinned(walk: Walk, keep: float) -> Walk:
    """Return the walk as if only a share of the beacons hung there; which ones is told by their identities."""
    if keep >= 1:
        return walk
    kept = np.array([crc32("|".join(one).encode()) % 1000 < 1000 * keep for one in walk.identities], bool)
    identities = [one for one, here in zip(walk.identities, kept, strict=True) if here]
    return replace(walk, heard_s=walk.heard_s[kept], identities=identities, rssi_dbm=walk.rssi_dbm[kept])


def read_walks(folder: Path) -> list[Walk]:
    """Return the walks of every floor of a folder, those with at least two way points. Raises SystemExit if there are none."""
    found = [Walk.read(path, floor.name) for floor in _floors(folder) for path in sorted(floor.glob("traces/*.txt"))]
    walks = [walk for walk in found if len(walk.way_points) > 1]
    if not walks:
        raise SystemExit(f"No walk in {folder}/FLOOR/traces/*.txt has two way points.")
    return walks


def outlines(folder: Path) -> dict[str, BaseGeometry]:
    """Return the outline of every floor in its own frame. Raises SystemExit where a file of it is missing or broken."""
    try:
        return {floor.name: _outline(floor) for floor in _floors(folder)}
    except (OSError, ValueError, LookupError) as error:
        raise SystemExit(f"A floor in {folder} has no usable floor_info.json and geojson_map.json: {error}") from error


def taught_by(walks: Sequence[Walk], shapes: dict[str, BaseGeometry]) -> Taught:
    """Return what these walks teach. Every fourth in turn is followed with a map of the others, to calibrate."""
    floors = sorted(shapes)
    areas = [Area(shapes[floor].buffer(MARGIN_M), level) for level, floor in enumerate(floors)]
    cells = lay(areas, tuple(_level_id(floor) for floor in floors), spacing_m=SPACING_M)
    identities = sorted({one for walk in walks for one in walk.identities})
    numbers = {identity: number for number, identity in enumerate(identities)}
    held_out: list[Judged] = []
    for teaching, judging in _rounds(walks, None):
        draft = Taught(cells, floors, numbers, _map_of(teaching, cells, floors, numbers), Calibration())
        held_out += [one for walk in tracked(judging, "calibrates") for one in follow(walk, draft) if one.sighted]
        del draft  # a map of five floors is 350 MB
    return Taught(cells, floors, numbers, _map_of(walks, cells, floors, numbers), Calibration.of(held_out))


def follow(walk: Walk, taught: Taught) -> Iterator[Judged]:
    """Yield what is believed every two seconds of a walk from its first sighting on, and how far off it is."""
    belief: Belief | None = None
    for at_s in walk.instants(STEP_S):
        index, rssi_dbm = walk.window(at_s, taught.numbers)
        belief = after(belief, taught.radio_map, taught.cells, STEP_S, index, rssi_dbm)
        if belief is not None:
            yield _judged(summarised(belief), walk, at_s, taught, sighted=len(index) > 0)


def _judged(found: Summary, walk: Walk, at_s: float, taught: Taught, *, sighted: bool) -> Judged:
    x_m, y_m = walk.place(at_s)
    levels_off = abs(found.level - taught.floors.index(walk.floor)) if walk.floor in taught.floors else 1.0
    return Judged(found, float(np.hypot(found.x_m - x_m, found.y_m - y_m)), levels_off == 0, levels_off, sighted)


def _map_of(walks: Sequence[Walk], cells: Cells, floors: Sequence[str], numbers: dict[Identity, int]) -> RadioMap:
    windows = []
    for level, floor in enumerate(floors):
        here = np.flatnonzero(cells.level == level)
        tree = KDTree(np.column_stack([cells.x_m[here], cells.y_m[here]]))
        for walk in (walk for walk in walks if walk.floor == floor):
            instants = walk.instants(SURVEY_STEP_S)
            _, nearest = tree.query(np.array([walk.place(at_s) for at_s in instants]))
            for at_s, cell in zip(instants, here[nearest].tolist(), strict=True):
                windows.append(Window(cell, *walk.window(at_s, numbers)))
    return learned(cells, windows, len(numbers))


def _fingerprinted(walks: Sequence[Walk], judged: Sequence[Walk], taught: Taught) -> Iterator[Fix]:
    """Yield the fixes of weighted nearest neighbours; the level is that of the nearest."""
    scans, places = [], []
    for walk in walks:
        for at_s in walk.instants(STEP_S):
            scans.append(_dense(walk, at_s, taught.numbers))
            places.append((*walk.place(at_s), float(taught.floors.index(walk.floor))))
    known = Fingerprints(np.array(scans), np.array(places))
    for walk in judged:
        for at_s in walk.instants(STEP_S):
            scan = _dense(walk, at_s, taught.numbers)
            if np.isfinite(scan).any():
                x_m, y_m, level = known.place(scan)
                truth_x_m, truth_y_m = walk.place(at_s)
                off = abs(round(level) - taught.floors.index(walk.floor)) if walk.floor in taught.floors else 1
                yield Fix(float(np.hypot(x_m - truth_x_m, y_m - truth_y_m)), float(off))


def _dense(walk: Walk, at_s: float, numbers: dict[Identity, int]) -> Floats:
    scan = np.full(len(numbers), np.nan)
    index, rssi_dbm = walk.window(at_s, numbers)
    scan[index] = rssi_dbm
    return scan


def _floors(folder: Path) -> list[Path]:
    """Return the folders of floors. Raises SystemExit if there are none."""
    floors = sorted(path for path in folder.glob("*") if (path / "traces").is_dir())
    if not floors:
        raise SystemExit(f"No floors in {folder}: each is a folder with floor_info.json, geojson_map.json and traces/.")
    return floors


def _outline(floor: Path) -> BaseGeometry:
    """Return the map's first feature, stretched to the floor's width and height."""
    size = json.loads((floor / "floor_info.json").read_text())["map_info"]
    feature = json.loads((floor / "geojson_map.json").read_text())["features"][0]
    shape = shapely.geometry.shape(feature["geometry"]).buffer(0)
    west, south, east, north = shape.bounds
    scale = np.array([size["width"] / (east - west), size["height"] / (north - south)])
    return shapely.transform(shape, lambda points: (points - (west, south)) * scale)


def _numbers(line: Sequence[str], fields: Sequence[int]) -> list[float]:
    return [float(line[field]) for field in fields]


def _is_whole(line: Sequence[str], kind: str, fields: Sequence[int]) -> bool:
    """Return whether a line is of that kind and has the numbers that it ought to have."""
    if line[1:2] != [kind]:
        return False
    try:
        return bool(np.isfinite(_numbers(line, fields)).all())
    except (ValueError, IndexError):
        return False


def _level_id(floor: str) -> UUID:
    return uuid5(NAMESPACE_URL, floor)
