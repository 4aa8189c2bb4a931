"""Searching the routing graph, exact to the millisecond, beside other threads."""

from navigation.core.search.seeds import UNREACHED, Longs, Path, Seed
from navigation.core.search.stamped import Metric, blocking_features, costs_from, least_ms_per_m, shortest_path, warm_up

__all__ = [
    "UNREACHED",
    "Longs",
    "Metric",
    "Path",
    "Seed",
    "blocking_features",
    "costs_from",
    "least_ms_per_m",
    "shortest_path",
    "warm_up",
]
