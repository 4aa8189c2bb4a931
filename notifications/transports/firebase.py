"""The Firebase app of this process: the only place that reaches into Google's client.

It has no option for the address of FCM nor for its own retries, and those sleep in the worker as long as a Retry-After
says. Both are set on its private service, which a test looks at.
"""

from functools import cache
from threading import Lock

import firebase_admin
from django.conf import settings
from firebase_admin import App, credentials, messaging

from notifications.errors import TransportError
from notifications.transports.base import TIMEOUT_S
from notifications.transports.sessions import OneTry

_making = Lock()  # of the threads that send, one makes the app


def app() -> App:
    """Return the app of the project that the settings name.

    Raises TransportError where their file is not a key: messages wait until it is mended.
    """
    try:
        with _making:
            return _app(settings.FCM_CREDENTIALS, settings.FCM_URL)
    except (OSError, ValueError) as error:
        raise TransportError(f"DALIL_FCM_CREDENTIALS can't be used: {error}", is_outage=True) from error


@cache
def _app(credentials_path: str, url: str) -> App:
    certificate = credentials.Certificate(credentials_path)
    made = firebase_admin.initialize_app(certificate, {"httpTimeout": TIMEOUT_S}, name=f"{credentials_path} at {url}")
    service = messaging._get_messaging_service(made)
    service._fcm_url = f"{url}/v1/projects/{certificate.project_id}/messages:send"
    for prefix in ("http://", "https://", "https://fcm.googleapis.com"):
        service._client.session.mount(prefix, OneTry())
    return made
