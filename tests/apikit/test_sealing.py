"""Sealing with a secret: a visitor's token, or the installation's own."""

import pytest
from cryptography.fernet import InvalidToken

from apikit.services.sealing import Sealer


def test_what_a_secret_sealed_only_that_secret_unseals() -> None:
    sealed = Sealer("mine", purpose="answers").seal(b"where I am")
    assert b"where" not in sealed
    assert Sealer("mine", purpose="answers").unseal(sealed) == b"where I am"
    for other in (Sealer("yours", purpose="answers"), Sealer("mine", purpose="devices")):
        with pytest.raises(InvalidToken):
            other.unseal(sealed)


def test_a_new_secret_reads_what_an_older_one_sealed_and_seals_with_itself() -> None:
    sealed = Sealer("old", purpose="keys").seal(b"content")
    changed = Sealer("new", "old", purpose="keys")
    assert changed.unseal(sealed) == b"content"
    assert Sealer("new", purpose="keys").unseal(changed.seal(b"again")) == b"again"
