"""Sealing with a visitor's token."""

import pytest
from cryptography.fernet import InvalidToken

from visitors.services.sealing import Sealer


def test_what_a_token_sealed_only_that_token_unseals() -> None:
    sealed = Sealer("mine", purpose="answers").seal(b"where I am")
    assert b"where" not in sealed
    assert Sealer("mine", purpose="answers").unseal(sealed) == b"where I am"
    for other in (Sealer("yours", purpose="answers"), Sealer("mine", purpose="devices")):
        with pytest.raises(InvalidToken):
            other.unseal(sealed)
