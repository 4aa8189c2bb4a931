"""What a phone needs of beacons to locate itself without us: members of the bundle (docs/guides/bundle.md). No secret is in it."""

from collections.abc import Mapping
from typing import Any

import orjson

from beacons import selectors
from beacons.core import emission, hearing
from beacons.core.deployment import Deployment
from beacons.core.region_plan import MOST_REGIONS, Region, filters, regions
from beacons.services.explaining import identity_json
from geo.frame import LocalFrame
from venues import selectors as venues

Json = dict[str, Any]

DEGREE_DECIMALS, METRE_DECIMALS = 8, 2
# Android, AndroidX and the Bluetooth stack, as documented at developer.android.com/develop/connectivity/bluetooth/ble.
ANDROID = {
    "foreground": {"scan_mode": "low_latency", "report_delay_ms": 0},
    "background": {"scan_mode": "low_power", "report_delay_ms": 5000, "callback": "pending_intent"},
    # Since Android 7 an app that starts more scans in half a minute hears nothing, without an error.
    "most_starts_in_30_s": 5,
    # Since Android 7 a scan that runs for longer is turned into one that only listens along with others.
    "restart_after_s": 1200,
    # Since Android 8.1 a scan without filters ends when the screen goes dark.
    "filters_needed": True,
}


def members(deployment_hash: str) -> Mapping[str, bytes]:
    """Return the files of a deployment by name: the same bytes for the same deployment. Raises BlobMissing or BlobCorrupt."""
    deployment = selectors.deployment(deployment_hash)
    frame = venues.snapshot(deployment.snapshot_hash).frame
    return {
        "beacons.json": _bytes({"beacons": [_beacon(deployment, frame, index) for index in range(len(deployment))]}),
        "emission.json": _bytes(_emission()),
        "ios-regions.json": _bytes(_ios(deployment, frame)),
        "android-scan.json": _bytes(ANDROID | {"filters": filters(deployment)}),
    }


def _bytes(content: Json) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def _beacon(deployment: Deployment, frame: LocalFrame, index: int) -> Json:
    lng, lat = frame.to_lng_lat(float(deployment.x_m[index]), float(deployment.y_m[index]))
    sent = (deployment.identities[index], *deployment.further[index])
    return {
        "id": str(deployment.ids[index]),
        "identities": [identity_json(identity, deployment.addresses[index]) for identity in sent],
        "lng": round(lng, DEGREE_DECIMALS),
        "lat": round(lat, DEGREE_DECIMALS),
        "level_id": str(deployment.levels[deployment.level[index]].id),
        "height_m": float(deployment.height_m[index]),
        "measured_power_dbm": float(deployment.measured_power_dbm[index]),
    }


def _emission() -> Json:
    """Return the law by which strengths are expected."""
    return {
        "exponent": emission.EXPONENT,
        "floor_loss_db": emission.FLOOR_LOSS_DB,
        "wall_loss_db": emission.WALL_LOSS_DB,
        "body_loss_db": hearing.BODY_LOSS_DB,
        "storey_m": emission.STOREY_M,
        "phone_height_m": emission.PHONE_HEIGHT_M,
        "nearest_m": emission.NEAREST_M,
        "static_db": hearing.STATIC_DB,
        "fast_db": hearing.FAST_DB,
        "phone_offset_deviation_db": hearing.OFFSET_DEVIATION_DB,
        "threshold_dbm": hearing.THRESHOLD_DBM,
        "gets_through": hearing.GETS_THROUGH,
    }


def _ios(deployment: Deployment, frame: LocalFrame) -> Json:
    x_m, y_m = (float(deployment.x_m.mean()), float(deployment.y_m.mean())) if len(deployment) else (0.0, 0.0)
    return {
        "most_monitored": MOST_REGIONS,
        "regions": [_region(region, frame) for region in regions(deployment, x_m, y_m)],
    }


def _region(region: Region, frame: LocalFrame) -> Json:
    lng, lat = frame.to_lng_lat(region.x_m, region.y_m)
    major = {} if region.major is None else {"major": region.major}
    return {
        "proximity_uuid": str(region.proximity_uuid),
        **major,
        "beacons": region.beacons,
        "lng": round(lng, DEGREE_DECIMALS),
        "lat": round(lat, DEGREE_DECIMALS),
        "radius_m": round(region.radius_m, METRE_DECIMALS),
    }
