"""The UJI library: single scans of three phones among shelves, beacons in known places, nothing trained.

Scans are taken in their order and at their times; what a phone was found to read too much is remembered, as the service does
from batch to batch.
With a recording to learn from, the product's fields are fitted to its scans first.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path
from time import process_time
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from beacons.core import filter as bayes
from beacons.core.cells import Area, Cells, lay
from beacons.core.deployment import DeployedBeacon, DeployedLevel, Deployment
from beacons.core.hearing import Ether, Offset, Reception, Scan
from beacons.core.learning.fitting import facing_dbm, learned
from beacons.core.learning.placing import Placed
from beacons.core.patches import Patches
from beacons.core.sighting import IBeaconId
from beacons.core.summary import summarised
from beacons.core.tracking import stronger_half
from benchmarks.positioning import goals
from benchmarks.positioning.baselines import Fingerprints, centroid, irls
from benchmarks.positioning.figures import Fix, figures_of
from benchmarks.reporting import Result

Floats = NDArray[np.float64]

LEVEL = UUID(int=1)
UNHEARD = 100.0
BEACON_HEIGHT_M = 2.6  # on top of shelves
SPACING_M = 0.5
MARGIN_M = 0.5  # people stand outside of the outermost shelves too; the recording draws no walls
# The first metres of books and steel cost most; then the waves go over and round them, and no more is lost. Our assumption:
# chosen where cross-validation by phone, by column and by row of points is flat.
SHELF_LOSS_DB_PER_M, SHELF_BEND_M = 6.0, 2.0
# Each scan stands for itself: the next is taken from another place, or facing another way. It is short: its silences say half
# of what those of a phone that listens on do. A visitor holds the phone before them and looks for a book.
# Of what a beacon is off by while a phone is held still, STAYS_DB2 stay and CHANGES_DB2 differ from scan to scan (measured here).
# Beacons that are near each other err alike: weighed each by itself, they need ALIKE_DB2 more (our assumption, where flat).
STAYS_DB2, CHANGES_DB2, ALIKE_DB2 = 21.0, 8.0, 21.0
SINGLE_SCAN = Reception(
    static_db=sqrt(STAYS_DB2 + ALIKE_DB2),
    fast_db=sqrt(CHANGES_DB2),
    body_db=10.0,
    correlated_m=0.0,
    silence_weight=0.25,
)
FACINGS_DEG = np.arange(0.0, 360.0, 45.0)
LEAST_BEACONS = 3  # fewer don't tell which way somebody faces


FILES = ("dep.csv", "rss.csv", "crd.csv", "ids.csv", "obs.csv")


@dataclass(frozen=True, eq=False)
class Recording:
    """Scans (s, beacons) in dBm, NaN where unheard; truth (s, 2) in metres; the phone and the point of each scan.

    `ended_s`: (s,) when the last beacon was heard, by the phone's own clock; 0 where none was, or nobody wrote it down.
    """

    beacons_m: Floats
    scans_dbm: Floats
    truth_m: Floats
    ended_s: Floats
    phone: Sequence[str]
    point: Sequence[str]
    shelves: BaseGeometry
    pillars: BaseGeometry

    def __post_init__(self) -> None:
        scans, beacons = self.scans_dbm.shape
        lengths = {
            "crd.csv": len(self.truth_m), "ids.csv": len(self.point), "tms.csv": len(self.ended_s),
        }  # fmt: skip
        for name, rows in lengths.items():
            if rows != scans:
                raise ValueError(f"rss.csv has {scans} scans, {name} {rows}")
        if beacons != len(self.beacons_m):
            raise ValueError(f"dep.csv has {len(self.beacons_m)} beacons, a scan of rss.csv {beacons} columns")

    @classmethod
    def read(cls, folder: Path) -> "Recording":
        """Return the recording of a folder such as data/ble/uji-library. Raises SystemExit where its files don't fit together."""
        try:
            return cls._read(folder)
        except (ValueError, LookupError) as error:
            raise SystemExit(f"{folder} can't be read as a recording: {error}.") from error

    @classmethod
    def _read(cls, folder: Path) -> "Recording":
        with (folder / "dep.csv").open() as file:
            beacons_m = np.array([[float(row["x"]), float(row["y"])] for row in csv.DictReader(file)])
        scans_dbm = np.loadtxt(folder / "rss.csv", delimiter=",", ndmin=2)
        scans_dbm[scans_dbm >= UNHEARD] = np.nan
        ids = (folder / "ids.csv").read_text().split()
        shelves, pillars = _obstacles(folder / "obs.csv")
        truth_m = np.loadtxt(folder / "crd.csv", delimiter=",", ndmin=2)
        phone, point = [one[0] for one in ids], [one[3:6] for one in ids]
        ended_s = _ended_s(folder / "tms.csv", len(scans_dbm))
        return cls(beacons_m, scans_dbm, truth_m, ended_s, phone, point, shelves, pillars)

    def scan(self, rows: Sequence[int]) -> Scan:
        """Return what was heard in these rows together: of each beacon the stronger half's mean, and how often."""
        heard = [column[np.isfinite(column)].tolist() for column in self.scans_dbm[rows].T]
        index = np.flatnonzero([len(values) for values in heard]).astype(np.int32)
        rssi_dbm = np.array([stronger_half(heard[k]) for k in index])
        return Scan(index, rssi_dbm, np.array([float(len(heard[k])) for k in index]))

    def of_a_point(self) -> list[list[int]]:
        """Return the rows of each phone at each point."""
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, key in enumerate(zip(self.phone, self.point, strict=True)):
            groups[key].append(row)
        return list(groups.values())


