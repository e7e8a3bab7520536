"""A process of its own takes a part of the pages, and nobody who reads them can tell."""

import gzip
import json
import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import responses
from msgspec import UNSET

from connectors.columnar.packed_rows import PackedRows
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.tables.systemusers import UserRow
from connectors.odata import decoder_process as module
from connectors.odata.decoder_process import Decoding
from connectors.odata.paging import pages
from connectors.sources.source import Progress
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, Transport

BASE = "https://org.example/api/data/v9.2"
PAGES = 8
MOST_S = 120.0
"""Nothing here takes so long, unless it never ends."""

Change = Callable[[int, dict[str, Any]], dict[str, Any]]


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_processors", lambda: 2)


@pytest.fixture
def decoding() -> Iterator[Decoding]:
    """A process that is up from the beginning, so that each run gives it the same pages."""
    with Decoding() as started:
        started.start()
        _wait(lambda: started.is_up)
        yield started
    assert not [each for each in threading.enumerate() if each.name == "decoding"]


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as canned:
        yield canned


def _wait(until: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(MOST_S / 0.01)):
        if until():
            return
        pause.wait(0.01)
    raise AssertionError("it never came to pass")


def _url(table: str, number: int) -> str:
    return f"{BASE}/{table}" + (f"?$skiptoken={number}" if number else "")


def _query(number: int) -> Any:
    return responses.matchers.query_string_matcher(f"$skiptoken={number}" if number else "")


def mailbox(number: int, place: int) -> dict[str, Any]:
    return {
        "mailboxid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {place}")),
        "name": f"é{place}",
        "emailaddress": f"box{number}-{place}@contoso.example" if place % 5 else None,
        "statecode": place % 2,
        "lastsyncerrorcount": place % 3,
        "unknown to us": {"@odata.nextLink": "https://elsewhere.example/"},
    }


def serve(
    server: responses.RequestsMock,
    table: str = "mailboxes",
    count: int = PAGES,
    *,
    change: Change = lambda number, content: content,
    compressed: bool = True,
) -> str:
    """Pages of a table, each with the address of the one after it; the first one's address."""
    for number in range(count):
        content: dict[str, Any] = {
            "@odata.context": "$metadata",
            "value": [mailbox(number, place) for place in range(20 + number)],
        }
        if number + 1 < count:
            content["@odata.nextLink"] = _url(table, number + 1)
        body = json.dumps(change(number, content)).encode()
        server.get(
            _url(table, number),
            body=gzip.compress(body) if compressed else body,
            headers={"Content-Encoding": "gzip"} if compressed else {},
            content_type="application/json",
            match=[_query(number)],
        )
    return _url(table, 0)


def read(
    urls: str | Sequence[str],
    decoding: Decoding | None = None,
    row: Any = MailboxRow,
    each: Callable[[int], object] = lambda number: None,
) -> list[Page]:
    """The pages of a listing; `each` is told of one as it comes."""
    found: list[Page] = []
    listed = [urls] if isinstance(urls, str) else urls
    with Transport() as transport:
        for page in pages(transport, Request, listed, row, BASE, len(listed), decoding):
            found.append(page)
            each(len(found))
    return found


def rows_of(found: list[Page]) -> list[list[Any]]:
    return [list(page.rows) for page in found]


def told(found: list[Page]) -> list[tuple[list[Any], str]]:
    return [(list(page.rows), page.digest) for page in found]


def by_the_process(found: list[Page]) -> list[bool]:
    return [isinstance(page.rows, PackedRows) for page in found]


def test_the_pages_are_those_that_come_without_the_process(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    url = serve(server)
    found = read(url, decoding)
    assert by_the_process(found) == [True] * PAGES
    assert told(found) == told(read(url))
    assert by_the_process(read(url)) == [False] * PAGES


def test_several_listings_share_the_process(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    urls = [serve(server, table) for table in ("mailboxes", "others", "more")]
    expected = [told(read(url)) for url in urls]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda url: read(url, decoding), urls, timeout=MOST_S))
    assert [told(each) for each in found] == expected
    assert all(all(by_the_process(each)) for each in found)


