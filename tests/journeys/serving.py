"""Real servers for journeys: started on free ports, each with its own data folder, stopped by process id."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests import servers

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 20


@dataclass(frozen=True)
class Server:
    """A running server: its address, and the environment for commands on the same data."""

    url: str
    environment: Mapping[str, str]

    def manage(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a management command beside the server."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@contextmanager
def serving(environment: Mapping[str, str], beside: Sequence[Sequence[str]] = ()) -> Iterator[Server]:
    """Migrate, load the demo, serve it; `beside` are further programs of the environment, such as Celery's."""
    for arguments in (
        ["migrate", "--verbosity", "0"],
        ["collectstatic", "--no-input", "--verbosity", "0"],
        ["load_demo"],
    ):
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=dict(environment), check=True)
    port = servers.free_port()
    uvicorn = [
        "-m",
        "uvicorn",
        "config.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
        "--lifespan",
        "on",
    ]
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        for command in beside:
            stack.enter_context(_running(command, environment))
        process = stack.enter_context(_running(uvicorn, environment))
        _wait_until_ready(url, process)
        yield Server(url, environment)


@contextmanager
def _running(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=dict(environment))
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).is_success:
                return
        except httpx.TransportError:
            assert process.poll() is None, "the server ended by itself"
        assert time.monotonic() < deadline, f"the server was not ready within {START_TIMEOUT_S} s"
        time.sleep(0.2)
