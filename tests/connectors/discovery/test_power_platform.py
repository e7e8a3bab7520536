"""The admin API of Power Platform: environments with Dataverse, to the last page."""

import json

import pytest
import requests
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


ERROR = {"code": "InternalServerError", "message": "The list broke off."}


@responses.activate
@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ({"error": ERROR}, "error-in-answer", "The list broke off."),
        ({"value": [environment()], "error": ERROR}, "error-in-answer", "The list broke off."),
        ({"error": ERROR, "value": []}, "error-in-answer", "The list broke off."),
        (
            {"value": [environment()], "warnings": ["Only the first 100 items."]},
            "warned-of-short-list",
            "first 100 items",
        ),
    ],
)
def test_a_list_that_is_not_whole_is_told_in_the_servers_words(
    answer: dict[str, list[object]], code: str, words: str
) -> None:
    responses.get(LIST, json=answer)
    given: list[str] = []
    with pytest.raises(SourceFailed) as failed:
        given.extend(each.url for each in organisations(transport(), SignedIn(), SERVICE))
    assert failed.value.code == code
    assert words in failed.value.reason
    assert len(given) == len(answer.get("value", []))


@responses.activate
def test_an_environment_whose_address_is_left_out_leaves_the_list_short() -> None:
    responses.get(LIST, json={"value": [environment(instanceUrl=None), environment()]})
    given: list[str] = []
    with pytest.raises(SourceFailed) as failed:
        given.extend(each.url for each in organisations(transport(), SignedIn(), SERVICE))
    assert failed.value.code == "row-without-address"
    assert failed.value.reason.endswith("without their address: Contoso")
    assert given == ["https://contoso.crm4.dynamics.com"]


@responses.activate
def test_of_many_environments_without_an_address_a_few_are_named() -> None:
    responses.get(LIST, json={"value": [environment(instanceUrl="")] * 7})
    with pytest.raises(SourceFailed) as failed:
        asked()
    assert failed.value.reason.endswith(f"address: {', '.join(['Contoso'] * 5)} and 2 more")


@responses.activate
@pytest.mark.parametrize("rows", [[], [environment()]])
def test_pages_that_bring_nothing_new_come_to_an_end(rows: list[object]) -> None:
    asked_for = 0

    def further(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        nonlocal asked_for
        asked_for += 1
        return 200, {}, json.dumps({"value": rows, "nextLink": f"{LIST}?page={asked_for}"})

    responses.add_callback("GET", LIST, further, content_type="application/json")
    with pytest.raises(SourceFailed) as failed:
        asked()
    assert failed.value.code == "endless-listing"
    assert asked_for < 200


@responses.activate
def test_who_is_no_administrator_is_refused() -> None:
    responses.get(LIST, status=403, json={"error": {"code": "Forbidden"}})
    with pytest.raises(SourceFailed) as refused:
        asked()
    assert refused.value.status == 403
