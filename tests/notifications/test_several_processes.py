"""Several server processes serve one visitor as one would: whichever a batch or a socket comes to, and if one of them dies."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.navigation.crowd import heard
from tests.notifications.deployed import Deployment, wait_until
from tests.standins import push

pytestmark = pytest.mark.services

BATCHES = 12
APART_S = 1.5
FRAME_S = 20.0


@pytest.fixture
def several(deployment: Deployment) -> Deployment:
    deployment.start("server", "server-2", "worker", "worker-2", "beat")
    return deployment


class Visitor:
    """A visitor with a phone, who may ask any of the servers."""

    def __init__(self, deployment: Deployment, phone: str) -> None:
        self.begin = datetime.now(UTC) - timedelta(seconds=APART_S * BATCHES)
        self._clients = {
            name: httpx.Client(base_url=f"{url}/api/v1", timeout=60) for name, url in deployment.urls.items()
        }
        made = self.ask("server", "/visitors", {"consent": {"positioning": True}})
        self.token = made["token"]
        self.ask("server-2", "/visitors/me/devices", {"kind": "fcm", "token": phone})

    def ask(self, server: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if hasattr(self, "token") else {}
        return self._clients[server].post(path, json=body, headers=headers).raise_for_status().json()

    def batch(self, sequence: int) -> dict[str, Any]:
        """Return what the phone heard on the lawn until then."""
        at = self.begin + timedelta(seconds=APART_S * sequence)
        return {"sequence": sequence, "sightings": heard("Street", 15, 10, at)}

    def sight(self, server: str, sequence: int) -> Any:
        return self.ask(server, "/venues/small/sightings", self.batch(sequence))

    def socket(self, deployment: Deployment, server: str) -> ClientConnection:
        address = urlsplit(deployment.urls[server]).netloc
        return connect(
            f"ws://{address}/ws/v1/venues/small/live",
            subprotocols=["dalil.v1", f"token.{self.token}"],  # type: ignore[list-item]  # they are strings
        )


def test_a_visitor_whose_batches_and_sockets_come_to_different_processes_is_one(
    several: Deployment, deployed_services: push.PushServices
) -> None:
    deployment, before = several, sum(several.decisions().values())
    visitor = Visitor(deployment, "ok.everywhere")
    with visitor.socket(deployment, "server") as first, visitor.socket(deployment, "server-2") as second:
        for sequence in range(1, BATCHES + 1):
            answers = _at_once(lambda server, number=sequence: visitor.sight(server, number), "server", "server-2")
            assert answers[0] == answers[1]
            assert answers[0]["status"] == "ok"
        frames = [_frames(each, until_sequence=BATCHES) for each in (first, second)]
    deployment.wait_until_all_is_sent()

    for heard_by_one in frames:
        positions = [frame["sequence"] for frame in heard_by_one if frame["type"] == "position"]
        assert positions == list(range(1, BATCHES + 1))
        assert Counter(frame["type"] for frame in heard_by_one)["message"] == 1
    shown = {(entry.address, entry.collapse_id) for entry in deployed_services.ledger.accepted}
    assert [address for address, _ in shown] == [
        "ok.everywhere"
    ]  # sent again where a lease of the test's one second ended, shown once
    assert deployment.decisions() == {"sent": before + 1}


def test_who_was_with_a_process_that_dies_goes_on_with_another_and_nobody_else_waits_for_them(
    several: Deployment,
) -> None:
    deployment = several
    visitor, other = Visitor(deployment, "ok.one"), Visitor(deployment, "ok.other")
    visitor.sight("server", 1)
    with _kept_waiting(deployment, visitor.batch(2)) as is_waiting:
        asking = threading.Thread(target=_in_vain, args=(visitor,))
        asking.start()
        wait_until(is_waiting, "the first server holds the visitor's turn")
        deployment.kill("server")
        asking.join()
        assert other.sight("server-2", 1)["status"] == "ok"
    assert visitor.sight("server-2", 2)["position"] is not None
    deployment.start("server")
    assert visitor.sight("server", 2) == visitor.sight("server-2", 2)


def _in_vain(visitor: Visitor) -> None:
    """Send the second batch to the first server, which dies before it answers."""
    with pytest.raises(httpx.TransportError):
        visitor.sight("server", 2)


@contextmanager
def _kept_waiting(deployment: Deployment, batch: dict[str, Any]) -> Iterator[Any]:
    """Claim the next batch of the newest visitor who has sent one, so that whoever takes it waits for us; the value tells whether one does."""
    with psycopg.connect(deployment.database_url) as ours:
        ours.execute(
            "INSERT INTO apikit_storedanswer (scope, key, body_hash, sealed_answer, created_at)"
            " SELECT scope, %s, body_hash, sealed_answer, created_at FROM apikit_storedanswer ORDER BY created_at DESC LIMIT 1",
            [str(batch["sequence"])],
        )
        waiting = (
            "SELECT 1, count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        yield lambda: deployment.count(waiting)[1] > 0
        ours.rollback()


def _at_once(ask: Any, *servers_asked: str) -> list[Any]:
    """Return what each of the servers answers, all of them asked at the same time."""
    answers: dict[str, Any] = {}
    threads = [
        threading.Thread(target=lambda name=name: answers.update({name: ask(name)}), daemon=True)
        for name in servers_asked
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[name] for name in servers_asked]


def _frames(socket: ClientConnection, *, until_sequence: int) -> list[dict[str, Any]]:
    """Return what a socket was told until the position of a batch, and the message that comes by itself."""
    frames: list[dict[str, Any]] = []
    while not {("position", until_sequence), ("message", None)} <= {(f["type"], f.get("sequence")) for f in frames}:
        frames.append(json.loads(socket.recv(timeout=FRAME_S)))
    return frames
