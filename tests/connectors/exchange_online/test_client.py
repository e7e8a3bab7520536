"""The Admin API and the cmdlet endpoint: what is sent, how pages follow, and odd answers."""

import base64
import json
from typing import Any

import pytest
import requests
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
from connectors.exchange_online.client import ExchangeOnline
from connectors.sources.source import Reader
from tests.connectors.microsoft_365 import EXCHANGE, TENANT, SignedIn, exchange, read, rows
from tests.connectors.microsoft_365 import transport as canned_transport

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
    # Groups too: an address may be a group's, and is that of no mailbox then.
    kinds = ["MailUser", *forwarding.GROUPS]
    assert sent(1)["Parameters"]["RecipientTypeDetails"] == kinds


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


ONE = {"PrimarySmtpAddress": "a@contoso.example", "EmailAddresses": ["SMTP:a@contoso.example"]}
ERROR = {"code": "0x80040216", "message": "An unexpected error occurred."}


@responses.activate
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"value": [ONE], "error": ERROR}, "An unexpected error occurred."),
        ({"@odata.error": ERROR, "value": [ONE]}, "An unexpected error occurred."),
        ({"value": [ONE], "@adminapi.warnings": ["Only the first 1000 items."]}, "1000 items"),
        ({"value": [ONE, {"RecipientTypeDetails": "UserMailbox"}]}, "1 of 2 rows came without"),
        ({"value": [ONE, ONE | {"PrimarySmtpAddress": None}]}, "1 of 2 rows came without"),
        ({"value": [ONE, ONE | {"EmailAddresses": 7}]}, "1 of 2 rows came without"),
        ({"value": [ONE, 7]}, "got `int`"),
    ],
)
def test_a_listing_that_is_not_whole_is_partial_in_the_servers_words(
    answer: dict[str, Any], words: str
) -> None:
    responses.post(f"{API}/Mailbox", json=answer)
    reading = read(mailboxes.READER, exchange())
    assert reading.state.status == "partial"
    assert words in reading.state.reason
    assert rows(reading)[0].PrimarySmtpAddress == "a@contoso.example"


@responses.activate
@pytest.mark.parametrize("answer", [{"value": [], "error": ERROR}, {"error": ERROR}])
def test_an_error_without_rows_is_a_failure_in_the_servers_words(answer: dict[str, Any]) -> None:
    responses.post(f"{API}/Mailbox", json=answer)
    reading = read(mailboxes.READER, exchange())
    assert reading.state.status == "failed"
    assert "An unexpected error occurred." in reading.state.reason


@responses.activate
def test_a_value_of_another_kind_is_left_open_and_the_rest_is_read() -> None:
    responses.post(INVOKE, json={"value": [{"Name": "Contoso", "EwsAllowedAppIDs": ["a", "b"]}]})
    reading = read(organization.READER, exchange())
    assert (reading.state.status, reading.state.odd) == ("read", ("EwsAllowedAppIDs",))
    (row,) = rows(reading)
    assert row.Name == "Contoso"


@responses.activate
def test_the_details_of_a_refusal_say_what_its_message_does_not() -> None:
    detail = {"code": "Client", "target": "", "message": "|Some.Type|The words that help."}
    error = {"code": "BadRequest", "message": "Invalid Operation", "details": [detail]}
    responses.post(f"{API}/Mailbox", json={"error": error}, status=400)
    reason = read(mailboxes.READER, exchange()).state.reason
    assert "Invalid Operation: The words that help." in reason
    assert "Some.Type" not in reason


@responses.activate
def test_the_cmdlet_endpoint_is_asked_for_everything_at_once() -> None:
    responses.post(INVOKE, json={"value": [ONE]})
    read(cas_mailboxes.READER, exchange())
    assert responses.calls[0].request.headers["Prefer"] == "odata.maxpagesize=100000"
    assert sent(0)["Parameters"]["ResultSize"] == "Unlimited"


@responses.activate
def test_what_is_too_much_at_once_is_asked_for_page_by_page() -> None:
    for _ in range(2):
        responses.post(INVOKE, status=500)
    responses.post(INVOKE, json={"value": [ONE]})
    reading = read(cas_mailboxes.READER, exchange())
    assert (reading.state.status, len(rows(reading))) == ("read", 1)
    assert responses.calls[-1].request.headers["Prefer"] == "odata.maxpagesize=1000"


@responses.activate
def test_a_refused_further_page_leaves_the_listing_partial() -> None:
    refusal = {"error": {"code": "BadRequest", "message": "Expired or invalid pagination request."}}
    responses.post(f"{INVOKE}?$skiptoken=1", json=refusal, status=400)
    responses.post(
        INVOKE,
        json={"value": [ONE], "@odata.nextLink": f"{INVOKE}?$skiptoken=1"},
        match=[responses.matchers.query_string_matcher("")],
    )
    reading = read(cas_mailboxes.READER, exchange())
    assert (reading.state.status, len(rows(reading))) == ("partial", 1)
    assert "invalid pagination request" in reading.state.reason


class OfTenant(SignedIn):
    """Adds a token that names its tenant."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        claims = base64.urlsafe_b64encode(json.dumps({"tid": TENANT}).encode()).decode()
        request.headers["Authorization"] = f"Bearer e30.{claims.rstrip('=')}.x"
        return request


@responses.activate
@pytest.mark.parametrize(
    ("tenant", "status"), [(TENANT.upper(), "read"), (TENANT.replace("1", "2"), "partial")]
)
def test_a_link_may_name_the_tenant_by_its_own_id(tenant: str, status: str) -> None:
    named = "contoso.onmicrosoft.com"
    client = ExchangeOnline(EXCHANGE, named, canned_transport(), OfTenant())
    first = f"{EXCHANGE}/adminapi/v2.0/{named}/Mailbox"
    link = f"{EXCHANGE}/adminapi/v2.0/{tenant}/Mailbox?$skiptoken=1"
    other = ONE | {"PrimarySmtpAddress": "b@contoso.example"}
    responses.post(f"{first}?$skiptoken=1", json={"value": [ONE]})
    responses.post(first, json={"value": [other], "@odata.nextLink": link})
    assert read(mailboxes.READER, client).state.status == status
