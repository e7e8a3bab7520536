"""Pages of the answers of one listing: decoded here, or taken from the other process."""

import gzip
import json
import pickle
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.packed_rows import PackedRows, pack_rows
from connectors.odata.page_decoder import PageDecoder
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed

NEXT = "https://org.example/2"


class Plain(Struct, frozen=True):
    id: str
    size: int | None | UnsetType = UNSET


class Many(Struct, frozen=True):
    kind_begins = "size"
    id: str
    size: int | None | UnsetType = UNSET


def answer(content: Any, sent: bytes = b"", **more: Any) -> Answer:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    told = {"sent": sent, "may_repeat_secret": False, **more}
    return Answer(200, {}, body, "https://org.example/1", datetime.now(UTC), 1, **told)


def listing(*ids: str, link: Any = None, **more: Any) -> dict[str, Any]:
    return {"value": [{"id": each} for each in ids], "@odata.nextLink": link, **more}


class OtherProcess:
    """The other process: takes answers once it was started, and answers when it is let."""

    def __init__(self, is_up: bool = True) -> None:
        self.is_up = is_up
        self.started = 0
        self.asked: list[Any] = []
        self.futures: list[Future[bytes]] = []

    def start(self) -> None:
        self.started += 1

    def ask(self, asked: Any) -> Future[bytes]:
        self.asked.append(asked)
        self.futures.append(Future())
        return self.futures[-1]

    def told(self, future: Future[bytes]) -> bytes:
        return future.result(timeout=0)


def decoder(row: Any = Plain, other: Any = None, **more: Any) -> PageDecoder:
    return PageDecoder(row, other, **more)


def pages(own: PageDecoder, *contents: Any, is_followed: bool = False) -> list[Any]:
    for each in contents:
        own.take(answer(each), is_followed=is_followed)
    return [(list(page.rows), link) for page, link in own.pages(wait=True)]


def test_a_page_has_its_rows_and_the_address_after_it_where_that_was_not_known() -> None:
    own = decoder()
    assert pages(own, listing("1", "2", link=NEXT)) == [([Plain("1"), Plain("2")], NEXT)]
    assert pages(own, listing("3", link=NEXT), is_followed=True) == [([Plain("3")], None)]
    assert pages(own, listing()) == [([], None)]
    assert (own.failure, own.endless, own.odd) == (None, None, {})


def test_a_listing_that_goes_on_without_rows_is_endless() -> None:
    for link, is_followed in ((NEXT, False), (None, True)):
        own = decoder()
        pages(own, *[listing(link=link)] * 101, is_followed=is_followed)
        assert own.endless is not None
        assert own.endless.code == "endless-listing"
    ended = decoder()
    pages(ended, *[listing()] * 101)
    assert ended.endless is None


def test_the_first_failure_of_a_listing_stays() -> None:
    own = decoder()
    pages(own, listing("1", error={"message": "First."}), listing("2", error={"message": "Then."}))
    assert own.failure is not None
    assert own.failure.code == "error-in-answer"
    assert "First." in own.failure.reason


def test_an_odd_value_is_left_open_and_its_column_noted() -> None:
    own = decoder()
    content = {"value": [{"id": "1", "size": "big"}, {"id": "2", "size": 5}]}
    assert pages(own, content) == [([Plain("1"), Plain("2", 5)], None)]
    assert own.odd == {"size": None}
    assert own.failure is None


