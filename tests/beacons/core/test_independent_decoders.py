"""Our reading and writing of advertisements agrees with decoders that others wrote from the same specifications.

beacontools knows iBeacon and Eddystone; bluetooth-data-tools takes the structures of any advertising data apart.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from beacontools import parse_packet
from bluetooth_data_tools import parse_advertisement_data
from hypothesis import given

from beacons.core.advertisement import MANUFACTURER_DATA, SERVICE_DATA_16, parse
from beacons.core.altbeacon import decode_altbeacon
from beacons.core.eddystone import EidFrame, EncryptedTlmFrame, TlmFrame, UidFrame, UrlFrame
from beacons.core.frames import Frame, decode, encode
from beacons.core.ibeacon import IBeacon, decode_ibeacon
from tests.beacons.core import strategies

VECTORS = Path(__file__).parents[3] / "fixtures" / "advertisements"
GOLDEN = [
    pytest.param(bytes.fromhex(case["hex"]), id=f"{file.stem}: {case['name']}")
    for file in sorted(VECTORS.glob("*.json"))
    for case in json.loads(file.read_text())["cases"]
    if case.get("frame")
]
EDDYSTONE = "0000feaa-0000-1000-8000-00805f9b34fb"


def as_theirs(frame: Frame) -> dict[str, Any] | None:
    """Return what beacontools says of a frame of ours, in its words; None of what it does not know."""
    match frame:
        case IBeacon():
            return {
                "uuid": str(frame.proximity_uuid), "major": frame.major, "minor": frame.minor,
                "tx_power": frame.measured_power_dbm,
            }  # fmt: skip
        case UidFrame():
            return {"tx_power": frame.ranging_data_dbm, "namespace": frame.namespace, "instance": frame.instance}
        case UrlFrame():
            return {"tx_power": frame.ranging_data_dbm, "url": frame.url}
        case EidFrame():
            return {"tx_power": frame.ranging_data_dbm, "eid": bytes.fromhex(frame.eid)}
        case TlmFrame():
            return {
                "voltage": frame.battery_mv or 0,
                # They read it unsigned; the specification has it signed, 8.8 fixed point (eddystone-tlm/tlm-plain.md).
                "temperature": (-128.0 if frame.temperature_c is None else frame.temperature_c) % 256,
                "advertising_count": frame.advertisements,
                "seconds_since_boot": round(frame.uptime_s * 10),  # in tenths, for all its name
            }
        case EncryptedTlmFrame():
            return {
                "encrypted_data": frame.encrypted, "salt": int.from_bytes(frame.salt, "little"),
                "mic": int.from_bytes(frame.integrity_check, "little"),
            }  # fmt: skip
    return None


def agree(payload: bytes) -> None:
    frame = decode(payload)
    assert frame is not None
    expected = as_theirs(frame)
    if expected is not None:
        theirs = vars(parse_packet(payload))
        assert {name.lstrip("_"): value for name, value in theirs.items()} == expected


@pytest.mark.parametrize("payload", GOLDEN)
def test_golden_vectors_say_the_same_to_beacontools(payload: bytes) -> None:
    agree(payload)


@given(strategies.frames)
def test_what_we_send_says_the_same_to_beacontools(frame: Frame) -> None:
    agree(encode(frame))


@pytest.mark.parametrize("payload", GOLDEN)
def test_golden_vectors_have_the_same_structures_to_bluetooth_data_tools(payload: bytes) -> None:
    same_structures(payload)


@given(strategies.frames)
def test_what_we_send_has_the_same_structures_to_bluetooth_data_tools(frame: Frame) -> None:
    theirs = same_structures(encode(frame))
    match frame:
        case IBeacon():
            [(company, data)] = theirs.manufacturer_data.items()
            assert decode_ibeacon(company.to_bytes(2, "little") + data) == frame
        case _ if theirs.manufacturer_data:
            [(company, data)] = theirs.manufacturer_data.items()
            assert decode_altbeacon(company.to_bytes(2, "little") + data) == frame
        case _:
            assert theirs.service_uuids == [EDDYSTONE]


def same_structures(payload: bytes) -> Any:
    theirs = parse_advertisement_data([payload])
    ours = {part.ad_type: part.data for part in parse(payload)}
    for company, data in theirs.manufacturer_data.items():
        assert ours[MANUFACTURER_DATA] == company.to_bytes(2, "little") + data
    for data in theirs.service_data.values():
        assert ours[SERVICE_DATA_16][2:] == data
    assert bool(theirs.manufacturer_data) == (MANUFACTURER_DATA in ours)
    assert bool(theirs.service_data) == (SERVICE_DATA_16 in ours)
    return theirs
