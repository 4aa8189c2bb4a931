"""What benchmarks of messages share: the stand-in for FCM and push services, Celery's processes, and an outbox to fill."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from time import time
from typing import Any

import httpx

from benchmarks import database

FCM, WEB_PUSH = "fcm", "webpush"
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

    def asked(self) -> int:
        """Return how many messages it has been given so far."""
        return self.ledger.read_bytes().count(b"\n")

    def behave(self, service: str, behaviour: str) -> None:
        """Let one of its services do so with every message (tests/standins/behaviour.py); "" leaves it to the address again."""
        httpx.put(f"{self.url}/behaviour/{service}", content=behaviour).raise_for_status()


def prepare(stack: ExitStack, standin: Standin, *, per_s: float) -> None:
    """Start the databases, which end with the stack, and make Django ready on them, with so many messages a second a provider."""
    database.set_up_servers(
        stack,
        DALIL_FCM_CREDENTIALS=standin.credentials,
        DALIL_FCM_URL=standin.url,
        DALIL_PUSH_PRIVATE_HOSTS="127.0.0.1",
        DALIL_PUSH_PER_S=str(per_s),
    )


@contextmanager
def worker(name: str = "courier") -> Iterator[int]:
    """Run one worker that takes one task at a time; the value is its process id."""
    options = ["--pool", "solo", "--queues", "delivery", "--hostname", f"{name}@localhost"]
    with _celery("worker", *options) as pid:
        yield pid


@contextmanager
def beat(folder: Path) -> Iterator[int]:
    """Run Celery's beat, which has the outbox swept; it keeps its schedule in the folder."""
    with _celery("beat", "--schedule", str(folder / "schedule")) as pid:
        yield pid


@contextmanager
def _celery(*arguments: str) -> Iterator[int]:
    command = [sys.executable, "-m", "celery", "-A", "config", *arguments, "--loglevel", "ERROR"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


@dataclass(frozen=True)
class Letter:
    """A message to write: by which service it goes, and how long it is of use."""

    service: str
    ttl_s: float = 3600.0


@dataclass(frozen=True)
class Posted:
    """A message that was committed; the times are in seconds since the epoch."""

    service: str
    committed_s: float
    expires_s: float


class Outbox:
    """Messages to visitors, each with one phone or one browser, written as decisions write them."""

    def __init__(self, standin: Standin) -> None:
        from django.utils import timezone

        from notifications import models
        from venues.models import Venue

        now = timezone.now()
        venue = Venue.objects.create(slug="district", name={"en": "District"}, time_zone="Asia/Qatar")
        self._campaign = models.Campaign.objects.create(venue=venue, name="Welcome", kind="service", created_at=now)
        self._devices = {
            service: cycle([_device(service, number, standin) for number in range(ENDPOINTS)])
            for service in (FCM, WEB_PUSH)
        }
        self._written = 0

    def put(self, letters: Sequence[Letter], *, wake: bool = True) -> dict[str, Posted]:
        """Commit these messages, and wake a worker as a decision does; return them by their collapse ids."""
        from django.db import transaction

        from notifications.tasks import deliver_due

        with transaction.atomic():
            written = {self._write(letter): letter for letter in letters}
        committed_s = time()
        if wake:
            deliver_due.apply_async(retry=False)
        return {
            collapse_id: Posted(letter.service, committed_s, expires_s)
            for (collapse_id, expires_s), letter in written.items()
        }

    def _write(self, letter: Letter) -> tuple[str, float]:
        """Write a message; return its collapse id and when it expires."""
        from django.utils import timezone

        from notifications import models
        from notifications.core.provider import provider_of
        from notifications.services.outbox import address_of

        device, now = next(self._devices[letter.service]), timezone.now()
        expires_at = now + timedelta(seconds=letter.ttl_s)
        self._written += 1
        decision = models.Decision.objects.create(
            campaign=self._campaign, visitor=device.visitor, window_key=f"slot:{self._written}", zone_id=device.pk,
            visit_id=device.pk, event_at=now, counts_at=now, decided_at=now, state=models.DecisionState.RESERVED,
        )  # fmt: skip
        message = models.VisitorMessage.objects.create(
            decision=decision, visitor=device.visitor, seq=self._written, language="en", title="Welcome to the quarter",
            body="Four restored courtyard houses tell of old Doha.", created_at=now, expires_at=expires_at,
        )  # fmt: skip
        models.Delivery.objects.create(
            message=message, transport=device.kind, endpoint=str(device.pk), next_attempt_at=now,
            provider=provider_of(device.kind, address_of(device)),
        )  # fmt: skip
        return decision.pk.hex, expires_at.timestamp()


def _device(service: str, number: int, standin: Standin) -> Any:
    """Register a visitor's phone, or browser, and return it."""
    from django.utils import timezone

    from notifications.transports import vapid
    from visitors.core.consent import Purpose
    from visitors.services import devices, sessions

    now = timezone.now()
    visitor, _ = sessions.create(language="en", profile="walk", granted={Purpose.POSITIONING: True}, now=now)
    if service == FCM:
        return devices.register(visitor=visitor, kind=FCM, token=f"ok.{number}", now=now)
    asked = httpx.post(f"{standin.url}/subscribe", json={"applicationServerKey": vapid.public_key()})
    return devices.register(visitor=visitor, kind=WEB_PUSH, subscription=asked.json(), now=now)
