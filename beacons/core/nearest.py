"""Trees that answer what is nearest to a place."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.spatial import KDTree


def tree_of(places_m: NDArray[np.float64]) -> "KDTree":
    """Return the tree over places (n, 2)."""
    from scipy.spatial import KDTree  # with 30 MB of SciPy, which a server without beacons has no use for

    return KDTree(places_m)
