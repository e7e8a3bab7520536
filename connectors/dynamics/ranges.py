"""Cuts a large table into ranges to read side by side, where the server's latency is the limit.

One listing of the Web API gives a page only once the page before it came, so a server that takes
its time over each answer sets the pace. Ranges of the moment of creation, which never changes,
cover the table together with the rows that have none; the server counts the rows of each, which
proves that it accepts such ranges and shows how to cut them to a like size.

Sources: Microsoft, "Aggregate data using OData" (`$apply`, at most 50,000 rows are counted) and
"Service protection API limits".
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import msgspec
from msgspec import Struct

from connectors.dynamics.client import PAGE_SIZE, Dynamics
from connectors.odata.decoder_worker import Listing
from connectors.transport.answers import TIME_FORMAT, Answer, refusal_words
from connectors.transport.errors import SourceFailed
from connectors.transport.redaction import Redaction

MOST_SIDE_BY_SIDE = 8
FEW_PAGES = 3
"""A table of so many pages is read faster as it is than cut up."""
_SLOW_S = 0.05
_PAGE_S = 0.02
"""The time that a page is worked on, roughly: the latency holds so many of them."""
_COUNT = "aggregate($count as rows)"
_TOO_MANY_TO_COUNT = "0x8004e023"
WITHOUT = "createdon eq null"
MOST_COUNTED = 50_000
_MOST_ROUNDS = 20
_LEAST_PARTS = 4
_COARSE = 2
"""A window of more than so many ranges is counted in parts before it is cut."""
_MOST_PAGES = 8
"""Longer ranges would leave some cursors idle at the end, and shorter ones more pages half full."""
_SHORTEST = timedelta(seconds=1)


class Ranges(Struct, frozen=True):
    """A table cut up: the `$filter` of each range, and how many of them to read side by side.

    Together they have as many `rows` as the server counted by the conditions in `counted`.
    """

    filters: tuple[str, ...]
    counted: tuple[str, ...]
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
        edges = [self.start + _SHORTEST * (seconds * n // number) for n in range(number)]
        return self.cut_at([*edges, self.end])

    def cut_at(self, edges: Sequence[datetime]) -> "list[_Window]":
        """The windows between these moments, which begin and end with the window's own."""
        last = len(edges) - 2
        return [
            _Window(start, end, self.is_first and nth == 0, self.is_last and nth == last)
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
        return _Counter(dynamics, entity_set, source).cut(side_by_side)
    except SourceFailed:
        # Whatever stands against counting does not stand against reading.
        return None


def counted(dynamics: Dynamics, entity_set: str, ranges: Ranges, *, source: str) -> int:
    """The rows of all ranges as the server counts them now. Raises `SourceFailed`."""
    found = _Counter(dynamics, entity_set, source).count(ranges.counted)
    return sum(count or 0 for count in found)


class _Counter:
    """Counts the rows of ever finer windows, until none holds too many to be cut by estimate."""

    def __init__(self, dynamics: Dynamics, entity_set: str, source: str) -> None:
        self._dynamics = dynamics
        self._set = entity_set
        self._source = source

    def cut(self, side_by_side: int) -> Ranges | None:
        """The table cut up; None where it has few pages, or cannot be counted."""
        whole, without = self._whole()
        if whole is None or without is None:
            return None
        known: dict[_Window, int] = {}
        windows = whole.parts(side_by_side)
        for _ in range(_MOST_ROUNDS):
            counts = dict(zip(windows, self.count([w.condition for w in windows]), strict=True))
            least = [MOST_COUNTED if each is None else each for each in counts.values()]
            even = sum([*known.values(), *least]) // side_by_side
            coarse = []
            for window, count in counts.items():
                parts = window.parts(2)
                if count is None and len(parts) < 2:
                    return None
                if count is None or (count > _COARSE * max(even, PAGE_SIZE) and len(parts) > 1):
                    coarse.append(window)
                else:
                    known[window] = count
            if not coarse:
                return _ranges(known, without, side_by_side)
            # So many as are counted side by side anyway.
            parts_each = max(_LEAST_PARTS, side_by_side // len(coarse))
            windows = [part for window in coarse for part in window.parts(parts_each)]
        return None

    def _whole(self) -> tuple[_Window | None, int | None]:
        """From the first row's creation to the last one's, and how many rows have no moment.

        No window where the table has few pages.
        """
        one = "$select=createdon&$top=1&$filter=createdon ne null&$orderby=createdon"
        counted, *ends, without = self._answers(
            [f"$apply={_COUNT}", f"{one} asc", f"{one} desc", _counting(WITHOUT)]
        )
        rows = _rows(counted)
        if rows is not None and rows <= FEW_PAGES * PAGE_SIZE:
            return None, None
        try:
            start, end = (
                datetime.fromisoformat(answer.decoded(_MOMENTS).value[0].createdon).astimezone(UTC)
                for answer in ends
            )
        except (IndexError, ValueError):
            return None, None
        return _Window(start, end + _SHORTEST, is_first=True, is_last=True), _rows(without)

    def count(self, conditions: Iterable[str]) -> list[int | None]:
        """The rows that meet each condition; None: more than the server counts."""
        return [_rows(answer) for answer in self._answers(map(_counting, conditions))]

    def _answers(self, options: Iterable[str]) -> list[Answer]:
        return self._dynamics.answers(
            [f"{self._set}?{each}" for each in options],
            source=self._source,
            accepted=frozenset({400}),
        )


def _counting(condition: str) -> str:
    return f"$apply=filter({condition})/{_COUNT}"


def _ranges(known: dict[_Window, int], without: int, side_by_side: int) -> Ranges | None:
    """Ranges of a like size, taking the rows of each counted window to be spread evenly over it.

    However they are spread in truth, the ranges hold what the windows hold.
    """
    rows = without + sum(known.values())
    if rows <= FEW_PAGES * PAGE_SIZE:
        return None
    windows = sorted(known, key=lambda each: each.start)
    before = list(accumulate((known[each] for each in windows), initial=0))
    number = side_by_side * -(-before[-1] // (side_by_side * _MOST_PAGES * PAGE_SIZE))
    edges = {windows[0].start, windows[-1].end}
    for nth in range(1, number):
        wanted = before[-1] * nth // number
        at = bisect_right(before, wanted) - 1
        window, inside = windows[at], wanted - before[at]
        seconds = (window.end - window.start) // _SHORTEST
        edges.add(window.start + _SHORTEST * (seconds * inside // known[window]))
    whole = _Window(windows[0].start, windows[-1].end, is_first=True, is_last=True)
    filters = [each.condition for each in whole.cut_at(sorted(edges))]
    if without:
        filters.append(WITHOUT)
    return Ranges(
        filters=tuple(filters),
        counted=(*(each.condition for each in windows), WITHOUT),
        rows=rows,
        side_by_side=side_by_side,
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
