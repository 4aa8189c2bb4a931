"""Messages from the outbox to phones and browsers: a Celery worker, PostgreSQL, Redis, and a server that stands in for both.

python -m benchmarks.delivery [--messages 2000] [--rate 50] [--seconds 20] [--json]

Half of the messages go through FCM, half through Web Push; the stand-in checks every signature, decrypts what browsers get,
and answers at once, on the same machine. `delivery` puts `--rate` messages a second into the outbox, each with its wake-up,
and takes the time from the commit to the stand-in's line about it. `delivery_drain` finds `--messages` waiting. `cpu_us` is
the worker's and `cpu_standin_us` the stand-in's, for each message; `errors` are messages that did not arrive exactly once.
"""

import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, sleep

from rich.console import Console

from benchmarks import posting
from benchmarks.posting import FCM, WEB_PUSH, Letter, Outbox, Posted, Standin
from benchmarks.reporting import Result, report, spread
from benchmarks.serving import cpu_s
from tests.standins import ledger

SEED = 20_261_123
WARM_UP = 64
LONGEST_S = 300.0
PER_S = 100_000.0
"""The worker is measured, not the bucket."""


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rate", type=int, default=50, help="messages a second")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        with Console(stderr=True).status("starting PostgreSQL, Redis, the stand-in and a worker"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            standin = stack.enter_context(Standin.started(folder))
            posting.prepare(stack, standin, per_s=PER_S)
            outbox = Outbox(standin)
            worker = stack.enter_context(posting.worker())
            outbox.put(_letters(WARM_UP))
            _wait_until_taken(standin, WARM_UP)
        results = [
            _steady(outbox, standin, worker, options.rate, options.seconds),
            _drain(outbox, standin, worker, options.messages),
        ]
    packages = ("django", "celery", "firebase-admin", "pywebpush", "psycopg", "redis")
    report(results, seed=SEED, packages=packages, as_json=options.json)


def _steady(outbox: Outbox, standin: Standin, worker: int, rate: int, seconds: int) -> Result:
    """Return what messages take that come at a rate, one by one."""
    before, spent_s, standin_s = standin.asked(), cpu_s(worker), cpu_s(standin.pid)
    committed: dict[str, Posted] = {}
    begin = perf_counter()
    for number, letter in enumerate(_letters(rate * seconds)):
        sleep(max(0.0, begin + number / rate - perf_counter()))
        committed |= outbox.put([letter])
    _wait_until_taken(standin, before + len(committed))
    took_s = perf_counter() - begin
    figures = _costs(standin, worker, len(committed), spent_s, standin_s)
    taken = _taken(standin, committed)
    latencies_us = [(at_s - committed[collapse_id].committed_s) * 1e6 for collapse_id, at_s in taken]
    return Result(
        "dalil", "delivery", len(committed),
        spread(latencies_us) | {"per_second": round(len(committed) / took_s, 1)} | figures | _errors(committed, taken),
    )  # fmt: skip


def _drain(outbox: Outbox, standin: Standin, worker: int, count: int) -> Result:
    """Return what messages take that have gathered."""
    before, spent_s, standin_s = standin.asked(), cpu_s(worker), cpu_s(standin.pid)
    committed = outbox.put(_letters(count))
    begin = perf_counter()
    _wait_until_taken(standin, before + count)
    took_s = perf_counter() - begin
    figures = _costs(standin, worker, count, spent_s, standin_s)
    return Result(
        "dalil", "delivery_drain", count,
        {"per_second": round(count / took_s, 1)} | figures | _errors(committed, _taken(standin, committed)),
    )  # fmt: skip


def _letters(count: int) -> list[Letter]:
    """Return so many messages, half for phones and half for browsers."""
    return [Letter(service) for service in islice(cycle((WEB_PUSH, FCM)), count)]


def _costs(standin: Standin, worker: int, count: int, spent_s: float, standin_s: float) -> dict[str, float]:
    return {
        "cpu_us": round((cpu_s(worker) - spent_s) / count * 1e6, 1),
        "cpu_standin_us": round((cpu_s(standin.pid) - standin_s) / count * 1e6, 1),
    }


def _taken(standin: Standin, committed: Mapping[str, Posted]) -> list[tuple[str, float]]:
    """Return each time that one of these messages was taken."""
    return [
        (entry.collapse_id, entry.at_s)
        for entry in ledger.read(standin.ledger)
        if entry.accepted and entry.collapse_id in committed
    ]


def _errors(committed: Mapping[str, Posted], taken: Sequence[tuple[str, float]]) -> dict[str, float]:
    times = Counter(collapse_id for collapse_id, _ in taken)
    return {"errors": sum(times[collapse_id] != 1 for collapse_id in committed)}


def _wait_until_taken(standin: Standin, count: int) -> None:
    deadline = perf_counter() + LONGEST_S
    while standin.asked() < count:
        if perf_counter() > deadline:
            raise SystemExit(f"{standin.asked()} of {count} messages arrived within {LONGEST_S:.0f} s.")
        sleep(0.01)


if __name__ == "__main__":
    main()
