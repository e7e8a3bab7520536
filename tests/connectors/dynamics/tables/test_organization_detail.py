"""Which organisation it is: the ways to ask, and what a server without the function still tells."""

from typing import Any

import responses

from connectors.dynamics.tables.organization_detail import READER
from tests.connectors.dynamics.web_api import WebApi

DETAIL = {"OrganizationId": "o-1", "TenantId": "t-1", "OrganizationType": "Customer"}
FUNCTION = "RetrieveCurrentOrganization"
TYPE = "Microsoft.Dynamics.CRM.EndpointAccessType'Default'"


def only_row(api: WebApi) -> Any:
    reading = api.read(READER)
    assert reading.state.status == "read", reading.state.reason
    ((row, _),) = reading.records
    return row


@responses.activate
def test_the_detail_comes_with_the_version_that_the_server_tells() -> None:
    api = WebApi()
    api.gives(f"{FUNCTION}(AccessType=@p1)", {"Detail": DETAIL})
    row = only_row(api)
    assert (row.OrganizationId, row.TenantId, row.OrganizationType) == ("o-1", "t-1", "Customer")
    assert row.OrganizationVersion == "9.2.24104.195"


@responses.activate
def test_a_server_that_takes_the_parameter_in_another_way_is_asked_in_that_way() -> None:
    api = WebApi()
    api.gives(f"{FUNCTION}(AccessType=@p1)", {"error": {"message": "No."}}, 400)
    api.gives(f"{FUNCTION}(AccessType={TYPE})", {"error": {"message": "No."}}, 501)
    api.gives(f"{FUNCTION}(AccessType='Default')", {"Detail": DETAIL})
    assert only_row(api).TenantId == "t-1"


@responses.activate
def test_a_server_without_the_function_tells_its_version_alone() -> None:
    row = only_row(WebApi())
    assert row.OrganizationVersion == "9.2.24104.195"
    assert isinstance(row.TenantId, type(row.EnvironmentId))
    assert not isinstance(row.TenantId, str)


@responses.activate
def test_a_refusal_is_no_missing_privilege() -> None:
    api = WebApi()
    api.gives(f"{FUNCTION}(AccessType=@p1)", {"error": {"message": "No."}}, 403)
    state = api.read(READER).state
    assert state.status == "failed"
    assert state.remedy.startswith("No privilege is missing")
