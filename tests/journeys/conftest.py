"""The product as `make run` serves it, and the system's Chromium."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium
from tests.journeys.serving import Server, serving

# SwiftShader draws WebGL without a graphics card; the rest keeps Chromium from calling home.
FLAGS = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the demo district, embedded."""
    folder = tmp_path_factory.mktemp("embedded")
    with serving(os.environ | {"DALIL_DATA_ROOT": str(folder)}) as running:
        yield running


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
