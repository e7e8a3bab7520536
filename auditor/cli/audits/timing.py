"""Where the time of one audit goes: reading, judging, reporting."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from connectors.columnar.page import Page
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState


class Stopwatch:
    """Seconds of an audit by what they were spent on.

    Reading is when at least one source is read, however many are read side by side; judging is
    the rest of the audit, the stating of facts included.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._readers = 0
        self._since_s = 0.0
        self.reading_s = 0.0
        self.judging_s = 0.0
        self.reporting_s = 0.0
        self.remembering_s = 0.0

    @contextlib.contextmanager
    def auditing(self, outside: PageSource) -> Iterator[PageSource]:
        """The outside, timed; the time within the block is reading or judging."""
        began_s, read_s = self._clock(), self.reading_s
        try:
            yield _Timed(outside, self)
        finally:
            self.judging_s += self._clock() - began_s - (self.reading_s - read_s)

    @contextlib.contextmanager
    def remembering(self) -> Iterator[None]:
        """The time within the block is for the history."""
        began_s = self._clock()
        try:
            yield
        finally:
            self.remembering_s += self._clock() - began_s

    @contextlib.contextmanager
    def reporting(self) -> Iterator[None]:
        """The time within the block is reporting."""
        began_s = self._clock()
        try:
            yield
        finally:
            self.reporting_s += self._clock() - began_s

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """The time within the block is reading; blocks of several threads may overlap."""
        with self._lock:
            if not self._readers:
                self._since_s = self._clock()
            self._readers += 1
        try:
            yield
        finally:
            with self._lock:
                self._readers -= 1
                if not self._readers:
                    self.reading_s += self._clock() - self._since_s

    def told(self) -> str:
        """The split in one line."""
        parts = {
            "reading": self.reading_s,
            "judging": self.judging_s,
            "reporting": self.reporting_s,
        }
        if self.remembering_s >= 0.05:
            parts["remembering"] = self.remembering_s
        split = ", ".join(f"{name} {spent_s:.1f} s" for name, spent_s in parts.items())
        return f"took {sum(parts.values()):.1f} s: {split}"


class _Timed:
    def __init__(self, outside: PageSource, watch: Stopwatch) -> None:
        self._outside = outside
        self._watch = watch

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source, the wait for each of which is reading."""
        return _TimedStream(self._outside.open(reader, earlier), self._watch)


class _TimedStream:
    def __init__(self, stream: Stream, watch: Stopwatch) -> None:
        self._stream = stream
        self._watch = watch

    def __iter__(self) -> Iterator[Page]:
        pages = iter(self._stream)
        while True:
            with self._watch.reading():
                page = next(pages, None)
            if page is None:
                return
            yield page
            # Not held on to while the next one is read.
            del page

    @property
    def state(self) -> SourceState:
        """How the reading stands."""
        return self._stream.state
