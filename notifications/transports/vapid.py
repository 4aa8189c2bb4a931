"""The server's own key for Web Push (VAPID, RFC 8292): browsers subscribe with its public half, push services check ours."""

import base64
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings


def new_private_key() -> str:
    """Return a new private key of P-256: its 32 bytes in base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _base64url(number.to_bytes(32, "big"))


def private_key() -> str:
    """Return the private key of the settings, or the one of the data folder, which is made on first use. Else ""."""
    if settings.VAPID_PRIVATE_KEY or settings.VAPID_KEY_FILE is None:
        return str(settings.VAPID_PRIVATE_KEY)
    return _kept_key(settings.VAPID_KEY_FILE)


def public_key() -> str:
    """Return the public half in base64url, as PushManager.subscribe takes it for `applicationServerKey`; "" without a key."""
    private = private_key()
    return _public_half(private) if private else ""


@lru_cache(maxsize=4)
def _public_half(private: str) -> str:
    number = int.from_bytes(base64.urlsafe_b64decode(private + "=" * (-len(private) % 4)), "big")
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return _base64url(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


@lru_cache(maxsize=4)
def _kept_key(path: Path) -> str:
    """Return the key in the file. Of processes that make it at once, all return the first one's."""
    if not path.exists():
        handle, written = tempfile.mkstemp(dir=path.parent)  # readable by its owner alone
        with os.fdopen(handle, "w") as file:
            file.write(new_private_key())
        try:
            os.link(written, path)
        except FileExistsError:
            pass
        finally:
            Path(written).unlink()
    return path.read_text()


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
