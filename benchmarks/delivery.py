"""Messages from the outbox to phones and browsers: a Celery worker, PostgreSQL, Redis, and a server that stands in for both.

python -m benchmarks.delivery [--messages 2000] [--rate 50] [--seconds 20] [--json]

Half of the messages go through FCM, half through Web Push; the stand-in checks every signature, decrypts what browsers get,
and answers at once, on the same machine. `delivery` puts `--rate` messages a second into the outbox, each with its wake-up,
and takes the time from the commit to the stand-in's line about it. `delivery_drain` finds `--messages` waiting. `cpu_us` is
the worker's and `cpu_standin_us` the stand-in's, for each message; `errors` are messages that did not arrive exactly once.
"""

import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter, sleep, time
from typing import Any

import httpx
from rich.console import Console

from benchmarks import database
from benchmarks.reporting import Result, report, spread
from benchmarks.serving import cpu_s
from tests.standins import ledger

SEED = 20_261_123
WARM_UP = 64
LONGEST_S = 300.0
ENDPOINTS = 200
"""Phones, and browsers, that the messages go to in turns."""


@dataclass(frozen=True)
class Standin:
    """The process that stands in for FCM and for push services."""

    url: str
    credentials: str
    ledger: Path
    pid: int

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator["Standin"]:
        path = folder / "ledger.jsonl"
        command = ["-m", "tests.standins.push", "--ledger", str(path), "--folder", str(folder)]
        with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None, "Popen was asked for a pipe"
            try:
                yield cls(ledger=path, pid=process.pid, **json.loads(process.stdout.readline()))
            finally:
                process.terminate()

    def accepted(self) -> int:
        """Return how many messages it has taken so far."""
        return self.ledger.read_bytes().count(b"\n")


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
            _prepare(stack, standin)
            outbox = Outbox(standin)
            worker = stack.enter_context(_worker())
            outbox.put(WARM_UP, wake=True)
            _wait_until_taken(standin, WARM_UP)
        results = [
            _steady(outbox, standin, worker, options.rate, options.seconds),
            _drain(outbox, standin, worker, options.messages),
        ]
    packages = ("django", "celery", "firebase-admin", "pywebpush", "psycopg", "redis")
    report(results, seed=SEED, packages=packages, as_json=options.json)


def _prepare(stack: ExitStack, standin: Standin) -> None:
    """Start the databases, which end with the stack, and make Django ready on them."""
    database.set_up_servers(
        stack,
        DALIL_FCM_CREDENTIALS=standin.credentials,
        DALIL_FCM_URL=standin.url,
        DALIL_PUSH_PRIVATE_HOSTS="127.0.0.1",
        DALIL_PUSH_PER_S="100000",  # the worker is measured, not the bucket
    )


@contextmanager
def _worker() -> Iterator[int]:
    """Run one worker that takes one task at a time; the value is its process id."""
    command = [
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "--pool",
        "solo",
        "--queues",
        "delivery",
        "--loglevel",
        "ERROR",
    ]
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


class Outbox:
    """Messages to visitors, each with one phone or one browser, written as decisions write them."""

    def __init__(self, standin: Standin) -> None:
        from django.utils import timezone

        from notifications import models
        from venues.models import Venue
        from visitors.core.consent import Purpose
        from visitors.services import sessions

        now = timezone.now()
        venue = Venue.objects.create(slug="district", name={"en": "District"}, time_zone="Asia/Qatar")
        self._campaign = models.Campaign.objects.create(venue=venue, name="Welcome", kind="service", created_at=now)
        granted = {Purpose.POSITIONING: True}
        visitors = [
            sessions.create(language="en", profile="walk", granted=granted, now=now)[0] for _ in range(2 * ENDPOINTS)
        ]
        for number, visitor in enumerate(visitors):
            _register(visitor, number, standin)
        self._visitors = visitors
        self._written = 0

    def put(self, count: int, *, wake: bool) -> dict[str, float]:
        """Commit so many messages; return when each was, in seconds since the epoch, by its collapse id."""
        from django.db import transaction

        from notifications.tasks import deliver_due

        with transaction.atomic():
            collapse_ids = [self._write() for _ in range(count)]
        committed_s = time()
        if wake:
            deliver_due.apply_async(retry=False)
        return dict.fromkeys(collapse_ids, committed_s)

    def _write(self) -> str:
        from django.utils import timezone

        from notifications import models
        from notifications.core.provider import provider_of
        from notifications.services.outbox import address_of
        from visitors.models import Device

        visitor, now = self._visitors[self._written % len(self._visitors)], timezone.now()
        self._written += 1
        decision = models.Decision.objects.create(
            campaign=self._campaign, visitor=visitor, window_key=f"slot:{self._written}", zone_id=visitor.pk, visit_id=visitor.pk,
            event_at=now, counts_at=now, decided_at=now, state=models.DecisionState.RESERVED,
        )  # fmt: skip
        message = models.VisitorMessage.objects.create(
            decision=decision, visitor=visitor, seq=self._written, language="en", title="Welcome to the quarter",
            body="Four restored courtyard houses tell of old Doha.", created_at=now, expires_at=now + timedelta(hours=1),
        )  # fmt: skip
        device = Device.objects.get(visitor=visitor)
        models.Delivery.objects.create(
            message=message, transport=device.kind, endpoint=str(device.pk), next_attempt_at=now,
            provider=provider_of(device.kind, address_of(device)),
        )  # fmt: skip
        return decision.pk.hex


