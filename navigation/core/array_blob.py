"""Arrays in one byte string that can be mapped: magic, header length, JSON header, arrays at multiples of a cache line."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Arrays begin at multiples of a cache line, so that a mapped file is as good as memory.
ALIGNMENT = 64
MAGIC_BYTES = 8

Arrays = dict[str, NDArray[Any]]


def pack(magic: bytes, header: Mapping[str, object], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return header and arrays as one byte string, the same for the same content.

    `magic` is eight bytes; the last one is the version of the layout. `header` is JSON and has no key `arrays`.
    """
    table, bodies, offset = [], [], 0
    for name, array in arrays.items():
        little = array.dtype.newbyteorder("<")
        body = np.ascontiguousarray(array).astype(little, copy=False).tobytes()
        table.append([name, little.str, list(array.shape), offset])
        bodies.append(body.ljust(_padded(len(body)), b"\0"))
        offset += len(bodies[-1])
    encoded = json.dumps({**header, "arrays": table}, separators=(",", ":"), sort_keys=True).encode()
    start = _padded(MAGIC_BYTES + 8 + len(encoded))
    return b"".join([(magic + len(encoded).to_bytes(8, "little") + encoded).ljust(start, b"\0"), *bodies])


def unpack(magic: bytes, data: bytes | memoryview) -> tuple[dict[str, Any], Arrays]:
    """Return header and arrays of `pack`; the arrays are views of `data`. Raises ValueError for anything else."""
    view = memoryview(data)
    if bytes(view[:MAGIC_BYTES]) != magic:
        raise ValueError(f"expected bytes that begin with {magic!r}, got {bytes(view[:MAGIC_BYTES])!r}")
    length = int.from_bytes(view[MAGIC_BYTES : MAGIC_BYTES + 8], "little")
    header = json.loads(bytes(view[MAGIC_BYTES + 8 : MAGIC_BYTES + 8 + length]))
    start = _padded(MAGIC_BYTES + 8 + length)
    arrays = {
        name: np.frombuffer(view, np.dtype(dtype), int(np.prod(shape)), start + offset).reshape(shape)
        for name, dtype, shape, offset in header.pop("arrays")
    }
    return header, arrays


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
