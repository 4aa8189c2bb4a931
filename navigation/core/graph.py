"""The routing graph: arrays that kernels search, compiled from a networkx model and turned back into one.

The model is a `networkx.MultiDiGraph` whose nodes are numbered from 0. Its attributes:

* graph: `snapshot_hash`;
* node: `x_m`, `y_m`, `level` (id), and where there is one `unit` (the walkable unit it lies in) and `feature` (the opening or
  relationship that it stands for);
* edge: `kind`, `length_m`, `feature`, and where they differ from DEFAULTS `flags`, `rise`, `width_m`, `slope_percent`,
  `time_factor`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum, IntFlag
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from navigation.core.array_blob import pack, unpack

if TYPE_CHECKING:
    import networkx as nx

# Eight bytes that a compiled graph begins with; the last one is the version of the layout.
MAGIC = b"DALILRG3"
NONE = -1

Ints = NDArray[np.int32]
Floats32 = NDArray[np.float32]


class EdgeKind(IntEnum):
    """How an edge is travelled. A DOOR leads through an opening, whether or not it has a leaf."""

    WALK = 0
    DOOR = 1
    STAIRS = 2
    ESCALATOR = 3
    MOVING_WALKWAY = 4
    RAMP = 5
    LIFT = 6


class EdgeFlag(IntFlag):
    """What else is true of an edge."""

    COVERED = 1
    COOLED = 2
    OUTDOOR = 4
    LEAF = 8  # a door that must be opened
    AUTOMATIC_DOOR = 16
    TURNING_DOOR = 32  # a revolving door or a turnstile: no wheels pass
    STAFF_ONLY = 64
    TACTILE = 128  # tactile paving or signs
    NO_WHEELS = 256  # said to be unfit for wheelchairs


# What an edge of the model has where it does not say so: a flat, open way of unknown, sufficient width.
DEFAULTS: Mapping[str, float] = {"flags": 0, "rise": 0.0, "width_m": np.inf, "slope_percent": 0.0, "time_factor": 1.0}


@dataclass(frozen=True, eq=False)
class RoutingGraph:
    """Nodes with places and levels, and directed edges in compressed rows: those of node u are first_out[u]:first_out[u + 1].

    n nodes, m edges. `level`, `feature` and `unit` arrays are indices into level_ids and feature_ids; -1 stands for none.
    """

    snapshot_hash: str
    level_ids: tuple[UUID, ...]
    feature_ids: tuple[UUID, ...]
    node_x_m: NDArray[np.float64] = field(repr=False)
    node_y_m: NDArray[np.float64] = field(repr=False)
    node_level: Ints = field(repr=False)
    node_feature: Ints = field(repr=False)
    """The opening or relationship that the node stands for."""
    node_unit: Ints = field(repr=False)
    """The walkable unit that the node lies in; none on a path outside of units."""
    first_out: Ints = field(repr=False)
    """(n + 1,)"""
    head: Ints = field(repr=False)
    """(m,) the node that the edge leads to."""
    length_m: Floats32 = field(repr=False)
    """(m,) metres in plan; of lifts 0."""
    kind: NDArray[np.uint8] = field(repr=False)
    flags: NDArray[np.uint16] = field(repr=False)
    edge_feature: Ints = field(repr=False)
    """(m,) the unit walked through, the opening passed or the relationship taken."""
    rise: Floats32 = field(repr=False)
    """(m,) ordinals climbed; negative downwards."""
    width_m: Floats32 = field(repr=False)
    """(m,) metres; infinite where nothing narrows the way or nothing is known."""
    slope_percent: Floats32 = field(repr=False)
    time_factor: Floats32 = field(repr=False)
    """(m,) how many times as long as such a way usually takes, as a manager says."""

    def __post_init__(self) -> None:
        """Nobody writes to a graph; and kernels are compiled once, for arrays that can't be written, mapped or not."""
        for name in ARRAYS:
            getattr(self, name).setflags(write=False)

    @property
    def node_count(self) -> int:
        return len(self.node_x_m)

    @property
    def edge_count(self) -> int:
        return len(self.head)

    @cached_property
    def tail(self) -> Ints:
        """(m,) the node that each edge starts from."""
        return np.repeat(np.arange(self.node_count, dtype=np.int32), np.diff(self.first_out))

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 in hex of the graph's bytes: the name of its blob."""
        return sha256(self.to_bytes()).hexdigest()

    @cached_property
    def nodes_of_unit(self) -> Mapping[UUID, Ints]:
        """The nodes that lie in each unit, ascending."""
        order = np.argsort(self.node_unit, kind="stable").astype(np.int32)
        units, starts = np.unique(self.node_unit[order], return_index=True)
        groups = np.split(order, starts[1:])
        return {self.feature_ids[unit]: group for unit, group in zip(units, groups, strict=True) if unit != NONE}

    def to_bytes(self) -> bytes:
        """Return the graph as one byte string, the same for the same graph."""
        header = {
            "feature_ids": [str(id_) for id_ in self.feature_ids],
            "level_ids": [str(id_) for id_ in self.level_ids],
            "snapshot_hash": self.snapshot_hash,
        }
        return pack(MAGIC, header, {name: getattr(self, name) for name in ARRAYS})

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> "RoutingGraph":
        """Return the graph of `to_bytes`; its arrays are views of `data`. Raises ValueError for anything else."""
        header, arrays = unpack(MAGIC, data)
        level_ids, feature_ids = (tuple(map(UUID, header[name])) for name in ("level_ids", "feature_ids"))
        return cls(header["snapshot_hash"], level_ids, feature_ids, **arrays)

    @classmethod
    def from_networkx(cls, model: "nx.MultiDiGraph[int]") -> "RoutingGraph":
        """Return the arrays of a model: edges by tail, then in the order in which the model got them."""
        nodes = [model.nodes[node] for node in range(len(model))]
        beside = dict(model.adjacency())
        edges = [
            (tail, head, data)
            for tail in range(len(model))
            for head, parallel in beside[tail].items()
            for data in parallel.values()
        ]
        level_ids = tuple(sorted({node["level"] for node in nodes}))
        feature_ids = tuple(
            sorted(_features(nodes, ("unit", "feature")) | _features([e[2] for e in edges], ("feature",)))
        )
        level_of = {id_: index for index, id_ in enumerate(level_ids)}
        feature_of: dict[UUID | None, int] = {id_: index for index, id_ in enumerate(feature_ids)}
        out_degree = np.bincount([tail for tail, _, _ in edges], minlength=len(nodes))
        return cls(
            snapshot_hash=model.graph["snapshot_hash"],
            level_ids=level_ids,
            feature_ids=feature_ids,
            node_x_m=np.array([node["x_m"] for node in nodes], np.float64),
            node_y_m=np.array([node["y_m"] for node in nodes], np.float64),
            node_level=np.array([level_of[node["level"]] for node in nodes], np.int32),
            node_feature=np.array([feature_of.get(node.get("feature"), NONE) for node in nodes], np.int32),
            node_unit=np.array([feature_of.get(node.get("unit"), NONE) for node in nodes], np.int32),
            first_out=np.concatenate(([0], np.cumsum(out_degree))).astype(np.int32),
            head=np.array([head for _, head, _ in edges], np.int32),
            length_m=np.array([data["length_m"] for _, _, data in edges], np.float32),
            kind=np.array([data["kind"] for _, _, data in edges], np.uint8),
            flags=np.array([data.get("flags", 0) for _, _, data in edges], np.uint16),
            edge_feature=np.array([feature_of.get(data["feature"], NONE) for _, _, data in edges], np.int32),
            rise=_floats(edges, "rise"),
            width_m=_floats(edges, "width_m"),
            slope_percent=_floats(edges, "slope_percent"),
            time_factor=_floats(edges, "time_factor"),
        )

    def to_networkx(self) -> "nx.MultiDiGraph[int]":
        """Return the model of the graph. The key of an edge is its index here."""
        import networkx as nx  # who searches has no need of it

        model: nx.MultiDiGraph[int] = nx.MultiDiGraph(snapshot_hash=self.snapshot_hash)
        for node in range(self.node_count):
            model.add_node(
                node, x_m=float(self.node_x_m[node]), y_m=float(self.node_y_m[node]),
                level=self.level_ids[self.node_level[node]], unit=self._feature(self.node_unit[node]),
                feature=self._feature(self.node_feature[node]),
            )  # fmt: skip
        for edge, (tail, head) in enumerate(zip(self.tail.tolist(), self.head.tolist(), strict=True)):
            model.add_edge(
                tail, head, key=edge, kind=EdgeKind(self.kind[edge]), length_m=float(self.length_m[edge]),
                feature=self._feature(self.edge_feature[edge]), flags=EdgeFlag(int(self.flags[edge])),
                rise=float(self.rise[edge]), width_m=float(self.width_m[edge]),
                slope_percent=float(self.slope_percent[edge]), time_factor=float(self.time_factor[edge]),
            )  # fmt: skip
        return model

    def _feature(self, index: int) -> UUID | None:
        return None if index == NONE else self.feature_ids[index]


ARRAYS = tuple(f.name for f in fields(RoutingGraph) if f.name not in {"snapshot_hash", "level_ids", "feature_ids"})

_Edge = tuple[int, int, dict[str, Any]]


def _features(items: list[dict[str, Any]], names: tuple[str, ...]) -> set[UUID]:
    return {id_ for item in items for name in names if (id_ := item.get(name)) is not None}


def _floats(edges: list[_Edge], name: str) -> Floats32:
    return np.array([data.get(name, DEFAULTS[name]) for _, _, data in edges], np.float32)
