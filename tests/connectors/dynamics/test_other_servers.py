"""Servers of several versions and habits, each answered by the one client."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import responses

from connectors.dynamics import privileges
from connectors.dynamics.client import Dynamics
from connectors.dynamics.tables import (
    emails,
    mailboxes,
    mailboxtrackingfolders,
    organization_detail,
    sdkmessageprocessingsteps,
    tracelogs,
)
from tests.connectors.microsoft_365 import SignedIn, read, rows, transport

URL = "https://contoso.crm.dynamics.com"
API = f"{URL}/api/data/v9.2"
USER = "11111111-0000-0000-0000-000000000001"
CALLER = f"{API}/systemusers({USER})"
MISSING = {"error": {"code": "0x8006088a", "message": "Resource not found for the segment."}}


class Server:
    """Answers what it was given and refuses the rest as a segment that it does not know."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock
        self.gives(f"{API}/RetrieveVersion()", {"Version": "9.2.24104.195"})

    def gives(self, url: str, answer: Any, status: int = 200) -> None:
        self.mock.get(url, json=answer, status=status)

    def knows_me(self) -> None:
        self.gives(f"{API}/WhoAmI()", {"UserId": USER})

    def has(self, table: str, *columns: str) -> None:
        self.gives(
            f"{API}/EntityDefinitions(LogicalName='{table}')/Attributes",
            {"value": [{"LogicalName": each, "IsValidForRead": True} for each in columns]},
        )

    def asked(self) -> list[str]:
        return [str(call.request.url) for call in self.mock.calls]


@pytest.fixture
def server() -> Iterator[Server]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        known = Server(mock)
        yield known


@pytest.fixture
def dynamics(server: Server) -> Dynamics:
    client = Dynamics(URL, transport(), SignedIn())
    assert client.api == API
    return client


def refuse_the_rest(server: Server) -> None:
    server.mock.get(re.compile(".*"), json=MISSING, status=404)


def depths(*held: tuple[str, str], named: bool = True) -> dict[str, Any]:
    return {
        "RolePrivileges": [
            {"PrivilegeId": f"id-{name}", "Depth": depth}
            | ({"PrivilegeName": name} if named else {})
            for name, depth in held
        ]
    }


@pytest.mark.parametrize("path", ["WhoAmI()", "WhoAmI"])
def test_the_user_is_known_with_and_without_brackets(server, dynamics, path):
    server.gives(f"{API}/{path}", {"UserId": USER})
    refuse_the_rest(server)
    assert dynamics.user_id == USER


CURRENT = "RetrieveCurrentOrganization"
TYPE = "Microsoft.Dynamics.CRM.EndpointAccessType'Default'"


@pytest.mark.parametrize(
    "path",
    [
        f"{CURRENT}(AccessType=@p1)",
        f"{CURRENT}(AccessType={TYPE})",
        f"{CURRENT}(AccessType='Default')",
    ],
)
def test_the_organisation_is_known_however_the_parameter_is_taken(server, dynamics, path):
    server.gives(f"{API}/{path}", {"Detail": {"TenantId": "tenant-1"}})
    refuse_the_rest(server)
    (row,) = rows(read(organization_detail.READER, dynamics))
    assert (row.TenantId, row.OrganizationVersion) == ("tenant-1", "9.2.24104.195")


def test_a_server_without_the_function_still_tells_its_version(server, dynamics):
    refuse_the_rest(server)
    reading = read(organization_detail.READER, dynamics)
    assert reading.state.whole
    assert rows(reading)[0].OrganizationVersion == "9.2.24104.195"


ALL = [(name, "Global") for name in privileges.needed()]


def test_direct_roles_that_reach_everywhere_need_no_teams(server, dynamics):
    server.knows_me()
    server.gives(f"{CALLER}/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", depths(*ALL))
    refuse_the_rest(server)
    assert privileges.depths_of(dynamics) == dict(ALL)
    assert not any("team" in each or "/privileges" in each for each in server.asked())


def test_roles_of_teams_count_where_direct_ones_fall_short(server, dynamics):
    server.knows_me()
    short = [("prvReadMailbox", "Basic"), *ALL[2:]]
    server.gives(
        f"{CALLER}/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", depths(*short, named=False)
    )
    server.gives(
        f"{API}/privileges",
        {"value": [{"privilegeid": f"ID-{name}", "name": name} for name in privileges.needed()]},
    )
    server.gives(f"{CALLER}/teammembership_association", {"value": [{"teamid": "team-1"}]})
    server.gives(
        f"{API}/teams(team-1)/Microsoft.Dynamics.CRM.RetrieveTeamPrivileges()",
        depths(("prvReadMailbox", "Global"), named=False),
    )
    refuse_the_rest(server)
    found = privileges.depths_of(dynamics)
    assert found["prvReadMailbox"] == "Global"
    assert found[privileges.needed()[0]] == "None"


OPTIONAL = (emails, mailboxtrackingfolders, sdkmessageprocessingsteps, tracelogs)


@pytest.mark.parametrize("module", OPTIONAL, ids=lambda module: module.__name__)
def test_a_table_that_this_version_lacks_is_read_with_every_column_absent(server, dynamics, module):
    refuse_the_rest(server)
    state = read(module.READER, dynamics).state
    assert (state.status, state.records) == ("read", 0)
    assert state.absent == module.READER.columns


def test_a_table_that_every_version_has_is_not_taken_for_one_that_this_one_lacks(server, dynamics):
    refuse_the_rest(server)
    assert read(mailboxes.READER, dynamics).state.status == "failed"


@pytest.mark.parametrize("module", OPTIONAL, ids=lambda module: module.__name__)
def test_rows_without_a_time_are_asked_for_in_any_order(server, dynamics, module):
    server.knows_me()
    server.gives(f"{CALLER}/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", depths(*ALL))
    timed = {"modifiedon", "createdon", "delayedemailsendtime"}
    columns = [each.removeprefix("_").removesuffix("_value") for each in module.READER.columns]
    server.has(module.TABLE.logical_name, *(each for each in columns if each not in timed))
    server.gives(f"{API}/{module.TABLE.entity_set}", {"value": []})
    refuse_the_rest(server)
    assert read(module.READER, dynamics).state.whole
    assert not any("modifiedon" in each for each in server.asked())


def test_a_refusal_of_the_definition_names_the_privilege_that_the_server_names(server, dynamics):
    server.gives(
        f"{API}/EntityDefinitions(LogicalName='mailbox')/Attributes",
        {
            "error": {
                "code": "0x80040220",
                "message": "Principal user (Id=1) is missing prvReadEntity privilege (Id=2).",
            }
        },
        status=403,
    )
    state = read(mailboxes.READER, dynamics).state
    assert state.status == "failed"
    assert "prvReadEntity" in state.remedy
    assert "prvReadMailbox" not in state.remedy


def test_a_probe_takes_one_page_of_a_server_that_pays_no_heed_to_top(server, dynamics):
    server.knows_me()
    server.gives(f"{CALLER}/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", depths(*ALL))
    server.has("mailbox", "mailboxid", "name")
    link = f"{API}/mailboxes?$skiptoken="
    for number in range(4):
        path = f"{link}{number}" if number else f"{API}/mailboxes"
        row = {"mailboxid": str(number), "name": "A"}
        server.gives(path, {"value": [row], "@odata.nextLink": f"{link}{number + 1}"})
    refuse_the_rest(server)
    probe = msgspec.structs.replace(mailboxes.READER, read=mailboxes.READER.probe)
    assert [row.mailboxid for row in rows(read(probe, dynamics))] == ["0"]
    assert not any("skiptoken=2" in each for each in server.asked())
