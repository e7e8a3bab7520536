"""The first signal ends the program in order, a second changes nothing."""

import contextlib
import signal
import threading
from collections.abc import Iterator

import pytest

from auditor.process.interruption import Stopped, stopping_in_order
from connectors.transport.shutdown import STOPPING


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [(signal.SIGINT, 130, "stopped by Ctrl+C"), (signal.SIGTERM, 143, "stopped by SIGTERM")],
)
def test_the_first_signal_stops_and_a_second_does_not(number: int, code: int, words: str) -> None:
    def twice() -> None:
        with stopping_in_order():
            with pytest.raises(Stopped) as stopped:
                signal.raise_signal(number)
            assert stopped.value.exit_code == code
            assert str(stopped.value) == words
            assert STOPPING.is_set()
            signal.raise_signal(number)

    before = signal.getsignal(number)
    with pytest.raises(Stopped) as left:
        twice()
    assert (left.value.exit_code, str(left.value)) == (code, words)
    assert not STOPPING.is_set()
    assert signal.getsignal(number) is before


@contextlib.contextmanager
def stopped_within() -> Iterator[None]:
    with pytest.raises(Stopped, match="stopped by SIGTERM"), stopping_in_order():
        yield
    assert not STOPPING.is_set()


def test_what_is_raised_in_its_place_stops_as_well() -> None:
    """As Python 3.11 does where a class is being made."""
    with stopped_within():
        try:
            signal.raise_signal(signal.SIGTERM)
        except Stopped as stopped:
            raise RuntimeError("Error calling __set_name__") from stopped


def test_where_it_is_lost_it_stops_at_the_end() -> None:
    with stopped_within(), contextlib.suppress(Stopped):
        signal.raise_signal(signal.SIGTERM)


def test_what_is_raised_by_itself_is_no_stop() -> None:
    with pytest.raises(RuntimeError, match="own"), stopping_in_order():
        raise RuntimeError("own")


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
