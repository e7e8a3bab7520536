"""An answer is asked for once, ahead of need too, and so is its failure."""

import copy
import threading

import pytest

from connectors.dynamics.remembering import Remembering
from connectors.transport.errors import SourceFailed
from tests.waiting import until_nothing_is_asked_ahead

WAIT_S = 60.0


def test_nobody_waits_for_what_somebody_else_asks() -> None:
    asked = Remembering()
    begun, known = threading.Event(), threading.Event()

    def ask() -> bool:
        begun.set()
        return known.wait(WAIT_S)

    asked.ahead(lambda: asked.remember("slow", ask))
    assert begun.wait(WAIT_S)
    assert asked.remember("other", known.is_set) is False
    known.set()
    assert asked.remember("slow", lambda: False) is True


def test_what_fails_ahead_of_need_fails_where_it_is_needed() -> None:
    asked = Remembering()
    done = threading.Event()

    def ask() -> None:
        done.set()
        raise SourceFailed("no", "nothing", "refused")

    asked.ahead(lambda: asked.remember("it", ask))
    assert done.wait(WAIT_S)
    with pytest.raises(SourceFailed, match="no"):
        asked.remember("it", lambda: None)


def test_what_a_copy_asks_is_known_to_the_other() -> None:
    first = Remembering()
    second = copy.copy(first)
    assert second.remember("it", lambda: 1) == 1
    assert first.remember("it", lambda: 2) == 1


def test_tests_wait_for_what_nobody_needed_in_the_end() -> None:
    needed = threading.Event()
    answered: list[bool] = []
    Remembering().ahead(lambda: answered.append(needed.wait(WAIT_S)))
    threading.Timer(0.05, needed.set).start()
    until_nothing_is_asked_ahead()
    assert answered == [True]
