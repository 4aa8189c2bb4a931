"""What every transport does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from notifications.core.message import Message

# How long a provider may take to accept a connection, and then to answer: both together are well below the lease.
TIMEOUT_S = 7.0
# Of Web Push (RFC 8030, section 5.3): "low" waits for a charger, "high" is for calls.
URGENCY = "normal"


@dataclass(frozen=True)
class Endpoint:
    """Where a message goes: `address` is a live group, an FCM token or a push endpoint, which has keys to encrypt for."""

    address: str
    p256dh: str = ""
    auth: str = ""


class Transport(Protocol):
    """A way to send. It returns once the other side has accepted the message, else raises TransportError."""

    @property
    def name(self) -> str: ...

    @property
    def per_s(self) -> float | None:
        """How many messages a second each of its providers is given at most, None where nothing bounds them."""

    @property
    def is_hint(self) -> bool:
        """Whether nobody may be there who takes what is sent: then it waits until somebody has the message, or it expires."""

    def is_ready(self) -> bool:
        """Return whether the settings have what it needs."""

    def send(self, endpoint: Endpoint, message: Message, now: datetime) -> None:
        """Send the message to the endpoint, under the message's own collapse id however often that is done.

        It is called from several threads at once and touches no database.
        """
