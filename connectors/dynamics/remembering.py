"""What is asked of one organisation once, however many readers need it.

Its failure is remembered too, so that a dead server is asked once.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar, cast

from connectors.transport.errors import SourceFailed

R = TypeVar("R")


class Remembering:
    """Remembers answers by name. Safe to share between threads; a copy shares what is known."""

    def __init__(self) -> None:
        self._remembered: dict[str, object] = {}
        self._locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)
        self._lock = threading.Lock()

    def remember(self, name: str, ask: Callable[[], R]) -> R:
        """What `ask` gave the first time under this name, its failure included.

        Who asks for the same meanwhile waits for it, and nobody else does.
        """
        with self._lock:
            own = self._locks[name]
        with own:
            if name not in self._remembered:
                try:
                    self._remembered[name] = ask()
                except SourceFailed as failure:
                    self._remembered[name] = failure
            found = self._remembered[name]
        if isinstance(found, SourceFailed):
            raise found
        return cast(R, found)

    def ahead(self, ask: Callable[[], object]) -> None:
        """Begin to ask what will be remembered, so that nobody waits for it where it is needed."""

        def run() -> None:
            # The failure is remembered too, and told where the answer is needed.
            with suppress(SourceFailed, MemoryError):
                ask()

        # Where no thread can be had, it is asked when it is needed.
        with suppress(RuntimeError):
            threading.Thread(target=run, daemon=True, name="ahead").start()