def results(data: Path, train: Path | None) -> Iterator[Result]:
    """Yield the rows of every method on single scans, and on all scans of a point together; then the goals."""
    rows = list(_measured(data, train))
    yield from rows
    yield from goals.of_library(data.name, rows)


def _measured(data: Path, train: Path | None) -> Iterator[Result]:
    recording = Recording.read(data)
    singles, groups = [[row] for row in range(len(recording.truth_m))], recording.of_a_point()
    cells, ether = place(recording)
    yield _result("dalil", "single", data, recording, singles, located(recording, cells, ether, singles))
    if train is not None:
        known = Recording.read(train)
        taught = taught_by(known, cells, ether)
        for op, rows in (("single_learned", singles), ("fused_learned", groups)):
            yield _result("dalil", op, data, recording, rows, located(recording, cells, taught, rows))
        fingerprints = Fingerprints(known.scans_dbm, known.truth_m)
        heard = np.where(np.isfinite(recording.scans_dbm), recording.scans_dbm, np.nan)
        found = [fingerprints.place(heard[row]) if np.isfinite(heard[row]).any() else None for [row] in singles]
        yield _result("wknn", "single_learned", data, recording, singles, _plain(recording, singles, found))
    yield _result("dalil", "fused", data, recording, groups, located(recording, cells, ether, groups))
    for name, method in (("centroid", centroid), ("irls", irls)):
        for op, rows in (("single", singles), ("fused", groups)):
            yield _result(name, op, data, recording, rows, _by(method, recording, rows))


def place(recording: Recording) -> tuple[Cells, Ether]:
    """Return the cells between the shelves, and what the beacons send there."""
    outline = shapely.union_all([shapely.MultiPoint(recording.beacons_m), recording.shelves]).convex_hull.buffer(
        MARGIN_M
    )
    free = outline.difference(recording.shelves).difference(recording.pillars)
    cells = lay([Area(free, 0)], (LEVEL,), spacing_m=SPACING_M)
    beacons = [
        DeployedBeacon(UUID(int=100 + i), IBeaconId(LEVEL, 0, i), "", x_m, y_m, LEVEL, BEACON_HEIGHT_M, -59.0)
        for i, (x_m, y_m) in enumerate(recording.beacons_m)
    ]
    deployment = Deployment.build("uji", beacons, [DeployedLevel(LEVEL, 0.0, 0)])
    places = np.column_stack([cells.x_m, cells.y_m])
    rays = [[(place, beacon) for beacon in recording.beacons_m] for place in places]
    through_m = shapely.length(shapely.intersection(shapely.linestrings(np.array(rays)), recording.shelves))
    loss_db = SHELF_LOSS_DB_PER_M * SHELF_BEND_M * (1 - np.exp(-through_m / SHELF_BEND_M))
    patches = Patches.on_cells(cells, -np.asarray(loss_db, np.float32))
    return cells, Ether(deployment, np.zeros(1), np.zeros(1, np.int32), SINGLE_SCAN, patches)


