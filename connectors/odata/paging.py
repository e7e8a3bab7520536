"""Pages of a listing as OData servers answer them: the rows, and where the next page is.

The address of the next page is looked for at the end of the answer, where servers write it, so
that the request for it can leave before the rows are decoded.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

import msgspec
from msgspec import Struct, field

from connectors.columnar.page import Page
from connectors.odata.decoder_process import Decoding
from connectors.odata.page_decoder import PageDecoder, Shape
from connectors.sources.source import Progress
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.links import check_follow_up
from connectors.transport.http import Pending, Request, Transport

_LINK = b'"@odata.nextLink"'
_LONGEST_LINK_BYTES = 40_000
"""A request line of Dataverse may have 32,768 characters (Microsoft, "Query data")."""
_AT_ONCE_S = 0.004
_MOST_LATE = 3
"""After so many answers that took longer than that, no further one is waited for."""


class _End(Struct):
    next_link: str = field(name="@odata.nextLink")


_end = msgspec.json.Decoder(_End)


def pages(
    transport: Transport,
    request: Callable[[str], Request],
    urls: Sequence[str],
    row: Any,
    base: str,
    side_by_side: int = 1,
    decoding: Decoding | None = None,
    progress: Progress | None = None,
    shape: Shape | None = None,
    own_link: Callable[[str], str] = lambda link: link,
) -> Iterator[Page]:
    """The pages of the listings that begin at these addresses, while further ones are on their way.

    `request` makes the request for an address. So many listings are read `side_by_side`, and
    their pages come as they arrive; fewer once the server puts one off. With `decoding`, a process
    of its own takes a part of the pages, which come as they are decoded. `shape` is for servers
    whose answers may be no listing, `own_link` for those whose links need a change. A page that
    does not lie below `base`, or that was asked for before, is not asked for: the reading ends
    there with `SourceFailed`, as on every other failure, once the rows at hand were given. So it
    does where an answer tells that it is not whole, or where a listing goes in a circle.
    `progress` is told of columns in which values of another kind than documented came.
    """
    decoder = PageDecoder(row, decoding, shape, transport.redaction)

    def asked(url: str) -> Request:
        return replace(request(url), end_bytes=_LONGEST_LINK_BYTES if decoder.is_elsewhere else 0)

    asking = _Asking(transport, asked, urls, base, side_by_side, own_link)
    failure: SourceFailed | None = None
    page: Page | None = None
    while failure is None and asking.has_more:
        answer = None
        try:
            answer = asking.next_answer()
        except SourceFailed as failed:
            failure = failed
        # Pages are large, so nothing of one is held on to while the next one is made; this one goes
        # while the server is at work.
        page = None
        if answer is not None:
            if not decoder.is_elsewhere:
                asking.let_arrive()
            decoder.take(answer, is_followed=asking.is_followed)
            del answer
        for page, following in decoder.pages(wait=failure is not None or not asking.has_more):
            asking.add(following)
            failure = failure or decoder.endless
            if progress is not None and decoder.odd:
                progress.odd = tuple(dict.fromkeys((*progress.odd, *decoder.odd)))
            yield page
    failure = failure or decoder.failure or decoder.progression.ended()
    if failure is not None:
        raise failure


def link_at_end(body: bytes) -> str | None:
    """The address of the next page where it stands at the end of the answer, None elsewhere.

    From the member's name on, the rest must be that of the whole object, so a member of that name
    within a row is never taken for it.
    """
    at = body.rfind(_LINK, max(0, len(body) - _LONGEST_LINK_BYTES))
    if at < 0:
        return None
    try:
        return _end.decode(b"{" + body[at:]).next_link
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Asking:
    """Asks for the pages of listings, so many side by side, each once the one before it came."""

    def __init__(
        self,
        transport: Transport,
        request: Callable[[str], Request],
        urls: Sequence[str],
        base: str,
        side_by_side: int,
        own_link: Callable[[str], str],
    ) -> None:
        self._transport = transport
        self._request = request
        self._base = base
        self._own_link = own_link
        self._side_by_side = side_by_side
        self._waiting = deque(urls)
        self._seen = set(urls)
        self._listings = tuple(urls)
        self._finished: SimpleQueue[Pending] = SimpleQueue()
        self._in_flight = self._late = 0
        self._sent: Pending | None = None
        self._failure: SourceFailed | None = None
        self.is_followed = False
        """Whether the last answer said at its end where the page after it is."""

    @property
    def has_more(self) -> bool:
        """Whether an answer is still to come, or a reason why none does."""
        return bool(self._waiting or self._in_flight or self._failure)

    def next_answer(self) -> Answer:
        """The next answer to arrive, once the request for the page after it has left.

        Raises `SourceFailed`.
        """
        if self._failure is not None:
            raise self._failure
        free = self._side_by_side - self._in_flight
        self._send([self._waiting.popleft() for _ in range(min(len(self._waiting), free))])
        answer = self._transport.first(self._finished).result()
        self._in_flight -= 1
        if answer.put_off:
            self._side_by_side = max(1, self._side_by_side - 1)
        link = link_at_end(answer.body)
        self.is_followed = link is not None
        following = self._followed(link)
        if following is not None:
            # Sent before this page is decoded: decoding holds the interpreter.
            if self._in_flight < self._side_by_side:
                (self._sent,) = self._send([following])
            else:
                self._waiting.appendleft(following)
        return answer

    def let_arrive(self) -> None:
        """Wait a moment for the answer to the request that left last.

        What comes at once is inflated beside the decoding, which inflating can be.
        """
        sent, self._sent = self._sent, None
        if sent is not None and self._late < _MOST_LATE and not sent.wait_received(_AT_ONCE_S):
            self._late += 1

    def add(self, link: str | None) -> None:
        """Asks for a page whose address only decoding showed."""
        following = self._followed(link)
        if following is not None:
            self._waiting.appendleft(following)

    def _send(self, urls: list[str]) -> list[Pending]:
        self._in_flight += len(urls)
        return self._transport.send_all(map(self._request, urls), self._finished)

    def _followed(self, link: str | None) -> str | None:
        """The address that a link leads to, if there is one and it may be asked."""
        try:
            # Some servers write an empty address on the last page.
            if not link:
                return None
            own = self._own_link(link)
            return check_follow_up(self._base, own, self._seen, self._listings)
        except SourceFailed as failure:
            self._failure = failure
            return None
