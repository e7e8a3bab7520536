"""Exchange Online, Customer Key: policies for mailboxes, then the assignment of the tenant."""

import json

import responses

from connectors.exchange_online.encryption import OF_MAILBOXES, OF_THE_TENANT, READER
from tests.connectors.microsoft_365 import EXCHANGE, TENANT, exchange, read, rows

INVOKE = f"{EXCHANGE}/adminapi/beta/{TENANT}/InvokeCommand"


@responses.activate
def test_each_row_tells_which_cmdlet_gave_it() -> None:
    responses.post(INVOKE, json={"value": [{"Name": "Mail", "Enabled": True}]})
    responses.post(INVOKE, json={"value": [{"Name": "All"}]})
    found = rows(read(READER, exchange()))
    assert [(row.Name, row.cmdlet) for row in found] == [
        ("Mail", OF_MAILBOXES),
        ("All", OF_THE_TENANT),
    ]
    asked = [json.loads(call.request.body or "")["CmdletInput"] for call in responses.calls]
    assert [each["CmdletName"] for each in asked] == [OF_MAILBOXES, OF_THE_TENANT]


@responses.activate
def test_a_refusal_of_the_assignment_fails_it() -> None:
    responses.post(INVOKE, json={"value": []})
    responses.post(INVOKE, json={}, status=403)
    state = read(READER, exchange()).state
    assert not state.whole
    assert "View-Only Configuration" in state.remedy
