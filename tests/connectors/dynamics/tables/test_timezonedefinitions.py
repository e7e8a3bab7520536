"""The table *timezonedefinition*: read whole by everybody, whatever the role."""

import responses

from connectors.dynamics.tables.timezonedefinitions import READER, TABLE
from tests.connectors.dynamics.web_api import WebApi, may_lack_its_table

ROW = {"timezonedefinitionid": "z-1", "timezonecode": 134, "standardname": "Turkey Standard Time"}


@responses.activate
def test_all_zones_are_read_by_a_role_of_little_depth() -> None:
    api = WebApi(depth="Basic")
    api.has("timezonedefinition", *ROW)
    api.gives("timezonedefinitions", {"value": [ROW]})
    reading = api.read(READER)
    assert (reading.state.status, reading.state.records) == ("read", 1)
    assert READER.privilege == ""
    assert "No privilege" in READER.grant


@responses.activate
def test_a_version_without_the_table_has_none_of_its_columns() -> None:
    may_lack_its_table(READER)


@responses.activate
def test_a_refusal_keeps_what_the_server_said() -> None:
    api = WebApi()
    api.has("timezonedefinition", *READER.columns)
    api.gives("timezonedefinitions", {"error": {"code": "0x80040220", "message": "Not you."}}, 403)
    state = api.read(READER).state
    assert state.status == "failed"
    assert "Not you." in state.reason
    assert state.remedy
    assert " at " not in state.remedy
    assert TABLE.privilege == ""
