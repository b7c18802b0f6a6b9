"""The collector of garbage rests while one document is worked on, and wakes again."""

import gc

import pytest

from publisher.memory import without_collection


def test_the_collector_rests_and_wakes() -> None:
    assert gc.isenabled()
    assert without_collection(gc.isenabled)() is False
    assert gc.isenabled()


def test_it_wakes_after_an_error() -> None:
    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        without_collection(fail)()
    assert gc.isenabled()


def test_one_that_somebody_turned_off_stays_off() -> None:
    gc.disable()
    try:
        without_collection(gc.isenabled)()
        assert not gc.isenabled()
    finally:
        gc.enable()
