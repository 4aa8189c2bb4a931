"""Simulated surveyors and visitors in the small venue, by the simulator's rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from beacons import selectors
from beacons.core.deployment import Deployment
from beacons.core.learning.survey_file import COLUMNS
from beacons.core.registry import identity_key
from beacons.core.sighting import EddystoneEid, Sighting
from beacons.core.simulator import Air, Placements, Walker, World
from tests.beacons.conftest import FRAME, GROUND, NOW, UPPER
from venues import selectors as venues
from venues.models import Venue

SPEED_MPS = 1.2
ORDINAL = {GROUND: 0.0, UPPER: 1.0}
# Walls that swallow and reflect, and beacons that nobody measured: there is something to learn.
AIR = Air(static_db=5.0, static_length_m=6.0, power_error_db=4.0, body_db=2.0)

Step = tuple[datetime, float, float, UUID, list[Sighting]]


def drawn(venue: Venue, seed: int) -> World:
    """Return a world about the venue's beacons, in the order of their identities: their ids are new in each database."""
    deployment = selectors.current_deployment(venue)
    order = _by_identity(deployment)
    own = Placements(
        deployment.x_m[order], deployment.y_m[order], deployment.height_m[order], deployment.beacon_ordinal[order],
        deployment.beacon_building.astype(np.intp)[order], deployment.measured_power_dbm[order],
    )  # fmt: skip
    return World.draw(own, AIR, 0.0, np.random.default_rng(seed))


def strolled(venue: Venue, world: World, seed: int, seconds: int = 120, begun: datetime = NOW) -> Iterator[Step]:
    """Yield a walk through the hall of one level, second by second, in metres of FRAME, with a phone of its own."""
    rng = np.random.default_rng(seed)
    deployment, frame = selectors.current_deployment(venue), venues.current_snapshot(venue).frame
    phone = replace(world, phone_offset_db=float(rng.normal(0, 4)))
    level_id = (GROUND, UPPER)[seed % 2]
    place, goal = rng.uniform((3, 3), (57, 37)), rng.uniform((3, 3), (57, 37))
    building = int(deployment.beacon_building.max())
    identities = [deployment.identities[index] for index in _by_identity(deployment)]
    for second in range(seconds):
        while np.hypot(*(goal - place)) < SPEED_MPS:
            goal = rng.uniform((3, 3), (57, 37))
        way = (goal - place) / np.hypot(*(goal - place))
        place = place + SPEED_MPS * way
        x_m, y_m = frame.to_metres(*FRAME.to_lng_lat(*place))
        bearing_deg = float(np.degrees(np.arctan2(*way)))
        at = begun + timedelta(seconds=second)
        walker = Walker(x_m, y_m, ORDINAL[level_id], building, bearing_deg)
        heard = [Sighting(identities[i], None, dbm, at) for i, dbm in phone.hear(walker, rng)]
        yield at, float(place[0]), float(place[1]), level_id, heard


def _by_identity(deployment: Deployment) -> list[int]:
    return sorted(range(len(deployment)), key=lambda index: str(deployment.identities[index]))


def survey_csv(steps: list[Step], *, off_m: tuple[float, float] = (0.0, 0.0)) -> str:
    """Return the file of a surveyor who tapped every third second, at places that are so far off."""
    lines = [",".join(COLUMNS)]
    for number, (at, x_m, y_m, level_id, heard) in enumerate(steps):
        if number % 3 == 0 or number == len(steps) - 1:
            lng, lat = FRAME.to_lng_lat(x_m + off_m[0], y_m + off_m[1])
            lines.append(f"{at.isoformat()},way_point,{lng:.8f},{lat:.8f},{level_id},,,,")
        for one in heard:
            assert not isinstance(one.identity, EddystoneEid)
            kind, identity = identity_key(one.identity)
            lines.append(f"{at.isoformat()},sighting,,,,{kind},{identity},,{one.rssi_dbm:g}")
    return "\n".join(lines) + "\n"
