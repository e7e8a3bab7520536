"""Mailboxes asked one by one: what a refusal means, when many are a permission, what is late."""

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import responses

from connectors.graph import mailbox_settings, message_rules, one_by_one
from connectors.graph.client import Batch, Part
from connectors.graph.one_by_one import SIDE_BY_SIDE, ask
from connectors.sources.readings import Reading
from connectors.sources.source import Progress, Reader
from tests.connectors.microsoft_365 import GRAPH, graph, read, rows
from tests.waiting import PATIENCE_S

Answer = dict[str, Any]
REFUSED: Answer = {"status": 403, "body": {"error": {"code": "ErrorAccessDenied"}}}
NO_MAILBOX: Answer = {"status": 404, "body": {"error": {"code": "MailboxNotEnabledForRESTAPI"}}}
FOUND: dict[str, Answer] = {
    "graph.mailbox-settings": {"status": 200, "body": {"userPurpose": "shared"}},
    "graph.message-rules": {"status": 200, "body": {"value": []}},
}
MOST = 5000

both = pytest.mark.parametrize(
    "reader", [mailbox_settings.READER, message_rules.READER], ids=lambda each: each.source
)


def asked(reader: Reader, count: int, answer: Callable[[str], Answer]) -> Reading:
    """The reading of so many accounts, each answered by its id."""

    def respond(request: Any) -> tuple[int, dict[str, str], str]:
        parts = json.loads(request.body)["requests"]
        assert len(parts) <= 20
        assert {part["method"] for part in parts} == {"GET"}
        found = [{"id": part["id"]} | answer(part["url"].split("/")[2]) for part in parts]
        return 200, {}, json.dumps({"responses": found})

    responses.add_callback(
        "POST", f"{GRAPH}/v1.0/$batch", callback=respond, content_type="application/json"
    )
    wanted = [(f"person{n}@contoso.example", f"id{n}") for n in range(count)]
    client = graph(inbox_rules=MOST)
    return read(reader, client, accounts=wanted)


@both
@responses.activate
def test_each_answer_stands_beside_the_address_it_was_asked_for(reader: Reader) -> None:
    by_id = {"id0": FOUND[reader.source], "id1": NO_MAILBOX, "id2": REFUSED}
    reading = asked(reader, 3, by_id.__getitem__)
    assert [(row.address, row.status, row.code) for row in rows(reading)] == [
        ("person0@contoso.example", 200, None),
        ("person1@contoso.example", 404, "MailboxNotEnabledForRESTAPI"),
        ("person2@contoso.example", 403, "ErrorAccessDenied"),
    ]
    assert reading.state.status == "read"


@both
@responses.activate
@pytest.mark.parametrize("count", [1, 20, 200])
def test_refusals_alone_are_the_missing_permission_and_end_early(
    reader: Reader, count: int
) -> None:
    state = asked(reader, count, lambda id: REFUSED).state
    assert (state.status, state.records) == ("failed", 0)
    assert "MailboxSettings.Read" in state.reason
    assert "40f97065-369a-49f4-947c-6a255697ae91=Role" in state.remedy
    assert len(responses.calls) <= 3


@both
@responses.activate
def test_refusals_among_answers_are_single_mailboxes(reader: Reader) -> None:
    found = FOUND[reader.source]
    reading = asked(reader, 60, lambda id: found if id == "id30" else REFUSED)
    assert reading.state.status == "read"
    assert len(reading.records) == 60


@both
@responses.activate
def test_nobody_to_ask_is_no_failure_and_takes_no_request(reader: Reader) -> None:
    reading = asked(reader, 0, lambda id: FOUND[reader.source])
    assert (reading.state.status, reading.records) == ("read", ())
    assert len(responses.calls) == 0


@both
@responses.activate
def test_mailboxes_that_stay_put_off_make_the_source_partial(reader: Reader) -> None:
    late: Answer = {"status": 429, "headers": {"Retry-After": "1"}}
    reading = asked(reader, 25, lambda id: late if id == "id24" else FOUND[reader.source])
    assert len(reading.records) == 24
    assert (reading.state.status, reading.state.code) == ("partial", "throttled")


