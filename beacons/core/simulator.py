"""A simulated world of beacons, for benchmarks and simulated visitors. It obeys the rules that keep a simulator honest:

* reception is never cut on distance: the noisy signal is compared with the receiver's threshold, then packets are lost;
* noise has three parts: fast (each packet), static (a field over space for each beacon, correlated over about 4 m),
  and the shadow of the body (beacons behind the walker);
* each beacon's transmit power errs, and the beacons hang up to about half a metre from where the registry has them;
* whoever estimates positions sees sightings alone, never a parameter from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Waves that make up a static field: with 24, a sum of cosines is close to Gaussian (Shinozuka & Jan 1972).
WAVES = 24
PHONE_HEIGHT_M = 1.2  # a phone in the hand of a standing adult


@dataclass(frozen=True)
class Air:
    """How signals fare. Defaults: a busy building (Faragher & Harle 2015, section III; ITU-R P.1238 for floors)."""

    exponent: float = 2.2
    fast_db: float = 3.5
    static_db: float = 3.5
    static_length_m: float = 4.0
    body_db: float = 5.0
    floor_loss_db: float = 16.0
    building_loss_db: float = 10.0
    power_error_db: float = 2.0
    placement_error_m: float = 0.5
    threshold_dbm: float = -95.0
    packet_loss: float = 0.2


@dataclass(frozen=True, eq=False)
class Placements:
    """Beacons as the registry has them: (n,) metres, metres above the floor, ordinals, building numbers, dBm at 1 m."""

    x_m: Floats
    y_m: Floats
    height_m: Floats
    ordinal: Floats
    building: NDArray[np.intp]
    measured_power_dbm: Floats


@dataclass(frozen=True)
class Walker:
    """Where a visitor truly is: metres, ordinal, building number (-1 outdoors), heading clockwise from north."""

    x_m: float
    y_m: float
    ordinal: float
    building: int
    bearing_deg: float


@dataclass(frozen=True, eq=False)
class World:
    """The true beacons and their static fields, drawn once from a seed."""

    air: Air
    true: Placements
    phone_offset_db: float
    _waves: Floats
    """(n, WAVES, 2) wave vectors in radians per metre."""
    _phases: Floats

    @classmethod
    def draw(cls, placements: Placements, air: Air, phone_offset_db: float, rng: np.random.Generator) -> "World":
        """Return a world whose beacons differ from the registry's as real ones do."""
        n = len(placements.x_m)
        scale_m = air.placement_error_m / np.sqrt(2)
        true = Placements(
            placements.x_m + rng.normal(0, scale_m, n),
            placements.y_m + rng.normal(0, scale_m, n),
            placements.height_m,
            placements.ordinal,
            placements.building,
            placements.measured_power_dbm + rng.normal(0, air.power_error_db, n),
        )
        # Wave vectors of a Gaussian correlation exp(-d^2 / 2 L^2) are normal with deviation 1 / L.
        waves = rng.normal(0, 1 / air.static_length_m, (n, WAVES, 2))
        return cls(air, true, phone_offset_db, waves, rng.uniform(0, 2 * np.pi, (n, WAVES)))

    def expected_dbm(self, walker: Walker) -> Floats:
        """Return the mean signal of every beacon, (n,) dBm, before fast noise and loss."""
        air, true = self.air, self.true
        dx_m, dy_m = true.x_m - walker.x_m, true.y_m - walker.y_m
        floors = np.abs(true.ordinal - walker.ordinal)
        # A storey is about 4 m high; the loss of each slab comes on top of the distance.
        dz_m = true.height_m - PHONE_HEIGHT_M + 4.0 * (true.ordinal - walker.ordinal)
        distance_m = np.maximum(np.sqrt(dx_m**2 + dy_m**2 + dz_m**2), 0.3)
        loss_db = 10 * air.exponent * np.log10(distance_m) + air.floor_loss_db * floors
        loss_db += air.building_loss_db * (true.building != walker.building)
        return (
            true.measured_power_dbm
            + self.phone_offset_db
            - loss_db
            + self._static_db(walker)
            - self._body_db(walker, dx_m, dy_m)
        )

    def hear(self, walker: Walker, rng: np.random.Generator) -> Sequence[tuple[int, float]]:
        """Return what is heard in one second: (index of the beacon, RSSI in whole dBm), strongest first."""
        noisy_dbm = self.expected_dbm(walker) + rng.normal(0, self.air.fast_db, len(self.true.x_m))
        received = (noisy_dbm >= self.air.threshold_dbm) & (rng.random(len(noisy_dbm)) >= self.air.packet_loss)
        heard = np.flatnonzero(received)
        strongest_first = heard[np.argsort(-noisy_dbm[heard], kind="stable")]
        return [(int(i), float(round(min(noisy_dbm[i], -20.0)))) for i in strongest_first]

    def _static_db(self, walker: Walker) -> Floats:
        angles = self._waves @ np.array([walker.x_m, walker.y_m]) + self._phases
        amplitude_db = self.air.static_db * float(np.sqrt(2 / WAVES))
        return np.asarray(np.cos(angles).sum(axis=1) * amplitude_db, dtype=np.float64)

    def _body_db(self, walker: Walker, dx_m: Floats, dy_m: Floats) -> Floats:
        heading = np.radians(walker.bearing_deg)
        behind = dx_m * np.sin(heading) + dy_m * np.cos(heading) < 0
        return np.where(behind, self.air.body_db, 0.0)
