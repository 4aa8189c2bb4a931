"""The product as `make run` serves it: a real server on its own data folder, and the system's Chromium."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium, servers

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 120
# SwiftShader draws WebGL without a graphics card; the rest keeps Chromium from calling home.
FLAGS = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@dataclass(frozen=True)
class Server:
    """A running server: its address, and the environment for commands on the same data."""

    url: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a management command beside the server."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the demo district, embedded."""
    folder = tmp_path_factory.mktemp("server")
    port = servers.free_port()
    environment = os.environ | {"DALIL_DATA_ROOT": str(folder), "PYTHONUNBUFFERED": "1"}
    for arguments in (["migrate", "--verbosity", "0"], ["load_demo"]):
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "config.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process)
        yield Server(url, environment)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium.executable()
    assert executable, chromium.main()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A fresh visitor's page. A request that leaves this machine fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    opened = context.new_page()
    elsewhere: list[str] = []
    opened.on("request", lambda request: elsewhere.append(request.url) if _leaves(request.url, server.url) else None)
    yield opened
    context.close()
    assert elsewhere == [], f"the site fetched from elsewhere: {elsewhere}"


def _leaves(url: str, own: str) -> bool:
    return url.startswith(("http", "ws")) and url.split("://")[1].split("/")[0] != own.split("://")[1]
