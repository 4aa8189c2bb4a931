"""A release that is killed at any moment leaves the old map or the new one, whole."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import orjson
import psycopg
import pytest
from psycopg import sql

pytestmark = pytest.mark.services  # half a minute on each database: not for the inner loop

KILLS = 100
SEED = 20261123
# Killed in the first release, in the third, or anywhere between: the moment is drawn from so many releases' time.
RELEASES_A_LIFE = 3.0
# Other work makes releases slower than the first one was: lives grow where none got through, and shrink where one did.
LONGER, SHORTER = 1.1, 0.95


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, not the one of the test run: other processes write to it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'killed.sqlite3'}"
        return
    server = os.environ["DATABASE_URL"]
    name = sql.Identifier(f"killed_{os.getpid()}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield urlsplit(server)._replace(path=f"/killed_{os.getpid()}").geturl()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def publisher(database_url: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process of `publishing_process`, with a database of its own."""
    environment = {key: value for key, value in os.environ.items() if key not in {"REDIS_URL", "DALIL_BLOB_ROOT"}}
    environment |= {
        "DATABASE_URL": database_url,
        "DALIL_DATA_ROOT": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.venues.publishing_process"],
        cwd=Path(__file__).parents[2],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield process
        _pipe(process.stdin).close()


def ask(process: subprocess.Popen[bytes], order: str) -> bytes:
    """Give an order; return the answer."""
    _pipe(process.stdin).write(f"{order}\n".encode())
    _pipe(process.stdin).flush()
    return _pipe(process.stdout).readline().strip()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "Popen was asked for pipes"
    return stream


def test_a_release_that_is_killed_a_hundred_times_leaves_the_old_map_or_the_new_one(
    publisher: subprocess.Popen[bytes],
):
    chance, release_s, last = random.Random(SEED), float(ask(publisher, "prepare")), 1
    for _ in range(KILLS):
        child = int(ask(publisher, "publish"))
        time.sleep(chance.uniform(0, RELEASES_A_LIFE * release_s))
        os.kill(child, signal.SIGKILL)
        ask(publisher, "bury")
        report = orjson.loads(ask(publisher, f"check {last}"))
        assert report["wrong"] == []
        assert report["number"] >= last
        release_s *= LONGER if report["number"] == last else SHORTER
        last = report["number"]
    assert last > KILLS // 4, "the releases never got through: nothing was tested"
    assert report["orphans"] > KILLS // 20, "no kill fell between the blobs and the row: nothing was tested"
