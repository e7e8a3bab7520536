"""Exchange Online, Get-ManagementRoleAssignment: what is asked for, and what a refusal tells."""

import json

import responses

from connectors.exchange_online.role_assignments import READER
from tests.connectors.microsoft_365 import EXCHANGE, TENANT, exchange, read, rows

URL = f"{EXCHANGE}/adminapi/beta/{TENANT}/InvokeCommand"
ROW = {"Name": "One", "Role": "ApplicationImpersonation", "Enabled": True}


@responses.activate
def test_what_the_cmdlet_gives_is_read() -> None:
    responses.post(URL, json={"value": [ROW]})
    reading = read(READER, exchange())
    assert (reading.state.status, reading.state.columns) == ("read", READER.columns)
    (row,) = rows(reading)
    assert {name: getattr(row, name) for name in ROW} == ROW
    asked = json.loads(responses.calls[0].request.body or "")["CmdletInput"]
    assert asked == {"CmdletName": "Get-ManagementRoleAssignment", "Parameters": {}}


@responses.activate
def test_a_refusal_names_permission_and_role() -> None:
    responses.post(URL, json={"error": {"code": "Forbidden"}}, status=403)
    state = read(READER, exchange()).state
    assert state.status == "failed"
    assert "Exchange.ManageAsApp of" in state.remedy
    assert "View-Only Configuration" in state.remedy


@responses.activate
def test_a_value_of_another_kind_is_left_open() -> None:
    responses.post(URL, json={"value": [ROW | {"Name": {}}]})
    state = read(READER, exchange()).state
    assert (state.status, state.odd) == ("read", ("Name",))
