"""Worker and server are killed again and again under load, Redis is flushed: every message arrives, and shows once."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
import redis
from psycopg import sql

from notifications.transports import vapid
from tests import servers
from tests.navigation.crowd import heard
from tests.standins import push

pytestmark = pytest.mark.services  # a minute for each victim: not for the inner loop

KILLS = 50
FLUSHED_EVERY = 10  # kills
SEED = 20261123
PHONES = 5
LATENCY_S = 0.05  # of the push services: so long a message is taken and nobody knows it
LONGEST_LIFE_S = 0.6
LONGEST_WAIT_S = 3.0  # for a message, where the kill is to fall into its sending
SIGHTINGS = 12
FEWEST_VISITORS = 10
MOST_BATCHES = 16
DRAINED_WITHIN_S = 60.0


@dataclass
class Deployment:
    """The processes, each by its name, and what gives them birth."""

    nursery: "subprocess.Popen[bytes]"
    url: str
    database_url: str
    redis_url: str
    running: dict[str, int] = field(default_factory=dict)

    def ask(self, order: str) -> str:
        _pipe(self.nursery.stdin).write(f"{order}\n".encode())
        _pipe(self.nursery.stdin).flush()
        return _pipe(self.nursery.stdout).readline().decode().strip()

    def start(self, name: str) -> None:
        self.running[name] = int(self.ask(f"server {urlsplit(self.url).port}" if name == "server" else name))

    def kill(self, name: str) -> None:
        os.kill(self.running[name], signal.SIGKILL)
        self.ask(f"bury {self.running.pop(name)}")


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "Popen was asked for pipes"
    return stream


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """A database of this test's own: other processes write to it."""
    server, name = os.environ["DATABASE_URL"], f"killed_delivery_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def services() -> Iterator[push.PushServices]:
    with push.serving() as standin:
        standin.latency_s = LATENCY_S
        yield standin


