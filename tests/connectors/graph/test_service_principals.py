"""Microsoft Graph, servicePrincipals: what is asked for, and what the end of the reading tells."""

import re
from urllib.parse import unquote

import responses

from connectors.graph.service_principals import READER
from tests.connectors.microsoft_365 import GRAPH, graph, read, rows

LISTING = re.compile(re.escape(f"{GRAPH}/v1.0/servicePrincipals") + r"\?.*")
ROW = {"id": "1", "appId": "00000007-0000-0000-c000-000000000000", "accountEnabled": False}


@responses.activate
def test_the_application_is_read_with_the_columns_that_are_asked_for() -> None:
    responses.get(LISTING, json={"value": [ROW]})
    reading = read(READER, graph())
    assert (reading.state.status, reading.state.columns) == ("read", READER.columns)
    (row,) = rows(reading)
    assert row.accountEnabled is False
    asked = unquote(str(responses.calls[0].request.url))
    assert f"$select={','.join(READER.columns)}" in asked
    assert "$filter=appId eq '00000007-0000-0000-c000-000000000000'" in asked


@responses.activate
def test_a_refusal_names_the_permission() -> None:
    responses.get(LISTING, json={"error": {"code": "Forbidden"}}, status=403)
    state = read(READER, graph()).state
    assert state.status == "failed"
    assert "Application.Read.All" in state.remedy
