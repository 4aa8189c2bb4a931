"""Searching the routing graph, exact to the millisecond, beside other threads.

A `Metric` answers for costs that are asked again and again; `shortest_path` and `costs_from` for costs that are asked once.
"""

from navigation.core.search.blocking import blocking_edges, blocking_features
from navigation.core.search.hierarchy import Hierarchy
from navigation.core.search.metric import Metric
from navigation.core.search.seeds import UNREACHED, Longs, Path, Seed
from navigation.core.search.stamped import costs_from, shortest_path
from navigation.core.search.warming import warm_up

__all__ = [
    "UNREACHED",
    "Hierarchy",
    "Longs",
    "Metric",
    "Path",
    "Seed",
    "blocking_edges",
    "blocking_features",
    "costs_from",
    "shortest_path",
    "warm_up",
]