@pytest.fixture(scope="module")
def deployment(
    database_url: str, services: push.PushServices, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """Server, worker and beat on PostgreSQL, a Redis of their own, and the stand-in for the push services."""
    folder = tmp_path_factory.mktemp("deployment")
    services.google.write_credentials(folder / "account.json", services.url)
    key = vapid.new_private_key()
    with servers.redis() as redis_url:
        own = {
            "DATABASE_URL": database_url, "REDIS_URL": redis_url, "DALIL_DATA_ROOT": str(folder),
            "DALIL_FCM_CREDENTIALS": str(folder / "account.json"), "DALIL_FCM_URL": services.url,
            "DALIL_VAPID_PRIVATE_KEY": key, "DALIL_PUSH_PRIVATE_HOSTS": "127.0.0.1", "DALIL_OUTBOX_SWEEP_S": "0.5",
            "DALIL_RATE_NEW_VISITORS": "1000/s", "DALIL_RATE_VISITOR": "1000/s",
        }  # fmt: skip
        with subprocess.Popen(
            [sys.executable, "-m", "tests.notifications.killed_process"],
            cwd=Path(__file__).parents[2], env=os.environ | own, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as nursery:  # fmt: skip
            made = Deployment(nursery, f"http://127.0.0.1:{servers.free_port()}", database_url, redis_url)
            try:
                assert made.ask("prepare") == "prepared"
                for name in ("server", "worker", "beat"):
                    made.start(name)
                yield made
            finally:
                for name in list(made.running):
                    made.kill(name)
                _pipe(nursery.stdin).close()


class Crowd:
    """Visitors who come one after the other, each with a phone and a browser, and walk about the lawn until welcomed."""

    def __init__(self, name: str, deployment: Deployment, services: push.PushServices) -> None:
        self._name, self._deployment, self._services = name, deployment, services
        self._leaving = threading.Event()
        self._key = ""
        self.welcomed: dict[str, tuple[str, str]] = {}
        """The FCM token and the name of the subscription of every visitor who was welcomed, by their message's id."""
        self.unwelcomed = 0
        self.retries = 0
        self._threads = [threading.Thread(target=self._come, args=(number,)) for number in range(PHONES)]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join()

    def _come(self, door: int) -> None:
        with httpx.Client(base_url=f"{self._deployment.url}/api/v1", timeout=5) as client:
            number = 0
            while not self._leaving.is_set():
                number += 1
                self._visit(client, f"ok.{self._name}-{door}-{number}")

    def _visit(self, client: httpx.Client, phone: str) -> None:
        begin = datetime.now(UTC) - timedelta(seconds=1.5 * MOST_BATCHES)
        visitor = self._post(client, "/visitors", {"consent": {"positioning": True}}, {})
        bearer = {"Authorization": f"Bearer {visitor['token']}"}
        subscription = self._services.subscribe(self._application_key(client))
        for device in ({"kind": "fcm", "token": phone}, {"kind": "webpush", "subscription": subscription}):
            self._post(client, "/visitors/me/devices", device, bearer)
        for sequence in range(1, MOST_BATCHES + 1):
            at = begin + timedelta(seconds=1.5 * sequence)
            sightings = sorted(heard("Street", 15, 10, at), key=lambda each: -each["rssi_dbm"])[:SIGHTINGS]
            batch = {"sequence": sequence, "sightings": sightings}
            if messages := self._post(client, "/venues/small/sightings", batch, bearer)["messages"]:
                self.welcomed[messages[0]["id"]] = (phone, subscription["endpoint"].rpartition("/")[2])
                return
        self.unwelcomed += 1

    def _application_key(self, client: httpx.Client) -> str:
        while not self._key:
            try:
                self._key = client.get("/push/key").raise_for_status().json()["public_key"]
            except httpx.HTTPError:
                time.sleep(0.02)
        return self._key

    def _post(self, client: httpx.Client, path: str, body: Any, headers: dict[str, str]) -> Any:
        """Return the answer, asked for until there is one, as phones do: the server may be dead for a moment."""
        while True:
            try:
                return client.post(path, json=body, headers=headers).raise_for_status().json()
            except httpx.TransportError:
                self.retries += 1
                time.sleep(0.02)


@pytest.mark.parametrize("victim", ["worker", "server"])
def test_what_was_decided_arrives_and_shows_once_however_often_it_is_killed(
    deployment: Deployment, services: push.PushServices, victim: str
):
    chance = random.Random(SEED)
    with Crowd(victim, deployment, services) as crowd:
        _wait_until(lambda: len(crowd.welcomed) > 2, "the first visitors are welcomed")
        for kill in range(1, KILLS + 1):
            _wait_for_a_moment(services, chance, in_sending=kill % 2 == 0)
            deployment.kill(victim)
            if kill % FLUSHED_EVERY == 0:
                redis.Redis.from_url(deployment.redis_url).flushall()
            deployment.start(victim)
    _wait_until(lambda: _open_deliveries(deployment) == 0, "everything is sent")

    taken = defaultdict(set)
    for entry in services.ledger.accepted:
        taken[entry.address].add(entry.collapse_id)
    lost = [address for reached in crowd.welcomed.values() for address in reached if address not in taken]
    doubled = [address for address, collapse_ids in taken.items() if len(collapse_ids) > 1]
    resent = len(services.ledger.accepted) - len(taken)
    assert (lost, doubled, crowd.unwelcomed) == ([], [], 0)
    assert _decisions(deployment) == {"sent": len(taken) // 2}
    assert len(crowd.welcomed) >= FEWEST_VISITORS, "hardly anybody came: nothing was tested"
    assert resent > 0 if victim == "worker" else crowd.retries > 0, "no kill fell where it hurts: nothing was tested"


def _wait_for_a_moment(services: push.PushServices, chance: random.Random, *, in_sending: bool) -> None:
    """Return at a moment drawn from a life; or while a push service has taken a message and not yet answered."""
    if not in_sending:
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        return
    before, deadline = len(services.ledger.entries), time.monotonic() + LONGEST_WAIT_S
    while len(services.ledger.entries) == before and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, LATENCY_S / 2))


def _open_deliveries(deployment: Deployment) -> int:
    return _count(
        deployment, "SELECT 1, count(*) FROM notifications_delivery WHERE state IN ('pending', 'leased', 'retry')"
    )[1]


def _decisions(deployment: Deployment) -> Counter[str]:
    return _count(deployment, "SELECT state, count(*) FROM notifications_decision GROUP BY state")


def _count(deployment: Deployment, query: str) -> Counter[Any]:
    with psycopg.connect(deployment.database_url) as connection:
        return Counter(dict(connection.execute(query).fetchall()))


def _wait_until(reached: Any, what: str) -> None:
    deadline = time.monotonic() + DRAINED_WITHIN_S
    while not reached():
        assert time.monotonic() < deadline, f"not within {DRAINED_WITHIN_S:.0f} s: {what}"
        time.sleep(0.1)
