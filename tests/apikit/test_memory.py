"""The collector of cycles is off while a map is read, and as it was before afterwards."""

import gc

import pytest

from apikit.services.memory import collector_paused


@collector_paused()
def is_on() -> bool:
    return gc.isenabled()


def test_it_is_off_meanwhile_and_on_again_afterwards():
    assert not is_on()
    assert gc.isenabled()


def test_it_is_on_again_after_an_error():
    with pytest.raises(ValueError, match="broken"), collector_paused():
        raise ValueError("broken")
    assert gc.isenabled()


def test_within_another_pause_it_stays_off():
    with collector_paused():
        assert not is_on()
        assert not gc.isenabled()
    assert gc.isenabled()
