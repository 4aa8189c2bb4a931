"""A night's learning: some walks teach, the others judge."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from beacons.core.learning.fitting import learned
from beacons.core.learning.judging import Score, Verdict, compared, contradicts, scored
from beacons.core.learning.placing import placed
from beacons.core.learning.table import EmissionTable
from beacons.core.learning.walks import Walk
from beacons.core.terrain import Terrain

# Of three who walked, one judges.
JUDGING = 3
# Visitors are placed by what was learned from where they were placed before: a third time hardly moves anybody.
ROUNDS = 3

Step = Callable[[str, int], None]
"""Told what begins, and in how many strides; each stride is told as ("", 1)."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a night brought: the table, how it did beside the one in use, and whether it is better."""

    table: EmissionTable | None
    taught: int
    judged: int
    contradicted: tuple[Walk, ...]
    before: Score
    after: Score
    verdict: Verdict


def learn(
    lawful: Terrain, in_use: Terrain, origin: tuple[float, float], walks: Sequence[Walk], step: Step = lambda *_: None
) -> Outcome:
    """Return what the walks teach, judged by those among them that taught nothing.

    `lawful` is the terrain with nothing learned, `in_use` the one with what is known by now; their frame has this origin.
    """
    step("looking whether surveys fit the beacons", len(walks))
    believed, contradicted = _believed(in_use, walks, step)
    teaching, judging = split(believed)
    if not teaching or not judging:
        verdict = Verdict(False, "the walks of at least two are needed: one teaches, another judges")
        return Outcome(None, len(teaching), len(judging), contradicted, Score(), Score(), verdict)
    table, terrain = None, in_use
    for round_ in range(1, ROUNDS + 1 if any(not walk.is_surveyed for walk in teaching) else 2):
        step(f"placing what was heard, round {round_} of {ROUNDS}", len(teaching))
        heard = []
        for walk in teaching:
            heard.append(placed(terrain, walk))
            step("", 1)
        step("fitting fields", 1)
        table = EmissionTable.of(origin, lawful, learned(lawful.ether, heard))
        terrain = table.over(lawful, origin)
        step("", 1)
    step("judging", 2 * len(judging))
    before, after = (scored(each, judging, lambda: step("", 1)) for each in (in_use, terrain))
    return Outcome(table, len(teaching), len(judging), contradicted, before, after, compared(before, after))


def split(walks: Iterable[Walk]) -> tuple[list[Walk], list[Walk]]:
    """Return the walks that teach and those that judge, by who walked: every JUDGING-th of them judges."""
    own = list(walks)
    judges: set[str] = set()
    for surveyed in (True, False):
        walkers = sorted({walk.walker for walk in own if walk.is_surveyed is surveyed}, key=_shuffled)
        judges |= set(walkers[: len(walkers) // JUDGING or int(len(walkers) > 1)])
    return [walk for walk in own if walk.walker not in judges], [walk for walk in own if walk.walker in judges]


def _shuffled(walker: str) -> bytes:
    return hashlib.blake2b(walker.encode(), digest_size=8).digest()


def _believed(terrain: Terrain, walks: Sequence[Walk], step: Step) -> tuple[list[Walk], tuple[Walk, ...]]:
    believed: list[Walk] = []
    contradicted: list[Walk] = []
    for walk in walks:
        (contradicted if walk.is_surveyed and contradicts(terrain, walk) else believed).append(walk)
        step("", 1)
    return believed, tuple(contradicted)
