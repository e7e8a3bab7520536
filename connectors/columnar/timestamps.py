"""Dates as numbers in their order, so that those of a whole page are compared at once.

The number of a moment has the digits of its year, month, day, hour, minute and second in UTC, the
way Dynamics writes them: `2026-11-23T03:00:00Z` is 20261123030000.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from msgspec import UNSET

from connectors.columnar import column_picking
from connectors.columnar.dates import is_date
from connectors.columnar.encodings import Column
from connectors.columnar.id_index import NULL, UNANSWERED, among_holes
from connectors.columnar.page import Page

Moments: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

NO_DATE = 2
"""Stands for a text that is no date; `NULL` and `UNANSWERED` are no moments either."""
_PLAIN = "0000-00-00T00:00:00Z"
_SEPARATORS = {at: ord(each) for at, each in enumerate(_PLAIN) if each != "0"}
_DIGITS = [at for at, each in enumerate(_PLAIN) if each == "0"]
_WEIGHTS = np.array([100**power for power in reversed(range(len(_DIGITS) // 2))])
_DAYS = np.zeros(256, np.uint8)
_DAYS[1:13] = 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31


@lru_cache(maxsize=4096)
def moment(text: str) -> int:
    """The number of one moment; `NULL` where the text is empty, `NO_DATE` where it is none.

    A fraction of a second is left out.
    """
    if not is_date(text):
        return NO_DATE if text else NULL
    found = datetime.fromisoformat(text)
    try:
        in_utc = found.astimezone(UTC) if found.tzinfo else found
    except OverflowError:
        # Within a day of the first or the last moment that there is.
        in_utc = found
    return int(f"{in_utc.year:04}{in_utc:%m%d%H%M%S}")


def moments(page: Page, name: str) -> Moments:
    """The moment in one column of each row; `NULL`, `UNANSWERED` and `NO_DATE` where none is."""
    count = len(page.rows)
    if not count:
        return np.empty(0, np.int64)
    column = page.packed(name)
    if column_picking.is_null(column, count):
        return np.full(count, NULL)
    found = _of_packed(column, count)
    if found is None:
        each = (UNANSWERED if v is UNSET else moment(v or "") for v in page.columns[name])
        return np.fromiter(each, np.int64, count)
    return among_holes(found, column.holes) if column.holes else found


def _of_packed(column: Column, rows: int) -> "Moments | None":
    """The moment of each value that is there; None where each text must be looked at."""
    if numbered := column_picking.distinct(column):
        texts, codes = numbered
        return np.array([moment(each) for each in texts])[np.frombuffer(codes, np.uint8)]
    filled = column.holes.count(0) if column.holes else rows
    if column.encoding != "fixed" or len(column.body) != filled * len(_PLAIN):
        return None
    return _of_plain(column.body, filled)


def _of_plain(body: bytes, filled: int) -> "Moments | None":
    """The moments of texts that all have the usual length, their characters place by place."""
    characters = np.frombuffer(body, np.uint8).reshape(len(_PLAIN), filled)
    if any((characters[at] != code).any() for at, code in _SEPARATORS.items()):
        return None
    digits = characters[_DIGITS] - ord("0")
    pairs = digits[::2] * 10 + digits[1::2]
    found: Moments = _WEIGHTS @ pairs.astype(np.int64)
    century, year, month, day, hour, minute, second = pairs
    usual = (digits <= 9).all(axis=0) & (century + year > 0)
    usual &= (day > 0) & (day <= _DAYS[month]) & (hour < 24) & (minute < 60) & (second < 60)
    # Days that few years have, and texts that only look like moments.
    for at in np.flatnonzero(~usual).tolist():
        found[at] = moment(body[at::filled].decode("ascii"))
    return found
