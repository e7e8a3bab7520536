"""A small organisation and signed-in sessions for the tests of the simulated tenant."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Literal

import msal
import pytest
import requests

from auditor.demo.organisation import Organisation, access_tables
from auditor.demo.rows import Row, Rows, numbered_id, stable_id
from auditor.demo.server import SimulatedTenant

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SHARED = {
    "statecode": 0,
    "statuscode": 1,
    "incomingemaildeliverymethod": 2,
    "isforwardmailbox": False,
    "lastsyncerror": None,
}


def mailbox(number: int) -> Row:
    own = {
        "mailboxid": numbered_id(1, number),
        "name": f"Person {number}",
        "emailaddress": None if number % 10 == 9 else f"person{number}@contoso.example",
        "noemailcount": number,
        "createdon": f"2026-01-{number % 28 + 1:02d}T08:00:00Z",
        "_regardingobjectid_value": numbered_id(2, number),
        "_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "systemuser",
    }
    return Row(own, SHARED)


def organisation(
    mailboxes: int = 25,
    *,
    deployment: Literal["online", "on-premises"] = "online",
    version: str = "9.2.24113.211",
    role_by_team: bool = False,
) -> Organisation:
    tables = access_tables("Contoso") | {
        "mailboxes": Rows(mailboxes, mailbox),
        "systemusers": [Row({"systemuserid": stable_id("systemuser", "Contoso/auditor")})],
        "organizations": [Row({"organizationid": stable_id("organization", "Contoso")})],
    }
    return Organisation(
        name="Contoso",
        display_name="Contoso Ltd",
        deployment=deployment,
        version=version,
        now=NOW,
        tables=tables,
        tenant_id=stable_id("tenant", "Contoso") if deployment == "online" else None,
        role_by_team=role_by_team,
    )


def session_of(tenant: SimulatedTenant) -> requests.Session:
    session = requests.Session()
    session.verify = str(tenant.ca_bundle)
    session.trust_env = False
    return session


def token_for(tenant: SimulatedTenant, session: requests.Session, **credential: Any) -> Any:
    application = msal.ConfidentialClientApplication(
        tenant.client_id,
        client_credential=credential.get("credential", tenant.client_secret),
        authority=f"{tenant.authority_url}/{tenant.tenant_id}",
        instance_discovery=False,
        http_client=session,
    )
    return application.acquire_token_for_client([f"{tenant.url}/.default"])


Get = Callable[..., requests.Response]


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(organisation()) as started:
        yield started


@pytest.fixture
def session(tenant: SimulatedTenant) -> Iterator[requests.Session]:
    with session_of(tenant) as plain:
        yield plain
    tenant.faults.clear()


@pytest.fixture
def get(tenant: SimulatedTenant, session: requests.Session) -> Get:
    """Give a signed-in GET below api/data/v9.2/."""
    session.headers["Authorization"] = "Bearer " + tenant.state.tokens.issue(tenant.url, "test")

    def fetch(path: str, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return session.get(f"{tenant.url}/api/data/v9.2/{path}", headers=named, timeout=60)

    return fetch
