"""Which units people may walk in, by IMDF's unit categories and restrictions."""

from venues.core.imdf.features import Unit

# IMDF unit categories that are matter or air, not floor (OGC 20-094, UNIT-CATEGORY): walls by material, columns,
# structure, voids and planting. A road is floor, but for vehicles.
NOT_FLOOR = frozenset(
    {"brick", "column", "concrete", "drywall", "glass", "opentobelow", "road", "structure", "vegetation", "wood"}
)
# Behind the scenes (OGC 20-094, UNIT-CATEGORY and RESTRICTION-CATEGORY): floor, but only staff may be on it.
STAFF_CATEGORIES = frozenset({"nonpublic", "serverroom"})
STAFF_RESTRICTIONS = frozenset({"employeesonly"})


def is_walkable(unit: Unit) -> bool:
    """Return whether a visitor may walk in the unit."""
    return unit.category not in NOT_FLOOR | STAFF_CATEGORIES and unit.restriction is None


def is_staff_walkable(unit: Unit) -> bool:
    """Return whether staff may walk in the unit: also where visitors may not, but never where it is `restricted`."""
    return unit.category not in NOT_FLOOR and (unit.restriction is None or unit.restriction in STAFF_RESTRICTIONS)