@both
@responses.activate
@pytest.mark.parametrize(
    ("body", "status"),
    [(None, "partial"), ("text", "partial"), ([], "partial"), ({"value": 3}, "read")],
)
def test_an_answer_of_another_shape_ends_nothing(reader: Reader, body: Any, status: str) -> None:
    reading = asked(reader, 2, lambda id: {"status": 200, "body": body})
    assert [row.status for row in rows(reading)] == [200, 200]
    assert reading.state.status == status


@both
@responses.activate
@pytest.mark.parametrize(
    "failure",
    [
        {"status": 500, "body": {"error": {"code": "InternalServerError"}}},
        {"status": 200, "body": None},
        {"status": 200, "body": {"error": {"code": "InternalServerError", "message": "Sorry."}}},
    ],
)
def test_a_part_by_which_graph_itself_fails_makes_the_source_partial(
    reader: Reader, failure: Answer
) -> None:
    reading = asked(reader, 25, lambda id: failure if id == "id24" else FOUND[reader.source])
    assert (reading.state.status, reading.state.code) == ("partial", "parts-failed")
    assert "1 of 25" in reading.state.reason


@both
@responses.activate
def test_mailboxes_of_exchange_server_are_refused_without_a_missing_permission(
    reader: Reader,
) -> None:
    """As reported in microsoft-graph-explorer-v4, 1478."""
    words = "Access is denied. REST APIs for this mailbox are in preview."
    error = {"code": "ErrorAccessDenied", "message": words}
    reading = asked(reader, 3, lambda id: {"status": 403, "body": {"error": error}})
    assert (reading.state.status, len(reading.records)) == ("read", 3)


@both
@responses.activate
def test_refusals_alone_miss_no_permission_that_the_token_names(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted = frozenset({"MailboxSettings.Read"})
    monkeypatch.setattr(one_by_one, "granted_roles", lambda sign_in, address: granted)
    reading = asked(reader, 3, lambda id: REFUSED)
    assert (reading.state.status, len(reading.records)) == ("read", 3)


class Batches:
    """Stands for Graph: answers every batch with 200, and notes how many are under way."""

    api = GRAPH

    def __init__(self, put_off: int = 0) -> None:
        self._put_off = put_off
        self._lock = threading.Lock()
        self._answered = self._under_way = 0
        self.most = self.most_after = 0
        self.several = threading.Event()

    def batch(self, paths: Sequence[str], *, source: str) -> Batch:
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            if self._answered > 2 * self._put_off:
                self.most_after = max(self.most_after, self._under_way)
            if self._under_way == 2:
                self.several.set()
            put_off = self._answered < self._put_off
        if self._answered:
            assert self.several.wait(PATIENCE_S)
        with self._lock:
            self._under_way -= 1
            self._answered += 1
        parts = {str(n): Part(str(n), 200, {}, {"value": []}) for n in range(len(paths))}
        return Batch(parts, "2026-11-23T12:00:00Z", "", put_off)


def asked_of(batches: Batches, count: int) -> list[str]:
    question = message_rules._QUESTION
    wanted = [(f"person{n}@contoso.example", f"id{n}") for n in range(count)]
    pages = ask(batches, Progress(), question, wanted)  # type: ignore[arg-type]
    return [row.address for page in pages for row in page.rows]


def test_batches_are_asked_side_by_side_and_come_in_order() -> None:
    batches = Batches()
    found = asked_of(batches, 1000)
    assert found == [f"person{n}@contoso.example" for n in range(1000)]
    assert 1 < batches.most <= SIDE_BY_SIDE


def test_batches_that_are_put_off_lower_how_many_are_under_way() -> None:
    batches = Batches(put_off=SIDE_BY_SIDE)
    assert len(asked_of(batches, 2000)) == 2000
    assert batches.most_after == 1
