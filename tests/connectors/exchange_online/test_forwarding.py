"""Exchange Online: where mailboxes forward to, and mail users whose mailbox is elsewhere."""

import json

import responses

from connectors.exchange_online.forwarding import GROUPS, MAIL_USER, READER
from tests.connectors.microsoft_365 import EXCHANGE, TENANT, exchange, read, rows

INVOKE = f"{EXCHANGE}/adminapi/beta/{TENANT}/InvokeCommand"
MAILBOX = {
    "PrimarySmtpAddress": "a@contoso.example",
    "EmailAddresses": ["SMTP:a@contoso.example"],
    "ForwardingSmtpAddress": "smtp:b@x.example",
}
ELSEWHERE = {"PrimarySmtpAddress": "c@contoso.example", "ExternalEmailAddress": "SMTP:c@x.example"}


@responses.activate
def test_mailboxes_are_read_and_then_mail_users_and_groups() -> None:
    responses.post(INVOKE, json={"value": [MAILBOX]})
    responses.post(INVOKE, json={"value": [ELSEWHERE]})
    found = rows(read(READER, exchange()))
    assert [row.PrimarySmtpAddress[0] for row in found] == ["a", "c"]
    assert found[0].ForwardingSmtpAddress == "smtp:b@x.example"
    asked = [json.loads(call.request.body or "")["CmdletInput"] for call in responses.calls]
    assert asked == [
        {"CmdletName": "Get-Mailbox", "Parameters": {"ResultSize": "Unlimited"}},
        {
            "CmdletName": "Get-Recipient",
            "Parameters": {
                "ResultSize": "Unlimited",
                "RecipientTypeDetails": [MAIL_USER, *GROUPS],
            },
        },
    ]


@responses.activate
def test_without_the_mail_users_it_is_not_whole() -> None:
    responses.post(INVOKE, json={"value": [MAILBOX]})
    responses.post(INVOKE, json={}, status=403)
    reading = read(READER, exchange())
    assert not reading.state.whole
    assert "View-Only Recipients" in reading.state.remedy
