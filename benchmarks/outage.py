"""FCM is down for ten minutes and comes back: two Celery workers and beat, PostgreSQL, Redis, the stand-in, the real clock.

python -m benchmarks.outage [--down-s 600] [--messages 1000] [--per-s 20] [--behaviour unavailable] [--plot FILE] [--json]

`--messages` for phones are written evenly from the beginning until FCM is back, of use for a minute up to an hour, and one a second
for browsers, whose push service is never down. `errors` are messages of which any of this does not hold: sent exactly once, or
expired and never sent; never sent after they expired. `over_bucket` is how many requests a stretch of time saw at most beyond the
bucket that bounds them, and `over_ramp` beyond what the minute after the outage allows; clocks are read on both sides, so a handful
that was let through before may arrive within.
"""

import random
import tempfile
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from time import sleep, time

import numpy as np
from rich.console import Console
from rich.progress import Progress

from benchmarks import posting
from benchmarks.outage_plot import plot_outage
from benchmarks.posting import FCM, WEB_PUSH, Letter, Outbox, Posted, Standin
from benchmarks.reporting import Result, report, spread
from notifications.core.provider import BUCKET_S, RAMP_S, RAMP_START, SHUT_CEILING_S
from tests.standins import ledger
from tests.standins.ledger import Entry

SEED = 20_261_123
BEFORE_S = 30.0
WARM_UP = 16
AFTER_S = 60.0
"""So long all goes on after the outbox is empty."""
LONGEST_S = 900.0
TTLS_S = (60.0, 300.0, 900.0, 3600.0)


