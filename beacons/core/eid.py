"""Eddystone-EID: identifiers that change, and whose they are to who has the beacon's key.

Google, "Eddystone-EID", github.com/google/eddystone, eddystone-eid/eid-computation.md.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import floor
from typing import Generic, TypeVar

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES, EID_BYTES = 16, 8
LARGEST_EXPONENT = 15
COUNTER_SECONDS = 2**32
# The temporary key is made of the counter's top 16 bits: one serves for 65,536 s, and for all who are asked for them.
TEMPORARY_KEY_SHIFT, KEPT_TEMPORARY_KEYS = 16, 65_536
TEMPORARY_KEY_SALT = 0xFF
# "a maximum error of 150 ppm": how far a beacon's clock may have run from ours since it was last known.
DRIFT_S_PER_S = 150e-6
# How far off the counter may be that an installer wrote down, until the beacon was heard (our assumption).
GIVEN_WITHIN_S = 900.0
# How far off the clocks of phones are that tell of an identifier while it is sent (our assumption).
HEARD_WITHIN_S = 10.0

Beacon = TypeVar("Beacon", bound=Hashable)


@dataclass(frozen=True)
class EidKey:
    """What a beacon and its resolver share: an AES-128 key, and that the identifier changes every 2**exponent seconds."""

    identity_key: bytes = field(repr=False)
    rotation_exponent: int

    def __post_init__(self) -> None:
        if len(self.identity_key) != KEY_BYTES:
            raise ValueError(f"an identity key has {KEY_BYTES} bytes, not {len(self.identity_key)}")
        if not 0 <= self.rotation_exponent <= LARGEST_EXPONENT:
            raise ValueError(f"a rotation exponent is 0 to {LARGEST_EXPONENT}, not {self.rotation_exponent}")

    @property
    def rotation_s(self) -> int:
        """How long an identifier is sent."""
        return 1 << self.rotation_exponent


@dataclass(frozen=True)
class EidClock:
    """What we know of a beacon's counter: it is Unix time plus `offset_s`, as was seen at the Unix time `learnt_at_s`.

    It was seen so within `within_s`, besides the two rotations by which an identifier leaves its counter open.
    """

    offset_s: float
    learnt_at_s: float
    within_s: float = 0.0

    def counters_s(self, key: EidKey, from_s: float, until_s: float) -> Iterator[int]:
        """Yield the starts of the rotations that may be heard between two Unix times.

        The beacon changes its identifier at any moment of a rotation, and its clock has drifted since it was last heard.
        """
        slack_s = max(self._slack_s(key, from_s), self._slack_s(key, until_s))
        first = floor((from_s + self.offset_s - slack_s) / key.rotation_s)
        last = floor((until_s + self.offset_s + slack_s) / key.rotation_s)
        for rotation in range(first, last + 1):
            yield rotation * key.rotation_s % COUNTER_SECONDS

    def learn(self, key: EidKey, counter_s: int, heard_at_s: float) -> "EidClock":
        """Return what is known once the identifier of a rotation was heard: the nearest offset that explains it.

        What no clock can have run by since it was last heard is no news of it: somebody sends again what it sent long ago.
        """
        expected_s = heard_at_s + self.offset_s
        ahead_s = (counter_s - expected_s + COUNTER_SECONDS / 2) % COUNTER_SECONDS - COUNTER_SECONDS / 2
        # Sent from the start of its rotation until up to one rotation after its end.
        correction_s = min(max(0.0, ahead_s), ahead_s + 2 * key.rotation_s)
        if abs(correction_s) > self._slack_s(key, heard_at_s):
            return self
        return EidClock(self.offset_s + correction_s, heard_at_s, HEARD_WITHIN_S)

    def _slack_s(self, key: EidKey, at_s: float) -> float:
        """Return how far the counter may be off from what is known of it."""
        return 2 * key.rotation_s + self.within_s + DRIFT_S_PER_S * abs(at_s - self.learnt_at_s)


def ephemeral_identifier(key: EidKey, counter_s: int) -> str:
    """Return the identifier (hex) that the beacon sends while its counter stands at `counter_s`.

    >>> ephemeral_identifier(EidKey(bytes.fromhex("0102030405060708090a111213141516"), 10), 2000)
    '4144413e45fefa58'
    """
    rotation = (counter_s >> key.rotation_exponent << key.rotation_exponent) % COUNTER_SECONDS
    block = bytes(11) + bytes((key.rotation_exponent,)) + rotation.to_bytes(4)
    return _encrypted(_temporary_key(key.identity_key, rotation >> TEMPORARY_KEY_SHIFT), block)[:EID_BYTES].hex()


@lru_cache(maxsize=KEPT_TEMPORARY_KEYS)
def _temporary_key(identity_key: bytes, top_of_counter: int) -> bytes:
    return _encrypted(identity_key, bytes(11) + bytes((TEMPORARY_KEY_SALT,)) + bytes(2) + top_of_counter.to_bytes(2))


def _encrypted(key: bytes, block: bytes) -> bytes:
    """Return one block encrypted: the specification asks for AES itself, so that there is no mode to speak of."""
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


@dataclass(frozen=True, eq=False)
class EidTable(Generic[Beacon]):
    """Every identifier that may be heard in some time, with whose it is and when its rotation starts."""

    _heard: Mapping[str, tuple[Beacon, int]]

    @classmethod
    def of(
        cls, beacons: Iterable[tuple[Beacon, EidKey, EidClock]], *, from_s: float, until_s: float
    ) -> "EidTable[Beacon]":
        """Return the table of what these beacons may send between two Unix times."""
        return cls(
            {
                ephemeral_identifier(key, counter_s): (beacon, counter_s)
                for beacon, key, clock in beacons
                for counter_s in clock.counters_s(key, from_s, until_s)
            }
        )

    def __len__(self) -> int:
        return len(self._heard)

    def resolve(self, eid: str) -> tuple[Beacon, int] | None:
        """Return whose identifier it is and the start of its rotation, None where it is nobody's of ours."""
        return self._heard.get(eid)
