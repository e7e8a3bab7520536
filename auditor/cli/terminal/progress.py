"""What a person at a terminal sees while servers are read: a line for each source, then gone."""

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator

from auditor.cli.terminal.messages import log_line
from connectors.columnar.page import Page
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState
from rules.counting import counted

Tell = Callable[[str, int], None]


class _WatchedStream:
    def __init__(self, stream: Stream, source: str, tell: Tell) -> None:
        self._stream = stream
        self._source = source
        self._tell = tell

    def __iter__(self) -> Iterator[Page]:
        records = 0
        self._tell(self._source, records)
        for page in self._stream:
            records += len(page.rows)
            self._tell(self._source, records)
            yield page
            del page

    @property
    def state(self) -> SourceState:
        """How the reading stands."""
        return self._stream.state


class Watched:
    """An outside that tells which source is read and how many records came."""

    def __init__(self, outside: PageSource, tell: Tell) -> None:
        self._outside = outside
        self._tell = tell

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source, each told of as it passes."""
        return _WatchedStream(self._outside.open(reader, earlier), reader.source, self._tell)


@contextlib.contextmanager
def watching(outside: PageSource, environment: str, *, quiet: bool) -> Iterator[PageSource]:
    """The outside, watched where standard error is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield outside
        return
    from rich.console import Console

    with Console(stderr=True, markup=False, highlight=False).status(f"{environment} …") as status:

        def tell(source: str, records: int) -> None:
            status.update(f"{environment}: {source}, {counted(records, 'record', 'records')}")

        yield Watched(outside, tell)


class _Remarks(logging.Handler):
    """Says once what a part of the program that knows no command line has to say."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text not in self._said:
            self._said.add(text)
            log_line(text)


@contextlib.contextmanager
def showing_remarks() -> Iterator[None]:
    """Within the block warnings are lines on standard error."""
    log = logging.getLogger("connectors")
    handler = _Remarks()
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


@contextlib.contextmanager
def showing_requests(wanted: bool) -> Iterator[None]:
    """Within the block standard error shows what servers are asked, secrets redacted."""
    if not wanted:
        yield
        return
    from connectors.transport.redaction import KNOWN, RedactingFilter

    log = logging.getLogger("connectors")
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(lambda record: record.levelno < logging.WARNING)
    handler.addFilter(RedactingFilter(KNOWN))
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        log.setLevel(before)
        log.removeHandler(handler)
