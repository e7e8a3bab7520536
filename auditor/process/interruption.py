"""Ends the program in order when it is interrupted or terminated."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from connectors.transport.shutdown import STOPPING

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """The program was told to stop; not an `Exception`, so that only the top meets it."""

    def __init__(self, number: int) -> None:
        name = "Ctrl+C" if number == signal.SIGINT else signal.Signals(number).name
        super().__init__(f"stopped by {name}")
        self.exit_code = 128 + number


@contextlib.contextmanager
def stopping_in_order() -> Iterator[None]:
    """Within the block SIGINT and SIGTERM raise `Stopped` in the main thread.

    `Stopped` leaves the block whatever became of it within: Python 3.11 raises a `RuntimeError` in
    its place where a class is being made, and loses it where an object is given up. In any other
    thread the block changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    received: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        # A second signal must not cut short the tidying that the first began.
        if not STOPPING.is_set():
            STOPPING.set()
            received.append(number)
            raise Stopped(number)

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
        if received:
            raise Stopped(received[0])
    except Exception as error:
        if received:
            raise Stopped(received[0]) from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        STOPPING.clear()
