"""The first signal ends the program in order, a second changes nothing."""

import signal
import threading

import pytest

from auditor.process.interruption import Stopped, stopping_in_order
from connectors.transport.shutdown import STOPPING


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [(signal.SIGINT, 130, "stopped by Ctrl+C"), (signal.SIGTERM, 143, "stopped by SIGTERM")],
)
def test_the_first_signal_stops_and_a_second_does_not(number: int, code: int, words: str) -> None:
    before = signal.getsignal(number)
    with stopping_in_order():
        with pytest.raises(Stopped) as stopped:
            signal.raise_signal(number)
        assert stopped.value.exit_code == code
        assert str(stopped.value) == words
        assert STOPPING.is_set()
        signal.raise_signal(number)
    assert not STOPPING.is_set()
    assert signal.getsignal(number) is before


def test_it_is_no_exception_that_a_reader_catches() -> None:
    assert not issubclass(Stopped, Exception)


def test_in_another_thread_it_changes_nothing() -> None:
    before = signal.getsignal(signal.SIGINT)
    found = []

    def enter() -> None:
        with stopping_in_order():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [before]
