"""What shows that a listing is not whole, though the server says that all went well."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from connectors.transport.answers import error_in_answer, told_in_stream
from connectors.transport.errors import SourceFailed
from connectors.transport.redaction import Redaction

WARNINGS = ("@adminapi.warnings", "warnings", "@odata.warnings")
"""Members in which a server tells what else there is to know; few of them are of a short list."""
_OF_A_SHORT_LIST = re.compile(
    r"result ?size|only the first|first [\d.,]+ |more (results|items|objects|recipients)|"
    r"additional (results|items)|truncat|incomplete|not all |partial|timed? ?out",
    re.IGNORECASE,
)
MOST_WITHOUT_ROWS = 100
"""Pages in a row that hold nothing and name a further one."""
MOST_REPEATED = 10
"""Pages of rows that came before, and that name a further one."""


def shortened(answer: Mapping[str, Any], place: str) -> SourceFailed | None:
    """The failure that an answer with a good status tells of, in the server's words."""
    words = told_in_stream(answer)
    if words is not None:
        return error_in_answer(place, words)
    for name in WARNINGS:
        for warning in _texts(answer.get(name)):
            if _OF_A_SHORT_LIST.search(warning):
                return SourceFailed(
                    f"{place}: the server warns that the list is short: "
                    f"{Redaction().line(warning)}",
                    "Run the audit again; if it stays, report it.",
                    "warned-of-short-list",
                    url=place,
                )
    return None


class Progression:
    """Whether a listing still moves on; some servers name one further page after the other."""

    def __init__(self) -> None:
        self._without_rows = self._repeated = 0
        self._seen: set[bytes] = set()
        self._place = ""

    def check(self, rows: Sequence[Any], place: str, *, has_more: bool) -> SourceFailed | None:
        """The failure of a listing that goes in a circle; None where it may still move on."""
        self._place = place
        self._without_rows = 0 if rows or not has_more else self._without_rows + 1
        if self._without_rows > MOST_WITHOUT_ROWS:
            return _endless(place, f"{MOST_WITHOUT_ROWS} pages in a row hold nothing")
        if rows:
            mark = msgspec.json.encode((place, len(rows), rows[0], rows[-1]))
            self._repeated += mark in self._seen
            self._seen.add(mark)
        if self._repeated > MOST_REPEATED:
            return _endless(place, f"{self._repeated} pages hold rows that came before")
        return None

    def ended(self) -> SourceFailed | None:
        """The failure of a listing that came to its end, of which pages were repeated."""
        if not self._repeated:
            return None
        return SourceFailed(
            f"{self._place}: the server gave {self._repeated} pages twice, so rows may be missing",
            "Run the audit again; if it stays, report it with the version of the server.",
            "rows-repeated",
            url=self._place,
        )


def _endless(place: str, what: str) -> SourceFailed:
    return SourceFailed(
        f"{place}: the listing goes on without end: {what}",
        "Run the audit again; if it stays, report it to the service's operator.",
        "endless-listing",
        url=place,
    )


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    return [value] if isinstance(value, str) else []
