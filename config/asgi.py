"""The server: HTTP to Django, WebSockets to the consumers, and what begins and ends with the process."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  (the apps must be loaded first)
from django.conf import settings  # noqa: E402

from apikit.services import memory  # noqa: E402
from beacons.services import positioning  # noqa: E402
from config import embedded_worker  # noqa: E402
from config.http import HttpApplication  # noqa: E402
from config.urls import websocket_urlpatterns  # noqa: E402
from navigation.services import graphs  # noqa: E402
from notifications.core import zones  # noqa: E402
from notifications.transports.hub import hub  # noqa: E402

logger = logging.getLogger(__name__)

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start and stop what lives as long as the process (ASGI lifespan 2.0)."""
    loop = asyncio.get_running_loop()
    await receive()
    try:
        await loop.run_in_executor(None, _start)
    except Exception as error:
        # Raised, it would tell uvicorn that we have no lifespan, and the server would run without its worker.
        logger.exception("The server can't start")
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await loop.run_in_executor(None, _stop)
    await send({"type": "lifespan.shutdown.complete"})


def _start() -> None:
    hub().start()
    graphs.warm_up()
    positioning.warm_up()
    zones.warm_up()
    memory.keep_for_good()
    if settings.EMBEDDED_WORKER:
        embedded_worker.start()


def _stop() -> None:
    if settings.EMBEDDED_WORKER:
        embedded_worker.stop()
    hub().stop()


application = ProtocolTypeRouter(
    {
        "http": HttpApplication(),
        "websocket": URLRouter(websocket_urlpatterns),
        "lifespan": lifespan,
    }
)
