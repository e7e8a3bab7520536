"""Pages of a listing as OData servers answer them: the rows, and where the next page is.

The address of the next page is looked for at the end of the answer, where servers write it, so
that the request for it can leave before the rows are decoded.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct, field

from connectors.answers import Answer
from connectors.errors import SourceFailed
from connectors.guard import check_follow_up
from connectors.http import Pending, Request, Transport
from connectors.sources import Page

R = TypeVar("R")

_LINK = b'"@odata.nextLink"'
_LONGEST_LINK_BYTES = 40_000
"""A request line of Dataverse may have 32,768 characters (Microsoft, "Query data")."""
_AT_ONCE_S = 0.004
_MOST_LATE = 3
"""After so many answers that took longer than that, no further one is waited for."""


class Listing(Struct, Generic[R]):
    """One page: its rows, and the address of the next page, None on the last one."""

    value: list[R]
    next_link: str | None = field(name="@odata.nextLink", default=None)


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
) -> Iterator[Page]:
    """The pages of the listings that begin at these addresses, while further ones are on their way.

    `request` makes the request for an address. So many listings are read `side_by_side`, and
    their pages come as they arrive; fewer once the server puts one off. A page that does not lie
    below `base`, or that was asked for before, is not asked for: the reading ends there with
    `SourceFailed`, as on every other failure, once the rows at hand were given.
    """
    decoder: msgspec.json.Decoder[Listing[Any]] = msgspec.json.Decoder(Listing[row])
    waiting, seen = deque(urls), set(urls)
    finished: SimpleQueue[Pending] = SimpleQueue()
    failure: SourceFailed | None = None
    page: Page | None = None
    in_flight = late = 0
    while waiting or in_flight:
        begun = [waiting.popleft() for _ in range(min(len(waiting), side_by_side - in_flight))]
        in_flight += len(transport.send_all(map(request, begun), finished))
        answer = transport.first(finished).result()
        in_flight -= 1
        if answer.put_off:
            side_by_side = max(1, side_by_side - 1)
        following = link_at_end(answer.body)
        if following is not None:
            # Sent before this page is decoded: decoding holds the interpreter.
            failure = _refused(following, base, seen)
            if failure is None and in_flight < side_by_side:
                (pending,) = transport.send_all([request(following)], finished)
                in_flight += 1
                # The page before this one goes while the server is at work.
                page = None
                # What comes at once is inflated beside the decoding, which inflating can be.
                if late < _MOST_LATE and not pending.wait_received(_AT_ONCE_S):
                    late += 1
            elif failure is None:
                waiting.appendleft(following)
        page = None
        listing = _decoded(answer, decoder)
        if following is None and listing.next_link is not None:
            failure = _refused(listing.next_link, base, seen)
            waiting.appendleft(listing.next_link)
        page = Page(listing.value, answer.read_at, answer.digest)
        # Pages are large, so nothing of one is held on to while the next one is made.
        del answer, listing
        yield page
        if failure is not None:
            raise failure


def _refused(url: str, base: str, seen: set[str]) -> SourceFailed | None:
    """Why a page must not be asked for; None where it may be."""
    try:
        check_follow_up(base, url, seen)
    except SourceFailed as failure:
        return failure
    return None


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


def _decoded(answer: Answer, decoder: msgspec.json.Decoder[Listing[Any]]) -> Listing[Any]:
    try:
        return answer.decoded(decoder)
    except SourceFailed as failure:
        if failure.code == "unexpected-shape":
            failure.reason = failure.reason.replace("the answer has", "a row has", 1)
        raise
