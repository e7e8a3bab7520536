"""Asks the Web API of one organisation: version, metadata, rows page by page, privileges."""

import copy
import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote

from msgspec import Struct

from connectors.columnar.page import Page
from connectors.dynamics.remembering import Remembering
from connectors.dynamics.wanted import SubjectPattern
from connectors.odata.decoder_process import Decoding
from connectors.odata.paging import pages
from connectors.sources.source import Progress, columns_of
from connectors.transport.answers import TIME_FORMAT, Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, SignIn, Transport
from connectors.transport.journal import decided_once

R = TypeVar("R")

VERSIONS = ("9.2", "9.1", "9.0", "8.2", "8.1", "8.0")
"""Versions of the Web API, newest first; the newest that the server has is used."""

PAGE_SIZE = 5000
HEADERS = {
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
    "If-None-Match": "null",
    "Prefer": f"odata.maxpagesize={PAGE_SIZE}",
}
_ABSENT = frozenset({404, 501})
_BAD_REQUEST = 400
_QUOTED = re.compile(r"'(\w+)'")
"""How servers name a property or attribute that they do not have."""


class _Version(Struct):
    Version: str


class _Attribute(Struct):
    LogicalName: str
    IsValidForRead: bool | None = None
    IsSecured: bool | None = None


class _WhoAmI(Struct):
    UserId: str
    OrganizationId: str = ""


