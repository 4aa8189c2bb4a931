"""The one place that knows the reference distances of the formats."""

# Free space between 0 m (Eddystone's reference, in truth some centimetres) and 1 m at 2.4 GHz: the Eddystone-UID
# specification says "measure at 1 m and add 41 dBm".
LOSS_OF_FIRST_METRE_DB = 41


def measured_power_from_ranging_data(ranging_data_dbm: int) -> int:
    """Return the strength at 1 m of a beacon that announces its strength at 0 m.

    >>> measured_power_from_ranging_data(-18)
    -59
    """
    return ranging_data_dbm - LOSS_OF_FIRST_METRE_DB