def _register(visitor: Any, number: int, standin: Standin) -> None:
    from django.utils import timezone

    from notifications.transports import vapid
    from visitors.services import devices

    if number % 2:
        devices.register(visitor=visitor, kind="fcm", token=f"ok.{number}", now=timezone.now())
        return
    asked = httpx.post(f"{standin.url}/subscribe", json={"applicationServerKey": vapid.public_key()})
    devices.register(visitor=visitor, kind="webpush", subscription=asked.json(), now=timezone.now())


def _steady(outbox: Outbox, standin: Standin, worker: int, rate: int, seconds: int) -> Result:
    """Return what messages take that come at a rate, one by one."""
    before, spent_s, standin_s = standin.accepted(), cpu_s(worker), cpu_s(standin.pid)
    committed: dict[str, float] = {}
    begin = perf_counter()
    for number in range(rate * seconds):
        sleep(max(0.0, begin + number / rate - perf_counter()))
        committed |= outbox.put(1, wake=True)
    _wait_until_taken(standin, before + len(committed))
    took_s = perf_counter() - begin
    figures = _costs(standin, worker, len(committed), spent_s, standin_s)
    taken = _taken(standin, committed)
    latencies_us = [(at_s - committed[collapse_id]) * 1e6 for collapse_id, at_s in taken]
    return Result(
        "dalil", "delivery", len(committed),
        spread(latencies_us) | {"per_second": round(len(committed) / took_s, 1)} | figures | _errors(committed, taken),
    )  # fmt: skip


def _drain(outbox: Outbox, standin: Standin, worker: int, count: int) -> Result:
    """Return what messages take that have gathered."""
    before, spent_s, standin_s = standin.accepted(), cpu_s(worker), cpu_s(standin.pid)
    committed = outbox.put(count, wake=True)
    begin = perf_counter()
    _wait_until_taken(standin, before + count)
    took_s = perf_counter() - begin
    figures = _costs(standin, worker, count, spent_s, standin_s)
    return Result(
        "dalil", "delivery_drain", count,
        {"per_second": round(count / took_s, 1)} | figures | _errors(committed, _taken(standin, committed)),
    )  # fmt: skip


def _costs(standin: Standin, worker: int, count: int, spent_s: float, standin_s: float) -> dict[str, float]:
    return {
        "cpu_us": round((cpu_s(worker) - spent_s) / count * 1e6, 1),
        "cpu_standin_us": round((cpu_s(standin.pid) - standin_s) / count * 1e6, 1),
    }


def _taken(standin: Standin, committed: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return each time that one of these messages was taken."""
    return [
        (entry.collapse_id, entry.at_s)
        for entry in ledger.read(standin.ledger)
        if entry.accepted and entry.collapse_id in committed
    ]


def _errors(committed: Mapping[str, float], taken: Sequence[tuple[str, float]]) -> dict[str, float]:
    times = Counter(collapse_id for collapse_id, _ in taken)
    return {"errors": sum(times[collapse_id] != 1 for collapse_id in committed)}


def _wait_until_taken(standin: Standin, count: int) -> None:
    deadline = perf_counter() + LONGEST_S
    while standin.accepted() < count:
        if perf_counter() > deadline:
            raise SystemExit(f"{standin.accepted()} of {count} messages arrived within {LONGEST_S:.0f} s.")
        sleep(0.01)


if __name__ == "__main__":
    main()
