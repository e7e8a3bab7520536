"""A snapshot as an outside whose records bear pseudonyms."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from auditor.pseudonyms.columns import renamed
from auditor.pseudonyms.pseudonyms import Pseudonyms
from connectors.columnar.page import Page
from connectors.sources.catalogue import readers
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState


class Redacted:
    """An outside of stored pages. What is in them is settled: readers meet no pseudonym."""

    def __init__(self, stored: PageSource, pseudonyms: Pseudonyms) -> None:
        self._stored = stored
        self._pseudonyms = pseudonyms

    def open(self, reader: Reader, before: EarlierReadings) -> Stream:
        """The pages of one source with pseudonyms."""
        return _RedactedStream(self._stored.open(reader, before), reader, self._pseudonyms)

    def learn(self) -> None:
        """Look at every record once, so that sentences are searched for every name."""
        for reader in readers():
            change = renamed(reader, self._pseudonyms)
            for page in self._stored.open(reader, EarlierReadings()):
                for row in page.rows:
                    change(row)
        self._pseudonyms.forget_sentences()


class _RedactedStream:
    def __init__(self, stream: Stream, reader: Reader, pseudonyms: Pseudonyms) -> None:
        self._stream = stream
        self._change: Callable[[Any], Any] = renamed(reader, pseudonyms)
        self._pseudonyms = pseudonyms

    def __iter__(self) -> Iterator[Page]:
        for page in self._stream:
            # The digest is that of the answer, which may be guessed where it is short.
            yield Page([self._change(row) for row in page.rows], page.read_at, "")

    @property
    def state(self) -> SourceState:
        """How the reading stands, in words that name nobody."""
        state = self._stream.state
        say = self._pseudonyms.sentence
        return msgspec.structs.replace(state, reason=say(state.reason), remedy=say(state.remedy))
