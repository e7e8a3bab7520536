"""The Global Discovery Service of each cloud: what is listed, refused, empty or foreign."""

import pytest
import responses

from connectors.clouds import cloud_of
from connectors.discovery.global_discovery import organisations
from connectors.transport.errors import SourceFailed
from tests.connectors.microsoft_365 import SignedIn, transport

CLOUDS = {
    "https://contoso.crm4.dynamics.com": "https://globaldisco.crm.dynamics.com",
    "https://contoso.crm9.dynamics.com": "https://globaldisco.crm9.dynamics.com",
    "https://contoso.crm.microsoftdynamics.us": "https://globaldisco.crm.microsoftdynamics.us",
    "https://contoso.crm.appsplatform.us": "https://globaldisco.crm.appsplatform.us",
    "https://contoso.crm.dynamics.cn": "https://globaldisco.crm.dynamics.cn",
}
INSTANCE = {
    "Id": "6f4f2c1e-0000-4000-8000-000000000001",
    "UniqueName": "org1",
    "UrlName": "contoso",
    "FriendlyName": "Contoso",
    "State": 0,
    "Version": "9.2.24113.211",
    "Url": "https://contoso.crm4.dynamics.com/",
    "ApiUrl": "https://contoso.api.crm4.dynamics.com",
    "TenantId": "11111111-2222-4333-8444-555555555555",
    "Purpose": "Production",
}


def asked(service: str) -> list:
    return list(organisations(transport(), SignedIn(), service))


@responses.activate
@pytest.mark.parametrize(("environment", "service"), CLOUDS.items())
def test_each_cloud_has_a_directory_of_its_own(environment: str, service: str) -> None:
    assert cloud_of(environment).discovery == service
    responses.get(f"{service}/api/discovery/v2.0/Instances", json={"value": [INSTANCE]})
    (found,) = asked(service)
    assert found.url == "https://contoso.crm4.dynamics.com"
    assert (found.name, found.stage, found.enabled) == ("Contoso", "Production", True)
    assert found.version == "9.2.24113.211"


@responses.activate
def test_pages_are_followed_to_the_last() -> None:
    service = CLOUDS["https://contoso.crm4.dynamics.com"]
    first = f"{service}/api/discovery/v2.0/Instances"
    second = f"{first}?$skiptoken=2"
    responses.get(first, json={"value": [INSTANCE], "@odata.nextLink": second})
    responses.get(
        second,
        json={"value": [INSTANCE | {"Url": "https://b.crm4.dynamics.com", "State": 1}]},
    )
    assert [(each.url, each.enabled) for each in asked(service)] == [
        ("https://contoso.crm4.dynamics.com", True),
        ("https://b.crm4.dynamics.com", False),
    ]


@responses.activate
def test_an_older_answer_leaves_open_what_it_does_not_tell() -> None:
    service = CLOUDS["https://contoso.crm4.dynamics.com"]
    responses.get(
        f"{service}/api/discovery/v2.0/Instances",
        json={"value": [{"Url": "https://a.crm.dynamics.com", "FriendlyName": None}]},
    )
    (found,) = asked(service)
    assert (found.name, found.stage, found.enabled, found.id) == (found.url, None, None, None)


@responses.activate
@pytest.mark.parametrize(
    ("status", "code"), [(401, "unauthorized"), (403, "forbidden"), (404, "not-found")]
)
def test_a_refusal_is_told_as_one(status: int, code: str) -> None:
    service = CLOUDS["https://contoso.crm4.dynamics.com"]
    responses.get(f"{service}/api/discovery/v2.0/Instances", status=status, json={})
    with pytest.raises(SourceFailed) as refused:
        asked(service)
    assert refused.value.status == status
    assert refused.value.code == code


@responses.activate
def test_a_link_to_another_host_is_not_followed() -> None:
    service = CLOUDS["https://contoso.crm4.dynamics.com"]
    responses.get(
        f"{service}/api/discovery/v2.0/Instances",
        json={"value": [INSTANCE], "@odata.nextLink": "https://evil.example/next"},
    )
    with pytest.raises(SourceFailed) as refused:
        asked(service)
    assert refused.value.code == "foreign-link"
    assert len(responses.calls) == 1


@responses.activate
def test_an_organisation_without_an_address_ends_the_list() -> None:
    service = CLOUDS["https://contoso.crm4.dynamics.com"]
    responses.get(
        f"{service}/api/discovery/v2.0/Instances", json={"value": [INSTANCE | {"Url": None}]}
    )
    with pytest.raises(SourceFailed) as refused:
        asked(service)
    assert refused.value.code == "row-without-address"
