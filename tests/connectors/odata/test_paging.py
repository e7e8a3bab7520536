"""The next page of a listing is asked for before the page at hand is decoded, where it is safe."""

import json
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from connectors.odata.paging import link_at_end, pages
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, Transport

BASE = "https://org.example/api/data/v9.2"
FIRST, SECOND = f"{BASE}/mailboxes", f"{BASE}/mailboxes?$skiptoken=2"

names = st.sampled_from(["@odata.nextLink", "x@odata.nextLink", "value", "name"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


class Row(Struct):
    id: int


def read(*, row: type[Any] = Row) -> list[int]:
    found: list[int] = []
    with Transport() as transport:
        for page in pages(transport, Request, [FIRST], row, BASE):
            found += [each.id for each in page.rows]
    return found


@given(members=st.dictionaries(names, values, max_size=4))
def test_only_a_member_of_the_whole_answer_is_taken_for_the_link(members: dict[str, Any]) -> None:
    link = members.get("@odata.nextLink")
    found = link_at_end(json.dumps(members).encode())
    assert found is None or found == link
    if isinstance(link, str) and list(members)[-1] == "@odata.nextLink":
        assert found == link


@pytest.mark.parametrize("spacing", [(",", ":"), (", ", " : ")])
def test_a_link_is_found_however_the_server_spaces_its_answer(spacing: tuple[str, str]) -> None:
    content = {"value": [{"id": 1}], "@odata.nextLink": SECOND}
    assert link_at_end(json.dumps(content, separators=spacing).encode() + b"\r\n") == SECOND


@responses.activate
@pytest.mark.parametrize("first", ["value", "@odata.nextLink"])
def test_a_page_follows_wherever_its_address_stands(first: str) -> None:
    members = {"value": [{"id": 1}], "@odata.nextLink": SECOND}
    other = next(name for name in members if name != first)
    responses.get(FIRST, json={name: members[name] for name in (first, other)})
    responses.get(SECOND, json={"value": [{"id": 2}]})
    assert read() == [1, 2]
    assert len(responses.calls) == 2


@responses.activate
def test_the_next_page_is_asked_for_even_where_this_one_cannot_be_read() -> None:
    responses.get(FIRST, json={"value": [{"id": "one"}], "@odata.nextLink": SECOND})
    responses.get(SECOND, json={"value": []})
    with pytest.raises(SourceFailed) as caught:
        read()
    assert caught.value.code == "unexpected-shape"
    assert "a row has another shape" in caught.value.reason
    assert "$[0].id" in caught.value.reason or ".value[0].id" in caught.value.reason


@responses.activate
def test_a_link_may_be_relative_to_the_root_of_the_service() -> None:
    responses.get(
        FIRST, json={"value": [{"id": 1}], "@odata.nextLink": SECOND.removeprefix(f"{BASE}/")}
    )
    responses.get(SECOND, json={"@odata.nextLink": SECOND + "&x", "value": [{"id": 2}]})
    responses.get(SECOND + "&x", json={"value": [{"id": 3}]})
    assert read() == [1, 2, 3]


@responses.activate
@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://elsewhere.example/api/data/v9.2/mailboxes", "foreign-link"),
        ("https://org.example/api/data/v9.2/../../secret", "foreign-link"),
        (FIRST, "repeated-link"),
    ],
)
def test_rows_at_hand_are_given_before_a_link_that_must_not_be_followed(
    link: str, code: str
) -> None:
    responses.get(FIRST, json={"value": [{"id": 1}], "@odata.nextLink": link})
    with Transport() as transport:
        listing = pages(transport, Request, [FIRST], Row, BASE)
        assert [each.id for each in next(listing).rows] == [1]
        with pytest.raises(SourceFailed) as caught:
            next(listing)
    assert caught.value.code == code
    assert len(responses.calls) == 1
