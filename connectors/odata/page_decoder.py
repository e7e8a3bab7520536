"""Makes pages of the answers of one listing, here or in the process that decodes.

Tested in `tests/connectors/odata/test_decoder_process.py`.
"""

import pickle
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from connectors.columnar.packed_rows import PackedRows
from connectors.columnar.page import Page
from connectors.odata.decoder_process import Decoding
from connectors.odata.decoder_worker import Asked, Listing, described
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed

Decode = Callable[[Answer], Listing[Any]]
"""Makes the rows of an answer, and the address of the page after it. Raises `SourceFailed`."""

_ANSWERS_BEFORE_IT_PAYS = 2

_MOST_AHEAD = 3


class PageDecoder:
    """Makes pages of the answers of one listing, here or in the other process.

    A page comes with the address of the page after it, where only decoding showed it.
    """

    def __init__(
        self, row: type[Struct], decoding: Decoding | None, decode: Decode | None = None
    ) -> None:
        # Only rows with kinds are many enough, and are packed.
        self._decoding = decoding if hasattr(row, "kind_begins") else None
        self._row = row
        self._described = described(row)
        self._decode = decode or partial(decoded, decoder_of(row))
        self._answers = 0
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
        if self._decoding is not None and self._decoding.is_up and answer.sent:
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
            listing = self._decode(answer)
            rows, following = listing.value, listing.next_link
        page = Page(rows, answer.read_at, answer.digest)
        return page, None if is_followed else following


def decoder_of(row: type[Struct]) -> msgspec.json.Decoder[Listing[Any]]:
    """Decodes a listing of rows of this type."""
    listing: Any = Listing[row]  # type: ignore[valid-type]
    return msgspec.json.Decoder(listing)


def decoded(decoder: msgspec.json.Decoder[Listing[Any]], answer: Answer) -> Listing[Any]:
    """The listing of an answer. Raises `SourceFailed`."""
    try:
        return answer.decoded(decoder)
    except SourceFailed as failure:
        if failure.code == "unexpected-shape":
            failure.reason = failure.reason.replace("the answer has", "a row has", 1)
        raise
