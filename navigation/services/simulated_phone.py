"""What a phone hears along a walk: for simulated visitors, for walks that campaigns are tried on, and for benchmarks."""

from typing import Any
from uuid import UUID

import numpy as np

from beacons.core.deployment import Deployment
from beacons.core.registry import identity_fields
from beacons.core.simulator import Air, Placements, Walker, World
from navigation.core.following.walk import Truth, Walk, WalkedStep
from venues.core.snapshot import Snapshot

Json = dict[str, Any]

BATCH_S = 1.0
# Seconds that the visitor stands at the destination: a zone is entered after three (CAMPAIGNS.md, Zones).
STAND_S = 5.0
# Phones' receivers differ: spread of the offset in dB (POSITIONING.md, goals: 4 dB phone spread).
PHONE_SPREAD_DB = 4.0


def walk_of(route: Json, snapshot: Snapshot) -> Walk:
    """Return the walk along a route of the API, in metres of the snapshot's frame."""
    steps = [
        WalkedStep(
            points_m=[snapshot.frame.to_metres(lng, lat) for lng, lat in step["geometry"]["coordinates"]],
            duration_s=float(step["duration_s"]),
            level_id=UUID(step["level"]["id"]),
            to_level_id=UUID((step.get("to_level") or step["level"])["id"]),
        )
        for leg in route["legs"]
        for step in leg["steps"]
    ]
    return Walk(steps)


def _identity_json(deployment: Deployment, index: int) -> Json:
    """Return a beacon as a phone names it in a sighting."""
    fields: Json = dict(identity_fields(deployment.identities[index]))
    numbers = {name: int(fields[name]) for name in ("major", "minor", "id2", "id3") if name in fields}
    address = {"address": deployment.addresses[index]} if deployment.addresses[index] else {}
    return fields | numbers | address


class Phone:
    """What a phone hears along a walk, in a world that is drawn once for it."""

    def __init__(self, snapshot: Snapshot, deployment: Deployment, walk: Walk, rng: np.random.Generator) -> None:
        self._snapshot = snapshot
        self._walk = walk
        self._rng = rng
        self._identities = [_identity_json(deployment, index) for index in range(len(deployment.ids))]
        self._buildings = {building_id: number for number, building_id in enumerate(sorted(snapshot.buildings))}
        offset_db = float(rng.normal(0, PHONE_SPREAD_DB))
        self._world = World.draw(self._placements(deployment), Air(), offset_db, rng)

    def hear(self, elapsed_s: float) -> tuple[Truth, list[tuple[Json, float]]]:
        """Return where the phone is then, and each beacon that it hears as it names it, with its RSSI, strongest first."""
        truth = self._walk.at(elapsed_s)
        walker = Walker(
            truth.x_m,
            truth.y_m,
            self._snapshot.levels[truth.level_id].ordinal,
            self._building_of(truth.level_id),
            truth.bearing_deg,
        )
        heard = self._world.hear(walker, self._rng)
        return truth, [(self._identities[index], rssi_dbm) for index, rssi_dbm in heard]

    def _placements(self, deployment: Deployment) -> Placements:
        levels = deployment.levels
        return Placements(
            deployment.x_m,
            deployment.y_m,
            deployment.height_m,
            np.array([levels[index].ordinal for index in deployment.level], dtype=float),
            np.array([self._building_of(levels[index].id) for index in deployment.level], dtype=np.intp),
            deployment.measured_power_dbm,
        )

    def _building_of(self, level_id: UUID) -> int:
        """Return the number of the level's building, -1 outdoors and where several share the level."""
        ids = self._snapshot.levels[level_id].building_ids
        return self._buildings[ids[0]] if len(ids) == 1 else -1
