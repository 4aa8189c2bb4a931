"""Single scans on an open floor under white noise, against the bound: what the filter's arithmetic loses of what can be known.

The bound knows how strong signals are, how noisy, and what phones hear down to, and only the place and the phone's offset are
unknown; so here, and only here, the filter is told the same. What it loses in buildings, whose air nobody knows, is in the
walks. Places lie in the middle of the floor: the edge of the map would help, and the bound knows no map.
"""

from collections.abc import Iterator
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from beacons.core import filter as bayes
from beacons.core.cells import Area, lay
from beacons.core.deployment import DeployedBeacon, DeployedLevel, Deployment
from beacons.core.hearing import Ether, Offset, Reception, Scan
from beacons.core.sighting import IBeaconId
from beacons.core.simulator import Air, Placements, Walker, World
from beacons.core.summary import summarised
from benchmarks.positioning.baselines import irls, strongest_centroid
from benchmarks.positioning.bound import least_rmse_m
from benchmarks.positioning.figures import Fix, figures_of
from benchmarks.reporting import Result

Floats = NDArray[np.float64]

# White noise alone, of POSITIONING.md's "sigma 4 dB", and the emission's own law.
WHITE = Air(
    exponent=2.3, fast_db=4.0, static_db=0.0, body_db=0.0, power_error_db=0.0, placement_error_m=0.0, packet_loss=0.0
)
TOLD = Reception(static_db=0.0, fast_db=4.0, body_db=0.0, correlated_m=0.0, gets_through=1.0 - 1e-9, silence_weight=1.0)
OFFSET_SPREAD_DB = 4.0
SIDE_M, MIDDLE_M, PLACES, CELL_M = 60.0, 15.0, 300, 1.0
LEVEL = DeployedLevel(UUID(int=10), 0.0, 0)


def results(name: str, beacon_every_m2: float, seed: int) -> Iterator[Result]:
    """Yield how many times the bound the RMSE of each method is."""
    rng = np.random.default_rng(seed)
    deployment = _hung(beacon_every_m2, rng)
    cells = lay([Area(shapely.box(0, 0, SIDE_M, SIDE_M), 0)], (LEVEL.id,), spacing_m=CELL_M)
    told = Ether(deployment, np.zeros(1), np.zeros(1, np.int32), TOLD)
    unaware = Ether(deployment, np.zeros(1), np.zeros(1, np.int32))
    own = _placements(deployment)
    everywhere = np.arange(len(cells), dtype=np.int32)
    beacons_m = np.column_stack([deployment.x_m, deployment.y_m])
    errors_m: dict[str, list[float]] = {"dalil": [], "dalil, told nothing": [], "irls": [], "centroid": []}
    bounds_m = []
    for place_m in rng.uniform(MIDDLE_M, SIDE_M - MIDDLE_M, (PLACES, 2)):
        world = World.draw(own, WHITE, float(rng.normal(0, OFFSET_SPREAD_DB)), rng)
        heard = world.hear(Walker(float(place_m[0]), float(place_m[1]), 0.0, 0, 0.0), rng)
        index, dbm = np.array([i for i, _ in heard], np.int32), np.array([dbm for _, dbm in heard])
        scan = Scan(index, dbm, np.ones(len(index)))
        for engine, ether in (("dalil", told), ("dalil, told nothing", unaware)):
            found = summarised(bayes.found(everywhere, cells, ether, scan, Offset(0.0, OFFSET_SPREAD_DB**2)))
            errors_m[engine].append(float(np.hypot(*(place_m - (found.x_m, found.y_m)))))
        for engine, method in (("irls", irls), ("centroid", strongest_centroid)):
            errors_m[engine].append(float(np.hypot(*(method(beacons_m[index], dbm) - place_m))))
        bounds_m.append(least_rmse_m(place_m, own, WHITE, offset_db=OFFSET_SPREAD_DB))
    bound_m = float(np.sqrt(np.mean(np.square(bounds_m))))
    for engine, own_m in errors_m.items():
        figures = figures_of([Fix(error_m) for error_m in own_m], PLACES)
        figures |= {"bound_m": round(bound_m, 3), "times_bound": round(figures["rmse_m"] / bound_m, 3)}
        yield Result(engine, "snapshot_white", PLACES, figures, {"scenario": name})


def _hung(beacon_every_m2: float, rng: np.random.Generator) -> Deployment:
    """Return beacons on a jittered grid over the whole floor."""
    in_a_row = round(SIDE_M / float(np.sqrt(beacon_every_m2)))
    step_m = SIDE_M / in_a_row
    lines_m = step_m * (np.arange(in_a_row) + 0.5)
    places = np.stack(np.meshgrid(lines_m, lines_m), axis=-1).reshape(-1, 2)
    jittered = places + rng.uniform(-step_m / 4, step_m / 4, places.shape)
    beacons = [
        DeployedBeacon(UUID(int=100 + i), IBeaconId(LEVEL.id, 0, i), "", x_m, y_m, LEVEL.id, 3.0, -59.0)
        for i, (x_m, y_m) in enumerate(jittered.tolist())
    ]
    return Deployment.build("open", beacons, [LEVEL])


def _placements(deployment: Deployment) -> Placements:
    return Placements(
        deployment.x_m, deployment.y_m, deployment.height_m, deployment.beacon_ordinal,
        deployment.beacon_building.astype(np.intp), deployment.measured_power_dbm,
    )  # fmt: skip
