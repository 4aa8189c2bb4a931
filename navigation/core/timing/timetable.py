"""When what can be closed is open: opening hours and closures as one table over the edges of a graph.

Times are whole milliseconds since the table begins. A rule says of some edges when they are open; an edge under several rules
is open when all of them are. Whoever comes to a closed door may wait, up to MAX_WAIT_MS.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from navigation.core.graph import NONE, Ints

Longs = NDArray[np.int64]
Spans = tuple[tuple[int, int], ...]
"""When something is open: from and until, ascending, disjoint."""

# Our assumptions: nobody waits longer at a closed door; nobody walks longer than a day; most walks end within the window.
MAX_WAIT_MS = 15 * 60_000
HORIZON_MS = 24 * 3_600_000
WINDOW_MS = 2 * 3_600_000
NEVER = 2**62


class Cause(StrEnum):
    """Why something is closed: by its opening hours, or because somebody closed it."""

    HOURS = "closed"
    CLOSURE = "closure"


@dataclass(frozen=True, eq=False)
class Rule:
    """A feature that is open at some times only, and the edges (k,) that it lets through."""

    feature_id: UUID
    cause: Cause
    edges: Ints
    open_ms: Spans

    def next_open_ms(self, at_ms: int) -> int:
        """Return when one can pass who comes at that time: then, later, or NEVER within the table."""
        return next((max(begin, at_ms) for begin, end in self.open_ms if end > at_ms), NEVER)


@dataclass(frozen=True, eq=False)
class Timetable:
    """The rules of a graph of m edges from `begins_at` on, and as arrays: the slot of each edge, the spans of each slot."""

    begins_at: datetime
    edge_count: int
    rules: tuple[Rule, ...]
    slot: Ints = field(repr=False)
    """(m,) the slot of each edge; NONE where nothing closes it."""
    first: Ints = field(repr=False)
    """(slots + 1,) where the spans of each slot begin."""
    opens_ms: Longs = field(repr=False)
    closes_ms: Longs = field(repr=False)

    @classmethod
    def of(cls, begins_at: datetime, edge_count: int, rules: Iterable[Rule]) -> "Timetable":
        """Return the table of the rules that ever close something."""
        kept = tuple(rule for rule in rules if len(rule.edges) and rule.open_ms != ALWAYS)
        rules_of: dict[int, list[int]] = {}
        for number, rule in enumerate(kept):
            for edge in rule.edges.tolist():
                rules_of.setdefault(edge, []).append(number)
        slot = np.full(edge_count, NONE, np.int32)
        slots: dict[tuple[int, ...], int] = {}
        for edge, numbers in rules_of.items():
            slot[edge] = slots.setdefault(tuple(numbers), len(slots))
        spans = [intersection([kept[number].open_ms for number in numbers]) for numbers in slots]
        flat = [span for each in spans for span in each]
        return cls(
            begins_at, edge_count, kept, slot,
            first=np.cumsum([0, *map(len, spans)]).astype(np.int32),
            opens_ms=np.array([begin for begin, _ in flat], np.int64),
            closes_ms=np.array([end for _, end in flat], np.int64),
        )  # fmt: skip

    @property
    def is_empty(self) -> bool:
        """Whether nothing is ever closed."""
        return not self.rules

    def ms_of(self, at: datetime) -> int:
        """Return an instant in the table's milliseconds."""
        return round((at - self.begins_at).total_seconds() * 1000)

    def at(self, ms: int) -> datetime:
        """Return the instant of the table's milliseconds."""
        return self.begins_at + timedelta(milliseconds=ms)

    def wait_ms(self, edge: int, at_ms: int) -> int:
        """Return how long one waits at an edge who comes then: 0 where it is open, NEVER where it stays closed."""
        slot = int(self.slot[edge])
        if slot == NONE:
            return 0
        begin, end = int(self.first[slot]), int(self.first[slot + 1])
        span = begin + int(np.searchsorted(self.closes_ms[begin:end], at_ms, side="right"))
        return NEVER if span == end else max(0, int(self.opens_ms[span]) - at_ms)

    @cached_property
    def shut(self) -> Ints:
        """The edges that nobody can take within the window, whoever waits; ascending."""
        return self.closed_between(0, WINDOW_MS + MAX_WAIT_MS)

    def closed_between(self, begin_ms: int, end_ms: int) -> Ints:
        """Return the edges that are closed all the while, ascending."""
        return self._edges_where([not self._meets(slot, begin_ms, end_ms) for slot in range(len(self.first) - 1)])

    def closed_at(self, at_ms: int) -> Ints:
        """Return the edges that are closed then, ascending."""
        return self.closed_between(at_ms, at_ms + 1)

    def without_hours_of(self, feature_ids: Set[UUID]) -> "Timetable":
        """Return the table with these features open at all hours; closures of them stay."""
        kept = [rule for rule in self.rules if rule.cause is Cause.CLOSURE or rule.feature_id not in feature_ids]
        return self if len(kept) == len(self.rules) else Timetable.of(self.begins_at, self.edge_count, kept)

    def rules_at(self, edge: int) -> Sequence[Rule]:
        """Return the rules that an edge is under."""
        return self._rules_of.get(edge, ())

    @cached_property
    def _rules_of(self) -> Mapping[int, Sequence[Rule]]:
        rules_of: dict[int, list[Rule]] = {}
        for rule in self.rules:
            for edge in rule.edges.tolist():
                rules_of.setdefault(edge, []).append(rule)
        return rules_of

    def _meets(self, slot: int, begin_ms: int, end_ms: int) -> bool:
        spans = slice(self.first[slot], self.first[slot + 1])
        return bool(((self.opens_ms[spans] < end_ms) & (self.closes_ms[spans] > begin_ms)).any())

    def _edges_where(self, chosen: Sequence[bool]) -> Ints:
        if not any(chosen):
            return np.empty(0, np.int32)
        # The last entry is what NONE, -1, finds: edges that nothing closes.
        return np.flatnonzero(np.array([*chosen, False])[self.slot]).astype(np.int32)


# A table covers the hour that it is made for and a day after it, and a rule that is open all of that time closes nothing.
SPAN_MS = HORIZON_MS + 3_600_000
ALWAYS: Spans = ((0, SPAN_MS),)


def intersection(tables: Sequence[Spans]) -> Spans:
    """Return when all are open.

    >>> intersection([((0, 10), (20, 30)), ((5, 25),)])
    ((5, 10), (20, 25))
    """
    common = tables[0]
    for other in tables[1:]:
        met = [(max(a, c), min(b, d)) for a, b in common for c, d in other]
        common = tuple((begin, end) for begin, end in met if begin < end)
    return common


def complement(closed: Iterable[tuple[int, int]]) -> Spans:
    """Return when nothing of what is closed, from and until, closes it.

    >>> complement([(5, 10), (0, 2)])[:2]
    ((2, 5), (10, 90000000))
    """
    edges = [0]
    for begin, end in sorted(closed):
        if begin <= edges[-1]:
            edges[-1] = max(edges[-1], min(end, SPAN_MS))
        elif begin < SPAN_MS:
            edges += [begin, min(end, SPAN_MS)]
    edges.append(SPAN_MS)
    return tuple((a, b) for a, b in list(pairwise(edges))[::2] if a < b)
