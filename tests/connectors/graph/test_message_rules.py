"""Inbox rules: what moves email away, what leaves it open, and what is never kept of a rule."""

import json
from typing import Any

import pytest
import responses
from msgspec import structs

from connectors.graph import message_rules, users
from connectors.sources.readings import EarlierReadings, EmptyAddressBook
from connectors.sources.source import Progress
from tests.connectors.graph.test_one_by_one import asked
from tests.connectors.microsoft_365 import GRAPH, graph, read, rows

READER = message_rules.READER
FOLDER = {"moveToFolder": "AQMkAGI2"}
ADDRESS = {"emailAddress": {"address": "mia@private.example"}}


def rule(actions: Any, **more: Any) -> dict[str, Any]:
    return {"isEnabled": True, "hasError": False, "actions": actions} | more


def told(*listed: Any, **more: Any) -> bool | None:
    """What one mailbox with these rules is told to do."""
    body = {"value": list(listed)} | more
    (row,) = rows(asked(READER, 1, lambda id: {"status": 200, "body": body}))
    found: bool | None = row.moves_email
    return found


@responses.activate
@pytest.mark.parametrize("actions", [FOLDER, {"delete": True}, {"permanentDelete": True}])
def test_an_enabled_rule_that_moves_or_deletes_takes_email_away(actions: Any) -> None:
    assert told(rule({"markAsRead": True}), rule(actions)) is True


@responses.activate
@pytest.mark.parametrize(
    "actions",
    [
        {"copyToFolder": "AQMkAGI2"},
        {"markAsRead": True, "stopProcessingRules": True},
        {"forwardTo": [ADDRESS]},
        {"redirectTo": [ADDRESS]},
        {"markAsRead": True, "delete": False, "permanentDelete": None, "moveToFolder": ""},
    ],
)
def test_other_actions_leave_email_where_it_is(actions: Any) -> None:
    assert told(rule(actions)) is False


@responses.activate
def test_a_rule_that_is_switched_off_does_nothing() -> None:
    assert told(rule(FOLDER, isEnabled=False)) is False
    assert told() is False


@responses.activate
@pytest.mark.parametrize(
    "unclear",
    [
        # Graph shows rules made in Outlook that it has no words for without their actions.
        {"isEnabled": True, "hasError": False, "isReadOnly": True},
        rule(None),
        rule({}),
        rule({"delete": False}),
        rule([]),
        rule(FOLDER, isEnabled=None),
        rule(FOLDER, hasError=True),
        "rule",
        None,
    ],
)
def test_what_graph_does_not_show_leaves_it_open_unless_another_rule_decides(unclear: Any) -> None:
    assert told(unclear) is None
    assert told(unclear, rule({"markAsRead": True})) is None
    assert told(unclear, rule(FOLDER)) is True


@responses.activate
def test_rules_on_a_further_page_leave_open_what_the_first_does_not_decide() -> None:
    more = {"@odata.nextLink": f"{GRAPH}/v1.0/users/id0/mailFolders/inbox/messageRules?$skip=1"}
    assert told(rule({"markAsRead": True}), **more) is None
    assert told(rule(FOLDER), **more) is True


@responses.activate
def test_nothing_of_a_rule_is_asked_or_kept_but_what_it_does() -> None:
    written = rule(
        FOLDER | {"forwardTo": [ADDRESS]},
        displayName="Letters of Doctor Blum",
        conditions={"senderContains": ["blum"]},
    )
    assert told(written) is True
    (part,) = json.loads(responses.calls[0].request.body)["requests"]
    assert part["url"] == (
        "/users/id0/mailFolders/inbox/messageRules?$select=isEnabled,hasError,actions"
    )
    assert READER.columns == ("address", "status", "code", "moves_email")
    (row,) = rows(asked(READER, 1, lambda id: {"status": 200, "body": {"value": [written]}}))
    assert structs.astuple(row) == ("person0@contoso.example", 200, None, True)


@responses.activate
def test_no_more_are_asked_than_the_configuration_says() -> None:
    wanted = [(f"person{n}@contoso.example", f"id{n}") for n in range(3)]
    answer = {"responses": [{"id": str(n), "status": 200, "body": {"value": []}} for n in (0, 1)]}
    responses.add("POST", f"{GRAPH}/v1.0/$batch", json=answer)
    reading = read(READER, graph(inbox_rules=2), accounts=wanted)
    assert [row.address for row in rows(reading)] == [address for address, _ in wanted[:2]]
    assert (reading.state.status, reading.state.code) == ("read", "sampled")
    everybody = read(READER, graph(inbox_rules=3), accounts=wanted[:2])
    assert (everybody.state.status, everybody.state.code) == ("read", "")


class Remembering(EmptyAddressBook):
    """Notes of how many accounts it is to remember the address."""

    def __init__(self, most: list[int]) -> None:
        self._most = most

    def take_sample(self, most: int) -> None:
        self._most.append(most)


@responses.activate
def test_accounts_remember_one_more_than_are_asked_and_none_where_none_is() -> None:
    responses.add("GET", f"{GRAPH}/v1.0/users", json={"value": []})
    for asked_for, remembered in ((0, []), (7, [8])):
        most: list[int] = []
        earlier = EarlierReadings(address_book=Remembering(most))
        list(users.read(graph(inbox_rules=asked_for), Progress(), earlier))
        assert most == remembered
