"""Arrays handed to a kernel as one array of addresses: unpacking a dozen arrays takes Numba as long as a short search.

Whoever makes a table of addresses keeps the arrays alive for as long as it is used.
"""

import numpy as np
from numba import carray, njit, types  # type: ignore[attr-defined]  # Numba names it in no __all__
from numba.core.base import BaseContext
from numba.extending import intrinsic
from numpy.typing import NDArray


def addresses(*arrays: NDArray[np.generic]) -> NDArray[np.int64]:
    """(2 k,) the address of each C-contiguous array and how many rows it has."""
    return np.array([part for array in arrays for part in (array.ctypes.data, len(array))], np.int64)


@intrinsic
def _pointer(typing_context, address):  # type: ignore[no-untyped-def]  # Numba's own types
    """Return the address as a pointer."""

    def generate(context: BaseContext, builder, signature, arguments):  # type: ignore[no-untyped-def]  # Numba's own types
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))  # type: ignore[no-untyped-call]

    return types.voidptr(types.int64), generate


@njit(inline="always")
def array_at(table, index, row_shape, dtype):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Return the array with that place in the table of addresses; row_shape is () of arrays with one dimension."""
    address: int = _pointer(table[2 * index])  # type: ignore[call-arg]  # Numba passes the context
    return carray(address, (table[2 * index + 1], *row_shape), dtype)