def test_a_row_that_cannot_be_read_fails_the_listing_and_not_the_page() -> None:
    own = decoder()
    content = {"value": [{"id": 1}, {"id": "2"}], "@odata.nextLink": NEXT}
    assert pages(own, content) == [([Plain("2")], NEXT)]
    assert own.failure is not None
    assert own.failure.code == "unexpected-shape"
    assert "a row has another shape" in own.failure.reason


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html>", "not-json"),
        ({"value": [{"id": 1}]}, "unexpected-shape"),
        ({"value": [7]}, "unexpected-shape"),
        ({"value": "none"}, "unexpected-shape"),
        ({"value": [], "@odata.nextLink": 7}, "unexpected-shape"),
        ({}, "unexpected-shape"),
        ([], "unexpected-shape"),
        ({"error": {"message": "It broke."}}, "error-in-answer"),
        ({"value": "none", "error": {"message": "It broke."}}, "error-in-answer"),
        ({"value": [{"id": 1}], "error": {"message": "It broke."}}, "error-in-answer"),
    ],
)
def test_a_page_of_which_nothing_can_be_read_is_a_failure(content: Any, code: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        pages(decoder(), content)
    assert caught.value.code == code


def test_what_the_server_says_of_an_odd_page_is_noted_before_the_oddity() -> None:
    own = decoder()
    pages(own, {"value": [{"id": 1}, {"id": "2"}], "error": {"message": "It broke."}})
    assert own.failure is not None
    assert own.failure.code == "error-in-answer"


def test_another_shape_may_hold_the_rows() -> None:
    own = decoder(shape=lambda content: (content["rows"], content["more"]))
    assert pages(own, {"rows": [{"id": "1"}], "more": NEXT}) == [([Plain("1")], NEXT)]
    with pytest.raises(SourceFailed):
        pages(decoder(shape=lambda content: None), {"rows": []})


def packed(*ids: str, link: str | None = None) -> bytes:
    rows = pack_rows([Many(each, 1) for each in ids])
    kinds = rows.kinds
    own = (*rows.packed, rows.packed[0])
    return pickle.dumps((len(ids), own, kinds, link))


def test_only_rows_with_kinds_are_handed_over() -> None:
    other = OtherProcess()
    own = decoder(Plain, other)
    for _ in range(5):
        own.take(answer(listing("1"), sent=b"sent"), is_followed=True)
    assert (other.started, other.asked, own.is_elsewhere) == (0, [], False)
    assert not decoder(Many).is_elsewhere


def test_the_other_process_is_started_from_the_third_answer_on() -> None:
    other = OtherProcess(is_up=False)
    own = decoder(Many, other)
    starts = []
    for _ in range(4):
        own.take(answer(listing("1"), sent=b"sent"), is_followed=True)
        starts.append(other.started)
    assert starts == [0, 0, 1, 2]
    assert (other.asked, own.is_elsewhere) == ([], False)


def test_an_answer_is_handed_over_where_the_process_is_up_and_its_bytes_are_there() -> None:
    other = OtherProcess()
    own = decoder(Many, other)
    assert own.is_elsewhere
    own.take(answer(listing("1")), is_followed=True)
    assert other.asked == []
    own.take(answer(listing("2"), sent=b"sent"), is_followed=True)
    (asked,) = other.asked
    assert asked.sent == b"sent"


def test_an_answer_that_may_repeat_a_secret_becomes_rows_here_for_packed_ones_are_not_masked() -> (
    None
):
    other = OtherProcess()
    own = decoder(Many, other)
    own.take(answer(listing("1"), sent=b"sent", may_repeat_secret=True), is_followed=True)
    assert other.asked == []
    assert [list(page.rows) for page, _ in own.pages(wait=True)] == [[Many("1")]]


def test_what_the_other_process_says_becomes_a_page_and_silence_is_decoded_here() -> None:
    other = OtherProcess()
    own = decoder(Many, other)
    for id in ("1", "2"):
        body = json.dumps(listing(id, link=NEXT)).encode()
        own.take(answer(body, sent=gzip.compress(body)), is_followed=False)
    other.futures[0].set_result(packed("9", link="https://org.example/9"))
    other.futures[1].set_result(b"")
    (first, first_link), (second, second_link) = own.pages(wait=True)
    assert isinstance(first.rows, PackedRows)
    assert (first.columns["id"], first_link) == (["9"], "https://org.example/9")
    assert (list(second.rows), second_link) == ([Many("2")], NEXT)


def test_pages_are_waited_for_only_where_that_is_asked_for_or_many_are_ahead() -> None:
    other = OtherProcess()
    own = decoder(Many, other)
    for _ in range(3):
        own.take(answer(listing("1"), sent=b"sent"), is_followed=True)
    assert list(own.pages(wait=False)) == []
    other.futures[0].set_result(packed("1"))
    assert len(list(own.pages(wait=False))) == 1
    own.take(answer(listing("1"), sent=b"sent"), is_followed=True)
    assert list(own.pages(wait=False)) == []
    own.take(answer(listing("1"), sent=b"sent"), is_followed=True)
    other.told = lambda future: packed("1")  # type: ignore[method-assign]
    assert len(list(own.pages(wait=False))) == 1
    assert len(list(own.pages(wait=True))) == 3


@pytest.mark.parametrize(
    ("body", "more", "is_searched"),
    [
        (b'{"value": [{"id": "1"}]}', {}, True),
        (b'{"value": [{"id": "1"}]}', {"may_repeat_secret": True}, False),
        # An escape may stand for any character, so what is escaped is looked at once it is decoded.
        (b'{"value": [{"id": "\\u0031"}]}', {}, False),
    ],
)
def test_a_page_without_escapes_is_searched_with_its_answer(
    body: bytes, more: dict[str, Any], is_searched: bool
) -> None:
    own = decoder()
    own.take(answer(body, **more), is_followed=True)
    ((page, _),) = own.pages(wait=True)
    assert [row.id for row in page.rows] == ["1"]
    assert page.is_searched is is_searched


def test_ends_of_an_answer_tell_nothing_of_the_rest_of_it() -> None:
    own = decoder()
    body = b'{"value": [{"id": "\\u0031"}]}'
    cut = answer(b'{"value"', sent=gzip.compress(body), is_cut=True)
    own.take(cut, is_followed=True)
    ((page, _),) = own.pages(wait=True)
    assert not page.is_searched
