"""The admin API of Power Platform: environments with Dataverse, to the last page."""

import pytest
import responses

from connectors.discovery.power_platform import organisations
from connectors.transport.errors import SourceFailed
from tests.connectors.microsoft_365 import SignedIn, transport

SERVICE = "https://api.bap.microsoft.com"
LIST = f"{SERVICE}/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments"
LINKED = {
    "instanceUrl": "https://contoso.crm4.dynamics.com/",
    "uniqueName": "org1",
    "resourceId": "6f4f2c1e-0000-4000-8000-000000000001",
    "version": "9.2.24113.211",
    "instanceState": "Ready",
}


def environment(**linked: object) -> dict[str, object]:
    properties: dict[str, object] = {"displayName": "Contoso", "environmentSku": "Sandbox"}
    return {
        "name": "env-1",
        "properties": properties | {"linkedEnvironmentMetadata": LINKED | linked},
    }


def asked() -> list:
    return list(organisations(transport(), SignedIn(), SERVICE))


@responses.activate
def test_an_environment_without_dataverse_is_no_organisation() -> None:
    bare = {"name": "bare", "properties": {"displayName": "Flows alone"}}
    responses.get(LIST, json={"value": [bare, environment()]})
    (found,) = asked()
    assert (found.url, found.stage, found.enabled) == (
        "https://contoso.crm4.dynamics.com",
        "Sandbox",
        True,
    )


@responses.activate
def test_the_next_page_is_named_without_odata() -> None:
    second = f"{LIST}?api-version=2021-04-01&$skiptoken=x"
    # The more exact address is registered first, so that each request meets its own answer.
    responses.get(
        LIST,
        json={"value": [environment(instanceUrl="https://b.crm.dynamics.com")]},
        match=[responses.matchers.query_param_matcher({"$skiptoken": "x"}, strict_match=False)],
    )
    responses.get(LIST, json={"value": [environment()], "nextLink": second})
    assert [each.url for each in asked()] == [
        "https://contoso.crm4.dynamics.com",
        "https://b.crm.dynamics.com",
    ]


@responses.activate
@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://evil.example/next", "foreign-link"),
        (f"{LIST}?api-version=2021-04-01", "repeated-link"),
    ],
)
def test_a_foreign_or_repeated_link_ends_the_list(link: str, code: str) -> None:
    responses.get(LIST, json={"value": [environment()], "nextLink": link})
    with pytest.raises(SourceFailed) as refused:
        asked()
    assert refused.value.code == code


@responses.activate
def test_who_is_no_administrator_is_refused() -> None:
    responses.get(LIST, status=403, json={"error": {"code": "Forbidden"}})
    with pytest.raises(SourceFailed) as refused:
        asked()
    assert refused.value.status == 403
