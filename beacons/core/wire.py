"""Reading JSON that a phone sent: value by value, and whoever sent what can't be is told which and why."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import orjson

from beacons.errors import InvalidBatch

# How far a device's clock may be off before its times mean nothing; event times are no further off than these (CAMPAIGNS.md, Time).
ABSURD = timedelta(days=1)
MOST_LATE = timedelta(minutes=15)
MOST_EARLY = timedelta(seconds=2)

UUID_TEXT = re.compile(r"[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}")

Json = Mapping[str, Any]
Part = TypeVar("Part")


class Clock:
    """Reads what a device's clock showed."""

    def __init__(self, received_at: datetime) -> None:
        self._received_at = received_at
        self._read: dict[str, datetime] = {}  # the sightings of a batch share few instants

    def time(self, value: Any, param: str) -> datetime:
        if not isinstance(value, str):
            raise refusal(param, "must be a time such as 2026-11-23T12:00:00Z", value)
        at = self._read.get(value)
        if at is None:
            at = self._read[value] = self._parsed(value, param)
        return at

    def _parsed(self, value: str, param: str) -> datetime:
        try:
            at = datetime.fromisoformat(value)
        except ValueError as error:
            raise refusal(param, "must be a time such as 2026-11-23T12:00:00Z", value) from error
        if at.tzinfo is None:
            raise refusal(param, "must have an offset from UTC, such as Z", value)
        try:
            at = at.astimezone(UTC)
        except OverflowError as error:
            raise refusal(param, "is no time that can be", value) from error
        if abs(at - self._received_at) > ABSURD:
            raise refusal(param, "is more than a day from now: the device's clock is wrong", value)
        return at


def json_of(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidBatch(f"The body is no JSON: {error}.") from error


def optional(batch: Json, name: str, read: Callable[[Json], Part]) -> Part | None:
    part = batch.get(name)
    return None if part is None else read(an_object(part, name))


def an_object(value: Any, path: str) -> Json:
    if not isinstance(value, Mapping):
        raise refusal(path or "body", "must be an object", value)
    return value


def number(part: Json, name: str, param: str, low: float, high: float) -> float:
    value = part.get(name)
    # bool is an int in Python, and true is no number; NaN lies in no range.
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise refusal(param, f"must be a number from {low:g} to {high:g}", value)
    return float(value)


def whole(part: Json, name: str, param: str, low: int, high: int) -> int:
    value = part.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise refusal(param, f"must be a whole number from {low} to {high}", value)
    return value


def word(beacon: Json, name: str, path: str) -> int:
    value = beacon.get(name)
    if type(value) is int and 0 <= value <= 0xFFFF:
        return value
    raise refusal(f"{path}.{name}", "must be a whole number from 0 to 65535", value)


def uuid(beacon: Json, name: str, path: str) -> UUID:
    value = beacon.get(name)
    if isinstance(value, str) and UUID_TEXT.fullmatch(value):
        return UUID(value)
    raise refusal(f"{path}.{name}", "must be a UUID", value)


def in_hex(beacon: Json, name: str, path: str, pattern: re.Pattern[str], wanted: str) -> str:
    value = beacon.get(name)
    if isinstance(value, str) and pattern.fullmatch(value):
        return value.lower()
    raise refusal(f"{path}.{name}", f"must be {wanted}", value)


def refusal(param: str, wanted: str, got: Any) -> InvalidBatch:
    shown = "nothing" if got is None else repr(got)[:80]
    return InvalidBatch(f"{param} {wanted}, not {shown}.", param=param)
