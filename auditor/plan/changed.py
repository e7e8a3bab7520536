"""A place to read from in which some values are others, changed while pages stream by."""

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

from msgspec import UNSET

from auditor.plan.edits import NAMED_BY, Edit, edited
from connectors.columnar.page import Page
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState


class Changed:
    """What `outside` tells, with these edits. `met` counts the records that each of them met.

    `absent` has the places of edits whose column this version does not have, or did not answer.

    What is changed stays as it was read in all else: `modifiedon`, the results of tests and the
    times are those of the servers.
    """

    def __init__(self, outside: PageSource, edits: Sequence[Edit]) -> None:
        self._outside = outside
        self.edits = tuple(edits)
        self.met = [0] * len(self.edits)
        self.absent: set[int] = set()
        self._by_source: dict[str, list[int]] = {}
        for number, each in enumerate(self.edits):
            self._by_source.setdefault(each.column.source, []).append(number)

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source, changed as they are iterated."""
        stream = self._outside.open(reader, earlier)
        numbers = self._by_source.get(reader.source)
        return _ChangedStream(stream, numbers, self) if numbers else stream


class _ChangedStream:
    def __init__(self, stream: Stream, numbers: Sequence[int], of: Changed) -> None:
        self._stream = stream
        self._numbers = numbers
        self._of = of

    def __iter__(self) -> Iterator[Page]:
        for page in self._stream:
            yield self._changed(page)
            del page

    @property
    def state(self) -> SourceState:
        """How the reading stands."""
        return self._stream.state

    def _changed(self, page: Page) -> Page:
        places: dict[int, list[int]] = {}
        for number in self._numbers:
            for at in self._places(page, self._of.edits[number]):
                places.setdefault(at, []).append(number)
        if not places:
            return page
        rows = list(page.rows)
        for at, numbers in places.items():
            rows[at] = self._edited(rows[at], numbers)
        return Page(rows, page.read_at, page.digest)

    def _edited(self, row: Any, numbers: Sequence[int]) -> Any:
        """The row, changed in the columns that it has: one that was not answered stays unknown."""
        edits = []
        for number in numbers:
            edit = self._of.edits[number]
            self._of.met[number] += 1
            if getattr(row, edit.column.field) is UNSET:
                self._of.absent.add(number)
            else:
                edits.append(edit)
        return edited(row, edits)

    def _places(self, page: Page, edit: Edit) -> list[int]:
        names = NAMED_BY[edit.column.kind]
        if not names:
            return list(range(len(page.rows)))
        texts = [page.columns[name] for name in names]
        texts += [list(repeat(None, len(page.rows)))] * (3 - len(texts))
        return [at for at, each in enumerate(zip(*texts, strict=True)) if edit.meets(*each)]
