"""Bearings: degrees clockwise from north, as compasses and OSRM give them."""

from math import atan2, degrees


def bearing_deg(dx_m: float, dy_m: float) -> float:
    """Return the bearing in [0, 360) of a walk of dx_m east and dy_m north.

    >>> bearing_deg(1, 0), bearing_deg(0, -2)
    (90.0, 180.0)
    """
    return degrees(atan2(dx_m, dy_m)) % 360.0


def turn_deg(before_deg: float, after_deg: float) -> float:
    """Return the turn in (-180, 180] from one bearing to the next; right is positive.

    >>> turn_deg(350, 20), turn_deg(90, 0), turn_deg(0, 180)
    (30, -90, 180)
    """
    turn = (after_deg - before_deg) % 360
    return turn - 360 if turn > 180 else turn
