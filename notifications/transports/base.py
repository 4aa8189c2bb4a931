"""What every transport does."""

from typing import Protocol

from notifications.core.message import Message


class Transport(Protocol):
    """A way to send. It returns once the other side has accepted the message, else raises TransportError."""

    @property
    def name(self) -> str: ...

    def send(self, endpoint: str, message: Message) -> None:
        """Send the message to the endpoint, under the message's own collapse id however often that is done."""
