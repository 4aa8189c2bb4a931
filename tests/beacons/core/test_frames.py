"""Advertisements: golden vectors from the specifications, and the laws of reading and writing."""

import contextlib
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beacons.core.advertisement import AdStructure, DecodeError, EncodeError, compose, parse
from beacons.core.altbeacon import AltBeacon
from beacons.core.eddystone import EidFrame, EncryptedTlmFrame, TlmFrame, UidFrame, UrlFrame, encode_url
from beacons.core.frames import Frame, announced_power_dbm, decode, encode, identity_of
from beacons.core.ibeacon import IBeacon
from beacons.core.sighting import AltBeaconId, EddystoneEid, EddystoneUid, IBeaconId
from tests.beacons.core.strategies import frames

VECTORS = Path(__file__).parents[3] / "fixtures" / "advertisements"
FORMATS = {
    IBeacon: "ibeacon",
    AltBeacon: "altbeacon",
    UidFrame: "eddystone_uid",
    UrlFrame: "eddystone_url",
    TlmFrame: "eddystone_tlm",
    EncryptedTlmFrame: "eddystone_etlm",
    EidFrame: "eddystone_eid",
}
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted(VECTORS.glob("*.json"))
    for case in json.loads(file.read_text())["cases"]
    if "hex" in case  # eid.json has keys, not advertisements
]


def as_json(frame: Frame | None) -> dict[str, Any] | None:
    """Return the frame in the words of the golden vectors."""
    if frame is None:
        return None
    plain: dict[type, Callable[[Any], Any]] = {bytes: bytes.hex, UUID: str}
    fields = dataclasses.asdict(frame).items()
    return {"format": FORMATS[type(frame)]} | {key: plain.get(type(value), lambda v: v)(value) for key, value in fields}


@pytest.mark.parametrize("case", CASES)
def test_golden_vectors_are_read_as_they_say(case: dict[str, Any]) -> None:
    payload = bytes.fromhex(case["hex"])
    if "error" in case:
        with pytest.raises(DecodeError) as refused:
            decode(payload)
        assert str(refused.value) == case["error"]
    else:
        assert as_json(decode(payload)) == case["frame"]


@given(frames)
def test_what_is_encoded_decodes_to_itself_and_fits_a_legacy_advertisement(frame: Frame) -> None:
    assert decode(encode(frame)) == frame
    assert len(encode(frame)) <= 31


@given(st.binary(max_size=62))
def test_noise_is_nothing_of_ours_or_an_error_that_says_why(payload: bytes) -> None:
    with contextlib.suppress(DecodeError):
        frame = decode(payload)
        assert frame is None or isinstance(frame, tuple(FORMATS))


@given(frame=frames, cut=st.integers(1, 30))
def test_a_truncated_frame_never_decodes_to_another(frame: Frame, cut: int) -> None:
    with contextlib.suppress(DecodeError):
        assert decode(encode(frame)[:-cut]) in (None, frame)


@given(frame=frames, at=st.integers(0, 61), flipped=st.integers(1, 255))
def test_a_frame_with_a_damaged_byte_is_another_frame_nothing_or_an_error(frame: Frame, at: int, flipped: int) -> None:
    payload = bytearray(encode(frame))
    payload[at % len(payload)] ^= flipped
    with contextlib.suppress(DecodeError):
        assert decode(bytes(payload)) is None or isinstance(decode(bytes(payload)), tuple(FORMATS))


@given(frame=frames, more=st.integers(1, 200))
def test_a_length_that_lies_is_an_error_that_says_what_was_left(frame: Frame, more: int) -> None:
    *before, last = parse(encode(frame))
    start = len(compose(before))
    payload = bytearray(encode(frame))
    payload[start] = min(255, payload[start] + more)
    with pytest.raises(DecodeError, match=f"byte {start} says {payload[start]} bytes, {1 + len(last.data)} are left"):
        decode(bytes(payload))


@given(frame=frames, foreign=st.lists(st.tuples(st.sampled_from([0x09, 0x0A, 0x16, 0xFF]), st.binary(max_size=20))))
def test_a_frame_is_found_among_structures_of_others(frame: Frame, foreign: list[tuple[int, bytes]]) -> None:
    others = [AdStructure(kind, b"\xfd\xff" + data) for kind, data in foreign]
    assert decode(compose(others) + encode(frame)) == frame


def test_a_length_of_zero_ends_the_significant_part() -> None:
    assert parse(bytes.fromhex("02010600ffff")) == parse(bytes.fromhex("020106"))


def test_a_url_that_does_not_fit_is_refused() -> None:
    for url in ("ftp://a.example", "https://" + "x" * 18, "https://a b", "https://a\x00b"):
        with pytest.raises(ValueError, match=r"begins with|needs 18 bytes|without spaces"):
            encode_url(url)


@pytest.mark.parametrize(
    "frame",
    [
        IBeacon(UUID(int=1), 70_000, 1, -59),
        IBeacon(UUID(int=1), 1, -1, -59),
        AltBeacon(1, UUID(int=1), 1, 1, -129),
        AltBeacon(1, UUID(int=1), 1, 1, -59, reserved=256),
        UidFrame(-18, "00", "11"),
        UidFrame(-18, "zz" * 10, "11" * 6),
        UidFrame(-200, "00" * 10, "11" * 6),
        UrlFrame(-18, "https://\u00e9.com"),
        UrlFrame(-18, "https://a\x00b"),
        TlmFrame(70_000, 20.0, 1, 1.0),
        TlmFrame(3_000, float("nan"), 1, 1.0),
        TlmFrame(3_000, 200.0, 1, 1.0),
        EncryptedTlmFrame(b"short", b"", b""),
        EidFrame(-18, "00"),
    ],
    ids=repr,
)
def test_a_value_that_a_frame_has_no_room_for_is_refused(frame: Frame) -> None:
    with pytest.raises(EncodeError, match="No advertisement holds"):
        encode(frame)


def test_identities_and_powers_come_from_the_frames_that_have_them() -> None:
    uuid = UUID(int=7)
    assert identity_of(IBeacon(uuid, 1, 2, -59)) == IBeaconId(uuid, 1, 2)
    assert identity_of(AltBeacon(1, uuid, 1, 2, -59)) == AltBeaconId(uuid, 1, 2)
    assert identity_of(UidFrame(-18, "00" * 10, "11" * 6)) == EddystoneUid("00" * 10, "11" * 6)
    assert identity_of(EidFrame(-18, "00" * 8)) == EddystoneEid("00" * 8)
    assert identity_of(UrlFrame(-18, "https://c.com")) is None
    assert announced_power_dbm(IBeacon(uuid, 1, 2, -59)) == announced_power_dbm(UidFrame(-18, "00" * 10, "11" * 6))
    assert announced_power_dbm(TlmFrame(None, None, 0, 0.0)) is None
