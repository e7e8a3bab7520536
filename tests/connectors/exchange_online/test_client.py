"""The Admin API and the cmdlet endpoint: what is sent, how pages follow, and odd answers."""

import json
from typing import Any

import pytest
import responses

from connectors.exchange_online import (
    accepted_domains,
    cas_mailboxes,
    encryption,
    forwarding,
    mailboxes,
    organization,
    transport,
)
from connectors.sources.source import Reader
from tests.connectors.microsoft_365 import EXCHANGE, TENANT, exchange, read, rows

API = f"{EXCHANGE}/adminapi/v2.0/{TENANT}"
INVOKE = f"{EXCHANGE}/adminapi/beta/{TENANT}/InvokeCommand"
READERS = [
    accepted_domains.READER,
    cas_mailboxes.READER,
    encryption.READER,
    forwarding.READER,
    mailboxes.READER,
    organization.READER,
    transport.READER,
]


def sent(number: int) -> dict[str, Any]:
    """The cmdlet call of a request."""
    call: dict[str, Any] = json.loads(responses.calls[number].request.body or "")["CmdletInput"]
    return call


@responses.activate
def test_pages_are_posted_again_with_the_same_body() -> None:
    second = f"{API}/Mailbox?$skiptoken=1"
    one, two = ({"PrimarySmtpAddress": f"{name}@contoso.example"} for name in ("a", "b"))
    responses.post(f"{API}/Mailbox", json={"value": [one], "@odata.nextLink": second})
    responses.post(second, json={"value": [two]})
    found = rows(read(mailboxes.READER, exchange()))
    assert [row.PrimarySmtpAddress for row in found] == ["a@contoso.example", "b@contoso.example"]
    assert sent(0) == sent(1)
    assert sent(0)["CmdletName"] == "Get-Mailbox"
    assert sent(0)["Parameters"] == {"ResultSize": "Unlimited"}
    anchor = responses.calls[0].request.headers["X-AnchorMailbox"]
    assert anchor.startswith("APP:SystemMailbox{")
    assert anchor.endswith("@" + TENANT)


@responses.activate
@pytest.mark.parametrize(
    ("link", "code"),
    [
        (f"https://elsewhere.example/adminapi/v2.0/{TENANT}/Mailbox", "foreign-link"),
        (f"{EXCHANGE}/adminapi/v2.0/another-tenant/Mailbox", "foreign-link"),
    ],
)
def test_a_link_to_another_host_or_tenant_gets_no_token(link: str, code: str) -> None:
    first = {"PrimarySmtpAddress": "a@contoso.example"}
    responses.post(f"{API}/Mailbox", json={"value": [first], "@odata.nextLink": link})
    state = read(mailboxes.READER, exchange()).state
    assert (state.status, state.code, state.records) == ("partial", code, 1)
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"value": [{"DomainName": "a.example"}]}, 1),
        ([{"DomainName": "a.example"}, {"DomainName": "b.example"}], 2),
        ({"@odata.context": "x", "DomainName": "a.example"}, 1),
        ({"@odata.context": "x"}, 0),
        ({"value": []}, 0),
    ],
)
def test_a_listing_a_bare_list_and_one_object_are_all_understood(body: Any, count: int) -> None:
    responses.post(f"{API}/AcceptedDomain", json=body)
    reading = read(accepted_domains.READER, exchange())
    assert reading.state.status == "read"
    assert len(reading.records) == count


@responses.activate
@pytest.mark.parametrize(
    "body", [[1], "text", {"value": "text"}, {"value": [{}]}, {"error": {"code": "x"}}]
)
def test_another_shape_is_a_failure_that_says_that_the_api_is_a_preview(body: Any) -> None:
    responses.post(f"{API}/AcceptedDomain", json=body)
    state = read(accepted_domains.READER, exchange()).state
    assert state.status == "failed"
    assert "preview" in state.reason


@responses.activate
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", [b"\0" * 40, b'{"error":{"code":"Unauthorized"}}'])
def test_a_missing_role_is_told_by_either_status_and_by_any_body(status: int, body: bytes) -> None:
    responses.post(f"{API}/Mailbox", body=body, status=status)
    state = read(mailboxes.READER, exchange()).state
    assert state.status == "failed"
    assert "role or permission is missing" in state.reason
    assert "View-Only Recipients" in state.remedy
    assert "Exchange.ManageAsAppV2" in state.remedy


@responses.activate
def test_the_text_that_says_why_a_cmdlet_failed_reaches_the_reader() -> None:
    inner = {"internalexception": {"message": "The operation could not be performed."}}
    error = {"code": "BadRequest", "message": "Invalid Operation", "innererror": inner}
    responses.post(f"{API}/Mailbox", json={"error": error}, status=400)
    assert "The operation could not be performed." in (
        read(mailboxes.READER, exchange()).state.reason
    )


@responses.activate
def test_the_organisation_is_asked_for_its_list_only_where_cmdlets_are_allowed() -> None:
    responses.post(f"{API}/OrganizationConfig", json={"value": [{"Name": "contoso"}]})
    responses.post(INVOKE, json={"value": [{"Name": "contoso", "EwsAllowedAppIDs": "a,b"}]})
    read(organization.READER, exchange(cmdlets=False))
    (row,) = rows(read(organization.READER, exchange(cmdlets=True)))
    assert sent(0)["Parameters"] == {}
    assert sent(1)["Parameters"] == {"RetrieveEwsOperationAccessPolicy": True}
    assert row.EwsAllowedAppIDs == "a,b"


@responses.activate
def test_forwarding_is_read_of_mailboxes_and_of_mail_users() -> None:
    responses.post(INVOKE, json={"value": []})
    assert read(forwarding.READER, exchange()).state.status == "read"
    assert [sent(n)["CmdletName"] for n in range(2)] == ["Get-Mailbox", "Get-Recipient"]
    assert sent(1)["Parameters"]["RecipientTypeDetails"] == ["MailUser"]


@responses.activate
def test_policies_of_encryption_tell_which_cmdlet_gave_them() -> None:
    responses.post(INVOKE, json={"value": [{"Name": "Key", "Enabled": True}]})
    found = rows(read(encryption.READER, exchange()))
    assert [row.cmdlet for row in found] == [encryption.OF_MAILBOXES, encryption.OF_THE_TENANT]


@responses.activate
@pytest.mark.parametrize("reader", READERS, ids=lambda each: each.source)
def test_nothing_but_reading_cmdlets_leaves_whatever_is_read(reader: Reader) -> None:
    responses.post(INVOKE, json={"value": []})
    for name in ("AcceptedDomain", "Mailbox", "OrganizationConfig"):
        responses.post(f"{API}/{name}", json={"value": []})
    assert read(reader, exchange()).state.status == "read"
    assert all(sent(n)["CmdletName"].startswith("Get-") for n in range(len(responses.calls)))
    assert len(responses.calls) >= 1


@pytest.mark.parametrize("reader", READERS, ids=lambda each: each.source)
def test_a_source_that_is_left_out_says_which_switch_or_section_turns_it_on(
    reader: Reader,
) -> None:
    state = read(reader, None).state
    assert state.status == "not-configured"
    if reader.section == "exchange_online.cmdlets":
        assert "`cmdlets` to true in the section `exchange_online`" in state.remedy
    else:
        assert "Add the section `exchange_online`" in state.remedy
