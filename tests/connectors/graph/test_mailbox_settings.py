"""Mailboxes one by one: what a refusal means, when many are a permission, and the bound."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import responses

from connectors.graph import mailbox_settings
from connectors.readings import Reading
from tests.connectors.microsoft_365 import GRAPH, graph, read, rows

Answer = dict[str, Any]
FOUND: Answer = {"status": 200, "body": {"userPurpose": "shared"}}
REFUSED: Answer = {"status": 403, "body": {"error": {"code": "ErrorAccessDenied"}}}
NO_MAILBOX: Answer = {"status": 404, "body": {"error": {"code": "MailboxNotEnabledForRESTAPI"}}}


def asked(count: int, answer: Callable[[str], Answer]) -> Reading:
    """The reading of so many accounts, each answered by its id."""

    def respond(request: Any) -> tuple[int, dict[str, str], str]:
        parts = json.loads(request.body)["requests"]
        assert len(parts) <= 20
        found = [{"id": part["id"]} | answer(part["url"].split("/")[2]) for part in parts]
        return 200, {}, json.dumps({"responses": found})

    responses.add_callback(
        "POST", f"{GRAPH}/v1.0/$batch", callback=respond, content_type="application/json"
    )
    wanted = [(f"person{n}@contoso.example", f"id{n}") for n in range(count)]
    return read(mailbox_settings.READER, graph(), unlisted=lambda: wanted)


@responses.activate
def test_each_answer_stands_beside_the_address_it_was_asked_for() -> None:
    by_id = {"id0": FOUND, "id1": NO_MAILBOX, "id2": REFUSED}
    reading = asked(3, by_id.__getitem__)
    assert [(row.address, row.status, row.code) for row in rows(reading)] == [
        ("person0@contoso.example", 200, None),
        ("person1@contoso.example", 404, "MailboxNotEnabledForRESTAPI"),
        ("person2@contoso.example", 403, "ErrorAccessDenied"),
    ]
    assert rows(reading)[0].userPurpose == "shared"
    assert reading.state.status == "read"


@responses.activate
@pytest.mark.parametrize("count", [1, 20, 200])
def test_refusals_alone_are_the_missing_permission_and_end_early(count: int) -> None:
    state = asked(count, lambda id: REFUSED).state
    assert (state.status, state.records) == ("failed", 0)
    assert "MailboxSettings.Read" in state.reason
    assert "40f97065-369a-49f4-947c-6a255697ae91=Role" in state.remedy
    assert len(responses.calls) <= 3


@responses.activate
def test_refusals_among_answers_are_single_mailboxes() -> None:
    reading = asked(60, lambda id: FOUND if id == "id30" else REFUSED)
    assert reading.state.status == "read"
    assert len(reading.records) == 60


@responses.activate
def test_nobody_to_ask_is_no_failure_and_takes_no_request() -> None:
    reading = asked(0, lambda id: FOUND)
    assert (reading.state.status, reading.records) == ("read", ())
    assert len(responses.calls) == 0


@responses.activate
def test_beyond_the_bound_the_source_is_partial_and_says_what_lists_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailbox_settings, "MOST_ASKED", 40)
    reading = asked(41, lambda id: FOUND)
    assert len(reading.records) == 40
    assert (reading.state.status, reading.state.code) == ("partial", "bounded")
    assert "exchange_online" in reading.state.remedy


@responses.activate
def test_mailboxes_that_stay_put_off_make_the_source_partial() -> None:
    late: Answer = {"status": 429, "headers": {"Retry-After": "1"}}
    reading = asked(25, lambda id: late if id == "id24" else FOUND)
    assert len(reading.records) == 24
    assert (reading.state.status, reading.state.code) == ("partial", "throttled")
