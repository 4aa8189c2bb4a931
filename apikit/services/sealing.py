"""Sealing: what is written can be read only by who knows the secret."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Sealer:
    """Seals and unseals bytes with a key derived (HKDF, RFC 5869) from a secret that is stored nowhere beside them.

    The secret is a visitor's bearer token, or the installation's own. What older secrets sealed can still be read.
    """

    def __init__(self, secret: str, *older: str, purpose: str) -> None:
        self._fernet = MultiFernet([_fernet(each, purpose) for each in (secret, *older)])

    def seal(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def unseal(self, sealed: bytes) -> bytes:
        """Return what was sealed. Raises cryptography.fernet.InvalidToken under another secret or when tampered with."""
        return self._fernet.decrypt(sealed)


def _fernet(secret: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
