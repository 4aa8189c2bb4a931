"""Binary heaps in two arrays, for kernels: the smallest key first, of equal keys the smallest item.

The caller keeps the size and the room: an entry is read at 0 before it is popped.
"""

from numba import njit


@njit(cache=True, nogil=True)
def push(keys, items, size, key, item):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Put the entry in; return the new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if keys[parent] < key or (keys[parent] == key and items[parent] <= item):
            break
        keys[at] = keys[parent]
        items[at] = items[parent]
        at = parent
    keys[at] = key
    items[at] = item
    return size + 1


@njit(cache=True, nogil=True)
def pop(keys, items, size):  # type: ignore[no-untyped-def]  # Numba infers the types
    """Take the first entry off; return the new size."""
    size -= 1
    key = keys[size]
    item = items[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (keys[right] < keys[child] or (keys[right] == keys[child] and items[right] < items[child])):
            child = right
        if keys[child] > key or (keys[child] == key and items[child] >= item):
            break
        keys[at] = keys[child]
        items[at] = items[child]
        at = child
    keys[at] = key
    items[at] = item
    return size
