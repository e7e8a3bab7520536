"""The Web API of Dynamics: routing, sign-in, entity sets and functions.

Source: Dataverse developer guide, pages *Query data using the Web API* and *Compose HTTP requests
and handle errors*.
"""

import re
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from auditor.demo.access import Access
from auditor.demo.metadata import Metadata
from auditor.demo.odata_apply import apply
from auditor.demo.odata_error import (
    ODataError,
    no_such_property,
    no_such_record,
    no_such_segment,
)
from auditor.demo.odata_query import (
    Preferences,
    Query,
    next_link,
    options,
    read_preferences,
    read_query,
)
from auditor.demo.pages import RowEncoder, read_page
from auditor.demo.rows import Row
from auditor.demo.schema import TableDefinition
from auditor.demo.state import TenantState
from auditor.demo.tables import TABLES
from auditor.demo.write_interface import patched

_VERSIONS = [(8, 0), (8, 1), (8, 2), (9, 0), (9, 1), (9, 2)]
_SET = re.compile(r"(?P<set>[A-Za-z_]+)(?:\((?P<key>[^()]*)\))?(?:/(?P<rest>.+))?")
_SMALLEST_COMPRESSED_BYTES = 1024
_encode = msgspec.json.Encoder().encode

Refuse = Callable[[Request], Response | None]


def routes(state: TenantState, refuse: Refuse) -> list[BaseRoute]:
    """Give the routes of the Web API; `refuse` gives the 401 of a caller who is not signed in."""
    prefix = state.url.removeprefix(state.base_url)
    api = WebApi(state, refuse)
    methods = ["GET", "POST", "PATCH", "PUT", "DELETE"]
    return [
        Route(prefix + "/api/data/", api.answer_root, methods=methods),
        Route(prefix + "/api/data/{version}/{rest:path}", api.answer, methods=methods),
    ]


def refuse_without_bearer(state: TenantState) -> Refuse:
    """Give the check of an online organisation: a token of its own tenant, for its own address."""

    def refuse(request: Request) -> Response | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        grant = state.tokens.grant_of(token) if scheme.lower() == "bearer" else None
        if grant is not None and grant.audience == state.url:
            return None
        response = Response(status_code=401)
        challenge = (
            f"Bearer authorization_uri={state.base_url}/{state.tenant_id}/oauth2/authorize, "
            f"resource_id={state.url}/"
        )
        if token:
            challenge += ', error="invalid_token"'
        response.headers["WWW-Authenticate"] = challenge
        return response

    return refuse


