"""FCM's HTTP v1: signing in with a service account's key, and the rules that a message must keep."""

import json
import re
import secrets
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.standins import webpush

PROJECT = "dalil-standin"
ACCOUNT = f"sender@{PROJECT}.iam.gserviceaccount.com"
SCOPES = {f"https://www.googleapis.com/auth/{name}" for name in ("firebase.messaging", "cloud-platform")}
AUDIENCE = "https://oauth2.googleapis.com/token"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_LIFE_S = 3600
MAX_PAYLOAD_BYTES = 4096
PRIORITIES = {"normal", "high"}
HEADERS = {
    "apns": {
        "apns-collapse-id": re.compile(r".{1,64}"),
        "apns-expiration": re.compile(r"\d+"),
        "apns-priority": re.compile(r"1|5|10"),
        "apns-push-type": re.compile(r"alert|background"),
    },
    "webpush": {"TTL": re.compile(r"\d+"), "Topic": webpush.TOPIC, "Urgency": re.compile("|".join(webpush.URGENCIES))},
}
"""What APNs (developer.apple.com, "Sending notification requests to APNs") and push services (RFC 8030, section 5) take."""
TARGETS = {"token", "topic", "condition", "fid"}
FIELDS = TARGETS | {"name", "data", "notification", "android", "webpush", "apns", "fcm_options"}
DURATION = re.compile(r"\d+(\.\d{1,9})?s")
STATUS_NAMES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}  # fmt: skip


class Google:
    """The side of Google: it knows the account's public key and the access tokens that it gave out."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._valid_until_s: dict[str, float] = {}

    def write_credentials(self, path: Path, url: str) -> None:
        """Write the account's key file, as the Firebase console gives it, with its sign-in at this server."""
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        account = {
            "type": "service_account", "project_id": PROJECT, "private_key_id": "standin", "private_key": pem,
            "client_email": ACCOUNT, "client_id": "1", "token_uri": f"{url}/token",
        }  # fmt: skip
        path.write_text(json.dumps(account))

    def sign_in(self, form: dict[str, str]) -> dict[str, Any]:
        """Return an access token for a signed assertion (RFC 7523). Raises jwt.InvalidTokenError, PermissionError."""
        claims = jwt.decode(
            form.get("assertion", ""),
            self._key.public_key(),
            algorithms=["RS256"],
            audience=AUDIENCE,
            options={"require": ["iss", "exp", "iat"]},
        )
        if form.get("grant_type") != GRANT or claims["iss"] != ACCOUNT or not SCOPES & set(claims["scope"].split()):
            raise PermissionError("This account may not send.")
        token = secrets.token_urlsafe(32)
        self._valid_until_s[token] = time.monotonic() + TOKEN_LIFE_S
        return {"access_token": token, "expires_in": TOKEN_LIFE_S, "token_type": "Bearer"}

    def knows(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and self._valid_until_s.get(token, 0.0) > time.monotonic()

    def sign_everyone_out(self) -> None:
        self._valid_until_s.clear()


def fault_of(body: Any) -> str | None:
    """Return what FCM would find wrong with a request's body, None where it would take it."""
    message = body.get("message") if isinstance(body, dict) else None
    if not isinstance(message, dict):
        return "message is missing"
    if unknown := set(message) - FIELDS:
        return f"unknown fields {unknown}"
    if len(TARGETS & set(message)) != 1:
        return "exactly one target is needed"
    if not all(isinstance(value, str) for value in message.get("data", {}).values()):
        return "values of data must be strings"
    if not DURATION.fullmatch(message.get("android", {}).get("ttl", "1s")):
        return "android.ttl is no duration"
    if message.get("android", {}).get("priority", "normal") not in PRIORITIES:
        return "android.priority is normal or high"
    for platform, rules in HEADERS.items():
        for name, value in message.get(platform, {}).get("headers", {}).items():
            if name not in rules or not rules[name].fullmatch(value):
                return f"{platform}.headers.{name} is not {value}"
    if not message.get("webpush", {}).get("fcm_options", {}).get("link", "https://").startswith("https://"):
        return "webpush.fcm_options.link is no https address"
    carried = {key: message.get(key, {}) for key in ("notification", "data")}
    if len(json.dumps(carried, ensure_ascii=False).encode()) > MAX_PAYLOAD_BYTES:
        return "the payload is too large"
    return None


def problem(status: int, error: str, message: str) -> dict[str, Any]:
    """Return the body of an error (firebase.google.com/docs/reference/fcm/rest/v1/FcmError)."""
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": error}]
    return {
        "error": {"code": status, "message": message, "status": STATUS_NAMES.get(status, "UNKNOWN"), "details": details}
    }
