"""Eddystone (Google, "Eddystone Protocol Specification", github.com/google/eddystone): UID, URL, TLM and EID.

All frames are service data of the 16-bit UUID 0xFEAA. Ranging data is the strength expected at 0 m, not at 1 m.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from beacons.core.advertisement import DecodeError

SERVICE_UUID = bytes.fromhex("aafe")  # 0xFEAA, little-endian as in the advertisement
UID, URL, TLM, EID = 0x00, 0x10, 0x20, 0x30

URL_SCHEMES = ("http://www.", "https://www.", "http://", "https://")
URL_ENDINGS = (".com/", ".org/", ".edu/", ".net/", ".info/", ".biz/", ".gov/",
               ".com", ".org", ".edu", ".net", ".info", ".biz", ".gov")  # fmt: skip
URL_BYTES = 17  # of the encoded URL without its scheme

# Telemetry that a beacon does not support (eddystone-tlm/tlm-plain.md).
NO_BATTERY_MV = 0
NO_TEMPERATURE = -128.0


@dataclass(frozen=True)
class UidFrame:
    """`namespace` (10 bytes) and `instance` (6 bytes) in lower-case hex."""

    ranging_data_dbm: int
    namespace: str
    instance: str


@dataclass(frozen=True)
class UrlFrame:
    ranging_data_dbm: int
    url: str


@dataclass(frozen=True)
class TlmFrame:
    """Plain telemetry: what the beacon says of itself. None where it does not measure."""

    battery_mv: int | None
    temperature_c: float | None
    advertisements: int
    uptime_s: float


@dataclass(frozen=True)
class EncryptedTlmFrame:
    """Telemetry that only who has the beacon's key can read."""

    encrypted: bytes
    salt: bytes
    integrity_check: bytes


@dataclass(frozen=True)
class EidFrame:
    """An ephemeral identifier (8 bytes in hex), which only who has the beacon's key can resolve."""

    ranging_data_dbm: int
    eid: str


EddystoneFrame = UidFrame | UrlFrame | TlmFrame | EncryptedTlmFrame | EidFrame


def decode_eddystone(data: bytes) -> EddystoneFrame | None:
    """Return the Eddystone frame in service data (its UUID first), or None if it is another service or frame type.

    Raises DecodeError when the frame is truncated or contradicts its type.
    """
    if data[:2] != SERVICE_UUID:
        return None
    frame = data[2:]
    if not frame:
        raise DecodeError("Eddystone data must have a frame type, got nothing after the UUID")
    decoder = DECODERS.get(frame[0])
    return decoder(frame) if decoder else None


def encode_eddystone(frame: EddystoneFrame) -> bytes:
    """Return the service data (its UUID first) of an Eddystone frame."""
    match frame:
        case UidFrame():
            identity = bytes.fromhex(frame.namespace) + bytes.fromhex(frame.instance)
            body = struct.pack(">Bb", UID, frame.ranging_data_dbm) + identity + bytes(2)
        case UrlFrame():
            body = struct.pack(">Bb", URL, frame.ranging_data_dbm) + encode_url(frame.url)
        case TlmFrame():
            body = _encode_tlm(frame)
        case EncryptedTlmFrame():
            body = bytes((TLM, 0x01)) + frame.encrypted + frame.salt + frame.integrity_check
        case EidFrame():
            body = struct.pack(">Bb", EID, frame.ranging_data_dbm) + bytes.fromhex(frame.eid)
    return SERVICE_UUID + body


def encode_url(url: str) -> bytes:
    """Return the scheme byte and the compressed rest of a URL. Raises ValueError where it does not fit a frame.

    >>> encode_url("https://www.msheireb.com/").hex()
    '016d7368656972656200'
    """
    scheme = next((index for index, prefix in enumerate(URL_SCHEMES) if url.startswith(prefix)), None)
    if scheme is None:
        raise ValueError(f"a beacon's URL begins with http:// or https://, not {url!r}")
    encoded = url.removeprefix(URL_SCHEMES[scheme]).encode("ascii")
    if any(not is_url_character(byte) for byte in encoded):
        raise ValueError(f"a beacon's URL has printable characters without spaces, not {url!r}")
    for code, ending in enumerate(URL_ENDINGS):  # those with a slash come first, so that they win
        encoded = encoded.replace(ending.encode(), bytes((code,)))
    if len(encoded) > URL_BYTES:
        raise ValueError(f"{url} needs {len(encoded)} bytes, a frame has {URL_BYTES}")
    return bytes((scheme,)) + encoded


