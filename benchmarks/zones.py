"""How probably many visitors are in each of 5,000 zones, beside shapely's own index asked about the same points.

python -m benchmarks.zones [--zones 5000] [--positions 20000] [--json]

Zones are shops of 6 to 12 m on five levels, and over them quarters of 60 m. A position is a posterior over cells of 1.5 m that is
68 % certain within 2.5 m, a fifth of it on a neighbouring level. `cpu_us` is processor time for each position, all positions in one
call; `one_us` that of a position in a call of its own, with its answer as a mapping; `points` how many points a posterior has.
"""

import random
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import perf_counter, process_time
from uuid import UUID

import numpy as np
import shapely

from benchmarks.reporting import Result, report, spread, timed_us
from geo.position import LevelPoint, Position, PositionStatus, Posterior
from notifications.core.zones import Zone, ZoneIndex, membership, warm_up

SEED = 20_261_124
LEVELS = tuple(UUID(int=number) for number in range(1, 6))
SHOP_M, GAP_M, QUARTER_M = (6.0, 12.0), 13.0, 60.0
CELL_M, DEVIATION_M, DEVIATIONS, OTHER_LEVEL = 1.5, 1.66, 3.5, 0.2
REPEATED = 5
PEER_POSITIONS, SINGLE_POSITIONS = 500, 2_000
EPOCH = datetime(2026, 3, 2, tzinfo=UTC)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, default=5_000)
    parser.add_argument("--positions", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    zones, side_m = made_zones(options.zones, random.Random(SEED))
    positions = made_positions(options.positions, side_m, np.random.default_rng(SEED))
    warm_up()
    results = [dalil(zones, positions), peer(zones, positions[:PEER_POSITIONS])]
    report(results, seed=SEED, packages=("numpy", "numba", "shapely"), as_json=options.json)


def dalil(zones: Sequence[Zone], positions: Sequence[Position]) -> Result:
    """Return the figures of our own index: the best of a few runs over all positions, and positions one by one."""
    begin = perf_counter()
    index = ZoneIndex(zones)
    build_s = perf_counter() - begin
    clouds = index.clouds([position.posterior for position in positions])
    cpu_us = min(_cpu_us(lambda: index.shares(clouds)) for _ in range(REPEATED)) / len(positions)
    singles = timed_us(lambda position: membership(index, position), positions[:SINGLE_POSITIONS], "one by one")
    points = len(clouds.x_m) / len(positions)
    figures = {"cpu_us": round(cpu_us, 3), "per_second": round(1e6 / cpu_us), "build_s": round(build_s, 3)}
    return Result("dalil", "zones", len(zones), figures | {"points": round(points, 1)} | spread(singles))


def peer(zones: Sequence[Zone], positions: Sequence[Position]) -> Result:
    """Return the figures of shapely: a tree and prepared outlines for each level, as many points at one go as it takes."""
    begin = perf_counter()
    on_level = {level: [zone for zone in zones if level in zone.level_ids] for level in LEVELS}
    trees = {level: shapely.STRtree([zone.shape_m for zone in found]) for level, found in on_level.items()}
    for zone in zones:
        shapely.prepare(zone.shape_m)
    build_s = perf_counter() - begin

    def asked(position: Position) -> dict[UUID, float]:
        posterior, sums = position.posterior, dict[UUID, float]()
        for number, level in enumerate(posterior.level_ids):
            here = posterior.level == number
            x_m, y_m, weight = posterior.x_m[here], posterior.y_m[here], posterior.weight[here]
            if not len(weight):
                continue
            for found in trees[level].query(shapely.box(x_m.min(), y_m.min(), x_m.max(), y_m.max())):
                zone = on_level[level][found]
                sums[zone.id] = sums.get(zone.id, 0.0) + float(
                    weight[shapely.contains_xy(zone.shape_m, x_m, y_m)].sum()
                )
        return sums

    singles = timed_us(asked, positions, "shapely")
    return Result("shapely", "zones", len(zones), {"build_s": round(build_s, 3)} | spread(singles))


def made_zones(count: int, rng: random.Random) -> tuple[list[Zone], float]:
    """Return so many zones over the levels, and the side of the square that they lie in, in metres."""
    shops = [level for level in LEVELS for _ in range(count // len(LEVELS))]
    across = int(np.ceil(np.sqrt(len(shops) / len(LEVELS))))
    zones = []
    for number, level in enumerate(shops):
        row, column = divmod(number % (count // len(LEVELS)), across)
        width_m, depth_m = rng.uniform(*SHOP_M), rng.uniform(*SHOP_M)
        west_m, south_m = column * GAP_M, row * GAP_M
        corner = shapely.box(west_m + width_m / 2, south_m + depth_m / 2, west_m + width_m, south_m + depth_m)
        shape = shapely.box(west_m, south_m, west_m + width_m, south_m + depth_m)
        zones.append(
            Zone(UUID(int=number + 100), shape if number % 2 else shape.difference(corner), frozenset({level}))
        )
    side_m = across * GAP_M
    for number in range(len(zones) // 100):  # every hundredth is a quarter over all levels
        x_m, y_m = rng.uniform(0, side_m), rng.uniform(0, side_m)
        zones[number * 100] = Zone(
            zones[number * 100].id, shapely.Point(x_m, y_m).buffer(QUARTER_M / 2), frozenset(LEVELS)
        )
    return zones, side_m


def made_positions(count: int, side_m: float, rng: np.random.Generator) -> list[Position]:
    """Return positions anywhere among the zones."""
    reach = int(DEVIATIONS * DEVIATION_M / CELL_M)
    east, north = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    near = np.hypot(east, north) <= DEVIATIONS * DEVIATION_M / CELL_M
    x_m, y_m = east[near] * CELL_M, north[near] * CELL_M
    bell = np.exp(-(x_m**2 + y_m**2) / (2 * DEVIATION_M**2))
    weight = np.concatenate([bell * (1 - OTHER_LEVEL), bell * OTHER_LEVEL]) / bell.sum()
    made = []
    for _ in range(count):
        own = int(rng.integers(len(LEVELS)))
        other = own + 1 if own == 0 else own - 1
        east_m, north_m = rng.uniform(0, side_m, size=2)
        level = np.repeat([own, other], len(bell)).astype(np.intp)
        posterior = Posterior(np.tile(x_m, 2) + east_m, np.tile(y_m, 2) + north_m, level, weight, LEVELS)
        point = LevelPoint(float(east_m), float(north_m), LEVELS[own])
        made.append(Position(point, 2.5, 4.1, EPOCH, PositionStatus.OK, posterior))
    return made


def _cpu_us(call: Callable[[], object]) -> float:
    begin = process_time()
    call()
    return (process_time() - begin) * 1e6


if __name__ == "__main__":
    main()
