"""A transport that only writes down what it was given: for tests, and to try deliveries by hand."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from notifications.core.message import Message
from notifications.errors import TransportError
from notifications.transports.base import Endpoint


@dataclass
class Recorder:
    """`failures` are raised in turn, one a call; after that every message is accepted and recorded."""

    name: str = "recorder"
    per_s: float | None = None
    is_hint: bool = False
    failures: deque[TransportError] = field(default_factory=deque)
    sent: list[tuple[str, Message]] = field(default_factory=list)

    def is_ready(self) -> bool:
        return True

    def send(self, endpoint: Endpoint, message: Message, now: datetime) -> None:
        if self.failures:
            raise self.failures.popleft()
        self.sent.append((endpoint.address, message))
