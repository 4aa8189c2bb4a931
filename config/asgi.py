"""The server: HTTP to Django, WebSockets to the consumers, and what begins and ends with the process."""

import asyncio
import logging
import os
from functools import cache

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from config.http import Application, HttpApplication, Receive, Scope, Send  # noqa: E402  (the apps must be loaded first)
from config.process import Process  # noqa: E402

logger = logging.getLogger(__name__)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one connection (ASGI 3.0)."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "websocket":
        answer = await asyncio.get_running_loop().run_in_executor(None, _sockets)
        await answer(scope, receive, send)
    else:
        await _http(scope, receive, send)


async def lifespan(receive: Receive, send: Send) -> None:
    """Start and stop what lives as long as the process (ASGI lifespan 2.0)."""
    loop = asyncio.get_running_loop()
    process = Process(load_http=_http.load, load_sockets=_sockets)
    await receive()
    try:
        await loop.run_in_executor(None, process.start)
    except Exception as error:
        # Raised, it would tell uvicorn that we have no lifespan, and the server would run without its worker.
        logger.exception("The server can't start")
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await loop.run_in_executor(None, process.stop)
    await send({"type": "lifespan.shutdown.complete"})


@cache
def _sockets() -> Application:
    from channels.routing import URLRouter

    from config.urls import websocket_urlpatterns

    sockets: Application = URLRouter(websocket_urlpatterns)
    return sockets


_http = HttpApplication()
