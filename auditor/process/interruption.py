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

    In any other thread the block changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        # A second signal must not cut short the tidying that the first began.
        if not STOPPING.is_set():
            STOPPING.set()
            raise Stopped(number)

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        STOPPING.clear()
