"""A Celery worker and beat inside the server process, for the embedded default: no Redis, no second process.

It is the worker that production runs, with the pool that needs no children, on a broker in process memory. The outbox in
the database is the record, so nothing is lost when the process ends.
"""

import threading
from typing import Any

from celery import beat
from celery.platforms import EX_OK
from celery.worker import state

from config.celery import app

# The broker in memory is asked this often: it bounds how long a queued message waits.
BROKER_POLL_S = 0.05
# An idle worker looks every 2 s whether it should stop (celery.worker.loops.synloop).
STOP_TIMEOUT_S = 5.0

_lock = threading.Lock()
_running: "_Embedded | None" = None


class _Embedded:
    """The two threads, both daemons: they never keep the process alive."""

    def __init__(self) -> None:
        app.conf.broker_transport_options = {"polling_interval": BROKER_POLL_S}
        self._ready = threading.Event()
        self._worker = app.WorkController(
            pool="solo",
            concurrency=1,
            hostname="embedded@localhost",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            ready_callback=self._on_ready,
        )
        self._worker_thread = threading.Thread(target=self._worker.start, name="embedded-worker", daemon=True)
        self._beat = beat.Service(app, scheduler_cls=beat.Scheduler)
        self._beat_thread = threading.Thread(target=self._beat.start, name="embedded-beat", daemon=True)

    def _on_ready(self, _consumer: Any) -> None:
        self._ready.set()

    def start(self) -> None:
        state.should_stop = None
        self._worker_thread.start()
        self._beat_thread.start()
        self._ready.wait(STOP_TIMEOUT_S)

    def stop(self) -> None:
        self._beat.stop()  # without waiting for the thread: it may sleep until the next sweep
        state.should_stop = EX_OK  # type: ignore[assignment]  # typed by its first value, None
        self._worker_thread.join(STOP_TIMEOUT_S)
        state.should_stop = None


def start() -> None:
    """Start worker and beat in daemon threads, once per process. Returns when the worker takes tasks."""
    global _running
    with _lock:
        if _running is None:
            _running = _Embedded()
            _running.start()


def stop() -> None:
    """Stop both and wait for the task that is under way. Stopping twice does nothing."""
    global _running
    with _lock:
        if _running is not None:
            _running.stop()
            _running = None
