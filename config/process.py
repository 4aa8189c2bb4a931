"""What begins and ends with a server process.

It listens before everything is loaded: a route needs neither Django's views nor the map's shapes, and is answered as soon as its
graph is there. The rest is loaded behind the first requests; whoever asks for some of it earlier waits for that alone.
"""

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.conf import settings

from apikit.services import memory
from navigation.services import graphs, routing
from venues import selectors
from venues.models import Venue

logger = logging.getLogger(__name__)

_under_way = Event()


def is_loading() -> bool:
    """Return whether a part of this process is still being loaded; what asks for it has to wait."""
    return _under_way.is_set()


class Process:
    """The server's own life; `load_http` and `load_sockets` load what it answers other requests with."""

    def __init__(self, *, load_http: Callable[[], object], load_sockets: Callable[[], object]) -> None:
        self._load_http, self._load_sockets = load_http, load_sockets
        self._ending = Event()
        self._loading = Thread(target=self._load, name="loading", daemon=True)
        self._venues: list[Venue] = []

    def start(self) -> None:
        """Begin to load. Raises where the database can't be read."""
        self._venues = list(selectors.published_venues())
        _under_way.set()
        self._loading.start()

    def stop(self) -> None:
        """Stop what runs in this process, when the step of loading that is under way has ended."""
        self._ending.set()
        self._loading.join()
        from config import embedded_worker
        from notifications.transports.hub import hub

        if settings.EMBEDDED_WORKER:
            embedded_worker.stop()
        hub().stop()

    def _load(self) -> None:
        """Load all there is, what the first visitors need before the rest."""
        try:
            self._load_in_turn()
            memory.keep_for_good()
        finally:
            _under_way.clear()

    def _load_in_turn(self) -> None:
        """Load one part after the other; what fails is logged, and the rest is loaded."""
        routes = [lambda venue=venue: routing.warm_up(venue) for venue in self._venues]
        for step in (*routes, self._load_http, self._load_sockets, _start_services, graphs.warm_up, _warm_up_positions):
            if self._ending.is_set():
                return
            try:
                step()
            except Exception:
                logger.exception("A part of the server could not be loaded")


def _start_services() -> None:
    """Hear of other processes' frames; deliver, where no other process does."""
    from config import embedded_worker
    from notifications.transports.hub import hub

    hub().start()
    if settings.EMBEDDED_WORKER:
        embedded_worker.start()


def _warm_up_positions() -> None:
    from beacons.services import positioning

    positioning.warm_up()
