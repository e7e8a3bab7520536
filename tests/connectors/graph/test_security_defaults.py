"""Microsoft Graph: the one switch of security defaults."""

import pytest
import responses

from connectors.graph.security_defaults import READER
from tests.connectors.microsoft_365 import GRAPH, graph, read, rows

RECORD = f"{GRAPH}/v1.0/policies/identitySecurityDefaultsEnforcementPolicy"


@responses.activate
@pytest.mark.parametrize("switch", [True, False, None])
def test_the_switch_is_read_as_it_stands(switch: bool | None) -> None:
    responses.get(RECORD, json={"isEnabled": switch})
    reading = read(READER, graph())
    assert (reading.state.status, reading.state.columns) == ("read", ("isEnabled",))
    assert [row.isEnabled for row in rows(reading)] == [switch]


@responses.activate
def test_a_refusal_names_the_permission() -> None:
    responses.get(RECORD, json={}, status=403)
    state = read(READER, graph()).state
    assert state.status == "failed"
    assert "Policy.Read.All" in state.remedy


@responses.activate
def test_an_answer_of_another_shape_is_no_switch() -> None:
    responses.get(RECORD, json={"isEnabled": "yes"})
    assert read(READER, graph()).state.status == "failed"
