"""The query options of one request, read and checked against the table."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, quote

import msgspec

from auditor.demo.odata_error import bad_request
from auditor.demo.odata_filter import Predicate, compile_filter

_KNOWN = {
    *("$select", "$filter", "$orderby", "$top", "$count", "$skiptoken", "$expand", "$apply"),
}
_LARGEST_PAGE = 5000
_COOKIE = re.compile(r'<cookie pagenumber="(\d+)" pagingcookie="position=(\d+)" [^>]*/>')


class Preferences(msgspec.Struct, frozen=True):
    """What the `Prefer` header asks for: the page size, and patterns of annotations."""

    page_size: int
    annotations: tuple[str, ...]
    stated_page_size: bool

    def annotates(self, name: str) -> bool:
        """Tell whether an annotation is asked for."""
        return any(
            pattern == "*"
            or pattern == name
            or (pattern.endswith("*") and name.startswith(pattern[:-1]))
            for pattern in self.annotations
        )


class Query(msgspec.Struct, frozen=True):
    """The options of one request for a collection."""

    select: tuple[str, ...] | None = None
    predicate: Predicate | None = None
    order: tuple[tuple[str, bool], ...] = ()
    top: int | None = None
    count: bool = False
    page: int = 1
    position: int = 0


def read_preferences(header: str) -> Preferences:
    """Read a `Prefer` header; unknown preferences are ignored, as RFC 7240 asks."""
    size = re.search(r"odata\.maxpagesize\s*=\s*\"?(\d+)", header)
    annotations = re.search(r'odata\.include-annotations\s*=\s*"?([^";]*)', header)
    page_size = int(size[1]) if size else _LARGEST_PAGE
    return Preferences(
        page_size=max(1, min(page_size, _LARGEST_PAGE)),
        annotations=tuple(annotations[1].split(",")) if annotations else (),
        stated_page_size=size is not None,
    )


def options(query_string: str) -> dict[str, str]:
    """Give the options of a query string, refusing those that Dataverse does not know."""
    found = dict(parse_qsl(query_string, keep_blank_values=True))
    for name in found:
        if name.startswith("$") and name not in _KNOWN:
            raise bad_request(f"The query parameter {name} is not supported.")
    return found


def read_query(given: Mapping[str, str], check_column: Callable[[str], None]) -> Query:
    """Read the options of a request; `check_column` refuses columns that do not exist."""
    if "$expand" in given:
        raise bad_request(f"The property '{given['$expand']}' cannot be expanded here.")
    select = None
    if given.get("$select", "").strip():
        select = tuple(dict.fromkeys(name.strip() for name in given["$select"].split(",")))
        for name in select:
            check_column(name)
    predicate = None
    if given.get("$filter", "").strip():
        predicate = compile_filter(given["$filter"], check_column)
    order = []
    for part in filter(str.strip, given.get("$orderby", "").split(",")):
        name, _, direction = part.strip().partition(" ")
        check_column(name)
        if direction.strip() not in ("", "asc", "desc"):
            raise bad_request(f"Syntax error in $orderby at '{part.strip()}'.")
        order.append((name, direction.strip() == "desc"))
    page, position = 1, 0
    if "$skiptoken" in given:
        cookie = _COOKIE.fullmatch(given["$skiptoken"])
        if cookie is None:
            raise bad_request("Malformed XML in the Paging Cookie.", "0x80040203")
        page, position = int(cookie[1]), int(cookie[2])
    return Query(
        select=select,
        predicate=predicate,
        order=tuple(order),
        top=_whole_number(given["$top"]) if "$top" in given else None,
        count=given.get("$count", "false").lower() == "true",
        page=page,
        position=position,
    )


def next_link(address: str, given: Mapping[str, str], page: int, position: int) -> str:
    """Give the absolute address of the page that begins at a position."""
    cookie = f'<cookie pagenumber="{page}" pagingcookie="position={position}" istracking="False" />'
    kept = {name: value for name, value in given.items() if name != "$skiptoken"}
    kept["$skiptoken"] = cookie
    return f"{address}?" + "&".join(
        f"{name}={quote(value, safe='')}" for name, value in kept.items()
    )


def _whole_number(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise bad_request(f"Invalid value '{text}' for $top query option found.")
    return int(text)
