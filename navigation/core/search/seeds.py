"""What searches are asked and what they answer."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from navigation.core.graph import Ints

Longs = NDArray[np.int64]

UNREACHED = 2**62
"""The cost of a node that can't be reached."""


class Seed(NamedTuple):
    """A node to start from or to end at, and what it costs to get from the place itself to the node.

    A tuple, because requests make hundreds of them: a frozen dataclass takes three times as long to make.
    """

    node: int
    cost_ms: int


class Path(NamedTuple):
    """The cheapest path: nodes (k,), the edges between them (k - 1,), and which source and target it joins."""

    cost_ms: int
    source: int
    target: int
    nodes: Ints
    edges: Ints
