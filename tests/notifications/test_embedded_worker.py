"""The embedded default for real: its own process, file database, worker thread and event loop."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

PROCESS = "import django; django.setup(); from tests.notifications.embedded_process import main; main()"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run the process on an empty data folder; return what it printed."""
    inherited = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DALIL_DATA_ROOT": str(tmp_path_factory.mktemp("data")),
        "DALIL_OUTBOX_SWEEP_S": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROCESS], env=inherited | own, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_message_queued_in_the_server_reaches_a_socket_of_its_event_loop_through_the_worker_thread(
    outcome: Any,
) -> None:
    assert outcome["woken"]["type"] == "message"
    assert outcome["woken"]["seq"] == 1
    assert outcome["woken"]["message"]["title"] == "Welcome to the Heritage Quarter"


def test_a_message_whose_wake_up_was_missed_is_found_by_the_sweep(outcome: Any) -> None:
    assert outcome["swept"]["message"]["title"] == "Welcome to the Heritage Quarter"


def test_both_decisions_end_as_sent(outcome: Any) -> None:
    assert outcome["decisions"] == [["sent", "accepted"]] * 2


def test_workers_stop_when_the_server_stops(outcome: Any) -> None:
    assert outcome["workers"] == 0
