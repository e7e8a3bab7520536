"""Pages of a listing as OData servers answer them: the rows, and where the next page is.

The address of the next page is looked for at the end of the answer, where servers write it, so
that the request for it can leave before the rows are decoded.
"""

from collections.abc import Callable, Iterator
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
    url: str,
    row: Any,
    base: str,
) -> Iterator[Page]:
    """The pages of a listing; the next one is on its way while one is worked on.

    `request` makes the request for an address. A page that does not lie below `base`, or that was
    asked for before, is not asked for: the listing ends there with `SourceFailed`, as it does on
    every other failure, once the rows at hand were given.
    """
    decoder: msgspec.json.Decoder[Listing[Any]] = msgspec.json.Decoder(Listing[row])
    seen = {url}
    late = 0
    pending: Pending | SourceFailed | None = transport.send(request(url))
    while pending is not None:
        if isinstance(pending, SourceFailed):
            raise pending
        answer, pending = pending.result(), None
        following = link_at_end(answer.body)
        if following is not None:
            # Sent before this page is decoded: decoding holds the interpreter.
            pending = _sent(transport, request, following, base, seen)
            # What comes at once is inflated beside the decoding, for inflating does not hold it.
            if late < _MOST_LATE and isinstance(pending, Pending):
                late += not pending.wait_received(_AT_ONCE_S)
        listing = _decoded(answer, decoder)
        if following is None and listing.next_link is not None:
            pending = _sent(transport, request, listing.next_link, base, seen)
        page = Page(listing.value, answer.read_at, answer.digest)
        # Pages are large, so nothing of one is held on to while the next one is made.
        del answer, listing
        yield page
        del page


def _sent(
    transport: Transport,
    request: Callable[[str], Request],
    url: str,
    base: str,
    seen: set[str],
) -> Pending | SourceFailed:
    try:
        return transport.send(request(check_follow_up(base, url, seen)))
    except SourceFailed as failure:
        return failure


def link_at_end(body: bytes) -> str | None:
    """The address of the next page where the answer ends with it, None elsewhere.

    What follows the member's name must be the end of the whole object, so a member of that name
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
