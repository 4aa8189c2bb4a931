"""How strong a beacon is expected at a distance, and the one place that knows the reference distances of the formats."""

import math

# Free space between 0 m (Eddystone's reference, in truth some centimetres) and 1 m at 2.4 GHz: the Eddystone-UID
# specification says "measure at 1 m and add 41 dBm".
LOSS_OF_FIRST_METRE_DB = 41

# Closer than this the antenna's near field and the hand decide, not the distance (wavelength 12.5 cm).
NEAREST_M = 0.1


def measured_power_from_ranging_data(ranging_data_dbm: int) -> int:
    """Return the strength at 1 m of a beacon that announces its strength at 0 m.

    >>> measured_power_from_ranging_data(-18)
    -59
    """
    return ranging_data_dbm - LOSS_OF_FIRST_METRE_DB


def ranging_data_from_measured_power(measured_power_dbm: int) -> int:
    """Return the strength at 0 m of a beacon whose strength at 1 m is known."""
    return measured_power_dbm + LOSS_OF_FIRST_METRE_DB


def rssi_at(distance_m: float, *, measured_power_dbm: float, exponent: float) -> float:
    """Return the strength in dBm expected at a distance, by the log-distance law (Rappaport 2002, section 4.9)."""
    return measured_power_dbm - 10 * exponent * math.log10(max(distance_m, NEAREST_M))


def distance_from(rssi_dbm: float, *, measured_power_dbm: float, exponent: float) -> float:
    """Return the distance in metres at which that strength is expected: the inverse of `rssi_at`."""
    return math.pow(10.0, (measured_power_dbm - rssi_dbm) / (10 * exponent))
