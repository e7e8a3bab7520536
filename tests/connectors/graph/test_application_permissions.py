"""What applications were given: by the names that the tenant has for the roles of Graph."""

import re
import uuid
from typing import Any

import msgspec
import pytest
import responses

from connectors.graph import application_permissions
from connectors.graph.application_permissions import READER
from connectors.graph.permissions import GRAPH as GRAPH_APP_ID
from tests.connectors.graph.test_applications import IDS, profiles
from tests.connectors.microsoft_365 import GRAPH, graph, read, rows

OFFERING, OTHER = str(uuid.UUID(int=90)), str(uuid.UUID(int=91))
SEND, READ = str(uuid.UUID(int=80)), str(uuid.UUID(int=81))
ROLES = [{"id": SEND, "value": "Mail.Send"}, {"id": READ, "value": "Mail.ReadWrite"}]


def answers(given: list[dict[str, Any]], unknown: str = "") -> None:
    """Principals whose id is that of the application, each with the same assignments."""

    def principal(request: Any) -> tuple[int, dict[str, str], bytes]:
        (id,) = re.findall(r"appId%20eq%20'([^']+)'", request.url)
        own = {"id": OFFERING if id == GRAPH_APP_ID else id, "appId": id}
        roles = ROLES if id == GRAPH_APP_ID else []
        found = [] if id == unknown else [own | {"appRoles": roles}]
        return (200, {}, json({"value": found}))

    address = f"{GRAPH}/v1.0/servicePrincipals"
    responses.add_callback("GET", re.compile(re.escape(address) + r"\?.*"), principal)
    responses.get(
        re.compile(re.escape(address) + r"/[^/]+/appRoleAssignments.*"), json={"value": given}
    )


def json(value: Any) -> bytes:
    return msgspec.json.encode(value)


def assignment(role: str, resource: str = OFFERING) -> dict[str, Any]:
    return {"id": "a", "appRoleId": role, "resourceId": resource}


@responses.activate
def test_permissions_are_told_by_name_and_those_of_other_resources_left_out() -> None:
    answers([assignment(SEND), assignment(READ), assignment(SEND, OTHER)])
    reading = read(READER, graph(), profiles(IDS[1].upper()))
    assert reading.state.status == "read"
    assert [(row.appId, row.permission) for row in rows(reading)] == [
        (IDS[1], "Mail.Send"),
        (IDS[1], "Mail.ReadWrite"),
    ]


@responses.activate
def test_an_application_without_any_has_a_row_that_says_so() -> None:
    answers([])
    assert [row.permission for row in rows(read(READER, graph(), profiles(IDS[1])))] == [None]


@responses.activate
def test_one_that_the_tenant_does_not_know_has_no_row() -> None:
    answers([assignment(SEND)], unknown=IDS[1])
    reading = read(READER, graph(), profiles(IDS[1], IDS[2]))
    assert [row.appId for row in rows(reading)] == [IDS[2]]


@responses.activate
def test_nothing_is_asked_where_no_profile_names_an_application() -> None:
    reading = read(READER, graph(), profiles(None))
    assert (reading.state.status, reading.records) == ("read", ())
    assert len(responses.calls) == 0


@responses.activate
@pytest.mark.parametrize(("named", "code"), [(2, ""), (3, "bounded")])
def test_no_more_than_the_bound_are_asked_for(
    named: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application_permissions, "MOST_ASKED", 2)
    answers([assignment(SEND)])
    reading = read(READER, graph(), profiles(*IDS[:named]))
    assert (len(reading.records), reading.state.code) == (2, code)


@responses.activate
def test_a_refusal_names_the_permission() -> None:
    responses.get(re.compile(f"{GRAPH}/v1.0/servicePrincipals.*"), json={}, status=403)
    state = read(READER, graph(), profiles(IDS[1])).state
    assert state.status == "failed"
    assert "Application.Read.All" in state.remedy


@responses.activate
@pytest.mark.parametrize("roles", [None, [], "all"])
def test_roles_that_graph_does_not_name_are_no_missing_permissions(roles: Any) -> None:
    def principal(request: Any) -> tuple[int, dict[str, str], bytes]:
        (id,) = re.findall(r"appId%20eq%20'([^']+)'", request.url)
        return (200, {}, json({"value": [{"id": OFFERING, "appId": id, "appRoles": roles}]}))

    responses.add_callback("GET", re.compile(f"{GRAPH}/v1.0/servicePrincipals.*"), principal)
    assert read(READER, graph(), profiles(IDS[1])).state.status == "failed"


@responses.activate
def test_a_tenant_that_does_not_show_graph_itself_tells_of_no_permission() -> None:
    answers([assignment(SEND)], unknown=GRAPH_APP_ID)
    assert read(READER, graph(), profiles(IDS[1])).state.status == "failed"


@responses.activate
def test_an_answer_whose_id_is_none_gets_into_no_address() -> None:
    def principal(request: Any) -> tuple[int, dict[str, str], bytes]:
        (id,) = re.findall(r"appId%20eq%20'([^']+)'", request.url)
        return (200, {}, json({"value": [{"id": "../users", "appId": id, "appRoles": []}]}))

    responses.add_callback("GET", re.compile(f"{GRAPH}/v1.0/servicePrincipals.*"), principal)
    state = read(READER, graph(), profiles(IDS[1])).state
    assert (state.status, state.code) == ("failed", "invalid-answer")
