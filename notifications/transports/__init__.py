"""Ways in which a message reaches a visitor, by the name that deliveries bear."""

from notifications.transports.base import Transport
from notifications.transports.fcm import FcmTransport
from notifications.transports.live import LiveTransport
from notifications.transports.webpush import WebPushTransport

TRANSPORTS: dict[str, Transport] = {
    transport.name: transport for transport in (LiveTransport(), FcmTransport(), WebPushTransport())
}
"""One line a transport. A device's kind is the name of the transport that reaches it."""
