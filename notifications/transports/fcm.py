"""Firebase Cloud Messaging: HTTP v1 through Google's own client, to Android, to iPhones by APNs, and to browsers."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from notifications.core.message import Message, ttl_s
from notifications.core.retry import parse_retry_after
from notifications.errors import TransportError
from notifications.transports.base import URGENCY, Endpoint

if TYPE_CHECKING:  # a third of a second and thirty megabytes, which only a worker that sends has use for
    from firebase_admin import messaging
    from firebase_admin.exceptions import FirebaseError

# What a message says holds where its visitor stands now: phones are woken, as FCM and APNs do unasked with what is shown to people.
SHOWN_AT_ONCE = {"apns-priority": "10", "apns-push-type": "alert"}


class FcmTransport:
    name = "fcm"
    is_hint = False

    @property
    def per_s(self) -> float:
        return float(settings.PUSH_PER_S)

    def is_ready(self) -> bool:
        return bool(settings.FCM_CREDENTIALS)

    def send(self, endpoint: Endpoint, message: Message, now: datetime) -> None:
        from firebase_admin import messaging
        from firebase_admin.exceptions import FirebaseError
        from google.auth.exceptions import GoogleAuthError

        from notifications.transports import firebase

        try:
            messaging.send(composed(endpoint.address, message, now), app=firebase.app())
        except FirebaseError as error:
            raise _failure(error, now) from error
        except GoogleAuthError as error:
            raise TransportError(f"Google does not let us sign in: {error}", is_outage=True) from error
        except ValueError as error:
            raise TransportError(f"The message can't be sent: {error}", permanent=True) from error


def composed(token: str, message: Message, now: datetime) -> "messaging.Message":
    """Return the message with the options of each platform: how long it is of use, and what makes a resend show once."""
    from firebase_admin import messaging

    text, collapse_id, seconds = message.text, message.collapse_id, ttl_s(message, now)
    image = text.image if text.image.startswith("https://") else None  # phones know no address of the site to add
    return messaging.Message(
        token=token,
        notification=messaging.Notification(text.title, text.body, image),
        data={"id": str(message.id), "seq": str(message.seq), "language": message.language, "link": text.link},
        android=messaging.AndroidConfig(
            collapse_key=collapse_id,
            priority="high",
            ttl=timedelta(seconds=seconds),
            notification=messaging.AndroidNotification(tag=collapse_id),
        ),
        apns=messaging.APNSConfig(
            headers=SHOWN_AT_ONCE
            | {"apns-collapse-id": collapse_id, "apns-expiration": str(int(now.timestamp()) + seconds)},
            payload=messaging.APNSPayload(messaging.Aps(mutable_content=image is not None)),
        ),
        webpush=messaging.WebpushConfig(
            headers={"TTL": str(seconds), "Topic": collapse_id, "Urgency": URGENCY},
            notification=messaging.WebpushNotification(tag=collapse_id, language=message.language),
            fcm_options=messaging.WebpushFCMOptions(text.link) if text.link.startswith("https://") else None,
        ),
    )


def _failure(error: "FirebaseError", now: datetime) -> TransportError:
    """Return what FCM's answer means for the outbox (firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode)."""
    from firebase_admin import exceptions, messaging

    detail = f"FCM answered {error.code}: {error}"
    retry_after_s = parse_retry_after(_header(error, "Retry-After"), now)
    match error:
        case messaging.UnregisteredError():
            return TransportError(f"FCM answered UNREGISTERED: {error}", endpoint_gone=True)
        case exceptions.InvalidArgumentError() | messaging.SenderIdMismatchError():
            return TransportError(detail, permanent=True)
        case exceptions.ResourceExhaustedError():  # QUOTA_EXCEEDED is one
            return TransportError(detail, is_quota=True, retry_after_s=retry_after_s)
        case messaging.ThirdPartyAuthError():  # the project's key for APNs: phones of the other kind are still reached
            return TransportError(detail, retry_after_s=retry_after_s)
        case _:
            return TransportError(detail, is_outage=True, retry_after_s=retry_after_s)


def _header(error: "FirebaseError", name: str) -> str | None:
    answer: Any = error.http_response
    return None if answer is None else answer.headers.get(name)