def decode_url(encoded: bytes) -> str:
    """Return the URL of a scheme byte and a compressed rest. Raises DecodeError for bytes that no URL has."""
    if encoded[0] >= len(URL_SCHEMES):
        raise DecodeError(f"an Eddystone URL scheme is 0 to {len(URL_SCHEMES) - 1}, got {encoded[0]}")
    characters = [URL_SCHEMES[encoded[0]]]
    for byte in encoded[1:]:
        if byte < len(URL_ENDINGS):
            characters.append(URL_ENDINGS[byte])
        elif is_url_character(byte):
            characters.append(chr(byte))
        else:
            raise DecodeError(f"an Eddystone URL has no byte 0x{byte:02x}")
    return "".join(characters)


def is_url_character(byte: int) -> bool:
    """Return whether a byte of a URL stands for itself."""
    return 0x20 < byte < 0x7F


def _decode_uid(frame: bytes) -> UidFrame:
    # The two reserved bytes at the end came with a later edition: beacons of the first one end at 18.
    if len(frame) not in (18, 20):
        raise DecodeError(f"an Eddystone UID frame must be 18 or 20 bytes, got {len(frame)}")
    return UidFrame(_signed(frame[1]), frame[2:12].hex(), frame[12:18].hex())


def _decode_url(frame: bytes) -> UrlFrame:
    if not 3 <= len(frame) <= 3 + URL_BYTES:
        raise DecodeError(f"an Eddystone URL frame must be 3 to {3 + URL_BYTES} bytes, got {len(frame)}")
    return UrlFrame(_signed(frame[1]), decode_url(frame[2:]))


def _decode_tlm(frame: bytes) -> TlmFrame | EncryptedTlmFrame:
    version = frame[1] if len(frame) > 1 else None
    if version == 0x01 and len(frame) == 18:
        return EncryptedTlmFrame(frame[2:14], frame[14:16], frame[16:18])
    if version != 0x00 or len(frame) != 14:
        raise DecodeError(f"an Eddystone TLM frame must be 14 bytes of version 0 or 18 of 1, got {frame.hex()}")
    battery_mv, temperature, advertisements, uptime_ds = struct.unpack(">HhII", frame[2:])
    temperature_c = temperature / 256  # signed 8.8 fixed point
    return TlmFrame(
        battery_mv=None if battery_mv == NO_BATTERY_MV else battery_mv,
        temperature_c=None if temperature_c == NO_TEMPERATURE else temperature_c,
        advertisements=advertisements,
        uptime_s=uptime_ds / 10,
    )


def _encode_tlm(frame: TlmFrame) -> bytes:
    battery_mv = NO_BATTERY_MV if frame.battery_mv is None else frame.battery_mv
    temperature_c = NO_TEMPERATURE if frame.temperature_c is None else frame.temperature_c
    return struct.pack(
        ">BBHhII", TLM, 0, battery_mv, round(temperature_c * 256), frame.advertisements, round(frame.uptime_s * 10)
    )


def _decode_eid(frame: bytes) -> EidFrame:
    if len(frame) != 10:
        raise DecodeError(f"an Eddystone EID frame must be 10 bytes, got {len(frame)}")
    return EidFrame(_signed(frame[1]), frame[2:10].hex())


def _signed(byte: int) -> int:
    return byte - 256 if byte > 127 else byte


DECODERS: Mapping[int, Callable[[bytes], EddystoneFrame]] = {
    UID: _decode_uid,
    URL: _decode_url,
    TLM: _decode_tlm,
    EID: _decode_eid,
}
