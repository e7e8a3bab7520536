"""Whether the program was told to stop, so that no thread waits for a server any longer.

Tested in `tests/end_to_end/test_stopping.py`.
"""

import threading

STOPPING = threading.Event()
"""Set from the moment on; cleared where a process goes on after all."""


def sleep(seconds: float) -> None:
    """Wait so long, or until the program is told to stop."""
    STOPPING.wait(seconds)