def test_listings_side_by_side_give_every_page_once(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    urls = [serve(server, table) for table in ("mailboxes", "others")]
    expected = [page for url in urls for page in rows_of(read(url))]
    found = rows_of(read(urls, decoding))
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


@pytest.mark.parametrize("at", [1, 3, PAGES])
def test_every_page_comes_when_the_process_is_killed(
    server: responses.RequestsMock, decoding: Decoding, at: int
) -> None:
    url = serve(server)
    process = decoding._process
    assert process is not None

    def kill(number: int) -> None:
        if number == at:
            os.kill(process.pid, signal.SIGKILL)
            process.wait(MOST_S)

    assert told(read(url, decoding, each=kill)) == told(read(url))
    _wait(lambda: not decoding.is_up)
    assert told(read(url, decoding)) == told(read(url))


def test_every_page_comes_when_the_process_falls_silent(
    server: responses.RequestsMock, decoding: Decoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LONGEST_WAIT_S", 0.2)
    url = serve(server)
    process = decoding._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    assert told(read(url, decoding)) == told(read(url))
    assert not decoding.is_up


_UP = "import sys; out = sys.stdout.buffer; out.write(bytes(4)); out.flush();"


@pytest.mark.parametrize(
    "program",
    [
        "raise ImportError",
        _UP + "sys.stdin.buffer.read(100)",
        _UP + "sys.stdin.buffer.read(100); out.write(b'\\x01')",
        _UP + "sys.stdin.buffer.read(100); out.write(b'\\xff\\0\\0\\0half of an answer')",
        _UP + "sys.stdin.close(); sys.stdin.buffer.read()",
        _UP + "[out.write(bytes(4)) for _ in range(50)]; out.flush(); sys.stdin.buffer.read()",
    ],
)
def test_every_page_comes_whatever_the_process_does(
    server: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(module, "_START", program)
    monkeypatch.setattr(module, "_LONGEST_WAIT_S", 0.2)
    url = serve(server)
    with Decoding() as odd:
        odd.start()
        _wait(lambda: odd.is_up or odd._is_over)
        assert told(read(url, odd)) == told(read(url))


def test_a_page_that_repeats_a_secret_is_given_back_to_be_masked(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    def change(number: int, content: dict[str, Any]) -> dict[str, Any]:
        if number == 3:
            content["value"][5]["name"] = "said s3cret~of/the+run"
        return content

    url = serve(server, change=change)
    with Transport() as transport:
        transport.redaction.learn("s3cret~of/the+run")
        found = list(pages(transport, Request, [url], MailboxRow, BASE, 1, decoding))
    assert by_the_process(found) == [number != 3 for number in range(PAGES)]


@pytest.mark.parametrize("changes", [{"statecode": "Active"}, {"name": 7}], ids=str)
def test_a_value_of_another_kind_is_left_out_of_its_row_alone(
    server: responses.RequestsMock, decoding: Decoding, changes: dict[str, Any]
) -> None:
    def change(number: int, content: dict[str, Any]) -> dict[str, Any]:
        if number == 3:
            content["value"][5] |= changes
        return content

    url = serve(server, change=change)
    (column,) = changes
    ended = []
    for by in (decoding, None):
        progress = Progress()
        with Transport() as transport:
            given = pages(
                transport, Request, [url], MailboxRow, BASE, decoding=by, progress=progress
            )
            found = [row for page in given for row in page.rows]
        assert progress.odd == (column,)
        assert [getattr(row, column) for row in found].count(UNSET) == 1
        ended.append(found)
    assert ended[0] == ended[1]
    assert len(ended[0]) == sum(20 + number for number in range(PAGES))


def test_a_row_of_another_shape_is_left_out_in_the_same_words(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    def change(number: int, content: dict[str, Any]) -> dict[str, Any]:
        if number == 3:
            content["value"][5] |= {"mailboxid": None}
        return content

    url = serve(server, change=change)
    ended = []
    for by in (decoding, None):
        found: list[Page] = []
        with Transport() as transport, pytest.raises(SourceFailed) as caught:
            found.extend(pages(transport, Request, [url], MailboxRow, BASE, decoding=by))
        failure = caught.value
        ended.append((rows_of(found), failure.code, failure.reason, failure.remedy))
    assert ended[0] == ended[1]
    rows, code, reason, _ = ended[0]
    assert (len(rows), code) == (PAGES, "unexpected-shape")
    assert sum(map(len, rows)) == sum(20 + number for number in range(PAGES)) - 1
    assert "a row has another shape" in reason


def test_half_of_a_character_does_not_cost_a_page(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    def change(number: int, content: dict[str, Any]) -> dict[str, Any]:
        content["value"][0]["name"] = "cut \ud83d"
        return content

    url = serve(server, count=3, change=change)
    found = read(url, decoding)
    assert told(found) == told(read(url))
    assert [page.rows[0].name for page in found] == ["cut �"] * 3


def test_answers_that_are_not_compressed_are_decoded_here(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    url = serve(server, compressed=False)
    found = read(url, decoding)
    assert by_the_process(found) == [False] * PAGES
    assert told(found) == told(read(url))


def test_a_page_without_rows_is_the_same_page(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    def change(number: int, content: dict[str, Any]) -> dict[str, Any]:
        return content | {"value": []} if number in (1, 3) else content

    url = serve(server, count=4, change=change)
    found = read(url, decoding)
    assert told(found) == told(read(url))
    assert [len(page.rows) for page in found] == [20, 0, 22, 0]
    assert decoding.is_up


@pytest.mark.parametrize("which", [{0}, {0, 2, 3}, set(range(PAGES))], ids=str)
def test_a_page_is_followed_wherever_its_address_stands(
    server: responses.RequestsMock, decoding: Decoding, which: set[int]
) -> None:
    """Where it stands before the rows, only decoding shows it."""

    def change(number: int, content: dict[str, Any]) -> dict[str, Any]:
        first = ["@odata.nextLink"] if number in which and number + 1 < PAGES else []
        # More than the ends of a body are.
        padding = {"padding": "x" * 90_000, "value": content["value"]}
        return {name: (content | padding)[name] for name in [*first, *(content | padding)]}

    url = serve(server, change=change)
    found = read(url, decoding)
    assert told(found) == told(read(url))
    assert by_the_process(found) == [True] * PAGES


@pytest.mark.parametrize(
    ("link", "code"),
    [("https://elsewhere.example/api", "foreign-link"), (_url("mailboxes", 2), "repeated-link")],
)
@pytest.mark.parametrize("at_end", [True, False])
def test_rows_at_hand_are_given_before_a_link_that_must_not_be_followed(
    server: responses.RequestsMock, decoding: Decoding, link: str, code: str, at_end: bool
) -> None:
    def change(number: int, content: dict[str, Any]) -> dict[str, Any]:
        if number != 4:
            return content
        own = {"@odata.nextLink": link}
        return {"value": content["value"]} | own if at_end else own | {"value": content["value"]}

    url = serve(server, change=change)
    found: list[Page] = []
    with Transport() as transport, pytest.raises(SourceFailed) as caught:
        found.extend(pages(transport, Request, [url], MailboxRow, BASE, decoding=decoding))
    assert (len(found), caught.value.code) == (5, code)


def test_a_refusal_of_a_later_page_keeps_its_words(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    url = serve(server, count=4)
    refused = json.dumps({"error": {"code": "0x8", "message": "Principal is missing prvRead"}})
    server.replace(
        "GET",
        _url("mailboxes", 3),
        body=gzip.compress(refused.encode()),
        status=403,
        headers={"Content-Encoding": "gzip"},
        content_type="application/json",
        match=[_query(3)],
    )
    found: list[Page] = []
    with Transport() as transport, pytest.raises(SourceFailed) as caught:
        found.extend(pages(transport, Request, [url], MailboxRow, BASE, decoding=decoding))
    assert len(found) == 3
    assert "Principal is missing prvRead" in caught.value.reason


def test_no_process_is_started_for_a_short_listing(server: responses.RequestsMock) -> None:
    with Decoding() as unused:
        assert len(read(serve(server, count=2), unused)) == 2
        assert unused._process is None


def test_a_long_listing_starts_the_process(server: responses.RequestsMock) -> None:
    url = serve(server)
    with Decoding() as started:
        assert told(read(url, started)) == told(read(url))
        assert started._process is not None
        _wait(lambda: started.is_up)
        assert by_the_process(read(url, started)) == [True] * PAGES


def test_with_one_processor_there_is_no_process(
    server: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_processors", lambda: 1)
    url = serve(server)
    with Decoding() as none:
        assert told(read(url, none)) == told(read(url))
        assert none._process is None


@pytest.mark.parametrize("executable", ["/nowhere/python", "/bin/false", "", None], ids=str)
def test_a_process_that_cannot_start_costs_nothing(
    server: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, executable: str | None
) -> None:
    monkeypatch.setattr("sys.executable", executable)
    url = serve(server)
    with Decoding() as broken:
        broken.start()
        assert told(read(url, broken)) == told(read(url))
        _wait(lambda: broken._is_over)


def test_closing_leaves_no_process(server: responses.RequestsMock) -> None:
    with Decoding() as closed:
        closed.start()
        assert closed._process is not None
        pid = closed._process.pid
    assert closed._process.poll() is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not closed.is_up
    closed.start()
    assert len(read(serve(server), closed)) == PAGES, "what comes afterwards is decoded here"
    closed.close()


def test_a_listing_that_is_left_leaves_the_process_to_the_next(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    url = serve(server)
    with Transport() as transport:
        left = pages(transport, Request, [url], MailboxRow, BASE, decoding=decoding)
        next(left)
        left.close()  # type: ignore[attr-defined]
    found = read(url, decoding)
    assert told(found) == told(read(url))
    assert all(by_the_process(found))


def test_rows_of_another_table_are_rows_of_that_table(
    server: responses.RequestsMock, decoding: Decoding
) -> None:
    def change(number: int, content: dict[str, Any]) -> dict[str, Any]:
        for row in content["value"]:
            row["systemuserid"] = row["mailboxid"]
        return content

    url = serve(server, "systemusers", change=change)
    found = read(url, decoding, UserRow)
    assert rows_of(found) == rows_of(read(url, row=UserRow))
    assert {type(row) for page in found for row in page.rows} == {UserRow}
