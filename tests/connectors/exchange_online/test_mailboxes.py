"""Exchange Online, Get-Mailbox: what is asked for, and what a refusal tells."""

import responses

from connectors.exchange_online.mailboxes import READER
from tests.connectors.microsoft_365 import (
    EXCHANGE,
    TENANT,
    exchange,
    gives_the_rows_of_its_cmdlet,
    names_what_it_needs,
    read,
)

URL = f"{EXCHANGE}/adminapi/v2.0/{TENANT}/Mailbox"
ROW = {
    "PrimarySmtpAddress": "a@contoso.example",
    "EmailAddresses": ["SMTP:a@contoso.example"],
    "RecipientTypeDetails": "SharedMailbox",
}


@responses.activate
def test_what_the_cmdlet_gives_is_read() -> None:
    cmdlet = {"CmdletName": "Get-Mailbox", "Parameters": {"ResultSize": "Unlimited"}}
    gives_the_rows_of_its_cmdlet(READER, URL, ROW, cmdlet)


@responses.activate
def test_a_refusal_names_permission_and_role() -> None:
    names_what_it_needs(READER, URL, "Exchange.ManageAsAppV2", "View-Only Recipients")


@responses.activate
def test_a_value_of_another_kind_is_left_open() -> None:
    responses.post(URL, json={"value": [ROW | {"PrimarySmtpAddress": {}}]})
    state = read(READER, exchange()).state
    assert (state.status, state.odd) == ("partial", ("PrimarySmtpAddress",))
