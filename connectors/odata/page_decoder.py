"""Makes pages of the answers of one listing, here or in the process that decodes."""

import pickle
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import msgspec
from msgspec import Struct

from connectors.columnar.packed_rows import PackedRows
from connectors.columnar.page import Page
from connectors.odata.completeness import Progression, shortened
from connectors.odata.decoder_process import Decoding
from connectors.odata.decoder_worker import Asked, Listing, described
from connectors.odata.row_by_row import rows_of
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.redaction import Redaction

Shape = Callable[[Any], "tuple[list[Any], str | None] | None"]
"""From what an answer holds to its rows and the address of the page after it; None: neither."""

_ANSWERS_BEFORE_IT_PAYS = 2

_MOST_AHEAD = 3


class PageDecoder:
    """Makes pages of the answers of one listing, here or in the other process.

    A page comes with the address of the page after it, where only decoding showed it.
    """

    def __init__(
        self,
        row: type[Struct],
        decoding: Decoding | None,
        shape: Shape | None = None,
        redaction: Redaction | None = None,
    ) -> None:
        self._redaction = redaction or Redaction()
        # Only rows with kinds are many enough, and are packed.
        self._decoding = decoding if hasattr(row, "kind_begins") else None
        self._row = row
        self._described = described(row)
        self._shape = shape or _listed
        listing: Any = Listing[row]  # type: ignore[valid-type]
        self._decoder: msgspec.json.Decoder[Listing[Any]] = msgspec.json.Decoder(listing)
        self._answers = 0
        self.progression = Progression()
        self.failure: SourceFailed | None = None
        """Why the listing cannot be whole, told by the pages that were given so far."""
        self.endless: SourceFailed | None = None
        """Why no further page is worth asking for."""
        self.odd: dict[str, None] = {}
        """The columns in which a value of another kind than documented came."""
        self._taken: deque[tuple[Answer, bool, Future[bytes] | None]] = deque()

    @property
    def is_elsewhere(self) -> bool:
        """Whether the other process takes the next answers; a long listing has it started."""
        return self._decoding is not None and self._decoding.is_up

    def take(self, answer: Answer, *, is_followed: bool) -> None:
        """Takes an answer. `is_followed`: the address of the page after it is known."""
        asked = None
        self._answers += 1
        if self._decoding is not None and self._answers > _ANSWERS_BEFORE_IT_PAYS:
            self._decoding.start()
        # Packed rows are not masked, so an answer that repeats a secret becomes rows here.
        can_go = bool(answer.sent) and not answer.may_repeat_secret
        if self._decoding is not None and self._decoding.is_up and can_go:
            asked = self._decoding.ask(Asked(self._described, answer.sent))
            answer = replace(answer, body=b"", is_cut=True)
        self._taken.append((answer, is_followed, asked))
        del answer

    def pages(self, *, wait: bool) -> Iterator[tuple[Page, str | None]]:
        """The pages that are there by now; with `wait`, all. Raises `SourceFailed`."""
        while self._taken:
            asked = self._taken[0][-1]
            if not (wait or asked is None or asked.done() or len(self._taken) > _MOST_AHEAD):
                return
            yield self._next()

    def _next(self) -> tuple[Page, str | None]:
        answer, is_followed, asked = self._taken.popleft()
        told = self._decoding.told(asked) if self._decoding is not None and asked else b""
        rows: Any
        if told:
            count, packed, kinds, following = pickle.loads(told)
            rows = PackedRows(self._row, count, packed, kinds)
        else:
            rows, following = self._decoded(answer)
        place = self._redaction.address(answer.url)
        has_more = is_followed or bool(following)
        self.endless = self.endless or self.progression.check(rows, place, has_more=has_more)
        page = Page(rows, answer.read_at, answer.digest, _holds_no_secret(answer))
        return page, None if is_followed else following

    def _note(self, failure: SourceFailed | None) -> None:
        self.failure = self.failure or failure

    def _decoded(self, answer: Answer) -> tuple[list[Any], str | None]:
        """The rows, and the address of the next page. Raises `SourceFailed`."""
        try:
            listing = answer.decoded(self._decoder)
        except SourceFailed as failure:
            if failure.code != "unexpected-shape":
                raise
            return self._decoded_row_by_row(answer, failure)
        self._note(shortened(listing.members(), self._redaction.address(answer.url)))
        return listing.value, listing.next_link

    def _decoded_row_by_row(
        self, answer: Answer, failure: SourceFailed
    ) -> tuple[list[Any], str | None]:
        """What can be read of a page that is not as documented. Raises the failure: nothing."""
        content: Any = answer.decoded(msgspec.json.Decoder())
        members = content if isinstance(content, dict) else {}
        told = shortened(members, self._redaction.address(answer.url))
        if told is not None and "value" not in members:
            raise told
        shown = self._shape(content)
        if shown is None:
            raise told or failure
        failure.reason = failure.reason.replace("the answer has", "a row has", 1)
        values, link = shown
        found = rows_of(values, self._row)
        self._note(told)
        if found.unreadable:
            if not found.rows:
                raise told or failure
            self._note(failure)
        self.odd.update(dict.fromkeys(found.odd))
        return found.rows, link


def _holds_no_secret(answer: Answer) -> bool:
    """Whether no secret can be in the rows: without an escape, each text is as it came."""
    return not (answer.may_repeat_secret or answer.is_cut) and b"\\" not in answer.body


def _listed(content: Any) -> tuple[list[Any], str | None] | None:
    values = content.get("value") if isinstance(content, dict) else None
    if not isinstance(values, list):
        return None
    link = content.get("@odata.nextLink")
    return (values, link) if isinstance(link, str | None) else None
