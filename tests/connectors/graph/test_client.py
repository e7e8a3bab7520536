"""Microsoft Graph: paging, refusals that name their permission, and batches with late parts."""

import json
from typing import Any

import pytest
import requests
import responses

from connectors.graph import organization, security_defaults, users
from connectors.transport.errors import SourceFailed
from tests.connectors.microsoft_365 import GRAPH, graph, read, rows

USERS = f"{GRAPH}/v1.0/users"
BATCH = f"{GRAPH}/v1.0/$batch"


def page(*ids: str, following: str | None = None) -> dict[str, Any]:
    value = [{"id": id, "accountEnabled": True, "mail": None, "proxyAddresses": []} for id in ids]
    return {"value": value} | ({"@odata.nextLink": following} if following else {})


@responses.activate
def test_pages_follow_the_link_of_the_server_until_there_is_none() -> None:
    second = f"{USERS}?$skiptoken=2"
    responses.get(USERS, json=page("a", "b", following=second))
    responses.get(second, json=page("c"))
    reading = read(users.READER, graph())
    assert [row.id for row in rows(reading)] == ["a", "b", "c"]
    assert reading.state.status == "read"
    first = responses.calls[0].request.url
    assert first is not None
    assert "$top=999" in requests.utils.unquote(first)
    assert "proxyAddresses" in first
    assert "displayName" not in first


@responses.activate
@pytest.mark.parametrize("column", ["mail", "proxyAddresses"])
def test_accounts_without_what_they_are_looked_up_by_leave_the_listing_short(column: str) -> None:
    answer = page("a", "b")
    del answer["value"][1][column]
    responses.get(USERS, json=answer)
    state = read(users.READER, graph()).state
    assert (state.status, state.code) == ("partial", "rows-without-key")


@responses.activate
def test_an_error_in_place_of_a_record_is_told_in_the_servers_words() -> None:
    path = "policies/identitySecurityDefaultsEnforcementPolicy"
    error = {"code": "UnknownError", "message": "It broke."}
    responses.get(f"{GRAPH}/v1.0/{path}", json={"id": "1", "error": error})
    state = read(security_defaults.READER, graph()).state
    assert state.status == "failed"
    assert "UnknownError It broke." in state.reason


@responses.activate
@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://graph.microsoft.com.evil.example/v1.0/users?x", "foreign-link"),
        ("https://graph.microsoft.com/beta/users?x", "foreign-link"),
        ("http://graph.microsoft.com/v1.0/users?x", "foreign-link"),
    ],
)
def test_a_link_elsewhere_is_not_followed_and_nothing_is_sent_there(link: str, code: str) -> None:
    responses.get(USERS, json=page("a", following=link))
    reading = read(users.READER, graph())
    assert (reading.state.status, reading.state.code) == ("partial", code)
    assert [row.id for row in rows(reading)] == ["a"]
    assert len(responses.calls) == 1


@responses.activate
def test_a_link_that_leads_in_a_circle_ends_the_listing() -> None:
    again = f"{USERS}?$skiptoken=1"
    responses.get(USERS, json=page("a", following=again))
    responses.get(again, json=page("b", following=again))
    reading = read(users.READER, graph())
    assert (reading.state.status, reading.state.code) == ("partial", "repeated-link")
    assert [row.id for row in rows(reading)] == ["a", "b"]


@responses.activate
def test_a_refusal_names_the_permission_and_how_it_is_given() -> None:
    body = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges"}}
    responses.get(f"{GRAPH}/v1.0/organization", json=body, status=403)
    state = read(organization.READER, graph()).state
    assert state.status == "failed"
    assert "Organization.Read.All" in state.reason
    assert "Insufficient privileges" in state.reason
    assert "az ad app permission add" in state.remedy
    assert "498476ce-e0fe-48b0-b801-37ba7e2685c6=Role" in state.remedy


@responses.activate
@pytest.mark.parametrize("status", [401, 404, 500])
def test_other_refusals_do_not_blame_a_permission(status: int) -> None:
    responses.get(f"{GRAPH}/v1.0/organization", json={"error": {"code": "x"}}, status=status)
    state = read(organization.READER, graph()).state
    assert state.status == "failed"
    assert "permission" not in state.reason


@responses.activate
def test_a_sign_in_page_in_place_of_an_answer_is_told_as_such() -> None:
    responses.get(
        f"{GRAPH}/v1.0/organization", body="<html>Sign in</html>", content_type="text/html"
    )
    state = read(organization.READER, graph()).state
    assert (state.status, state.code) == ("failed", "not-json")


@responses.activate
def test_one_record_is_read_as_a_page_of_its_own() -> None:
    path = "policies/identitySecurityDefaultsEnforcementPolicy"
    responses.get(f"{GRAPH}/v1.0/{path}", json={"id": "1", "isEnabled": True})
    (row,) = rows(read(security_defaults.READER, graph()))
    assert row.isEnabled is True


