"""Batches of sightings as phones send them, and as phones had better not."""

import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beacons.core.batch import MOST_SIGHTINGS, on_our_clock, parse_batch
from beacons.core.sighting import AltBeaconId, EddystoneUid, IBeaconId
from beacons.errors import InvalidBatch

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FLEET = "e2c56db5-dffb-48d2-b060-d0f5a71096e0"


def sighting(**changes: Any) -> dict[str, Any]:
    return {
        "beacon": {"format": "ibeacon", "proximity_uuid": FLEET, "major": 1, "minor": 2},
        "rssi_dbm": -71,
        "heard_at": "2026-11-23T11:59:59Z",
    } | changes


def batch(*items: Any, **more: Any) -> dict[str, Any]:
    return {"sequence": 17, "sightings": list(items), **more}


def beacon(**fields: Any) -> dict[str, Any]:
    return sighting(beacon=fields)


def test_a_batch_of_all_formats_is_read() -> None:
    eddystone = {
        "format": "eddystone_uid",
        "namespace": "AA" * 10,
        "instance": "0b" * 6,
        "address": "C4-BE-84-00-00-01",
    }
    altbeacon = {"format": "altbeacon", "id1": FLEET.replace("-", ""), "id2": 1, "id3": 2}
    read = parse_batch(json.dumps(batch(sighting(), beacon(**eddystone), beacon(**altbeacon))).encode(), NOW)
    assert [item.identity for item in read.sightings] == [
        IBeaconId(UUID(FLEET), 1, 2),
        EddystoneUid("aa" * 10, "0b" * 6),
        AltBeaconId(UUID(FLEET), 1, 2),
    ]
    assert read.sightings[1].address == "c4:be:84:00:00:01"
    assert read.newest_at == NOW - timedelta(seconds=1)


def test_all_but_the_sequence_may_be_missing_and_unknown_keys_are_ignored() -> None:
    read = parse_batch({"sequence": 1, "colour": "blue"}, NOW)
    assert (read.sightings, read.gnss, read.motion, read.barometer, read.newest_at) == ((), None, None, None, None)


def test_sensors_are_read() -> None:
    read = parse_batch(
        batch(
            gnss={"lng": 51.5, "lat": 25.3, "accuracy_m": 8, "at": "2026-11-23T12:00:00+00:00"},
            motion={"steps": 3, "heading_deg": -90},
            barometer={"pressure_hpa": 1013.2},
        ),
        NOW,
    )
    assert read.gnss is not None
    assert read.gnss.accuracy_m == 8
    assert read.motion is not None
    assert read.motion.heading_deg == 270
    assert read.barometer is not None


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ([], "body"),
        ({}, "sequence"),
        ({"sequence": True}, "sequence"),
        ({"sequence": -1}, "sequence"),
        ({"sequence": 1.5}, "sequence"),
        (batch(sighting()) | {"sightings": {"0": 1}}, "sightings"),
        (batch("loud"), "sightings[0]"),
        (batch(sighting(), sighting(rssi_dbm=float("nan"))), "sightings[1].rssi_dbm"),
        (batch(sighting(rssi_dbm=float("-inf"))), "sightings[0].rssi_dbm"),
        (batch(sighting(rssi_dbm=21)), "sightings[0].rssi_dbm"),
        (batch(sighting(rssi_dbm=-128)), "sightings[0].rssi_dbm"),
        (batch(sighting(rssi_dbm=10**400)), "sightings[0].rssi_dbm"),
        (batch(sighting(rssi_dbm="-70")), "sightings[0].rssi_dbm"),
        (batch(sighting(rssi_dbm=True)), "sightings[0].rssi_dbm"),
        (batch(sighting(rssi_dbm=None)), "sightings[0].rssi_dbm"),
        (batch(sighting(heard_at="1970-01-01T00:00:00Z")), "sightings[0].heard_at"),
        (batch(sighting(heard_at="9999-12-31T23:59:59-12:00")), "sightings[0].heard_at"),
        (batch(sighting(heard_at="2026-11-23T12:00:00")), "sightings[0].heard_at"),
        (batch(sighting(heard_at=1_763_900_000)), "sightings[0].heard_at"),
        (batch(sighting(heard_at="noon")), "sightings[0].heard_at"),
        (batch(sighting(beacon=None)), "sightings[0].beacon"),
        (batch(beacon(format="wifi")), "sightings[0].beacon.format"),
        (batch(beacon(format=["ibeacon"])), "sightings[0].beacon.format"),
        (batch(beacon(format="ibeacon", proximity_uuid="x", major=1, minor=2)), "sightings[0].beacon.proximity_uuid"),
        (batch(beacon(format="ibeacon", proximity_uuid=FLEET, major=1)), "sightings[0].beacon.minor"),
        (batch(beacon(format="ibeacon", proximity_uuid=FLEET, major=65536, minor=2)), "sightings[0].beacon.major"),
        (batch(beacon(format="eddystone_uid", namespace="aa", instance="0b" * 6)), "sightings[0].beacon.namespace"),
        (batch(beacon(format="altbeacon", id1=FLEET, id2=1, id3=-1)), "sightings[0].beacon.id3"),
        (batch(sighting(beacon=sighting()["beacon"] | {"address": 7})), "sightings[0].beacon.address"),
        (batch(gnss={"lng": 181, "lat": 0, "accuracy_m": 1, "at": "2026-11-23T12:00:00Z"}), "gnss.lng"),
        (batch(motion={"steps": -1}), "motion.steps"),
        (batch(barometer={}), "barometer.pressure_hpa"),
        (batch(clock=7), "clock"),
        (batch(clock={"monotonic_s": 7}), "clock.wall_at"),
        (batch(clock={"wall_at": "2026-11-21T12:00:00Z", "monotonic_s": 7}), "clock.wall_at"),
        (batch(clock={"wall_at": "2026-11-23T12:00:00Z"}), "clock.monotonic_s"),
        (batch(clock={"wall_at": "2026-11-23T12:00:00Z", "monotonic_s": -1}), "clock.monotonic_s"),
    ],
)
def test_a_value_that_can_not_be_is_refused_and_named(body: Any, param: str) -> None:
    with pytest.raises(InvalidBatch) as refused:
        parse_batch(body, NOW)
    assert (refused.value.status, refused.value.param) == (422, param)


