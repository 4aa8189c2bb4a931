"""What searches are asked and what they answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from navigation.core.graph import Ints

Longs = NDArray[np.int64]

UNREACHED = 2**62
"""The cost of a node that can't be reached."""


@dataclass(frozen=True)
class Seed:
    """A node to start from or to end at, and what it costs to get from the place itself to the node."""

    node: int
    cost_ms: int


@dataclass(frozen=True, eq=False)
class Path:
    """The cheapest path: nodes (k,), the edges between them (k - 1,), and which source and target it joins."""

    cost_ms: int
    source: int
    target: int
    nodes: Ints
    edges: Ints
