"""Asks Microsoft Graph: listings page by page, and many small questions in one request."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from msgspec import Struct

from connectors.columnar.page import Page
from connectors.graph.permissions import explained
from connectors.odata.paging import pages
from connectors.sources.source import Progress, columns_of
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, SignIn, Transport
from connectors.transport.retries import pause, retry_after_s

BATCH_SIZE = 20
"""Parts of one batch at most (Microsoft Graph, "Combine multiple HTTP requests")."""
_RETRIED = frozenset({429, 502, 503, 504})


class Part(Struct, frozen=True):
    """The answer to one question of a batch."""

    id: str
    status: int
    headers: dict[str, Any] = {}
    body: Any = None


class _Parts(Struct):
    responses: list[Part]


class Batch(Struct, frozen=True):
    """The answered parts of one batch by their ids, when it came, and its digest.

    `put_off`: whether Graph asked to wait with all of it, or with some.
    """

    parts: dict[str, Part]
    read_at: str
    digest: str
    put_off: bool = False


class Graph:
    """Microsoft Graph, signed in. Every failure is a `SourceFailed`.

    `inbox_rules` is how many mailboxes are asked for their Inbox rules.
    """

    def __init__(
        self, url: str, transport: Transport, sign_in: SignIn, *, inbox_rules: int = 0
    ) -> None:
        self.inbox_rules = inbox_rules
        self.api = url.rstrip("/") + "/v1.0"
        self._transport = transport
        self.sign_in = sign_in

    def rows(
        self,
        path: str,
        row: type[Struct],
        progress: Progress,
        *,
        source: str,
        permission: str,
        query: str = "",
        is_kept: bool = False,
    ) -> Iterator[Page]:
        """All rows of a listing, page by page, with the columns of the row type.

        `query` is further query options such as `$top=999`. `is_kept`: where a journal is kept,
        the answers go into it. Raises `SourceFailed`, which names the permission where access is
        refused.
        """
        progress.columns = columns_of(row)
        options = f"$select={','.join(progress.columns)}" + (f"&{query}" if query else "")
        url = f"{self.api}/{path}?{options}"
        try:
            yield from pages(
                self._transport,
                lambda to: replace(self._request(to, source), is_kept=is_kept),
                [url],
                row,
                self.api,
                progress=progress,
            )
        except SourceFailed as failure:
            raise explained(failure, permission) from failure

    def record(
        self,
        path: str,
        row: type[Struct],
        progress: Progress,
        *,
        source: str,
        permission: str,
    ) -> Page:
        """One record as a page. Raises `SourceFailed`."""
        progress.columns = columns_of(row)
        try:
            answer = self._transport.ask(self._request(f"{self.api}/{path}", source))
            return page_of([answer.record(row)], answer)
        except SourceFailed as failure:
            raise explained(failure, permission) from failure

    def batch(self, paths: Sequence[str], *, source: str) -> Batch:
        """The answers to GETs below the version's address, at most `BATCH_SIZE`, by position.

        Parts that are put off are asked again after the time that they name; one that stays put
        off, or asks for more time than the policy allows, keeps its status. Raises `SourceFailed`.
        """
        url = f"{self.api}/$batch"
        waiting = {str(number): f"/{path}" for number, path in enumerate(paths)}
        found: dict[str, Part] = {}
        attempt = 0
        while True:
            questions = [{"id": id, "method": "GET", "url": to} for id, to in waiting.items()]
            answer = self._transport.ask(
                Request(
                    url,
                    "POST",
                    auth=self.sign_in,
                    headers={"Content-Type": "application/json"},
                    body=msgspec.json.encode({"requests": questions}),
                    purpose="graph-batch",
                    source=source,
                )
            )
            answered = {each.id: each for each in answer.record(_Parts).responses}
            found.update((id, part) for id, part in answered.items() if id in waiting)
            # As for a whole answer: 500 has so many causes that it is tried once more only.
            passing = _RETRIED if attempt else _RETRIED | {500}
            late = [part for id, part in answered.items() if part.status in passing]
            waiting = {part.id: waiting[part.id] for part in late if part.id in waiting}
            policy = self._transport.policy
            if not waiting or attempt >= policy.retries:
                put_off = bool(attempt or waiting or answer.put_off)
                return Batch(found, answer.read_at, answer.digest, put_off)
            failure = SourceFailed(
                f"{url}: parts of the batch were put off",
                "Run the audit again later.",
                "throttled",
                url=url,
                status=429,
            )
            wait_s = _longest_wait_s(answer, late)
            if wait_s is not None and wait_s > policy.longest_wait_s:
                return Batch(found, answer.read_at, answer.digest, put_off=True)
            pause(policy, failure, attempt, wait_s, url)
            attempt += 1

    def _request(self, url: str, source: str) -> Request:
        return Request(url, auth=self.sign_in, source=source)


def page_of(rows: list[Any], answer: Answer) -> Page:
    """Rows of one answer, with its time and digest."""
    return Page(
        rows=rows,
        read_at=answer.read_at,
        digest=answer.digest,
    )


def _longest_wait_s(answer: Answer, parts: Sequence[Part]) -> float | None:
    """The longest wait that a part asks for, in seconds; None where none does."""
    asked = [
        retry_after_s(answer, str(value))
        for part in parts
        for name, value in part.headers.items()
        if name.lower() == "retry-after"
    ]
    return max((each for each in asked if each is not None), default=None)
