"""Exchange Online, Get-OrganizationConfig: by the cmdlet endpoint where it may be asked."""

import json

import responses

from connectors.exchange_online.organization import READER
from tests.connectors.microsoft_365 import EXCHANGE, TENANT, exchange, read, rows

API = f"{EXCHANGE}/adminapi/v2.0/{TENANT}/OrganizationConfig"
INVOKE = f"{EXCHANGE}/adminapi/beta/{TENANT}/InvokeCommand"
RECORD = {"Name": "contoso", "EwsEnabled": True}


@responses.activate
def test_the_admin_api_is_asked_without_cmdlets_and_leaves_the_list_open() -> None:
    responses.post(API, json=RECORD)
    reading = read(READER, exchange(cmdlets=False))
    assert reading.state.status == "read"
    (row,) = rows(reading)
    assert row.EwsEnabled is True
    assert not isinstance(row.EwsAllowedAppIDs, str)


@responses.activate
def test_the_cmdlet_gives_the_list_of_applications_too() -> None:
    responses.post(INVOKE, json={"value": [RECORD | {"EwsAllowedAppIDs": "a,b"}]})
    (row,) = rows(read(READER, exchange()))
    assert row.EwsAllowedAppIDs == "a,b"
    asked = json.loads(responses.calls[0].request.body or "")["CmdletInput"]
    assert asked["Parameters"] == {"RetrieveEwsOperationAccessPolicy": True}


@responses.activate
def test_a_refusal_names_the_role() -> None:
    responses.post(API, json={}, status=403)
    state = read(READER, exchange(cmdlets=False)).state
    assert state.status == "failed"
    assert "View-Only Configuration" in state.remedy
