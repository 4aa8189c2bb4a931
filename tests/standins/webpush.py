"""A push service and the browser behind it: the rules of RFC 8030, who may send (RFC 8292), and decryption (RFC 8291)."""

import base64
import json
import os
import re
import time
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = {"very-low", "low", "normal", "high"}
MAX_BODY_BYTES = 4096
MAX_TOKEN_LIFE_S = 24 * 3600


class Refused(Exception):
    """What the push service answers instead of taking the message."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True)
class Browser:
    """A browser that has subscribed for one server, with the keys that nobody else has."""

    application_server_key: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    def subscription(self, endpoint: str) -> dict[str, Any]:
        """Return `PushSubscription.toJSON()`."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": to_base64url(point), "auth": to_base64url(self.auth)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def take(self, headers: Message, body: bytes, origin: str) -> dict[str, Any]:
        """Return the message as its service worker gets it. Raises Refused, as the push service would."""
        self._check_sender(headers.get("Authorization", ""), origin)
        if not headers.get("TTL", "").isdigit():
            raise Refused(400, "TTL is needed (RFC 8030, section 5.2)")
        if not TOPIC.fullmatch(headers.get("Topic", "none")):
            raise Refused(400, "Topic has at most 32 characters of base64url (RFC 8030, section 5.4)")
        if headers.get("Urgency", "normal") not in URGENCIES:
            raise Refused(400, "no such Urgency (RFC 8030, section 5.3)")
        if headers.get("Content-Encoding") != "aes128gcm":
            raise Refused(400, "Content-Encoding must be aes128gcm (RFC 8291)")
        if len(body) > MAX_BODY_BYTES:
            raise Refused(413, "the message is too large")
        text = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        message: dict[str, Any] = json.loads(text)
        return message

    def _check_sender(self, authorization: str, origin: str) -> None:
        scheme, _, rest = authorization.partition(" ")
        given = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        if scheme.lower() != "vapid" or {"t", "k"} - set(given):
            raise Refused(401, "VAPID is needed")
        if given["k"] != self.application_server_key:
            raise Refused(403, "The subscription was made for another server.")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(given["k"]))
        try:
            claims = jwt.decode(
                given["t"], public, algorithms=["ES256"], audience=origin, options={"require": ["exp", "sub"]}
            )
        except jwt.InvalidTokenError as error:
            raise Refused(401, f"VAPID: {error}") from error
        if claims["exp"] > time.time() + MAX_TOKEN_LIFE_S or not claims["sub"].startswith(("mailto:", "https:")):
            raise Refused(401, "VAPID: exp is more than a day ahead, or sub says nothing")


def to_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
