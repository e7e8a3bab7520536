"""Exchange Online, Get-CASMailbox: what is asked for, and what a refusal tells."""

import json

import responses

from connectors.exchange_online.cas_mailboxes import READER
from tests.connectors.microsoft_365 import EXCHANGE, TENANT, exchange, read, rows

URL = f"{EXCHANGE}/adminapi/beta/{TENANT}/InvokeCommand"
ROW = {
    "PrimarySmtpAddress": "a@contoso.example",
    "EmailAddresses": ["SMTP:a@contoso.example"],
    "EwsEnabled": False,
    "EwsApplicationAccessPolicy": None,
    "SmtpClientAuthenticationDisabled": False,
}


@responses.activate
def test_what_the_cmdlet_gives_is_read() -> None:
    responses.post(URL, json={"value": [ROW]})
    reading = read(READER, exchange())
    assert (reading.state.status, reading.state.columns) == ("read", READER.columns)
    (row,) = rows(reading)
    assert {name: getattr(row, name) for name in ROW} == ROW
    asked = json.loads(responses.calls[0].request.body or "")["CmdletInput"]
    assert asked == {"CmdletName": "Get-CASMailbox", "Parameters": {"ResultSize": "Unlimited"}}


@responses.activate
def test_a_refusal_names_permission_and_role() -> None:
    responses.post(URL, json={"error": {"code": "Forbidden"}}, status=403)
    state = read(READER, exchange()).state
    assert state.status == "failed"
    assert "Exchange.ManageAsApp of" in state.remedy
    assert "View-Only Recipients" in state.remedy


@responses.activate
def test_a_value_of_another_kind_is_left_open() -> None:
    responses.post(URL, json={"value": [ROW | {"PrimarySmtpAddress": {}}]})
    state = read(READER, exchange()).state
    assert (state.status, state.odd) == ("partial", ("PrimarySmtpAddress",))
