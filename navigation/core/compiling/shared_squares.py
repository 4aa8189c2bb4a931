"""Squares that vehicles run through: one walks there along the ways that are drawn, and crosses lanes where these do.

A square without lanes is crossed freely. One with lanes of trams, buses or cars is a street too: a straight line over it
would lead over the tracks at any angle. So a place of such a square is joined to the drawn way beside it, and to what is
nearer than that way.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from uuid import UUID

from navigation.core.compiling.areas import Key, Place, Stretches
from navigation.core.compiling.paths import Line
from navigation.core.compiling.relations import KINDS
from navigation.core.graph import EdgeKind
from venues.core.snapshot import Snapshot

# Highways of OpenStreetMap that vehicles drive on (OSM wiki, Key:highway, roads), as the import keeps them in dalil:highway.
DRIVEN = frozenset({
    "living_street", "residential", "service", "unclassified", "tertiary", "tertiary_link", "secondary", "secondary_link",
    "primary", "primary_link", "trunk", "trunk_link", "road", "busway",
})  # fmt: skip


def stretches_of(snapshot: Snapshot, lines: Sequence[Line], places: Iterable[Place]) -> Stretches:
    """Return the shared squares, and the stretches of lines (whose points are among the places) that lie in each."""
    units_at: dict[Hashable, set[UUID]] = defaultdict(set)
    for place in places:
        units_at[place.key[0]].add(place.unit_id)
    drawn: dict[UUID, list[tuple[Key, Key, bool]]] = defaultdict(list)
    shared: set[UUID] = set()
    for line in lines:
        if KINDS[line.relationship.category] is not EdgeKind.WALK:
            continue
        is_driven = snapshot.by_id[line.relationship.id].properties.get("dalil:highway") in DRIVEN
        for a, b in pairwise(line.key(index) for index in range(len(line.points_m))):
            for unit_id in units_at[a] & units_at[b]:
                drawn[unit_id].append(((a, unit_id), (b, unit_id), is_driven))
                if is_driven:
                    shared.add(unit_id)
    return {unit_id: drawn[unit_id] for unit_id in shared}