def taught_by(known: Recording, cells: Cells, ether: Ether) -> Ether:
    """Return the ether with what the product learns from another recording of the same place, six scans of a phone as a walk."""
    walks = [Placed.together([_placed(known, row, ether) for row in rows]) for rows in known.of_a_point()]
    fields = learned(ether, [walk for walk in walks if len(walk)])
    count, here = len(ether.deployment), np.arange(len(cells))
    cell, beacon = np.repeat(here, count), np.tile(np.arange(count, dtype=np.int32), len(cells))
    places = cells.level[cell], cells.x_m[cell], cells.y_m[cell]
    before = ether.patches or Patches.none(count, len(cells.level_ids))
    found_db = before.at(beacon, *places) + fields.patches.at(beacon, *places) + fields.power_db[beacon]
    stays_db2 = np.where(np.isnan(fields.left_db), STAYS_DB2, fields.left_db**2)
    patches = Patches.on_cells(cells, found_db.reshape(-1, count).astype(np.float32))
    return replace(ether, patches=patches, static_db=np.sqrt(stays_db2 + ALIKE_DB2))


def _placed(known: Recording, row: int, ether: Ether) -> Placed:
    """Return what a scan heard, facing the way that explains it best; nothing where it heard too few to say which."""
    scan = known.scan([row])
    k = len(scan.index) if len(scan.index) >= LEAST_BEACONS else 0
    x_m, y_m = (np.full(k, metres) for metres in known.truth_m[row])
    facings = [
        Placed(x_m, y_m, np.zeros(k, np.int32), np.full(k, facing_deg), scan.index[:k], scan.rssi_dbm[:k])
        for facing_deg in FACINGS_DEG
    ]
    if k == 0:
        return facings[0]
    return min(facings, key=lambda one: float(np.var(one.rssi_dbm - facing_dbm(ether, one))))


def located(recording: Recording, cells: Cells, ether: Ether, groups: Sequence[list[int]]) -> "Located":
    """Return the fix of each group of rows, None where nothing was heard, and the CPU seconds of all."""
    phones: dict[str, tuple[Offset, float]] = {}
    everywhere = np.arange(len(cells), dtype=np.int32)
    fixes: list[Fix | None] = []
    began = process_time()
    for rows in groups:
        scan = recording.scan(rows)
        if not len(scan.index):
            fixes.append(None)
            continue
        phone, ended_s = recording.phone[rows[0]], float(recording.ended_s[rows].max())
        known, told_s = phones.get(phone, (Offset(), ended_s))
        after = bayes.found(everywhere, cells, ether, scan, known.later(max(ended_s - told_s, 0.0)))
        phones[phone] = after.offset, ended_s
        found = summarised(after)
        error_m = float(np.hypot(*(recording.truth_m[rows[0]] - (found.x_m, found.y_m))))
        fixes.append(Fix(error_m, 0.0, found.accuracy_m, found.accuracy_95_m))
    return Located(fixes, process_time() - began)


@dataclass(frozen=True)
class Located:
    """The fixes of a method, None where it gave none, and what they cost."""

    fixes: Sequence[Fix | None]
    cpu_s: float


def _by(method: Callable[[Floats, Floats], Floats], recording: Recording, groups: Sequence[list[int]]) -> Located:
    began = process_time()
    found = []
    for rows in groups:
        scan = recording.scan(rows)
        found.append(method(recording.beacons_m[scan.index], scan.rssi_dbm) if len(scan.index) else None)
    cpu_s = process_time() - began
    return Located(_plain(recording, groups, found).fixes, cpu_s)


def _plain(recording: Recording, groups: Sequence[list[int]], found: Sequence[Floats | None]) -> Located:
    pairs = zip(groups, found, strict=True)
    return Located(
        [None if at is None else Fix(float(np.hypot(*(recording.truth_m[rows[0]] - at)))) for rows, at in pairs], 0.0
    )


def _result(
    engine: str, op: str, data: Path, recording: Recording, groups: Sequence[list[int]], located: Located
) -> Result:
    given = [fix for fix in located.fixes if fix is not None]
    figures = figures_of(given, len(groups), located.cpu_s)
    return Result(engine, op, len(groups), figures, labels={"recording": data.name})


def _ended_s(path: Path, scans: int) -> Floats:
    return np.loadtxt(path, delimiter=",", ndmin=2).max(axis=1) / 1e9 if path.exists() else np.zeros(scans)


def _obstacles(path: Path) -> tuple[BaseGeometry, BaseGeometry]:
    """Return the shelves (type 1) and the pillars (type 2)."""
    corners: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    with path.open() as file:
        for row in csv.DictReader(file):
            corners[row["type"], row["id"]].append((float(row["x"]), float(row["y"])))
    shapes = [(kind, shapely.Polygon(ring).buffer(0)) for (kind, _), ring in corners.items()]
    shelves, pillars = (shapely.union_all([shape for own, shape in shapes if own == kind]) for kind in ("1", "2"))
    return shelves, pillars
