"""The sights of a map as bytes: those of a unit are read when somebody first turns there."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import numpy as np
import orjson

from navigation.core.array_blob import pack, unpack
from navigation.core.guiding.sights import Sight, Standing

# Eight bytes that a table begins with; the last one is the version of the layout.
MAGIC = b"DALILSI1"
# Units whose sights are kept read.
KEPT_UNITS = 4_096


def to_bytes(by_unit: Mapping[UUID, Sequence[Sight]]) -> bytes:
    """Return the sights by unit as one byte string, the same for the same sights."""
    texts = [orjson.dumps(list(map(tuple, seen))) for seen in by_unit.values()]  # ids become texts, standings numbers
    return pack(
        MAGIC,
        {},
        {
            "unit_id": np.frombuffer(b"".join(id_.bytes for id_ in by_unit), np.uint8).reshape(-1, 16),
            "begin": np.cumsum([0, *map(len, texts)], dtype=np.int64),
            "text": np.frombuffer(b"".join(texts), np.uint8),
        },
    )


class SightTable(Mapping[UUID, Sequence[Sight]]):
    """The sights by unit that `to_bytes` wrote; it keeps the bytes. Raises ValueError for anything else."""

    def __init__(self, data: bytes | memoryview) -> None:
        _, arrays = unpack(MAGIC, data)
        self._begin, self._text = arrays["begin"], arrays["text"].data
        self._numbers = {UUID(bytes=id_.tobytes()): number for number, id_ in enumerate(arrays["unit_id"])}
        self._read: dict[UUID, list[Sight]] = {}

    def __getitem__(self, unit_id: UUID) -> list[Sight]:
        seen = self._read.get(unit_id)
        if seen is None:
            number = self._numbers[unit_id]
            if len(self._read) >= KEPT_UNITS:
                self._read.clear()
            text = self._text[self._begin[number] : self._begin[number + 1]]
            seen = self._read[unit_id] = [_sight(*stored) for stored in orjson.loads(text)]
        return seen

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def _sight(
    x_m: float, y_m: float, feature_id: str, name: dict[str, str], noun: str | None, entrance: bool, standing: int
) -> Sight:
    return Sight(x_m, y_m, UUID(feature_id), name, noun, entrance, Standing(standing))
