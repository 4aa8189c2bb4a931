"""Dalil as it is deployed, in processes that may be killed, and visitors who walk about its lawn meanwhile."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import httpx
import psycopg
from psycopg import sql

from notifications.transports import vapid
from tests import servers
from tests.navigation.crowd import heard
from tests.standins import push

PHONES = 5
SIGHTINGS = 12
MOST_BATCHES = 16
DRAINED_WITHIN_S = 60.0
AGAIN_AFTER_S = 0.02
LONGEST_ANSWER_S = 30.0  # a busy machine is none that does not answer


@dataclass
class Deployment:
    """The processes, each by its name (`server`, `server-2`, `worker`, `worker-2`, `beat`), and what gives them birth."""

    nursery: "subprocess.Popen[bytes]"
    database_url: str
    redis_url: str
    redis: ExitStack
    """What runs Redis until it is closed."""
    urls: dict[str, str] = field(default_factory=dict)
    """Where each server is: one that is killed and started again keeps its address."""
    running: dict[str, int] = field(default_factory=dict)

    def ask(self, order: str) -> str:
        _pipe(self.nursery.stdin).write(f"{order}\n".encode())
        _pipe(self.nursery.stdin).flush()
        return _pipe(self.nursery.stdout).readline().decode().strip()

    def start(self, *names: str) -> None:
        """Start those that do not run."""
        for name in [each for each in names if each not in self.running]:
            order = kind = name.partition("-")[0]
            if kind == "server":
                url = self.urls.setdefault(name, f"http://127.0.0.1:{servers.free_port()}")
                order = f"server {urlsplit(url).port}"
            self.running[name] = int(self.ask(order))

    def kill(self, name: str) -> None:
        os.kill(self.running[name], signal.SIGKILL)
        self.ask(f"bury {self.running.pop(name)}")

    def kill_all(self) -> None:
        for name in list(self.running):
            self.kill(name)
        self.urls.clear()

    def count(self, query: str) -> Counter[Any]:
        """Return what a query of (what, how many) finds."""
        with psycopg.connect(self.database_url) as connection:
            return Counter(dict(connection.execute(query).fetchall()))

    def decisions(self) -> Counter[str]:
        return self.count("SELECT state, count(*) FROM notifications_decision GROUP BY state")

    def wait_until_all_is_sent(self) -> None:
        waiting = "SELECT 1, count(*) FROM notifications_delivery WHERE state IN ('pending', 'leased', 'retry')"
        wait_until(lambda: self.count(waiting)[1] == 0, "everything is sent")


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "Popen was asked for pipes"
    return stream


@contextmanager
def _own_database(server_url: str) -> Iterator[str]:
    """Make a database beside the one of the tests: other processes write to it. The value is its DATABASE_URL."""
    own = f"deployed_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(own)))
        yield urlsplit(server_url)._replace(path=f"/{own}").geturl()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(own)))


@contextmanager
def deployed(services: push.PushServices, folder: Path) -> Iterator[Deployment]:
    """Prepare the small map, with a welcome to whoever enters its lawn, on a database and a Redis of its own; nothing runs yet."""
    services.google.write_credentials(folder / "account.json", services.url)
    with ExitStack() as stack, _own_database(os.environ["DATABASE_URL"]) as database_url:
        redis_url = stack.enter_context(servers.redis())
        with _nursery(_settings(services, folder, database_url, redis_url)) as nursery:
            made = Deployment(nursery, database_url, redis_url, stack)
            try:
                assert made.ask("prepare") == "prepared"
                yield made
            finally:
                made.kill_all()


def _settings(services: push.PushServices, folder: Path, database_url: str, redis_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url, "REDIS_URL": redis_url, "DALIL_DATA_ROOT": str(folder),
        "DALIL_FCM_CREDENTIALS": str(folder / "account.json"), "DALIL_FCM_URL": services.url,
        "DALIL_VAPID_PRIVATE_KEY": vapid.new_private_key(), "DALIL_PUSH_PRIVATE_HOSTS": "127.0.0.1",
        "DALIL_OUTBOX_SWEEP_S": "0.5", "DALIL_RATE_NEW_VISITORS": "1000/s", "DALIL_RATE_VISITOR": "1000/s",
    }  # fmt: skip


@contextmanager
def _nursery(settings: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run what gives birth to all processes, until its orders end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.notifications.killed_process"],
        cwd=Path(__file__).parents[2], env={**os.environ, **settings}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as nursery:  # fmt: skip
        yield nursery


class Crowd:
    """Visitors who come one after the other, each with a phone and a browser, and walk about the lawn until welcomed.

    What one asks goes to any of the servers. `doubled`: each batch is sent to two of them at once.
    """

    def __init__(
        self, name: str, deployment: Deployment, services: push.PushServices, *, seed: int, doubled: bool = False
    ) -> None:
        self._name, self._services, self._doubled = name, services, doubled
        self._urls = [f"{url}/api/v1" for url in deployment.urls.values()]
        self._leaving = threading.Event()
        self._key = ""
        self.welcomed: dict[str, tuple[str, str]] = {}
        """The FCM token and the name of the subscription of every visitor who was welcomed, by their message's id."""
        self.unwelcomed = 0
        self.retries = 0
        self.refused: Counter[tuple[int, str, str | None]] = Counter()
        """How often each problem was answered: its status and code, and in how many seconds to come again."""
        self.differing = 0
        """Batches that two servers answered differently."""
        self._threads = [
            threading.Thread(target=self._come, args=(number, random.Random(seed + number))) for number in range(PHONES)
        ]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join()

    def lost_and_doubled(self) -> tuple[list[str], list[str]]:
        """Return the addresses of welcomed visitors that got nothing, and those that were shown more than one message."""
        taken: dict[str, set[str]] = {}
        for entry in self._services.ledger.accepted:
            taken.setdefault(entry.address, set()).add(entry.collapse_id)
        lost = [address for reached in self.welcomed.values() for address in reached if address not in taken]
        return lost, [address for address, collapse_ids in taken.items() if len(collapse_ids) > 1]

    def _come(self, door: int, chance: random.Random) -> None:
        with httpx.Client(timeout=LONGEST_ANSWER_S) as client:
            number = 0
            while not self._leaving.is_set():
                number += 1
                self._visit(client, chance, f"ok.{self._name}-{door}-{number}")

    def _visit(self, client: httpx.Client, chance: random.Random, phone: str) -> None:
        begin = datetime.now(UTC) - timedelta(seconds=1.5 * MOST_BATCHES)
        visitor = self._post(client, chance, "/visitors", {"consent": {"positioning": True}}, {})
        bearer = {"Authorization": f"Bearer {visitor['token']}"}
        subscription = self._services.subscribe(self._application_key(client, chance))
        for device in ({"kind": "fcm", "token": phone}, {"kind": "webpush", "subscription": subscription}):
            self._post(client, chance, "/visitors/me/devices", device, bearer)
        for sequence in range(1, MOST_BATCHES + 1):
            at = begin + timedelta(seconds=1.5 * sequence)
            sightings = sorted(heard("Street", 15, 10, at), key=lambda each: -each["rssi_dbm"])[:SIGHTINGS]
            if messages := self._sight(client, chance, {"sequence": sequence, "sightings": sightings}, bearer):
                self.welcomed[messages[0]["id"]] = (phone, subscription["endpoint"].rpartition("/")[2])
                return
        self.unwelcomed += 1

    def _sight(self, client: httpx.Client, chance: random.Random, batch: Any, bearer: Mapping[str, str]) -> Any:
        """Return the messages in the answer to a batch, or in both answers where it is sent twice at once."""
        path, answers = "/venues/small/sightings", []
        if self._doubled:
            twin = random.Random(chance.random())
            other = threading.Thread(target=lambda: answers.append(self._post(client, twin, path, batch, bearer)))
            other.start()
        own = self._post(client, chance, path, batch, bearer)
        if self._doubled:
            other.join()
            self.differing += answers != [own]
        return own["messages"]

    def _application_key(self, client: httpx.Client, chance: random.Random) -> str:
        while not self._key:
            try:
                answer = client.get(f"{chance.choice(self._urls)}/push/key").raise_for_status()
                self._key = answer.json()["public_key"]
            except httpx.HTTPError:
                time.sleep(AGAIN_AFTER_S)
        return self._key

    def _post(
        self, client: httpx.Client, chance: random.Random, path: str, body: Any, headers: Mapping[str, str]
    ) -> Any:
        """Return the answer, asked for until there is one, as phones do: a server may be dead for a moment, or refuse for one."""
        while True:
            try:
                answer = client.post(f"{chance.choice(self._urls)}{path}", json=body, headers=dict(headers))
            except httpx.TransportError:
                self.retries += 1
            else:
                if answer.is_success:
                    return answer.json()
                self.refused[answer.status_code, answer.json()["code"], answer.headers.get("Retry-After")] += 1
            time.sleep(AGAIN_AFTER_S)


def wait_until(holds: Any, what: str) -> None:
    deadline = time.monotonic() + DRAINED_WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {DRAINED_WITHIN_S:.0f} s: {what}"
        time.sleep(0.05)
