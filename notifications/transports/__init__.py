"""Ways in which a message reaches a visitor, by the name that deliveries bear."""

from notifications.transports.base import Transport
from notifications.transports.live import LiveTransport

TRANSPORTS: dict[str, Transport] = {LiveTransport.name: LiveTransport()}
"""One line a transport. A device's kind is the name of the transport that reaches it."""
