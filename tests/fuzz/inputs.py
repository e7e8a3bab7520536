"""What is tried: odd values, values of a declared type, documents and bytes with damage in them."""

import os
import types
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType

EXAMPLES = int(os.environ.get("AUDITOR_FUZZ") or 10)

some = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    # What broke is small as it is, and to make it smaller takes minutes.
    phases=[each for each in Phase if each is not Phase.explain],
)
fewer = settings(some, max_examples=max(5, EXAMPLES // 4))

ODD_TEXTS = (
    *("", " ", "\0", "\ud800", "\udc00\ud800", "\u202e", "\u2028", "\x1b[31m", "\x9b", "ß", "İ"),
    *("@", "a@", "@b", "a@b@c", "a@münchen.example", "a@xn--", "a@-.example", "a@[::1]", "a@b.\0"),
    *("https://", "https://[", "https://h:99999/", "https://h:x", "//", "?", "http://a@b:1", "..."),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-23"),
    *(
        "2026-11-23T03:00:00+99:00",
        "15.2.1544.4",
        "15..2",
        "9" * 400,
        "{}",
        "[]",
        "NaN",
        "a" * 9999,
    ),
    *("pop.gmail.com.", "mail.protection.outlook.com", ".", "..", "1.2.3.4", "0x7f.1", "a" * 9999),
)
TEXTS = st.sampled_from(ODD_TEXTS) | st.text(st.characters(exclude_categories=()), max_size=30)
NUMBERS = st.sampled_from([0, -1, 1, 2**31, 2**53, 2**63 - 1, -(2**63)]) | st.integers(
    -(2**63), 2**63 - 1
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | st.floats()
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def of_type(kind: Any) -> st.SearchStrategy[Any]:
    """Values that a row whose column has this type may hold."""
    origin, members = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(of_type, members))
    if origin is Literal:
        return st.sampled_from(members)
    if origin in (tuple, list, frozenset, set):
        if origin is tuple and not (len(members) == 2 and members[1] is ...):
            return st.tuples(*map(of_type, members))
        return st.lists(of_type(members[0]), max_size=3).map(origin)
    if origin is not None and members and origin is not dict:
        return of_type(members[0])
    if isinstance(kind, type) and issubclass(kind, Struct):
        return row_of(kind)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        int: NUMBERS,
        bool: st.booleans(),
        float: st.floats(),
        bytes: st.binary(max_size=20),
        type(None): st.none(),
        None: st.none(),
        UnsetType: st.just(UNSET),
    }
    return simple.get(kind, JSON)


def row_of(row: type[Struct]) -> st.SearchStrategy[Any]:
    """Rows of a type, every field by chance."""
    fields = {each.name: of_type(each.type) for each in msgspec.structs.fields(row)}
    return st.fixed_dictionaries(fields).map(lambda values: row(**values))


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """The content with bytes of it changed, taken out, doubled or put in."""
    place = st.integers(0, max(0, len(content) - 1))

    def change(edits: list[tuple[int, int, bytes]]) -> bytes:
        found = bytearray(content)
        for at, length, instead in edits:
            found[at : at + length] = instead
        return bytes(found)

    edit = st.tuples(place, st.integers(0, 8), st.binary(max_size=8))
    return st.lists(edit, min_size=1, max_size=4).map(change)


def changed(document: Any, value: Any, steps: list[int]) -> Any:
    """The document of JSON with a value in the place that the steps lead to."""
    if not steps or not isinstance(document, dict | list) or not document:
        return value
    names = list(document) if isinstance(document, dict) else list(range(len(document)))
    at = names[steps[0] % len(names)]
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    copy[at] = changed(document[at], value, steps[1:])
    return copy


STEPS = st.lists(st.integers(0, 1000), min_size=1, max_size=6)