def answered(request: requests.PreparedRequest, late: set[str]) -> tuple[int, dict[str, str], str]:
    """Answer each part of a batch; those that are late are put off."""
    parts = json.loads(request.body or "")["requests"]
    assert all(part["method"] == "GET" for part in parts)
    found = [
        {"id": part["id"], "status": 429, "headers": {"Retry-After": "7"}}
        if part["url"] in late
        else {"id": part["id"], "status": 200, "body": {"for": part["url"]}}
        for part in reversed(parts)
    ]
    return 200, {}, json.dumps({"responses": found})


@responses.activate
def test_parts_that_are_put_off_are_asked_again_alone_after_their_time() -> None:
    late = [{"/b", "/c"}, {"/c"}, set[str]()]
    responses.add_callback(
        "POST",
        BATCH,
        callback=lambda request: answered(request, late.pop(0)),
        content_type="application/json",
    )
    pauses: list[float] = []
    batch = graph(pauses).batch(["a", "b", "c"], source="test")
    assert {id: part.status for id, part in batch.parts.items()} == {"0": 200, "1": 200, "2": 200}
    assert batch.parts["2"].body == {"for": "/c"}
    asked = [len(json.loads(call.request.body or "")["requests"]) for call in responses.calls]
    assert asked == [3, 2, 1]
    assert pauses == [7.0, 7.0]


@responses.activate
@pytest.mark.parametrize(
    ("told", "expected_s"),
    [
        ("7", 7.0),
        (7, 7.0),
        (6.6, 7.0),
        (2.4, 3.0),
        (0.4, 1.0),
        ("6.5", 7.0),
        ("2.128", 3.0),
        ("Wed, 25 Nov 2026 12:00:09 GMT", 9.0),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 1.0),
        ("Wed, 25 Nov 2026 12:09:00 GMT", 540.0),
    ],
)
def test_a_part_names_its_time_in_seconds_or_as_a_date(told: object, expected_s: float) -> None:
    parts: list[dict[str, Any]] = [
        {"status": 429, "headers": {"retry-after": told}},
        {"status": 200},
    ]
    responses.add_callback(
        "POST",
        BATCH,
        callback=lambda request: (
            200,
            {"Date": "Wed, 25 Nov 2026 12:00:00 GMT"},
            json.dumps({"responses": [{"id": "0", **parts.pop(0)}]}),
        ),
        content_type="application/json",
    )
    pauses: list[float] = []
    assert graph(pauses).batch(["a"], source="test").parts["0"].status == 200
    assert pauses == [expected_s]


@responses.activate
def test_a_part_that_asks_for_more_time_than_there_is_stays_put_off() -> None:
    late = {"id": "0", "status": 429, "headers": {"Retry-After": 6000}}
    responses.post(BATCH, json={"responses": [late, {"id": "1", "status": 200, "body": {}}]})
    pauses: list[float] = []
    parts = graph(pauses).batch(["a", "b"], source="test").parts
    assert (parts["0"].status, parts["1"].status) == (429, 200)
    assert pauses == []


@responses.activate
def test_a_part_with_500_is_asked_once_more() -> None:
    for status in (500, 500, 200):
        responses.post(BATCH, json={"responses": [{"id": "0", "status": status}]})
    assert graph([]).batch(["a"], source="test").parts["0"].status == 500


@responses.activate
@pytest.mark.parametrize(
    "told", ["soon", "", None, True, [7], -3, "Wed, 25 Nov 999999 12:00:00 GMT"]
)
def test_a_part_that_names_no_time_is_asked_again_after_a_short_one(told: object) -> None:
    parts: list[dict[str, Any]] = [
        {"status": 503, "headers": {"Retry-After": told}},
        {"status": 200},
    ]
    responses.add_callback(
        "POST",
        BATCH,
        callback=lambda request: (
            200,
            {},
            json.dumps({"responses": [{"id": "0", **parts.pop(0)}]}),
        ),
        content_type="application/json",
    )
    pauses: list[float] = []
    assert graph(pauses).batch(["a"], source="test").parts["0"].status == 200
    assert len(pauses) == 1
    assert 0 < pauses[0] <= 0.5


@responses.activate
def test_a_part_that_stays_put_off_keeps_its_status() -> None:
    responses.add_callback(
        "POST",
        BATCH,
        callback=lambda request: answered(request, {"/b"}),
        content_type="application/json",
    )
    batch = graph().batch(["a", "b"], source="test")
    assert {id: part.status for id, part in batch.parts.items()} == {"0": 200, "1": 429}


@responses.activate
def test_a_batch_that_is_refused_as_a_whole_fails() -> None:
    responses.post(BATCH, json={"error": {"code": "BadRequest", "message": "no"}}, status=400)
    with pytest.raises(SourceFailed) as raised:
        graph().batch(["a"], source="test")
    assert raised.value.status == 400