@dataclass
class Run:
    """What was written, what the outbox held each second, and what came in; times are in seconds since the epoch."""

    begin_s: float
    down_s: float
    back_s: float
    per_s: float
    posted: dict[str, Posted] = field(default_factory=dict)
    waiting: list[tuple[float, int, int]] = field(default_factory=list)
    """(time, messages for phones, messages for browsers) of each second."""
    entries: Sequence[Entry] = ()

    def of(self, service: str, begin_s: float = 0.0, end_s: float = float("inf")) -> list[Entry]:
        """Return what a service was asked from one time to another, in order."""
        found = [each for each in self.entries if each.service == service and begin_s <= each.at_s < end_s]
        return sorted(found, key=lambda each: each.at_s)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--down-s", type=float, default=600.0)
    parser.add_argument("--messages", type=int, default=1000, help="for phones")
    parser.add_argument("--per-s", type=float, default=20.0, help="what a provider is given at most")
    parser.add_argument("--behaviour", default="unavailable", help="what FCM does meanwhile: unavailable, hang, drop")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        with Console(stderr=True).status("starting PostgreSQL, Redis, the stand-in, two workers and beat"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            standin = stack.enter_context(Standin.started(folder))
            posting.prepare(stack, standin, per_s=options.per_s)
            outbox = Outbox(standin)
            for name in ("first", "second"):
                stack.enter_context(posting.worker(name))
            stack.enter_context(posting.beat(folder))
            _warm_up(outbox, standin)
        run = _lived_through(outbox, standin, options)
        results = [_phones(run), _browsers(run)]
    if options.plot:
        plot_outage(options.plot, run)
    packages = ("django", "celery", "firebase-admin", "pywebpush", "psycopg", "redis")
    report(results, seed=SEED, packages=packages, as_json=options.json)


def _warm_up(outbox: Outbox, standin: Standin) -> None:
    """Return when both workers have started and the first messages of both kinds have arrived."""
    outbox.put([Letter(FCM), Letter(WEB_PUSH)] * WARM_UP)
    while standin.asked() < 2 * WARM_UP:
        sleep(0.1)
    sleep(BEFORE_S)


def _lived_through(outbox: Outbox, standin: Standin, options: Namespace) -> Run:
    """Write messages while FCM goes and comes back; return what came of them once nothing waits any more."""
    begin_s = time()
    run = Run(begin_s, begin_s + BEFORE_S, begin_s + BEFORE_S + options.down_s, options.per_s)
    planned = _planned(options.messages, BEFORE_S + options.down_s)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("living through it", total=BEFORE_S + options.down_s + RAMP_S)
        is_down, quiet_s = False, 0.0
        while quiet_s < AFTER_S:
            now_s = time()
            if is_down != (run.down_s <= now_s < run.back_s):
                is_down = not is_down
                standin.behave(FCM, options.behaviour if is_down else "")
            due = [planned.pop(0)[1] for _ in range(sum(at_s <= now_s - begin_s for at_s, _ in planned))]
            run.posted |= outbox.put([*due, Letter(WEB_PUSH)])
            run.waiting.append((now_s, *_waiting()))
            quiet_s = 0.0 if planned or run.waiting[-1][1] or now_s < run.back_s else quiet_s + 1
            if now_s - run.back_s > LONGEST_S:
                raise SystemExit(f"{run.waiting[-1][1]} messages still wait {LONGEST_S:.0f} s after FCM was back.")
            progress.update(task, completed=now_s - begin_s)
            sleep(max(0.0, now_s + 1 - time()))
    run.entries = [each for each in ledger.read(standin.ledger) if each.at_s >= begin_s]
    return run


def _planned(count: int, within_s: float) -> list[tuple[float, Letter]]:
    """Return when each message for a phone is written, in seconds from the beginning, and what it is."""
    chance = random.Random(SEED)
    return [(within_s * number / count, Letter(FCM, chance.choice(TTLS_S))) for number in range(count)]


def _waiting() -> tuple[int, int]:
    """Return how many messages wait, for phones and for browsers."""
    from notifications import models

    waiting = models.Delivery.objects.filter(state__in=models.OPEN_DELIVERY_STATES)
    found = Counter(waiting.values_list("transport", flat=True))
    return found[FCM], found[WEB_PUSH]


def _phones(run: Run) -> Result:
    from notifications.models import Decision

    posted = {key: each for key, each in run.posted.items() if each.service == FCM}
    states = {key.hex: state for key, state in Decision.objects.values_list("id", "state")}
    while_down = [each.at_s for each in run.of(FCM, run.down_s, run.back_s)]
    accepted = [each for each in run.of(FCM) if each.accepted]
    after = [each.at_s for each in run.of(FCM, run.back_s)]
    first_s = next(each.at_s for each in accepted if each.at_s >= run.back_s)
    empty_s = next(at_s for at_s, phones, _ in run.waiting if at_s > first_s and not phones)
    probes = [at_s for at_s in while_down if at_s > while_down[0] + SHUT_CEILING_S]
    figures = {
        "down_s": run.back_s - run.down_s,
        "sent": sum(states[key] == "sent" for key in posted),
        "expired": sum(states[key] == "expired" for key in posted),
        "errors": _errors(posted, states, accepted),
        "asked_while_down": len(while_down),
        "longest_unasked_s": max((late - soon for soon, late in pairwise(probes)), default=0.0),
        "back_noticed_s": first_s - run.back_s,
        "drained_s": empty_s - first_s,
        "drained": sum(at_s <= empty_s for at_s in after),
        "over_bucket": _excess([each.at_s for each in run.of(FCM)], run.per_s),
        "over_ramp": _over_ramp(after, first_s, run.per_s),
    }
    return Result("dalil", "outage", len(posted), {name: round(value, 1) for name, value in figures.items()})


def _browsers(run: Run) -> Result:
    """Return how long browsers waited for theirs while FCM was down, and at other times."""
    taken = {each.collapse_id: each.at_s for each in run.of(WEB_PUSH) if each.accepted}
    posted = {key: each for key, each in run.posted.items() if each.service == WEB_PUSH}
    waits_us: dict[bool, list[float]] = {True: [], False: []}
    for key, each in posted.items():
        if key in taken:
            is_down = run.down_s <= each.committed_s < run.back_s
            waits_us[is_down].append((taken[key] - each.committed_s) * 1e6)
    else_us = spread(waits_us[False])
    return Result(
        "dalil", "outage_of_another", len(posted),
        spread(waits_us[True])
        | {"median_else_us": else_us["median_us"], "p99_else_us": else_us["p99_us"]}
        | {"errors": _errors(posted, dict.fromkeys(posted, "sent"), run.of(WEB_PUSH))},
    )  # fmt: skip


def _errors(posted: Mapping[str, Posted], states: Mapping[str, str], accepted: Sequence[Entry]) -> int:
    """Return of how many messages it does not hold: sent once, in time; or expired and never sent."""
    times_s: dict[str, list[float]] = {key: [] for key in posted}
    for each in accepted:
        times_s[each.collapse_id].append(each.at_s)
    wanted = {"sent": 1, "expired": 0}
    return sum(
        len(found) != wanted.get(states[key], -1) or any(at_s > posted[key].expires_s for at_s in found)
        for key, found in times_s.items()
    )


def _excess(at_s: Sequence[float], per_s: float) -> float:
    """Return how many more than the bucket allows were asked in any stretch of time, 0 where never more."""
    times = np.array(at_s)
    order = np.arange(len(times))
    # Between the i-th and the j-th lie j - i + 1 of them: at most the bucket and what flows in.
    highest_before = np.maximum.accumulate(per_s * times - order)
    return max(0.0, float(np.max(order + 1 - per_s * times + highest_before, initial=0.0) - per_s * BUCKET_S))


def _over_ramp(at_s: Sequence[float], first_s: float, per_s: float) -> float:
    """Return how many more than the rising rate allows had been asked at any time since the first was accepted."""
    since = np.array([each - first_s for each in at_s if each > first_s])
    within = np.minimum(since, RAMP_S)
    allowed = per_s * (RAMP_START * within + (1 - RAMP_START) * within**2 / (2 * RAMP_S) + since - within)
    return max(0.0, float(np.max(np.arange(1, len(since) + 1) - allowed - per_s * BUCKET_S, initial=0.0)))


if __name__ == "__main__":
    main()
