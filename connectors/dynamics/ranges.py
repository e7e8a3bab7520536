"""Cuts a large table into ranges to read side by side, where the server's latency is the limit.

One listing of the Web API gives a page only once the page before it came, so a server that takes
its time over each answer sets the pace. Ranges of the moment of creation, which never changes,
cover the table together with the rows that have none; the server counts the rows of each, which
proves that it accepts such ranges and shows how to cut them to a like size.

Sources: Microsoft, "Aggregate data using OData" (`$apply`, at most 50,000 rows are counted) and
"Service protection API limits".
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
from msgspec import Struct

from connectors.answers import TIME_FORMAT, Answer, refusal_words
from connectors.dynamics.client import PAGE_SIZE, Dynamics
from connectors.errors import SourceFailed
from connectors.listing_shape import Listing
from connectors.redaction import Redaction

MOST_SIDE_BY_SIDE = 8
FEW_PAGES = 3
"""A table of so many pages is read faster as it is than cut up."""
_SLOW_S = 0.05
_PAGE_S = 0.02
"""The time that a page is worked on, roughly: the latency holds so many of them."""
_COUNT = "aggregate($count as rows)"
_TOO_MANY_TO_COUNT = "0x8004e023"
_MOST_ROUNDS = 20
_SHORTEST = timedelta(seconds=1)
_UNEVEN = 1.5


class Ranges(Struct, frozen=True):
    """A table cut up: the `$filter` of each range, their rows by the server's count, and how many
    of them to read side by side.
    """

    filters: tuple[str, ...]
    rows: int
    side_by_side: int


class _Moment(Struct):
    createdon: str


class _Count(Struct):
    rows: int


_MOMENTS = msgspec.json.Decoder(Listing[_Moment])
_COUNTS = msgspec.json.Decoder(Listing[_Count])


class _Window(Struct, frozen=True):
    """From a moment to a moment; the first and the last window of a table are open outwards."""

    start: datetime
    end: datetime
    is_first: bool
    is_last: bool

    @property
    def condition(self) -> str:
        """The window as a `$filter`."""
        parts = [] if self.is_first else [f"createdon ge {self.start.strftime(TIME_FORMAT)}"]
        parts += [] if self.is_last else [f"createdon lt {self.end.strftime(TIME_FORMAT)}"]
        return " and ".join(parts) or "createdon ne null"

    def parts(self, number: int) -> "list[_Window]":
        """The window in so many parts of whole seconds; itself where it is too short for that."""
        seconds = (self.end - self.start) // _SHORTEST
        number = min(number, seconds)
        if number < 2:
            return [self]
        edges = [self.start + _SHORTEST * (seconds * n // number) for n in range(number + 1)]
        edges[-1] = self.end
        return [
            _Window(start, end, self.is_first and nth == 0, self.is_last and nth == number - 1)
            for nth, (start, end) in enumerate(pairwise(edges))
        ]


def ranges_of(dynamics: Dynamics, entity_set: str, *, source: str) -> Ranges | None:
    """How to cut a table up; None where it is better read, or can only be read, as one listing."""
    if dynamics.latency_s < _SLOW_S:
        return None
    most = min(MOST_SIDE_BY_SIDE, dynamics.most_side_by_side)
    side_by_side = min(most, round(dynamics.latency_s / _PAGE_S))
    if side_by_side < 2:
        return None
    try:
        return _Cutter(dynamics, entity_set, source).cut(side_by_side)
    except SourceFailed:
        # Whatever stands against counting does not stand against reading.
        return None


def counted(dynamics: Dynamics, entity_set: str, ranges: Ranges, *, source: str) -> int:
    """The rows of all ranges as the server counts them now. Raises `SourceFailed`."""
    found = _Cutter(dynamics, entity_set, source).count(ranges.filters)
    return sum(count or 0 for count in found)


class _Cutter:
    def __init__(self, dynamics: Dynamics, entity_set: str, source: str) -> None:
        self._dynamics = dynamics
        self._set = entity_set
        self._source = source

    def cut(self, side_by_side: int) -> Ranges | None:
        whole = self._whole()
        if whole is None:
            return None
        windows = whole.parts(side_by_side)
        fitting: dict[_Window, int] = {}
        for _ in range(_MOST_ROUNDS):
            counts = dict(zip(windows, self.count([w.condition for w in windows]), strict=True))
            known = [*fitting.values(), *(each for each in counts.values() if each is not None)]
            even = _UNEVEN * sum(known) / side_by_side
            windows = []
            for window, count in counts.items():
                # What is too much to count is far from even, so it is cut up finer at once.
                parts = window.parts(2 if count is not None else 4)
                if count is None and len(parts) < 2:
                    return None
                if count is None or (count > max(PAGE_SIZE, even) and len(parts) > 1):
                    windows += parts
                elif count or window.is_last:
                    fitting[window] = count
            if not windows:
                return self._ranges(fitting, side_by_side)
        return None

    def _ranges(self, fitting: dict[_Window, int], side_by_side: int) -> Ranges | None:
        (without,) = self.count(["createdon eq null"])
        rows = sum(fitting.values()) + (without or 0)
        if without is None or rows <= FEW_PAGES * PAGE_SIZE:
            return None
        # The largest first, so that none is left over at the end.
        largest_first = sorted(fitting, key=lambda each: (-fitting[each], each.start))
        filters = [each.condition for each in largest_first] + ["createdon eq null"]
        return Ranges(tuple(filters), rows, side_by_side)

    def _whole(self) -> _Window | None:
        """From the first row's creation to the last one's; None for a table of few pages."""
        one = "$select=createdon&$top=1&$filter=createdon ne null&$orderby=createdon"
        counted, *ends = self._answers([f"$apply={_COUNT}", f"{one} asc", f"{one} desc"])
        rows = _rows(counted)
        if rows is not None and rows <= FEW_PAGES * PAGE_SIZE:
            return None
        try:
            start, end = (
                datetime.fromisoformat(answer.decoded(_MOMENTS).value[0].createdon).astimezone(UTC)
                for answer in ends
            )
        except (IndexError, ValueError):
            return None
        return _Window(start, end + _SHORTEST, is_first=True, is_last=True)

    def count(self, conditions: Sequence[str]) -> list[int | None]:
        """The rows that meet each condition; None: more than the server counts."""
        options = [f"$apply=filter({condition})/{_COUNT}" for condition in conditions]
        return [_rows(answer) for answer in self._answers(options)]

    def _answers(self, options: Sequence[str]) -> list[Answer]:
        return self._dynamics.answers(
            [f"{self._set}?{each}" for each in options],
            source=self._source,
            accepted=frozenset({400}),
        )


def _rows(answer: Answer) -> int | None:
    if answer.status == 400:
        code, words = refusal_words(answer.body, Redaction())
        if (code or "").lower() == _TOO_MANY_TO_COUNT:
            return None
        raise SourceFailed(
            f"{answer.url.partition('?')[0]}: the server does not count: {words}",
            "Nothing: the table is read as one listing.",
            "not-counted",
            url=answer.url,
            status=answer.status,
        )
    return sum(each.rows for each in answer.decoded(_COUNTS).value)
