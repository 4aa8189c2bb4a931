"""The beacons of a venue where they hang: immutable arrays over one snapshot, named by the hash of their bytes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from beacons.core.nearest import tree_of
from beacons.core.registry import BeaconFormat, identity_from_key, identity_key
from beacons.core.sighting import BeaconIdentity, SightedIdentity, Sighting

if TYPE_CHECKING:
    from scipy.spatial import KDTree

MAGIC = b"dalil-deployment-2\n"
OUTDOORS = -1
NEIGHBOURS = 3
SPACING_RANGE_M = (2.0, 20.0)  # from a shelf to a square

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]


@dataclass(frozen=True)
class DeployedBeacon:
    """One beacon in metres of the snapshot's frame."""

    id: UUID
    identity: BeaconIdentity
    address: str
    x_m: float
    y_m: float
    level_id: UUID
    height_m: float
    measured_power_dbm: float
    further: tuple[BeaconIdentity, ...] = ()


@dataclass(frozen=True)
class DeployedLevel:
    """A level that has beacons: its ordinal, and a number for its building (OUTDOORS where it has none)."""

    id: UUID
    ordinal: float
    building: int


@dataclass(frozen=True, eq=False)
class Deployment:
    """Beacons in the order of their ids. (n,) arrays: metres, metres above the floor, dBm at 1 m, index into `levels`.

    `further`: of each what it sends beside the identity that names it.
    """

    snapshot_hash: str
    levels: tuple[DeployedLevel, ...]
    ids: tuple[UUID, ...]
    identities: tuple[BeaconIdentity, ...]
    addresses: tuple[str, ...]
    x_m: Floats
    y_m: Floats
    height_m: Floats
    measured_power_dbm: Floats
    level: Indices
    further: tuple[tuple[BeaconIdentity, ...], ...]

    @classmethod
    def build(
        cls, snapshot_hash: str, beacons: Sequence[DeployedBeacon], levels: Sequence[DeployedLevel]
    ) -> "Deployment":
        """Return the deployment of these beacons, whatever their order. Levels without beacons are left out."""
        ordered = sorted(beacons, key=lambda beacon: beacon.id)
        used_ids = {beacon.level_id for beacon in ordered}
        used = tuple(sorted((level for level in levels if level.id in used_ids), key=lambda level: level.id))
        number = {level.id: index for index, level in enumerate(used)}
        return cls(
            snapshot_hash=snapshot_hash,
            levels=used,
            ids=tuple(beacon.id for beacon in ordered),
            identities=tuple(beacon.identity for beacon in ordered),
            addresses=tuple(beacon.address for beacon in ordered),
            x_m=np.array([beacon.x_m for beacon in ordered], dtype=np.float64),
            y_m=np.array([beacon.y_m for beacon in ordered], dtype=np.float64),
            height_m=np.array([beacon.height_m for beacon in ordered], dtype=np.float64),
            measured_power_dbm=np.array([beacon.measured_power_dbm for beacon in ordered], dtype=np.float64),
            level=np.array([number[beacon.level_id] for beacon in ordered], dtype=np.int32),
            further=tuple(beacon.further for beacon in ordered),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def index_of(self, identity: SightedIdentity, address: str | None) -> int | None:
        """Return which beacon was heard, None when it is not ours or can't be told.

        Where beacons share an identity the address decides. Where only one has it, the address does not matter: phones and
        beacons may randomise it.
        """
        indices = self._by_identity.get(identity, ())
        if len(indices) == 1:
            return indices[0]
        return next((index for index in indices if self.addresses[index] == address), None)

    def means_dbm(self, sightings: Iterable[Sighting]) -> dict[int, float]:
        """Return the mean strength of each of our beacons that was heard, by its index."""
        heard: dict[int, list[float]] = {}
        for one in sightings:
            index = self.index_of(one.identity, one.address)
            if index is not None:
                heard.setdefault(index, []).append(one.rssi_dbm)
        return {index: sum(values) / len(values) for index, values in heard.items()}

    @cached_property
    def _by_identity(self) -> Mapping[SightedIdentity, tuple[int, ...]]:
        found: dict[SightedIdentity, tuple[int, ...]] = {}
        for index, (named, further) in enumerate(zip(self.identities, self.further, strict=True)):
            for identity in (named, *further):
                found[identity] = (*found.get(identity, ()), index)
        return found

    @cached_property
    def level_ordinal(self) -> Floats:
        """(l,) the ordinal of each level."""
        return np.array([level.ordinal for level in self.levels], dtype=np.float64)

    @cached_property
    def level_building(self) -> Indices:
        """(l,) the building of each level, OUTDOORS where it has none."""
        return np.array([level.building for level in self.levels], dtype=np.int32)

    @cached_property
    def beacon_ordinal(self) -> Floats:
        """(n,) the ordinal of each beacon's level."""
        return np.asarray(self.level_ordinal[self.level])

    @cached_property
    def beacon_building(self) -> Indices:
        """(n,) the building of each beacon's level, OUTDOORS where it has none."""
        return np.asarray(self.level_building[self.level], np.int32)

    @cached_property
    def _level_trees(self) -> "tuple[tuple[Indices, KDTree], ...]":
        """For each level its beacons and a tree over their places."""
        places = np.column_stack([self.x_m, self.y_m])
        groups = [np.flatnonzero(self.level == level).astype(np.int32) for level in range(len(self.levels))]
        return tuple((group, tree_of(places[group])) for group in groups)

    @cached_property
    def spacing_m(self) -> Floats:
        """(n,) how far each beacon is from its nearest neighbours on its level, on average, within SPACING_RANGE_M."""
        spacing = np.full(len(self), SPACING_RANGE_M[1])
        for group, tree in self._level_trees:
            distance_m, _ = tree.query(tree.data, k=range(2, 2 + NEIGHBOURS))  # the nearest is the beacon itself
            finite = np.isfinite(distance_m)
            count = finite.sum(axis=1)
            mean = np.where(finite, distance_m, 0).sum(axis=1) / np.maximum(count, 1)
            spacing[group] = np.where(count > 0, mean, SPACING_RANGE_M[1])
        return np.asarray(np.clip(spacing, *SPACING_RANGE_M))

    def nearest_on_level(self, level: int, x_m: float, y_m: float, n: int) -> Indices:
        """Return the at most n beacons of a level nearest to a place, nearest first."""
        group, tree = self._level_trees[level]
        _, nearest = tree.query((x_m, y_m), k=range(1, min(n, len(group)) + 1))
        return group[nearest]

    def to_bytes(self) -> bytes:
        """Return the one byte string of this deployment: a line that names the format, a line of JSON, the arrays."""
        header = {
            "snapshot_hash": self.snapshot_hash,
            "levels": [[str(level.id), level.ordinal, level.building] for level in self.levels],
            "ids": [str(beacon_id) for beacon_id in self.ids],
            "identities": [identity_key(identity) for identity in self.identities],
            "further": [[identity_key(identity) for identity in own] for own in self.further],
            "addresses": self.addresses,
        }
        text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
        floats = np.stack([self.x_m, self.y_m, self.height_m, self.measured_power_dbm]).astype("<f8")
        return MAGIC + text + b"\n" + floats.tobytes() + self.level.astype("<i4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Deployment":
        """Return the deployment that these bytes stand for. Raises ValueError when they are something else."""
        if not data.startswith(MAGIC):
            raise ValueError(f"a deployment begins with {MAGIC!r}, not with {data[: len(MAGIC)]!r}")
        end = data.index(b"\n", len(MAGIC))
        header = json.loads(data[len(MAGIC) : end])
        n = len(header["ids"])
        floats = np.frombuffer(data, "<f8", 4 * n, end + 1).reshape(4, n).astype(np.float64)
        level = np.frombuffer(data, "<i4", n, end + 1 + floats.nbytes).astype(np.int32)
        return cls(
            header["snapshot_hash"],
            tuple(DeployedLevel(UUID(level_id), ordinal, building) for level_id, ordinal, building in header["levels"]),
            tuple(UUID(beacon_id) for beacon_id in header["ids"]),
            tuple(identity_from_key(BeaconFormat(kind), key) for kind, key in header["identities"]),
            tuple(header["addresses"]),
            x_m=floats[0],
            y_m=floats[1],
            height_m=floats[2],
            measured_power_dbm=floats[3],
            level=level,
            further=tuple(
                tuple(identity_from_key(BeaconFormat(kind), key) for kind, key in own) for own in header["further"]
            ),
        )
