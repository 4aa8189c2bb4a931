"""Maneuvers in words: what is written under a step, and what is read aloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from navigation.core.guiding.maneuvers import Cue, Landmark, ManeuverType, Modifier, modifier_of
from navigation.core.guiding.wording import Wording, wording
from venues.core.imdf.features import Level

COMPASS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
WORTH_SAYING_M = 2.0  # a walk that is shorter is over before it is said
WORTH_SPEAKING_M = 10.0  # a voice has to be brief: the next step comes at once
HOUR_DEG = 30.0  # of a clock's face

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
        said = _Sentence(self, cue, levels)
        join = said.join(length_m)
        text = said.text(spoken=False)
        written = self._finished(text, join, length_m, notes, spoken=False)
        if cue.type in RIDES:
            text = said.text(spoken=True)
        elif join is None:
            return Instruction(written, written)
        return Instruction(written, self._finished(text, join, length_m, notes, spoken=True))

    def _finished(
        self, sentence: str, join: str | None, length_m: float, notes: Sequence[Note], *, spoken: bool
    ) -> str:
        words = self.words
        if join and (not spoken or self.manner.by_touch or join == "along" or length_m >= WORTH_SPEAKING_M):
            distance = words.distance(length_m, spoken=spoken, only_metres=self.manner.by_touch)
            sentence = words.tables["join"][join].format(sentence=sentence, distance=distance)
        sentence = words.contracted(sentence)
        sentence = sentence[:1].upper() + sentence[1:]
        for note in notes:
            sentence = words.tables["join"]["note"].format(sentence=sentence, note=self._note(note))
        return sentence

    def _note(self, note: Note) -> str:
        return (
            self.words.count("steps", note.number)
            if note.kind is NoteKind.STEPS
            else self.words.tables["note"][note.kind]
        )


class _Sentence:
    """The sentence of one cue, without its distance."""

    def __init__(self, speech: Speech, cue: Cue, levels: tuple[Level, Level]) -> None:
        self.cue = cue
        self._levels = levels
        self._words = speech.words
        self._tables = speech.words.tables
        self._clock = speech.manner.by_touch
        self._place = speech.words.name(cue.place) if cue.place else None
        self._clauses = self._clauses_of_cue()

    def join(self, length_m: float) -> str | None:
        """Return how the distance is joined to the sentence; None where it is not said."""
        if self.cue.type in UNMEASURED or length_m < WORTH_SAYING_M:
            return None
        if self.cue.type in ALONG:
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
        where = self._where()
        return join["where"].format(where=where, sentence=sentence) if where else sentence

    def _clauses_of_cue(self) -> list[str | None]:
        """Return the clauses of the sentence in order; None stands for the ride, which is spoken otherwise than written."""
        cue, table = self.cue, self._tables["clause"]
        match cue.type:
            case ManeuverType.TURN | ManeuverType.CONTINUE as type_:
                turn = self._turn(type_, cue.turn_deg, self._place)
                return [table["leave_lift"], turn] if cue.landing is ManeuverType.TAKE_LIFT else [turn]
            case ManeuverType.ARRIVE:
                return [self._arrival()]
            case ManeuverType.DEPART:
                return [self._departure()]
        own = (
            None
            if cue.type in RIDES
            else table[f"{cue.type}_place" if self._place else cue.type].format(place=self._place)
        )
        before, behind = (
            [] if modifier_of(turn) is Modifier.STRAIGHT else [self._turn(ManeuverType.TURN, turn, None)]
            for turn in (cue.turn_deg, cue.behind_deg)
        )
        return [*before, own, *behind]

    def _turn(self, type_: ManeuverType, turn_deg: float, place: str | None) -> str:
        modifier, onto = modifier_of(turn_deg), "_onto" if place else ""
        if self._clock and modifier not in (Modifier.STRAIGHT, Modifier.UTURN):
            return self._tables["clock"][f"{type_}{onto}"].format(hour=self._hour(turn_deg), place=place)
        sentence = self._tables[f"{type_}{onto}"][modifier]
        return sentence.format(place=place) if place else sentence

    def _arrival(self) -> str:
        modifier, at = self.cue.modifier, "_at" if self._place else ""
        if self._clock and modifier is not Modifier.STRAIGHT:
            return self._tables["clock"][f"arrive{at}"].format(hour=self._hour(self.cue.turn_deg), place=self._place)
        return self._tables[f"arrive{at}"][modifier].format(place=self._place)

    def _departure(self) -> str:
        compass_point = self._tables["compass"][compass(self.cue.bearing_deg)]
        return self._tables["clause"]["depart_along" if self._place else "depart"].format(
            compass=compass_point, place=self._place
        )

    def _ride(self, *, spoken: bool) -> str:
        rise = self._levels[1].ordinal - self._levels[0].ordinal
        table = self._tables["clause_up" if rise > 0 else "clause_down" if rise < 0 else "clause"]
        return table[self.cue.type].format(level=self._words.level(self._levels[1], spoken=spoken))

    def _where(self) -> str | None:
        """Return where the maneuver is: on a landing, or at a landmark."""
        landing = self.cue.landing
        if landing is not None and landing is not ManeuverType.TAKE_LIFT and self.cue.rise:
            return self._tables["landing"]["top" if self.cue.rise > 0 else "bottom"]
        landmark = self.cue.landmark
        if landmark is None:
            return None
        return self._tables["landmark"]["after" if landmark.passed else "at"].format(
            landmark=landmark_text(landmark, self._words)
        )

    def _hour(self, turn_deg: float) -> str:
        return self._tables["hour"][str(round(turn_deg / HOUR_DEG) % 12 or 12)]


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
