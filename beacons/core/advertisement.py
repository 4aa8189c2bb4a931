"""Advertising data: the at most 31 (legacy) or 255 bytes that a beacon sends, as AD structures.

Layout and type numbers: Bluetooth Core Specification 5.4, volume 3, part C, section 11, and its Supplement, part A.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SERVICE_DATA_16 = 0x16
MANUFACTURER_DATA = 0xFF


class DecodeError(ValueError):
    """The bytes claim to be something of ours and are not; the message says what was expected and what came."""


class EncodeError(ValueError):
    """A frame has a value that its format has no room for."""


@dataclass(frozen=True)
class AdStructure:
    """One AD structure: its type number and its data."""

    ad_type: int
    data: bytes


def parse(payload: bytes) -> tuple[AdStructure, ...]:
    """Return the AD structures of advertising data, as sent. Raises DecodeError where a length leaves the payload.

    >>> parse(bytes.fromhex("020106"))
    (AdStructure(ad_type=1, data=b'\\x06'),)
    """
    structures = []
    at = 0
    while at < len(payload) and payload[at] != 0:  # a length of zero ends the significant part
        length = payload[at]
        data = payload[at + 1 : at + 1 + length]
        if len(data) < length:
            raise DecodeError(f"the AD structure at byte {at} says {length} bytes, {len(data)} are left")
        structures.append(AdStructure(data[0], data[1:]))
        at += 1 + length
    return tuple(structures)


def compose(structures: Iterable[AdStructure]) -> bytes:
    """Return the advertising data of AD structures: the inverse of `parse`."""
    return b"".join(bytes((1 + len(part.data), part.ad_type)) + part.data for part in structures)
