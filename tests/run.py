"""The whole test run, as `make test` calls it: `python -m tests.run [suite ...]`, where a suite is one of SUITES.

Each suite is one pytest process with its own settings, because Django reads them once:

* services   everything but the journeys, on real PostgreSQL and Redis;
* embedded   what touches the database again, on SQLite and process memory, as `make run` has it;
* journeys   the real site in Chromium against real servers.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack

from tests import servers

SUITES: Mapping[str, tuple[str, ...]] = {
    "services": ("-p", "tests.per_worker", "-n", "2", "-m", "not journey", "--cov", "--cov-report=term"),
    "embedded": ("-m", "django_db and not services and not journey and not proof"),
    "journeys": ("-m", "journey"),
}


def main(names: list[str]) -> int:
    """Run the suites one after the other; return 0 when all of them passed."""
    if unknown := set(names) - set(SUITES):
        print(f"No such suite: {', '.join(sorted(unknown))}. There are {', '.join(SUITES)}.")  # noqa: T201
        return 2
    with ExitStack() as stack:
        environment = {
            "DATABASE_URL": stack.enter_context(servers.postgres()),
            "REDIS_URL": stack.enter_context(servers.redis()),
        }
        failed = [name for name in names or SUITES if not _passes(name, environment)]
    if failed:
        print(f"Failed: {', '.join(failed)}")  # noqa: T201
    return 1 if failed else 0


def _passes(name: str, services: Mapping[str, str]) -> bool:
    environment = {key: value for key, value in os.environ.items() if key not in services}
    if name == "services":
        environment |= services
    started = time.monotonic()
    print(f"\n== {name} ==", flush=True)  # noqa: T201
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *SUITES[name]], env=environment, check=False
    ).returncode
    print(f"== {name}: {time.monotonic() - started:.0f} s ==", flush=True)  # noqa: T201
    return code == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