class Dynamics(Remembering):
    """One organisation's Web API, signed in. Every failure is a `SourceFailed`.

    `url` is the organisation's address, with the organisation's segment on premises.
    `api_version` such as `9.2`; None asks the server for its newest. `wanted` names the mailboxes
    that are asked for; nothing: all. `decoding` takes a part of the pages of large tables.
    """

    def __init__(
        self,
        url: str,
        transport: Transport,
        sign_in: SignIn,
        api_version: str | None = None,
        wanted: tuple[SubjectPattern, ...] = (),
        decoding: Decoding | None = None,
    ) -> None:
        super().__init__()
        self.url = url.rstrip("/")
        self._transport = transport
        self._sign_in = sign_in
        self._asked_version = api_version
        self.wanted = wanted
        self._decoding = decoding
        # In a list, so that every copy with a time of its own learns it.
        self._latencies_s = [float("inf")]
        self.most_side_by_side = transport.policy.concurrent
        """Requests for one table under way at most."""

    def until(self, deadline: float | None) -> "Dynamics":
        """The same organisation and all that is remembered of it, asked up to an earlier moment."""
        bounded = copy.copy(self)
        bounded._transport = self._transport.until(deadline)
        return bounded

    @property
    def api(self) -> str:
        """The Web API's address with its version, without a slash at the end.

        The first failure to reach it is remembered, so that a dead server is asked once.
        """
        return self._reached()[0]

    @property
    def version(self) -> str:
        """The organisation's version as the server tells it, such as `9.2.24104.195`."""
        return self._reached()[1]

    @property
    def user_id(self) -> str:
        """The id of the auditor's own user."""
        return self.remember("user", self._who_am_i).UserId

    @property
    def organization_id(self) -> str:
        """The id of the organisation that answers; empty where it does not say."""
        return self.remember("user", self._who_am_i).OrganizationId

    def _who_am_i(self) -> _WhoAmI:
        # Servers differ in whether a function without parameters is named with brackets.
        answer = self.get("WhoAmI()", accepted=_ABSENT)
        if answer.status in _ABSENT:
            answer = self.get("WhoAmI")
        return self.decoded(answer, _WhoAmI)

    @property
    def latency_s(self) -> float:
        """The least time in which an answer came: what the way to the server and back takes."""
        _ = self.api
        return self._latencies_s[0]

    def _reached(self) -> tuple[str, str]:
        return self.remember("address", self._reach)

    def _reach(self) -> tuple[str, str]:
        candidates = (self._asked_version,) if self._asked_version else VERSIONS
        for candidate in candidates:
            api = f"{self.url}/api/data/v{candidate}"
            answer = self._ask(f"{api}/RetrieveVersion()", accepted=_ABSENT)
            if answer.status not in _ABSENT:
                return api, self.decoded(answer, _Version).Version
        raise SourceFailed(
            f"{self.url}: no Web API of version {' or '.join(candidates)} answers",
            "Check the address of the environment. Dynamics CRM before 8.0 has no Web API.",
            "no-web-api",
            url=self.url,
        )

    def now(self) -> str:
        """The present moment, UTC, ISO 8601: when a function's answer was read."""
        return datetime.now(UTC).strftime(TIME_FORMAT)

    def get(self, path: str, *, source: str = "", accepted: frozenset[int] = frozenset()) -> Answer:
        """The answer to a GET below the Web API's address. Raises `SourceFailed`."""
        return self._ask(f"{self.api}/{path}", source=source, accepted=accepted)

    def columns(self, table: str, *, source: str = "") -> dict[str, bool]:
        """The readable columns of a table, each with whether column security guards it.

        `table` is its logical name. Asked once for each client. Raises `SourceFailed`.
        """
        return self.remember(f"columns of {table}", lambda: self._ask_columns(table, source))

    def _ask_columns(self, table: str, source: str) -> dict[str, bool]:
        path = (
            f"EntityDefinitions(LogicalName='{table}')/Attributes"
            "?$select=LogicalName,IsValidForRead,IsSecured"
        )
        found: dict[str, bool] = {}
        for page in self._pages([path], _Attribute, source):
            for attribute in page.rows:
                if attribute.IsValidForRead is not False:
                    found[attribute.LogicalName] = bool(attribute.IsSecured)
        return found

    def rows(
        self,
        table: str,
        entity_set: str,
        row: type[Struct],
        progress: Progress,
        *,
        source: str,
        query: str | Callable[[Container[str]], str] = "",
        filters: Sequence[str] = (),
        side_by_side: int = 1,
        optional: bool = False,
        is_kept: bool = False,
    ) -> Iterator[Page]:
        """All rows of a table, page by page, with the columns of the row type that exist.

        `query` is further query options such as `$orderby=...`, or makes them of the table's
        columns. With `filters` the rows that meet each are read, so many listings side by side.
        Of an `optional` table that this version does not have, every column is absent. `is_kept`:
        where a journal is kept, the answers go into it. A column that the metadata has and the
        server refuses is left out, and told in `progress`. Raises
        `SourceFailed`; what stops a later page after rows were read is told in `progress` instead.
        """
        wanted = columns_of(row)
        try:
            existing = self.columns(table, source=source)
        except SourceFailed as failure:
            if not optional or failure.status != 404:
                raise
            progress.absent = wanted
            return
        if callable(query):
            query = query(existing)
        present = tuple(each for each in wanted if logical_name(each) in existing)
        progress.absent = tuple(each for each in wanted if each not in present)
        read_any = False
        while not read_any:
            progress.columns = present
            progress.secured = tuple(each for each in present if existing[logical_name(each)])
            path = f"{entity_set}?$select={','.join(present)}" + (f"&{query}" if query else "")
            paths = [f"{path}&$filter={each}" for each in filters] or [path]
            try:
                for page in self._pages(
                    paths, row, source, progress, side_by_side, is_kept=is_kept
                ):
                    read_any = True
                    yield page
                    del page
                return
            except SourceFailed as failure:
                refused = _refused(failure, present)
                if read_any or not refused or len(refused) == len(present):
                    raise
                progress.refused += refused
                present = tuple(each for each in present if each not in refused)

    def first_rows(self, path: str, row: type[R], most: int) -> list[R]:
        """At most so many rows of a listing below the Web API's address. Raises `SourceFailed`."""
        every = (each for page in self._pages((path,), row, "") for each in page.rows)
        return list(islice(every, most))

    def listing(self, path: str, row: type[R], *, source: str) -> list[R]:
        """All rows of a short listing below the Web API's address. Raises `SourceFailed`."""
        return [each for page in self._pages([path], row, source) for each in page.rows]

    def function(self, path: str, answer: type[R], *, source: str) -> R:
        """What a function answers, decoded. Raises `SourceFailed`."""
        return self.decoded(self.get(path, source=source), answer)

    def answers(
        self, paths: Sequence[str], *, source: str, accepted: frozenset[int] = frozenset()
    ) -> list[Answer]:
        """The answers to small questions, asked side by side. Raises `SourceFailed`."""
        headers = {name: value for name, value in HEADERS.items() if name != "Prefer"}
        pending = self._transport.send_all(
            replace(self._request(self._address(path), source, accepted), headers=headers)
            for path in paths
        )
        return [each.result() for each in pending]

    def decided_once(self, name: str, shape: type[R], decide: Callable[[], R | None]) -> R | None:
        """What the run that is gone on with decided under this name, else what `decide` gives."""
        return decided_once(self._transport.journal, name, shape, decide)

    def _address(self, path: str) -> str:
        return f"{self.api}/{quote(path, safe='/?$=&,()@:;' + chr(39))}"

    def _pages(
        self,
        paths: Sequence[str],
        row: Any,
        source: str,
        progress: Progress | None = None,
        side_by_side: int = 1,
        *,
        is_kept: bool = False,
    ) -> Iterator[Page]:
        urls = [self._address(path) for path in paths]
        read_any = False
        try:
            for page in pages(
                self._transport,
                lambda to: replace(self._request(to, source), is_kept=is_kept),
                urls,
                row,
                self.api,
                side_by_side,
                self._decoding,
                progress,
            ):
                read_any = True
                yield page
                del page
        except SourceFailed as failure:
            if progress is None or not read_any:
                raise
            progress.shorten(failure.code, failure.reason, failure.remedy)

    def decoded(self, answer: Answer, shape: type[R]) -> R:
        """An answer as a type. Raises `SourceFailed`."""
        return answer.record(shape)

    def _ask(self, url: str, *, source: str = "", accepted: frozenset[int] = frozenset()) -> Answer:
        clock = self._transport.policy.clock
        started = clock()
        answer = self._transport.ask(self._request(url, source, accepted))
        self._latencies_s[0] = min(self._latencies_s[0], clock() - started)
        return answer

    def _request(self, url: str, source: str, accepted: frozenset[int] = frozenset()) -> Request:
        return Request(url, auth=self._sign_in, headers=HEADERS, source=source, accepted=accepted)


def _refused(failure: SourceFailed, asked: Sequence[str]) -> tuple[str, ...]:
    """The columns that the server's words name, where it refused the question; others: none."""
    if failure.status != _BAD_REQUEST:
        return ()
    named = set(_QUOTED.findall(failure.reason))
    return tuple(each for each in asked if named & {each, logical_name(each)})


def logical_name(column: str) -> str:
    """The column's name in the metadata: a lookup `_x_value` of the Web API is `x` there."""
    if column.startswith("_") and column.endswith("_value"):
        return column[1 : -len("_value")]
    return column
