"""The next page of a listing is asked for before the page at hand is decoded, where it is safe."""

import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from connectors.odata import paging
from connectors.odata.paging import _Asking, link_at_end, pages
from connectors.transport.answers import Answer
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


ERROR = {"code": "0x80040216", "message": "An unexpected error occurred while it was written."}


def failure_of(found: list[int]) -> SourceFailed:
    """Reads everything into `found`; the failure that the reading ends with."""
    with Transport() as transport:
        given = pages(transport, Request, [FIRST], Row, BASE)
        with pytest.raises(SourceFailed) as caught:
            found.extend(each.id for page in given for each in page.rows)
    return caught.value


@responses.activate
@pytest.mark.parametrize("name", ["error", "@odata.error", "odata.error"])
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("values", [[{"id": 1}], []])
def test_an_error_beside_rows_is_told_after_them_in_the_servers_words(
    name: str, is_first: bool, values: list[dict[str, int]]
) -> None:
    members = {"value": values, name: ERROR}
    order = [name, "value"] if is_first else ["value", name]
    responses.get(FIRST, json={each: members[each] for each in order})
    found: list[int] = []
    failure = failure_of(found)
    assert found == [each["id"] for each in values]
    assert failure.code == "error-in-answer"
    assert "0x80040216 An unexpected error occurred" in failure.reason


@responses.activate
def test_an_error_in_place_of_rows_is_told_in_the_servers_words() -> None:
    responses.get(FIRST, json={"error": ERROR})
    assert "An unexpected error occurred" in failure_of([]).reason


@responses.activate
@pytest.mark.parametrize("nothing", [None, "", {}, []])
def test_a_member_that_tells_no_error_is_none(nothing: object) -> None:
    responses.get(FIRST, json={"value": [{"id": 1}], "error": nothing, "warnings": nothing})
    assert read() == [1]


@responses.activate
def test_a_warning_counts_where_it_is_of_a_short_list() -> None:
    responses.get(FIRST, json={"value": [{"id": 1}], "warnings": ["$select is advised."]})
    assert read() == [1]
    responses.replace("GET", FIRST, json={"value": [], "warnings": ["Only the first 1000 items."]})
    assert failure_of([]).code == "warned-of-short-list"


@responses.activate
def test_pages_without_a_row_that_name_one_another_come_to_an_end() -> None:
    asked = 0

    def further(request: object) -> tuple[int, dict[str, str], str]:
        nonlocal asked
        asked += 1
        return 200, {}, json.dumps({"value": [], "@odata.nextLink": f"{FIRST}?x={asked}"})

    responses.add_callback("GET", FIRST, further, content_type="application/json")
    found: list[int] = []
    failure = failure_of(found)
    assert (failure.code, found) == ("endless-listing", [])
    assert asked < 200


@responses.activate
def test_pages_that_repeat_their_rows_come_to_an_end() -> None:
    asked = 0

    def further(request: object) -> tuple[int, dict[str, str], str]:
        nonlocal asked
        asked += 1
        rows = [{"id": 1}, {"id": 2}]
        return 200, {}, json.dumps({"value": rows, "@odata.nextLink": f"{FIRST}?x={asked}"})

    responses.add_callback("GET", FIRST, further, content_type="application/json")
    assert failure_of([]).code == "endless-listing"
    assert asked < 20


@responses.activate
def test_one_page_that_came_twice_leaves_the_listing_in_doubt() -> None:
    first = {"value": [{"id": 1}], "@odata.nextLink": f"{FIRST}?x=1"}
    responses.get(f"{FIRST}?x=1", json=first | {"@odata.nextLink": f"{FIRST}?x=2"})
    responses.get(f"{FIRST}?x=2", json={"value": [{"id": 2}]})
    responses.get(FIRST, json=first, match=[responses.matchers.query_string_matcher("")])
    found: list[int] = []
    assert failure_of(found).code == "rows-repeated"
    assert found == [1, 1, 2]


@responses.activate
def test_an_empty_link_is_the_last_page() -> None:
    responses.get(FIRST, json={"value": [{"id": 1}], "@odata.nextLink": ""})
    assert read() == [1]


