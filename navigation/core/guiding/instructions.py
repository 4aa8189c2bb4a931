"""Maneuvers in words: what is written under a step, and what is read aloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from navigation.core.guiding.maneuvers import Cue, Landmark, ManeuverType, Modifier, modifier_of
from navigation.core.guiding.wording import Wording, rounded_m, wording
from venues.core.imdf.features import Level

COMPASS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
WORTH_SAYING_M = 2.0  # a walk that is shorter is over before it is said
WORTH_SPEAKING_M = 10.0  # a voice has to be brief: the next step comes at once
HOUR_DEG = 30.0  # of a clock's face
KEPT_INSTRUCTIONS = 16_384  # some 10 MB: most steps are told in words that another was told in

ALONG = (ManeuverType.DEPART, ManeuverType.CONTINUE)
RIDES = (ManeuverType.TAKE_STAIRS, ManeuverType.TAKE_ESCALATOR, ManeuverType.TAKE_LIFT, ManeuverType.TAKE_RAMP)
UNMEASURED = (*RIDES, ManeuverType.ARRIVE)


@dataclass(frozen=True)
class Manner:
    """How one speaks to somebody. `by_touch`: turns on a clock's face, metres always, and what feet and hands will find."""

    by_touch: bool = False


MANNERS: Mapping[str, Manner] = {"low_vision": Manner(by_touch=True)}
"""By the name of a profile, where it differs from a plain Manner."""


class NoteKind(StrEnum):
    """What feet and hands will find on the way."""

    AUTOMATIC_DOOR = "automatic_door"
    HAND_DOOR = "hand_door"
    STEPS = "steps"
    TACTILE_PAVING = "tactile_paving"
    STAIRS_UP = "stairs_up"
    STAIRS_DOWN = "stairs_down"
    ESCALATOR_UP = "escalator_up"
    ESCALATOR_DOWN = "escalator_down"
    LIFT = "lift"
    RAMP_UP = "ramp_up"
    RAMP_DOWN = "ramp_down"


class Note(NamedTuple):
    """A note, and how many there are of what it is about."""

    kind: NoteKind
    number: int = 0


class Instruction(NamedTuple):
    """A sentence to read, and the same in short with its units in full, to be spoken."""

    written: str
    spoken: str


@dataclass(frozen=True)
class Speech:
    """In what words, and in what manner, a route is told."""

    words: Wording
    manner: Manner = Manner()

    @classmethod
    def to(cls, profile: str, language: str) -> "Speech":
        """Return how one speaks to a visitor of that profile and language tag."""
        return cls(wording(language), MANNERS.get(profile, Manner()))

    def instruct(
        self, cue: Cue, length_m: float, levels: tuple[Level, Level], notes: Sequence[Note] = ()
    ) -> Instruction:
        """Return what to do at a maneuver and how far to walk then; `levels` are those on which the step begins and ends."""
        walked = _Walked(rounded_m(length_m), length_m >= WORTH_SAYING_M, length_m >= WORTH_SPEAKING_M)
        return _instruction(self.words, self.manner.by_touch, self._said(cue, levels), walked, tuple(notes))

    def _said(self, cue: Cue, levels: tuple[Level, Level]) -> "_Said":
        return _Said(
            cue.type,
            self._turn(cue.turn_deg),
            self._turn(cue.behind_deg),
            compass(cue.bearing_deg) if cue.type is ManeuverType.DEPART else None,
            self.words.name(cue.place) if cue.place else None,
            self._where(cue),
            cue.landing is ManeuverType.TAKE_LIFT,
            self._ride(levels) if cue.type in RIDES else None,
        )

    def _turn(self, turn_deg: float) -> "_Turn":
        hour = str(round(turn_deg / HOUR_DEG) % 12 or 12) if self.manner.by_touch else ""
        return _Turn(modifier_of(turn_deg), hour)

    def _where(self, cue: Cue) -> str | None:
        """Return where a maneuver is: on a landing, or at a landmark."""
        landing, landmark, tables = cue.landing, cue.landmark, self.words.tables
        if landing is not None and landing is not ManeuverType.TAKE_LIFT and cue.rise:
            return tables["landing"]["top" if cue.rise > 0 else "bottom"]
        if landmark is None:
            return None
        return tables["landmark"]["after" if landmark.passed else "at"].format(
            landmark=landmark_text(landmark, self.words)
        )

    def _ride(self, levels: tuple[Level, Level]) -> "_Ride":
        rise = levels[1].ordinal - levels[0].ordinal
        table = "clause_up" if rise > 0 else "clause_down" if rise < 0 else "clause"
        return _Ride(table, self.words.level(levels[1], spoken=False), self.words.level(levels[1], spoken=True))


class _Turn(NamedTuple):
    """A turn in words: its direction, and for those who are told so its hour on a clock's face."""

    modifier: Modifier
    hour: str


class _Ride(NamedTuple):
    """A ride in words: the table of its clause, and what the level is called to which it leads."""

    table: str
    level: str
    spoken_level: str


class _Walked(NamedTuple):
    """How far one walks then, in metres as one says them, and whether that is worth a word and worth speaking of."""

    length_m: int
    is_said: bool
    is_spoken: bool


class _Said(NamedTuple):
    """All of a maneuver that its sentence depends on: the same words for the same of it."""

    type: ManeuverType
    turn: _Turn
    behind: _Turn
    compass_point: str | None
    place: str | None
    where: str | None
    from_lift: bool
    ride: _Ride | None