def test_what_is_no_json_is_refused() -> None:
    for raw in (b"", b"{", b'{"sequence": NaN}', b"\xff"):
        with pytest.raises(InvalidBatch):
            parse_batch(raw, NOW)


@pytest.mark.parametrize("strengths_dbm", list(itertools.permutations([-71.0, -65.0, -80.0])))
def test_of_one_beacon_at_one_instant_the_strongest_is_kept(strengths_dbm: tuple[float, ...]) -> None:
    other = beacon(format="altbeacon", id1=FLEET, id2=1, id3=3)
    later = sighting(heard_at="2026-11-23T12:00:00Z", rssi_dbm=-90)
    repeated = [sighting(rssi_dbm=rssi_dbm) for rssi_dbm in strengths_dbm]
    read = parse_batch(batch(*repeated, other, later, later), NOW)
    assert [one.rssi_dbm for one in read.sightings] == [-65, -71, -90]


def test_501_sightings_are_too_many() -> None:
    moments = [(NOW - timedelta(milliseconds=number)).isoformat() for number in range(MOST_SIGHTINGS)]
    most = [sighting(heard_at=moment) for moment in moments]
    assert len(parse_batch(batch(*most), NOW).sightings) == MOST_SIGHTINGS
    with pytest.raises(InvalidBatch, match="501 items"):
        parse_batch(batch(*[sighting()] * (MOST_SIGHTINGS + 1)), NOW)


@pytest.mark.parametrize(
    ("heard_at", "event_time"),
    [
        ("2026-11-23T11:00:00Z", NOW - timedelta(minutes=15)),
        ("2026-11-23T15:00:05+03:00", NOW + timedelta(seconds=2)),
        ("2026-11-23T14:59:58+03:00", NOW - timedelta(seconds=2)),
    ],
)
def test_a_clock_that_is_off_is_clipped(heard_at: str, event_time: datetime) -> None:
    fix = {"lng": 51.5, "lat": 25.3, "accuracy_m": 5, "at": heard_at}
    read = on_our_clock(parse_batch(batch(sighting(heard_at=heard_at), gnss=fix), NOW), timedelta(0), NOW)
    assert read.gnss is not None
    assert [read.sightings[0].heard_at, read.gnss.at, read.newest_at] == [event_time] * 3


def test_what_is_clipped_to_one_instant_is_kept_once() -> None:
    ahead = [sighting(heard_at=f"2026-11-23T12:00:0{second}Z", rssi_dbm=-60 - second) for second in (5, 6, 4)]
    read = on_our_clock(parse_batch(batch(*ahead), NOW), timedelta(0), NOW)
    assert [one.rssi_dbm for one in read.sightings] == [-64]


@pytest.mark.parametrize("ahead", [timedelta(hours=-3), timedelta(0), timedelta(minutes=7)])
def test_the_times_of_a_clock_that_is_known_to_be_off_are_put_right(ahead: timedelta) -> None:
    moments = [NOW - timedelta(seconds=second) for second in (8, 3)]
    shown = parse_batch(batch(*(sighting(heard_at=(at + ahead).isoformat()) for at in moments)), NOW)
    assert [one.heard_at for one in on_our_clock(shown, ahead, NOW).sightings] == moments


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS: list[Callable[[Any], Any]] = [
    lambda value: value,
    lambda value: batch() | {"sequence": value},
    lambda value: batch() | {"sightings": value},
    lambda value: batch(value),
    lambda value: batch(sighting(beacon=value)),
    lambda value: batch(sighting(heard_at=value)),
    lambda value: batch(sighting(rssi_dbm=value)),
    lambda value: batch(gnss=value),
    lambda value: batch(motion=value),
]


@given(place=st.sampled_from(FIELDS), value=json_values)
def test_nothing_that_is_sent_makes_it_crash(place: Callable[[Any], Any], value: Any) -> None:
    try:
        parse_batch(place(value), NOW)
    except InvalidBatch as refused:
        assert refused.param is not None  # noqa: PT017  # most values are refused, some are fine
