"""FCM HTTP v1 and a Web Push service on loopback: `python -m tests.standins.push [--port P] [--ledger FILE] [--folder DIR]`.

It behaves towards the real clients as the real services do: signs in, checks messages, decrypts them, and writes each
down. What it does with one is chosen by the token or the subscription (tests/standins/behaviour.py), or for all at once:

* `POST /token`, `POST /v1/projects/dalil-standin/messages:send`     FCM; the key file is FOLDER/service-account.json
* `POST /subscribe {"applicationServerKey", "behaviour"}`            what a browser does; answers with its subscription
* `POST /push/NAME`                                                  the push service
* `PUT /behaviour NAME`, where "" leaves it to the address again     all of both services
* `PUT /behaviour/SERVICE NAME`                                      all of one, `fcm` or `webpush`
"""

import argparse
import itertools
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jwt

from tests.standins import fcm
from tests.standins.behaviour import BEHAVIOURS, HANG_S, Behaviour
from tests.standins.ledger import Entry, Ledger
from tests.standins.webpush import Browser, Refused

SEND_PATH = f"/v1/projects/{fcm.PROJECT}/messages:send"


class PushServices(ThreadingHTTPServer):
    """Both services, each request in a thread of its own. `everybody` overrides what a service does, and that what addresses ask for."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0, ledger: Path | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.google = fcm.Google()
        self.browsers: dict[str, Browser] = {}
        self.ledger = Ledger(ledger)
        self.everybody: Behaviour | None = None
        self.of_service: dict[str, Behaviour] = {}
        self.latency_s = 0.0
        """Between the message's line in the ledger and the answer."""
        self.closing = threading.Event()
        self._numbers = itertools.count(1)

    def subscribe(self, application_server_key: str, behaviour: str = "ok") -> dict[str, Any]:
        """Subscribe as a browser does; return the subscription that it gives to the site."""
        name, browser = f"{behaviour}.{next(self._numbers)}", Browser(application_server_key)
        self.browsers[name] = browser
        return browser.subscription(f"{self.url}/push/{name}")

    def behaviour(self, service: str, address: str) -> Behaviour:
        asked_for = BEHAVIOURS.get(address.partition(".")[0], BEHAVIOURS["ok"])
        return self.everybody or self.of_service.get(service, asked_for)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PushServices

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/token":
            self._sign_in(body)
        elif self.path == SEND_PATH:
            self._take_for_fcm(json.loads(body))
        elif self.path == "/subscribe":
            wish = json.loads(body)
            self._answer(201, self.server.subscribe(wish["applicationServerKey"], wish.get("behaviour", "ok")))
        elif self.path.startswith("/push/"):
            self._take_for_browser(self.path.removeprefix("/push/"), body)
        else:
            self._answer(404, {})

    def do_PUT(self) -> None:
        name = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        service = self.path.removeprefix("/behaviour").strip("/")
        if not service:
            self.server.everybody = BEHAVIOURS[name] if name else None
        elif name:
            self.server.of_service[service] = BEHAVIOURS[name]
        else:
            self.server.of_service.pop(service, None)
        self._answer(200, {})

    def _sign_in(self, body: bytes) -> None:
        try:
            answer = self.server.google.sign_in(dict(parse_qsl(body.decode())))
        except (jwt.InvalidTokenError, PermissionError) as error:
            self._answer(401, {"error": "invalid_grant", "error_description": str(error)})
        else:
            self._answer(200, answer)

    def _take_for_fcm(self, body: Any) -> None:
        if not self.server.google.knows(self.headers.get("Authorization", "")):
            self._answer(401, fcm.problem(401, "UNAUTHENTICATED", "Sign in."))
        elif (fault := fcm.fault_of(body)) is not None:
            self._answer(400, fcm.problem(400, "INVALID_ARGUMENT", fault))
        else:
            message = body["message"]
            behaviour = self.server.behaviour("fcm", message["token"])
            collapse_id = message["android"]["collapse_key"]
            problem = fcm.problem(behaviour.status, behaviour.error, "It was asked for.")
            name = {"name": f"projects/{fcm.PROJECT}/messages/{time.monotonic_ns()}"}
            self._note("fcm", message["token"], collapse_id, behaviour, message)
            self._behave(behaviour, name if behaviour.accepts else problem)

    def _take_for_browser(self, name: str, body: bytes) -> None:
        browser, behaviour = self.server.browsers.get(name), self.server.behaviour("webpush", name)
        if browser is None:
            self._answer(404, {})
            return
        try:
            message = browser.take(self.headers, body, self.server.url)
        except Refused as refused:
            self._answer(refused.status, {"message": str(refused)})
            return
        self._note("webpush", name, self.headers.get("Topic", ""), behaviour, message)
        self._behave(behaviour, {}, created=True)

    def _note(self, service: str, address: str, collapse_id: str, behaviour: Behaviour, message: Any) -> None:
        self.server.ledger.add(
            Entry(
                service, address, collapse_id, behaviour.status, behaviour.accepts, self.server.ledger.clock_s(), message,
                dict(self.headers),
            )
        )  # fmt: skip

    def _behave(self, behaviour: Behaviour, answer: Mapping[str, Any], *, created: bool = False) -> None:
        time.sleep(self.server.latency_s)
        if behaviour.hangs:
            self.server.closing.wait(HANG_S)
        if behaviour.hangs or behaviour.drops:
            self.close_connection = True
            return
        headers = dict(behaviour.headers(datetime.now(UTC)))
        if behaviour.status == 302:
            headers["Location"] = f"{self.server.url}/elsewhere"
        self._answer(201 if created and behaviour.status == 200 else behaviour.status, answer, headers)

    def _answer(self, status: int, answer: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """The ledger is the log."""


@contextmanager
def serving(ledger: Path | None = None) -> Iterator[PushServices]:
    """Run both services in a thread, on a free port."""
    server = PushServices(ledger=ledger)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve until interrupted; print the address and the key file once it listens."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--folder", type=Path, default=Path())
    options = parser.parse_args()
    server = PushServices(options.port, options.ledger)
    credentials = options.folder / "service-account.json"
    server.google.write_credentials(credentials, server.url)
    print(json.dumps({"url": server.url, "credentials": str(credentials)}), flush=True)  # noqa: T201
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
