"""A server that starts loads what a route needs, and nothing else before it listens."""

import os
import subprocess
import sys

import pytest

# What takes long to import, or much memory, and finds no route: for compiling, importing, publishing, sending, the other views.
LATER = (
    "channels.routing", "drf_spectacular.views", "firebase_admin", "matplotlib", "networkx", "osmium", "psycopg", "pywebpush",
    "rest_framework.views", "scipy.sparse", "scipy.spatial", "scipy.special",
)  # fmt: skip


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Return the modules of a fresh interpreter that has the embedded server's application."""
    program = "import sys, config.asgi; print(*sys.modules)"
    embedded = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=embedded)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", LATER)
def test_the_application_is_there_before_what_routes_do_not_need(module: str, imported: set[str]) -> None:
    assert "navigation.services.routing" in imported
    assert module not in imported
