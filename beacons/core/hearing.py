"""How likely what was heard is in each state: the strengths of beacons that were heard, and the silence of the others.

The strength of beacon i in a cell is normal about `P_i + offset - 10 n log10(d) - penetration - body + residual`. The phone's
offset is never known and is integrated out in closed form (Bishop 2006, section 3.3). The visitor's own body takes
`body_db (1 - cos(angle)) / 2` from what comes from an angle to their heading, half of it where they stand. A beacon that is
not heard was too faint, or its packets were lost: censored data (POSITIONING.md, The limit).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from beacons.core.cells import Cells, Ints
from beacons.core.deployment import Deployment
from beacons.core.emission import EXPONENT, FLOOR_LOSS_DB, NEAREST_M, PHONE_HEIGHT_M, STOREY_M, WALL_LOSS_DB
from beacons.core.patches import Patches
from beacons.core.states import EAST, NORTH, Ground, States
from beacons.core.walking import MODE_MPS
from beacons.core.weighing import Beacons, Rasters, Scans, Tiles, Weighed, silence_table, weighed

Floats = NDArray[np.float64]

# What a body takes at 2.4 GHz: 5 dB from a phone held before it to 20 dB from one worn (Kilani et al. 2013); a phone is held.
BODY_LOSS_DB = 8.0
# What stays while the visitor stands (shadowing, power and place of the beacon) and what differs from packet to packet.
STATIC_DB = 5.0
FAST_DB = 5.0
# Scans of successive seconds share their static errors, which change over some 4 m of walking: as many scans as a visitor takes to
# walk so far. Who stands has moved a little after these scans, or the others about them have. Our assumptions.
CORRELATED_M, MOST_CORRELATED_SCANS = 3.6, 5.0
# Phones differ by some 5 dB by model (POSITIONING.md, online step 5), and beacons are seldom measured where they hang.
OFFSET_DEVIATION_DB = 10.0
# How much the offset may wander from one second to the next: the hand closes about the phone.
OFFSET_DRIFT_DB = 0.5
LARGEST_OFFSET_DB = 25.0
# What phones hear down to, and how probably a packet that is strong enough gets through within a second: with intervals of up
# to a second, collisions and scan gaps, rather seldom (our assumption).
THRESHOLD_DBM = -95.0
GETS_THROUGH = 0.7
# Successive silences share their static errors too, and phones differ in what they hear down to: silence counts for half.
SILENCE_WEIGHT = 0.5
# Silence is weighed of so many beacons on the level, the nearest, within so many metres.
SILENT_BEACONS, SILENT_M = 60, 45.0


@dataclass(frozen=True)
class Offset:
    """What is believed of how much stronger than the registry says a phone reads: a normal distribution, in dB."""

    mean_db: float = 0.0
    variance_db2: float = OFFSET_DEVIATION_DB**2

    def later(self, seconds: float) -> "Offset":
        """Return the belief some seconds later: never wider than what is known of phones in general."""
        wider = self.variance_db2 + OFFSET_DRIFT_DB**2 * seconds
        return replace(self, variance_db2=min(wider, OFFSET_DEVIATION_DB**2))


@dataclass(frozen=True, eq=False)
class Scan:
    """What was heard at once: (k,) indices of beacons, mean dBm, and how many packets each mean is of.

    `faintest_dbm`: what else was heard was no stronger than that, and beacons below it may have been there. `silent`: whether
    the phone listened long enough that hearing nothing of a beacon says something.
    """

    index: Ints
    rssi_dbm: Floats
    count: Floats
    faintest_dbm: float = THRESHOLD_DBM
    silent: bool = True


@dataclass(frozen=True)
class Reception:
    """How strengths come about, as far as anybody knows before a venue teaches it."""

    exponent: float = EXPONENT
    static_db: float = STATIC_DB
    fast_db: float = FAST_DB
    body_db: float = BODY_LOSS_DB
    correlated_m: float = CORRELATED_M
    gets_through: float = GETS_THROUGH
    silence_weight: float = SILENCE_WEIGHT

    @cached_property
    def silence(self) -> Floats:
        """The log-probability of silence as it counts, by how far the expected strength is above the threshold."""
        return self.silence_weight * silence_table(self.gets_through)


@dataclass(frozen=True, eq=False)
class Ether:
    """What a deployment sends, as cells receive it.

    `ordinal`, `building`: (l,) of the cells' levels. `patches`: what was learned beside the law. `static_db`: (beacons,) the
    deviation of what stays, where it was learned, else that of `reception`.
    """

    deployment: Deployment
    ordinal: Floats
    building: Ints
    reception: Reception = field(default_factory=Reception)
    patches: Patches | None = None
    static_db: Floats | None = None

    @cached_property
    def beacons(self) -> Beacons:
        """The beacons as the kernels take them."""
        own = self.deployment
        static_db = np.full(len(own), self.reception.static_db) if self.static_db is None else self.static_db
        return Beacons(
            own.x_m, own.y_m, own.height_m, own.beacon_ordinal, own.beacon_building, own.measured_power_dbm, static_db
        )

    @cached_property
    def tiles(self) -> Tiles:
        return Tiles.of(self.deployment.x_m, self.deployment.y_m)

    @cached_property
    def rasters(self) -> Rasters:
        own = self.patches or Patches.none(len(self.deployment), len(self.ordinal))
        return Rasters(own.tile_m, own.slot, own.first, own.column, own.row, own.columns, own.residual_db)


def log_likelihood(
    ether: Ether, cells: Cells, states: States, scans: Sequence[Scan], offsets: Sequence[Offset]
) -> Weighed:
    """Return the log-likelihood of each visitor's scan in each of their states, and what each says of the phone."""
    first = np.concatenate(([0], np.cumsum([len(scan.index) for scan in scans])))
    heard = Scans(
        first.astype(np.int64),
        np.concatenate([scan.index for scan in scans]).astype(np.int32),
        np.concatenate([scan.rssi_dbm for scan in scans]),
        np.concatenate([scan.count for scan in scans]),
        np.array([scan.faintest_dbm for scan in scans]),
        np.array([scan.silent for scan in scans]),
        np.array([offset.mean_db for offset in offsets]),
        np.array([offset.variance_db2 for offset in offsets]),
    )
    own = ether.reception
    law = (
        own.exponent,
        own.fast_db,
        own.body_db,
        own.correlated_m,
        MOST_CORRELATED_SCANS,
        float(SILENT_BEACONS),
        SILENT_M,
    )
    found: Weighed = weighed(
        Ground.of(cells, ether.ordinal), states, ether.building, ether.beacons, ether.tiles, ether.rasters, heard, law,
        own.silence, MODE_MPS, EAST, NORTH,
    )  # fmt: skip
    return found


def expected_dbm(ether: Ether, x_m: Floats, y_m: Floats, level: Ints, index: Ints) -> Floats:
    """Return (k,) how strong beacons are expected at places on levels of the cells, half of what a body can take taken off."""
    deployment = ether.deployment
    storeys = deployment.beacon_ordinal[index] - ether.ordinal[level]
    up_m = deployment.height_m[index] - PHONE_HEIGHT_M + STOREY_M * storeys
    flat_m2 = (deployment.x_m[index] - x_m) ** 2 + (deployment.y_m[index] - y_m) ** 2
    loss_db = 5 * ether.reception.exponent * np.log10(flat_m2 + np.maximum(up_m**2, NEAREST_M**2))
    loss_db += FLOOR_LOSS_DB * np.abs(storeys) + ether.reception.body_db / 2
    loss_db += WALL_LOSS_DB * (deployment.beacon_building[index] != ether.building[level])
    learned_db = 0.0 if ether.patches is None else ether.patches.at(index, level, x_m, y_m)
    return np.asarray(deployment.measured_power_dbm[index] - loss_db + learned_db)