class Sent:
    """A request in flight; `put_off` is how often the server put it off."""

    def __init__(self, url: str, link: str | None, put_off: int, is_there: bool) -> None:
        self.url, self._link, self._put_off, self._is_there = url, link, put_off, is_there

    def result(self) -> Answer:
        body = json.dumps({"value": [], "@odata.nextLink": self._link}).encode()
        return Answer(200, {}, body, self.url, datetime.now(UTC), 1, put_off=self._put_off)

    def wait_received(self, seconds: float) -> bool:
        return self._is_there


class Lines:
    """Takes requests, and lets their answers arrive in the order in which they left."""

    def __init__(self, links: dict[str, str], put_off: int = 0, is_there: bool = True) -> None:
        self.links, self.put_off, self.is_there = links, put_off, is_there
        self.flying: list[Sent] = []
        self.most = 0
        self.asked: list[str] = []

    def send_all(self, requests: Any, finished: Any) -> list[Sent]:
        sent = [
            Sent(each.url, self.links.get(each.url), self.put_off, self.is_there)
            for each in requests
        ]
        self.flying += sent
        self.asked += [each.url for each in sent]
        self.most = max(self.most, len(self.flying))
        return sent

    def first(self, finished: Any) -> Sent:
        return self.flying.pop(0)


def asking(lines: Any, side_by_side: int, listings: int = 6) -> Any:
    urls = [f"https://org.example/api/t?part={at}" for at in range(listings)]
    return _Asking(lines, Request, urls, "https://org.example/api/", side_by_side, str)


@pytest.mark.parametrize(("side_by_side", "most"), [(1, 1), (3, 3), (9, 6)])
def test_so_many_listings_are_asked_for_side_by_side(side_by_side: int, most: int) -> None:
    lines = Lines({})
    own = asking(lines, side_by_side)
    while own.has_more:
        own.next_answer()
    assert (lines.most, len(lines.asked)) == (most, 6)


def test_a_server_that_puts_off_is_asked_for_less_at_once_and_never_for_nothing() -> None:
    lines = Lines({}, put_off=1)
    own = asking(lines, 4)
    flying = []
    while own.has_more:
        own.next_answer()
        flying.append(len(lines.flying))
    assert flying == [3, 2, 1, 0, 0, 0]


def test_the_next_page_of_a_listing_leaves_before_other_listings() -> None:
    first, second = "https://org.example/api/t?part=0", "https://org.example/api/t?page=2"
    lines = Lines({first: second})
    own = asking(lines, 2, 3)
    own.next_answer()
    assert own.is_followed is True
    assert lines.asked[2] == second
    own.next_answer()
    assert own.is_followed is False
    while own.has_more:
        own.next_answer()
    assert len(lines.asked) == 4


def test_a_page_whose_turn_has_not_come_waits_before_the_other_listings() -> None:
    first, second = "https://org.example/api/t?part=0", "https://org.example/api/t?page=2"
    lines = Lines({first: second}, put_off=1)
    own = asking(lines, 2, 3)
    own.next_answer()
    assert len(lines.asked) == 2
    own.next_answer()
    own.next_answer()
    assert lines.asked[2] == second


@pytest.mark.parametrize(("is_there", "waits"), [(True, 5), (False, 2)])
def test_an_answer_that_is_never_at_hand_is_not_waited_for_again(
    is_there: bool, waits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "_MOST_LATE", 2)
    waited: list[bool] = []
    monkeypatch.setattr(
        Sent, "wait_received", lambda sent, seconds: waited.append(True) or is_there
    )
    pages = [f"https://org.example/api/t?page={at}" for at in range(6)]
    lines = Lines({"https://org.example/api/t?part=0": pages[0], **dict(pairwise(pages))})
    own = asking(lines, 1, 1)
    own.let_arrive()
    for _ in range(5):
        own.next_answer()
        own.let_arrive()
        own.let_arrive()
    assert len(waited) == waits


def test_a_link_stands_near_the_end_of_an_answer() -> None:
    link = json.dumps({"@odata.nextLink": "https://org.example/2"}).encode()
    assert link_at_end(link) == "https://org.example/2"
    most = paging._LONGEST_LINK_BYTES
    name = b'"@odata.nextLink"'
    tail = link[link.index(name) :]
    room = most - len(tail)
    padded = b"{" + tail[:-1] + b" " * room + b"}"
    assert link_at_end(padded) == "https://org.example/2"
    assert link_at_end(padded[:-1] + b" }") is None
