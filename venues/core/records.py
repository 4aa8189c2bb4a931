"""The features of a map as the bytes that stand for it, each decoded when it is asked for: a fifth of the memory of its dicts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from mmap import mmap
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from venues.core.imdf.features import Feature, FeatureType

Bytes = bytes | mmap
Span = tuple[int, int]

_START = re.compile(rb'[\[,]\{"feature_type":"[a-z]+","geometry":')
"""What stands before each record of canonical bytes, and its first keys. An object among its properties may begin alike."""


class Records(Mapping[UUID, Feature]):
    """Features by id, as canonical bytes hold them from one index to another. Each is made anew when it is asked for."""

    def __init__(self, data: Bytes, ids: Sequence[UUID], spans: Sequence[Span]) -> None:
        self._data = data
        self._numbers = {id_: number for number, id_ in enumerate(ids)}
        self._spans = np.array(spans, dtype=np.int64)

    def __getitem__(self, feature_id: UUID) -> Feature:
        begin, end = self._spans[self._numbers[feature_id]].tolist()
        return _feature(orjson.loads(self._data[begin:end]))

    def __contains__(self, feature_id: object) -> bool:
        return feature_id in self._numbers

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def features_from(data: bytes) -> tuple[Feature, ...]:
    """Return the features of canonical bytes."""
    return tuple(map(_feature, orjson.loads(data)))


def spans_and_features(data: Bytes) -> Iterator[tuple[Span, Feature]]:
    """Yield the features of canonical bytes, each with where it stands there, decoded one after another.

    Raises orjson.JSONDecodeError, a ValueError, for other bytes.
    """
    begins = [match.start() + 1 for match in _START.finditer(data)]
    begin = None
    for at, following in zip(begins, [*begins[1:], len(data)], strict=True):
        begin = at if begin is None else begin
        try:
            record = orjson.loads(data[begin : following - 1])
        except orjson.JSONDecodeError:
            if following == len(data):
                raise
            continue  # what follows is an object inside this record, which ends with a later one
        yield (begin, following - 1), _feature(record)
        begin = None


def _feature(record: Mapping[str, Any]) -> Feature:
    return Feature(UUID(record["id"]), FeatureType(record["feature_type"]), record["geometry"], record["properties"])