@lru_cache(maxsize=KEPT_INSTRUCTIONS)
def _instruction(words: Wording, by_touch: bool, said: _Said, walked: _Walked, notes: tuple[Note, ...]) -> Instruction:
    sentence = _Sentence(words, said, by_touch=by_touch)
    join = sentence.join() if walked.is_said else None
    speaks_of_it = by_touch or join == "along" or walked.is_spoken

    def finished(*, spoken: bool) -> str:
        text = sentence.text(spoken=spoken)
        if join is not None and (speaks_of_it or not spoken):
            distance = words.distance(walked.length_m, spoken=spoken, only_metres=by_touch)
            text = words.tables["join"][join].format(sentence=text, distance=distance)
        return _with_notes(words, words.contracted(text), notes)

    written = finished(spoken=False)
    same = join is None and said.ride is None
    return Instruction(written, written if same else finished(spoken=True))


def _with_notes(words: Wording, sentence: str, notes: Sequence[Note]) -> str:
    """Return a sentence that begins with a capital, and what one will notice."""
    sentence = sentence[:1].upper() + sentence[1:]
    for note in notes:
        sentence = words.tables["join"]["note"].format(sentence=sentence, note=_note(words, note))
    return sentence


def _note(words: Wording, note: Note) -> str:
    return words.count("steps", note.number) if note.kind is NoteKind.STEPS else words.tables["note"][note.kind]


class _Sentence:
    """The sentence of a maneuver, without its distance."""

    def __init__(self, words: Wording, said: _Said, *, by_touch: bool) -> None:
        self._said, self._tables, self._clock = said, words.tables, by_touch
        self._clauses = self._clauses_of_maneuver()

    def join(self) -> str | None:
        """Return how the distance is joined to the sentence; None where it is not said."""
        if self._said.type in UNMEASURED:
            return None
        if self._said.type in ALONG:
            return "along"
        return "walk" if len(self._clauses) == 1 else "walk_long"

    def text(self, *, spoken: bool) -> str:
        """Return the sentence."""
        clauses = [clause if clause is not None else self._ride(spoken=spoken) for clause in self._clauses]
        join = self._tables["join"]
        if len(clauses) == 1:
            sentence = clauses[0]
        elif len(clauses) == 2:
            sentence = join["two"].format(first=clauses[0], second=clauses[1])
        else:
            sentence = join["three"].format(first=clauses[0], second=clauses[1], third=clauses[2])
        where = self._said.where
        return join["where"].format(where=where, sentence=sentence) if where else sentence

    def _clauses_of_maneuver(self) -> list[str | None]:
        """Return the clauses of the sentence in order; None stands for the ride, which is spoken otherwise than written."""
        said, table = self._said, self._tables["clause"]
        match said.type:
            case ManeuverType.TURN | ManeuverType.CONTINUE as type_:
                turn = self._turn(type_, said.turn, said.place)
                return [table["leave_lift"], turn] if said.from_lift else [turn]
            case ManeuverType.ARRIVE:
                return [self._arrival()]
            case ManeuverType.DEPART:
                return [self._departure()]
        own = (
            None
            if said.type in RIDES
            else table[f"{said.type}_place" if said.place else said.type].format(place=said.place)
        )
        before, behind = (
            [] if turn.modifier is Modifier.STRAIGHT else [self._turn(ManeuverType.TURN, turn, None)]
            for turn in (said.turn, said.behind)
        )
        return [*before, own, *behind]

    def _turn(self, type_: ManeuverType, turn: _Turn, place: str | None) -> str:
        onto = "_onto" if place else ""
        if self._clock and turn.modifier not in (Modifier.STRAIGHT, Modifier.UTURN):
            return self._tables["clock"][f"{type_}{onto}"].format(hour=self._hour(turn), place=place)
        sentence = self._tables[f"{type_}{onto}"][turn.modifier]
        return sentence.format(place=place) if place else sentence

    def _arrival(self) -> str:
        turn, place = self._said.turn, self._said.place
        at = "_at" if place else ""
        if self._clock and turn.modifier is not Modifier.STRAIGHT:
            return self._tables["clock"][f"arrive{at}"].format(hour=self._hour(turn), place=place)
        return self._tables[f"arrive{at}"][turn.modifier].format(place=place)

    def _departure(self) -> str:
        place = self._said.place
        compass_point = self._tables["compass"][self._said.compass_point or COMPASS[0]]
        return self._tables["clause"]["depart_along" if place else "depart"].format(compass=compass_point, place=place)

    def _ride(self, *, spoken: bool) -> str:
        ride = self._said.ride
        assert ride is not None, "only rides leave their clause open"
        return self._tables[ride.table][self._said.type].format(level=ride.spoken_level if spoken else ride.level)

    def _hour(self, turn: _Turn) -> str:
        return self._tables["hour"][turn.hour]


def landmark_text(landmark: Landmark, words: Wording) -> str:
    """Return what a landmark is called: by its noun, by its name, or as the entrance to what bears the name."""
    if landmark.noun is not None:
        return words.tables["sight"][landmark.noun]
    name = words.name(landmark.name) or ""
    return words.contracted(words.tables["landmark"]["entrance"].format(place=name)) if landmark.entrance else name


def compass(bearing_deg: float) -> str:
    """Return the compass point, of eight, that a bearing is nearest to.

    >>> compass(350), compass(100)
    ('north', 'east')
    """
    return COMPASS[round(bearing_deg / 45) % 8]
