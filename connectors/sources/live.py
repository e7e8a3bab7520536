"""Reads sources: each ends in a state, whatever happens, and none stops the others."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from connectors.columnar.page import Page
from connectors.sources.masking import masked
from connectors.sources.readings import EarlierReadings, Reading
from connectors.sources.source import (
    NARROWED,
    SAMPLED,
    Progress,
    Reader,
    SourceState,
    Status,
    not_configured,
)
from connectors.transport.errors import SourceFailed
from connectors.transport.own_limits import own_limit_failure
from connectors.transport.redaction import KNOWN, Redaction

Open = Callable[[Reader], Any]
"""For a reader: the client of its section, or None where the configuration leaves that out.

Raises `SourceFailed`.
"""


class Stream(Protocol):
    """The pages of one source, to be iterated once; `state` is final afterwards."""

    def __iter__(self) -> Iterator[Page]: ...

    @property
    def state(self) -> SourceState:
        """How the reading stands. The columns are known from the first page on."""


class PageSource(Protocol):
    """Where pages come from: live servers, or a snapshot of what they once answered."""

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source."""


class LiveServers:
    """The servers themselves. `requests_of` tells how many requests a source took.

    `redaction` knows what they were told: no record leads it on to where records are kept.
    """

    def __init__(
        self, open: Open, requests_of: Callable[[str], int], redaction: Redaction = KNOWN
    ) -> None:
        self._open = open
        self._requests_of = requests_of
        self._redaction = redaction

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source, asked of its server as they are iterated."""
        return _LiveStream(reader, earlier, self._open, self._requests_of, self._redaction)


class _LiveStream:
    def __init__(
        self,
        reader: Reader,
        earlier: EarlierReadings,
        open: Open,
        requests_of: Callable[[str], int],
        redaction: Redaction,
    ) -> None:
        self._redaction = redaction
        self._reader = reader
        self._before = earlier
        self._open = open
        self._requests_of = requests_of
        self._progress = Progress()
        self._records = self._not_found = 0
        self._failure: SourceFailed | None = None
        self._left_out = False

    def __iter__(self) -> Iterator[Page]:
        try:
            client = self._open(self._reader)
            if client is None:
                self._left_out = True
                return
            for page in self._reader.read(client, self._progress, self._before):
                self._records += len(page.rows)
                self._not_found += self._reader.not_found(page.rows)
                page = masked(page, self._redaction)
                yield page
                del page
            if self._not_found and not self._progress.code:
                self._progress.shorten(
                    "rows-without-key",
                    f"{self._not_found:,} of {self._records:,} rows came without a readable "
                    f"{' or '.join(self._reader.looked_up_by)}, by which they are looked up.",
                    "Run the audit again; if it stays, report it to the service's operator.",
                )
        except SourceFailed as failure:
            self._failure = failure
        except (MemoryError, OSError, RuntimeError) as error:
            self._failure = own_limit_failure(error)
            if self._failure is None:
                raise

    @property
    def state(self) -> SourceState:
        """How the reading stands."""
        if self._left_out:
            return not_configured(self._reader.source, self._reader.section)
        progress, failure = self._progress, self._failure
        status: Status = "read"
        code, reason, remedy = progress.code, progress.reason, progress.remedy
        if failure is not None:
            code, reason, remedy = failure.code, failure.reason, failure.remedy
            status = "partial" if self._records else "failed"
        elif code and code not in (NARROWED, SAMPLED):
            told = self._records or not self._rests_on_failed()
            status = "partial" if told and not progress.silent else "failed"
        return SourceState(
            name=self._reader.source,
            status=status,
            records=self._records,
            requests=self._requests_of(self._reader.source),
            code=code,
            reason=self._redaction.text(reason),
            remedy=remedy,
            columns=progress.columns,
            absent=progress.absent,
            secured=progress.secured,
            odd=progress.odd,
            refused=progress.refused,
        )

    def _rests_on_failed(self) -> bool:
        """Whether a source that this one looks back at failed: nothing here is then not little."""
        readings = (self._before.readings.get(name) for name in self._reader.after)
        return any(each is not None and each.state.status == "failed" for each in readings)


def read_whole(outside: PageSource, reader: Reader, earlier: EarlierReadings) -> Reading:
    """All records of a small source, with how it ended."""
    stream = outside.open(reader, earlier)
    records = tuple((row, page.read_at) for page in stream for row in page.rows)
    return Reading(state=stream.state, records=records)
