"""What feet and hands will find on the way: doors, flights of stairs, tactile paving."""

from collections.abc import Iterator, Sequence

from navigation.core.graph import EdgeKind
from navigation.core.guiding.instructions import Note, NoteKind
from navigation.core.guiding.maneuvers import ManeuverType
from navigation.core.guiding.stretches import Stretch
from venues.core.snapshot import Snapshot

# IMDF's word for a floor that the feet can read (OGC 20-094, ACCESSIBILITY-CATEGORY).
TACTILE_PAVING = "tactilepaving"
# Openings without a leaf (OGC 20-094, DOOR-TYPE).
NO_LEAF = frozenset({None, "open"})

AHEAD = {
    ManeuverType.TAKE_STAIRS: (NoteKind.STAIRS_UP, NoteKind.STAIRS_DOWN),
    ManeuverType.TAKE_ESCALATOR: (NoteKind.ESCALATOR_UP, NoteKind.ESCALATOR_DOWN),
    ManeuverType.TAKE_LIFT: (NoteKind.LIFT, NoteKind.LIFT),
    ManeuverType.TAKE_RAMP: (NoteKind.RAMP_UP, NoteKind.RAMP_DOWN),
}


def notes_of_walk(
    snapshot: Snapshot, type_: ManeuverType, stretches: Sequence[Stretch], ride: tuple[ManeuverType, float] | None
) -> list[Note]:
    """Return what one notices on the stretches of a step; `ride` follows it, with its rise in ordinals."""
    return [*_door(snapshot, type_, stretches), *_paving(snapshot, stretches), *_ahead(ride)]


def notes_of_ride(snapshot: Snapshot, stretches: Sequence[Stretch]) -> list[Note]:
    """Return how many steps a flight of stairs has, where the map says so of every part of it."""
    flights = [s for s in stretches if s.kind is EdgeKind.STAIRS]
    counts = [flight.steps for s in flights if (flight := snapshot.relationships.get(s.feature_id)) and flight.steps]  # type: ignore[arg-type]  # no feature, no entry
    return [Note(NoteKind.STEPS, sum(counts))] if counts and len(counts) == len(flights) else []


def _door(snapshot: Snapshot, type_: ManeuverType, stretches: Sequence[Stretch]) -> Iterator[Note]:
    """Yield how the door opens through which a maneuver leads."""
    if type_ not in {ManeuverType.ENTER, ManeuverType.LEAVE}:
        return
    doors = (snapshot.openings.get(s.feature_id) for s in stretches if s.kind is EdgeKind.DOOR)  # type: ignore[arg-type]  # as above
    opening = next(doors, None)
    if opening is not None and opening.door_type not in NO_LEAF:
        yield Note(NoteKind.AUTOMATIC_DOOR if opening.automatic else NoteKind.HAND_DOOR)


def _paving(snapshot: Snapshot, stretches: Sequence[Stretch]) -> Iterator[Note]:
    units = (snapshot.units.get(s.feature_id) for s in stretches)  # type: ignore[arg-type]  # as above
    if any(unit is not None and TACTILE_PAVING in unit.accessibility for unit in units):
        yield Note(NoteKind.TACTILE_PAVING)


def _ahead(ride: tuple[ManeuverType, float] | None) -> Iterator[Note]:
    if ride is not None:
        type_, rise = ride
        yield Note(AHEAD[type_][0 if rise > 0 else 1])
