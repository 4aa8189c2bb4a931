"""A transport that only writes down what it was given: for tests, and to try deliveries by hand."""

from collections import deque
from dataclasses import dataclass, field

from notifications.core.message import Message
from notifications.errors import TransportError


@dataclass
class Recorder:
    """`failures` are raised in turn, one a call; after that every message is accepted and recorded."""

    name: str = "recorder"
    failures: deque[TransportError] = field(default_factory=deque)
    sent: list[tuple[str, Message]] = field(default_factory=list)

    def send(self, endpoint: str, message: Message) -> None:
        if self.failures:
            raise self.failures.popleft()
        self.sent.append((endpoint, message))
