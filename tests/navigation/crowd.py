"""A visitor of the small map whose phone hears beacons without noise."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import hypot, log10
from typing import Any

import orjson
from django.test import Client, TestCase

from tests.venues.small_map import id_of, lng_lat

FLEET = "e2c56db5-dffb-48d2-b060-d0f5a71096e0"
HEIGHT_M = 2.5
# Every five metres: (level, x, y) in the metres of the small map.
BEACONS = [
    *(("Street", x, y) for x in range(2, 30, 5) for y in range(2, 40, 5)),
    *(("Ground", x, y) for x in range(32, 60, 5) for y in range(12, 40, 5)),
    *(("First", x, y) for x in range(32, 60, 5) for y in range(12, 40, 5)),
]
ORDINALS = {"Street": 0, "Ground": 0, "First": 1}


def beacons_csv() -> str:
    """Return the registry of the small map."""
    lines = ["name,format,proximity_uuid,major,minor,lng,lat,level_id,height_m,measured_power_dbm,interval_ms"]
    for minor, (level, x_m, y_m) in enumerate(BEACONS):
        lng, lat = lng_lat(x_m, y_m)
        lines.append(f"b{minor},ibeacon,{FLEET},1,{minor},{lng},{lat},{id_of(level)},{HEIGHT_M},-59,300")
    return "\n".join(lines)


def heard(level: str, x_m: float, y_m: float, at: datetime) -> list[dict[str, Any]]:
    """Return what a phone hears there: free space, and 20 dB for each floor and each wall of the house between."""
    sightings = []
    for minor, (own, bx_m, by_m) in enumerate(BEACONS):
        walls = abs(ORDINALS[own] - ORDINALS[level]) + ((own == "Street") != (level == "Street"))
        distance_m = hypot(hypot(bx_m - x_m, by_m - y_m), HEIGHT_M - 1.2)
        rssi_dbm = round(-59 - 22 * log10(max(distance_m, 0.5)) - 20 * walls)
        if rssi_dbm > -90:
            beacon = {"format": "ibeacon", "proximity_uuid": FLEET, "major": 1, "minor": minor}
            sightings.append({"beacon": beacon, "rssi_dbm": rssi_dbm, "heard_at": at.isoformat()})
    return sightings


class Phone:
    """A visitor's phone: it numbers its batches and its clock ticks a second a batch."""

    def __init__(self, client: Client, **consent: bool) -> None:
        self.client = client
        body = {"language": "en", "profile": "walk", "consent": {"positioning": True} | consent}
        answer = client.post("/api/v1/visitors", body, content_type="application/json")
        assert answer.status_code == 201, answer.content
        self.id, self.token = answer.json()["id"], answer.json()["token"]
        self.sequence = 0

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Return the response of a request that bears the visitor's token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        content = orjson.dumps(body) if body is not None else b""
        with TestCase.captureOnCommitCallbacks(execute=True):
            return self.client.generic(method, f"/api/v1{path}", content, "application/json", headers=headers)

    def batch(self, level: str, x_m: float, y_m: float, at: datetime) -> dict[str, Any]:
        self.sequence += 1
        return {"sequence": self.sequence, "sightings": heard(level, x_m, y_m, at)}

    def walk(self, level: str, points: Sequence[tuple[float, float]], begin: datetime) -> list[dict[str, Any]]:
        """Send a batch a second from each point; return the answers."""
        answers = []
        for second, (x_m, y_m) in enumerate(points):
            batch = self.batch(level, x_m, y_m, begin + timedelta(seconds=second))
            response = self.call("POST", "/venues/small/sightings", batch)
            assert response.status_code == 200, response.content
            answers.append(response.json())
        return answers


def line_of(start: tuple[float, float], end: tuple[float, float], seconds: int) -> list[tuple[float, float]]:
    """Return a walk in a straight line, a point a second."""
    (ax, ay), (bx, by) = start, end
    return [(ax + (bx - ax) * i / seconds, ay + (by - ay) * i / seconds) for i in range(seconds + 1)]
