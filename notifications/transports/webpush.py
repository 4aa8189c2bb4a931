"""Web Push: an encrypted message to a browser's push service (RFC 8030, 8291, 8292), through pywebpush."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings

from notifications.core.message import Message, ttl_s
from notifications.core.provider import WEB_PUSH
from notifications.core.retry import parse_retry_after
from notifications.errors import TransportError
from notifications.transports import vapid
from notifications.transports.base import TIMEOUT_S, URGENCY, Endpoint
from visitors.errors import EndpointNotPublic

if TYPE_CHECKING:  # half a second and forty megabytes, which only a worker that sends has use for
    import requests

GONE = frozenset({404, 410})
TOO_MANY = 429
REQUEST_TIMEOUT = 408


class WebPushTransport:
    name = WEB_PUSH
    is_hint = False

    @property
    def per_s(self) -> float:
        return float(settings.PUSH_PER_S)

    def is_ready(self) -> bool:
        return bool(vapid.private_key())

    def send(self, endpoint: Endpoint, message: Message, now: datetime) -> None:
        import requests
        from pywebpush import WebPushException, webpush

        try:
            webpush(
                subscription_info={
                    "endpoint": endpoint.address,
                    "keys": {"p256dh": endpoint.p256dh, "auth": endpoint.auth},
                },
                data=orjson.dumps(payload(message)).decode(),
                vapid_private_key=vapid.private_key(),
                vapid_claims={"sub": settings.VAPID_SUBJECT},
                ttl=ttl_s(message, now),
                headers={"Topic": message.collapse_id, "Urgency": URGENCY},
                timeout=TIMEOUT_S,
                requests_session=_session(),
            )
        except WebPushException as error:
            raise _failure(error, now) from error
        except EndpointNotPublic as error:
            raise TransportError(str(error), permanent=True) from error
        except (requests.TooManyRedirects, ValueError) as error:  # ValueError: an address or a key that is none
            raise TransportError(f"The endpoint can't be used: {error}", permanent=True) from error
        except requests.RequestException as error:
            raise TransportError(f"The push service does not answer: {error}", is_outage=True) from error


def payload(message: Message) -> dict[str, Any]:
    """Return what the service worker gets: the text, where a tap leads, and the tag under which it is shown once."""
    return {
        "id": str(message.id),
        "seq": message.seq,
        "tag": message.collapse_id,
        "language": message.language,
        "title": message.text.title,
        "body": message.text.body,
        "image": message.text.image or None,
        "link": message.text.link or None,
    }


def _failure(error: Any, now: datetime) -> TransportError:
    """Return what the push service's answer means for the outbox (RFC 8030, section 8.4)."""
    answer: requests.Response | None = error.response
    if answer is None:
        return TransportError(str(error), permanent=True)
    detail = f"The push service answered {answer.status_code}: {answer.text[:120]}"
    retry_after_s = parse_retry_after(answer.headers.get("Retry-After"), now)
    if answer.status_code in GONE:
        return TransportError(detail, endpoint_gone=True)
    if answer.status_code == TOO_MANY:
        return TransportError(detail, is_quota=True, retry_after_s=retry_after_s)
    if answer.status_code >= 500:
        return TransportError(detail, is_outage=True, retry_after_s=retry_after_s)
    return TransportError(detail, permanent=answer.status_code != REQUEST_TIMEOUT, retry_after_s=retry_after_s)


@lru_cache(maxsize=1)
def _session() -> "requests.Session":
    from notifications.transports.sessions import public_session

    return public_session()
