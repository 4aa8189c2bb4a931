"""A WebSocket client that speaks to the application in this process.

Channels has one, but importing it needs Daphne, a second server.
"""

from collections.abc import Sequence
from typing import Any

from asgiref.testing import ApplicationCommunicator

from config.asgi import application


class Socket(ApplicationCommunicator):
    """One connection, by the ASGI specification for WebSockets (2.4)."""

    def __init__(self, path: str, subprotocols: Sequence[str] = ()) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [],
            "subprotocols": list(subprotocols),
        }
        super().__init__(application, scope)

    async def connect(self) -> tuple[bool, str | None]:
        """Return whether the server accepted, and the subprotocol it chose."""
        await self.send_input({"type": "websocket.connect"})
        answer: dict[str, Any] = await self.receive_output(10)
        return answer["type"] == "websocket.accept", answer.get("subprotocol")

    async def send_to(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def receive_from(self, timeout_s: float) -> str:
        """Return the text of the next frame. Fails the test where the server closes instead."""
        answer: dict[str, Any] = await self.receive_output(timeout_s)
        assert answer["type"] == "websocket.send", answer
        text: str = answer["text"]
        return text

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(10)
