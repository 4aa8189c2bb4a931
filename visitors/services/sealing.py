"""Sealing with a visitor's own token: what is sealed here can be read only while its bearer asks."""

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Sealer:
    """Seals and unseals bytes with a key derived (HKDF, RFC 5869) from a bearer token, which we store nowhere."""

    def __init__(self, token: str, *, purpose: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(token.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def unseal(self, sealed: bytes) -> bytes:
        """Return what was sealed. Raises cryptography.fernet.InvalidToken under another token or when tampered with."""
        return self._fernet.decrypt(sealed)