class WebApi:
    """Answers requests under `api/data/vX.Y/`."""

    def __init__(self, state: TenantState, refuse: Refuse) -> None:
        self._state = state
        self._organisation = state.organisation
        self._refuse = refuse
        self._access = Access(state)
        self._metadata = Metadata(state)
        newest = self._organisation.major_minor
        self._versions = {f"v{a}.{b}" for a, b in _VERSIONS if (a, b) <= newest}

    async def answer(self, request: Request) -> Response:
        """Answer one request, or say in the Web API's words why not."""
        refusal = self._refuse(request)
        if refusal is not None:
            return refusal
        if request.method == "PATCH" and self._state.writable:
            path, sent = request.path_params["rest"], await request.body()
            return Response(status_code=204 if patched(self._organisation, path, sent) else 404)
        try:
            return self._answer(request)
        except ODataError as error:
            body = {"error": {"code": error.code, "message": error.message}}
            return self._json(request, _encode(body), status=error.status, headers=error.headers)

    async def answer_root(self, request: Request) -> Response:
        """Name the authority to whoever is not signed in; to others there is nothing here."""
        return self._refuse(request) or Response(status_code=404)

    def _answer(self, request: Request) -> Response:
        if request.method != "GET":
            raise ODataError(405, "0x80060888", f"The method {request.method} is not allowed.")
        version, rest = request.path_params["version"], request.path_params["rest"]
        if version not in self._versions:
            raise ODataError(404, "0x8006088a", f"The version '{version}' is not served here.")
        path = request.url.path
        root = f"{self._state.base_url}{path[: path.index(version)]}{version}"
        given = options(request.url.query)
        if not rest:
            return self._record(request, self._service_document(root))
        function = self._access.call(rest, given) or self._metadata.read(rest, given)
        if function is not None:
            context = {"@odata.context": f"{root}/$metadata#{function.context}"}
            return self._record(request, context | function.members)
        match = _SET.fullmatch(rest)
        if match is None or match["set"] not in TABLES:
            raise no_such_segment(rest.partition("(")[0].partition("/")[0])
        return self._entity_set(request, root, match, given)

    def _service_document(self, root: str) -> dict[str, Any]:
        sets = [
            {"name": name, "kind": "EntitySet", "url": name}
            for name, table in sorted(TABLES.items())
            if table.since <= self._organisation.major_minor
        ]
        return {"@odata.context": f"{root}/$metadata", "value": sets}

    def _entity_set(
        self, request: Request, root: str, match: re.Match[str], given: dict[str, str]
    ) -> Response:
        table, key, rest = TABLES[match["set"]], match["key"], match["rest"]
        if key is None and rest is None:
            rows = self._access.visible_rows(table)
            return self._collection(request, root, rest_of(match), table, rows, given)
        if key is None:
            if rest == "$count":
                count = min(len(self._access.visible_rows(table)), 5000)
                return Response(str(count), media_type="text/plain")
            raise no_such_segment(rest)
        row = self._find(table, key)
        if rest is None:
            query = read_query(given, self._column_check(table))
            encoder, _ = self._encoder(request, table, query)
            text = encoder.encode(row)
            context = f"{root}/$metadata#{table.entity_set}/$entity"
            return self._json(request, b'{"@odata.context":%b,' % _encode(context) + text[1:])
        related = self._access.related(table.entity_set, key, rest)
        if related is None:
            raise no_such_segment(rest)
        return self._collection(request, root, rest_of(match), related[0], related[1], given)

    def _collection(
        self,
        request: Request,
        root: str,
        path: str,
        table: TableDefinition,
        rows: Any,
        given: dict[str, str],
    ) -> Response:
        context = f"{root}/$metadata#{table.entity_set}"
        if "$apply" in given:
            value = apply(given["$apply"], rows, self._column_check(table))
            return self._record(request, {"@odata.context": context, "value": value})
        query = read_query(given, self._column_check(table))
        encoder, preferences = self._encoder(request, table, query)
        page = read_page(rows, query, preferences, encoder)
        selected = f"({','.join(query.select)})" if query.select else ""
        head: dict[str, Any] = {"@odata.context": context + selected}
        if page.count is not None:
            head["@odata.count"] = page.count
        tail = b"]}"
        link = self._next_link(request, f"{root}/{path}", given, query, page.next_position)
        if link is not None:
            tail = b'],"@odata.nextLink":%b}' % _encode(link)
        body = b"".join((_encode(head)[:-1], b',"value":[', b",".join(page.rows), tail))
        headers = {}
        if preferences.stated_page_size:
            headers["Preference-Applied"] = f"odata.maxpagesize={preferences.page_size}"
        return self._json(request, body, headers=headers)

    def _next_link(
        self,
        request: Request,
        address: str,
        given: dict[str, str],
        query: Query,
        following: int | None,
    ) -> str | None:
        path, faults = request.url.path, self._state.faults
        if faults.take(path, "looping-next-link"):
            return next_link(address, given, query.page, query.position)
        if following is None:
            return None
        if foreign := faults.take(path, "foreign-next-link"):
            return foreign.location
        return next_link(address, given, query.page + 1, following)

    def _find(self, table: TableDefinition, key: str) -> Row:
        wanted = key.strip("'").lower()
        for row in self._access.visible_rows(table):
            if row.get(table.key) == wanted:
                return row
        raise no_such_record(table.name, key)

    def _columns(self, table: TableDefinition) -> dict[str, bool]:
        """Give the wire columns that this organisation has, with whether each can be read."""
        missing = self._state.faults.missing_columns.get(table.entity_set, set())
        found = table.columns_of(self._organisation.deployment)
        return {c.wire_name: c.readable for c in found if c.name not in missing}

    def _column_check(self, table: TableDefinition) -> Callable[[str], None]:
        readable = self._columns(table)

        def check(name: str) -> None:
            if not readable.get(name, False):
                raise no_such_property(name, table.name)

        return check

    def _encoder(
        self, request: Request, table: TableDefinition, query: Query
    ) -> tuple[RowEncoder, Preferences]:
        preferences = read_preferences(request.headers.get("prefer", ""))
        chosen = list(query.select or (n for n, ok in self._columns(table).items() if ok))
        if table.key not in chosen:
            chosen.append(table.key)
        hidden = self._state.faults.secured_columns.get(table.entity_set, set())
        return RowEncoder(table, chosen, preferences, hidden), preferences

    def _record(self, request: Request, members: dict[str, Any]) -> Response:
        return self._json(request, _encode(members))

    def _json(
        self,
        request: Request,
        body: bytes,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Response:
        all_headers = {"OData-Version": "4.0", "Cache-Control": "no-cache"} | (headers or {})
        accepts = request.headers.get("accept-encoding", "")
        if "gzip" in accepts and len(body) >= _SMALLEST_COMPRESSED_BYTES:
            body = _compress(body)
            all_headers["Content-Encoding"] = "gzip"
            all_headers["Vary"] = "Accept-Encoding"
        if self._organisation.deployment == "online":
            all_headers["x-ms-ratelimit-burst-remaining-xrm-requests"] = "5999"
        media_type = "application/json; odata.metadata=minimal"
        return Response(body, status_code=status, headers=all_headers, media_type=media_type)


def rest_of(match: re.Match[str]) -> str:
    """Give the path below the version, as the next link repeats it."""
    return match[0]


def _compress(body: bytes) -> bytes:
    # The fastest level: the server shares its processors with what it serves.
    compressor = zlib.compressobj(1, zlib.DEFLATED, 31)
    return compressor.compress(body) + compressor.flush()
