"""An outside that goes on where an earlier run ended, and keeps what this one reads."""

from collections.abc import Iterator

from msgspec import structs

from auditor.resuming.journal import Journal
from auditor.snapshots import blocks
from connectors.columnar.page import Page
from connectors.dynamics.tables import organizations
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState

PASSING = frozenset(
    {
        "connection-reset",
        "deadline",
        "name-not-resolved",
        "no-connection",
        "own-limit",
        "proxy-failed",
        "refused",
        "server-error",
        "throttled",
        "timeout",
        "truncated",
        "unreachable",
    }
)
"""Codes of failures that another try may not meet: the network, the time, a server in trouble."""


def organization_in(journal: Journal) -> str:
    """The id of the organisation that the earlier run read; empty: it had not read it."""
    for block in journal.blocks_of(organizations.READER.source, counted=False):
        for page in blocks.pages_of(blocks.decode(block), organizations.READER.row):
            for row in page.rows:
                return str(row.organizationid)
    return ""


class Resumed:
    """Sources that the earlier run had read come from the journal, the others from `outside`.

    Large listings are always read, for the journal knows each of their answers alone.
    """

    def __init__(self, outside: PageSource, journal: Journal) -> None:
        self._outside = outside
        self._journal = journal

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source."""
        state = self._journal.state_of(reader.source, reader.after)
        if state is not None:
            return _StoredStream(reader, state, self._journal)
        return _KeptStream(reader, self._outside.open(reader, earlier), self._journal)


class _StoredStream:
    def __init__(self, reader: Reader, state: SourceState, journal: Journal) -> None:
        self._reader = reader
        self._journal = journal
        self.state = structs.replace(state, requests=0)

    def __iter__(self) -> Iterator[Page]:
        for block in self._journal.blocks_of(self._reader.source):
            yield from blocks.pages_of(blocks.decode(block), self._reader.row)


class _KeptStream:
    def __init__(self, reader: Reader, stream: Stream, journal: Journal) -> None:
        self._reader = reader
        self._stream = stream
        self._journal = journal

    def __iter__(self) -> Iterator[Page]:
        source, journal = self._reader.source, self._journal
        journal.begin(source)
        for page in self._stream:
            if not journal.is_kept_by_answer(source):
                self._keep(page)
            yield page
            del page
        state = self.state
        journal.end(state, may_succeed=state.code in PASSING)

    @property
    def state(self) -> SourceState:
        """How the reading stands."""
        return self._stream.state

    def _keep(self, page: Page) -> None:
        for start in range(0, max(1, len(page.rows)), blocks.MOST_ROWS):
            part = page
            if len(page.rows) > blocks.MOST_ROWS:
                rows = page.rows[start : start + blocks.MOST_ROWS]
                part = Page(rows, page.read_at, page.digest)
            source = self._reader.source
            self._journal.add_rows(source, blocks.encode(source, self._reader.row, [part]))
