"""The table *usersettings*: only users in zones that Exchange may refuse are asked for."""

import pytest
import responses

from connectors.dynamics.tables.timezonedefinitions import TABLE as ZONES
from connectors.dynamics.tables.timezonedefinitions import TimeZoneRow
from connectors.dynamics.tables.usersettings import READER
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from tests.connectors.dynamics.web_api import WebApi

ROW = {"systemuserid": "u-1", "timezonecode": 134}
AT = "2026-11-23T12:00:00Z"


def zones(*rows: TimeZoneRow, status: str = "read", code: str = "") -> dict[str, Reading]:
    state = SourceState(ZONES.source, status, code=code, reason="Why.", remedy="Do.")  # type: ignore[arg-type]
    return {ZONES.source: Reading(state, tuple((row, AT) for row in rows))}


LISTED = zones(
    TimeZoneRow("z-1", 134, "Turkey Standard Time"),
    TimeZoneRow("z-2", 110, "W. Europe Standard Time"),
    TimeZoneRow("z-3", 999, "Atlantis Standard Time"),
    TimeZoneRow("z-4", 998, None),
)


def api_with(status: int = 200, depth: str = "Global") -> WebApi:
    api = WebApi(depth=depth)
    api.has("usersettings", *READER.columns)
    answer = {"value": [ROW]} if status == 200 else {"error": {"code": "0", "message": "No."}}
    api.gives("usersettingscollection", answer, status)
    return api


@responses.activate
def test_users_in_listed_zones_and_in_those_of_unknown_name_are_asked_for() -> None:
    api = api_with()
    reading = api.read(READER, LISTED)
    assert (reading.state.status, reading.state.records) == ("read", 1)
    (query,) = api.asked("usersettingscollection")
    assert query.endswith("timezonecode eq 134 or timezonecode eq 998 or timezonecode eq 999")


@responses.activate
@pytest.mark.parametrize("rows", [[], [TimeZoneRow("z-2", 110, "W. Europe Standard Time")]])
def test_nobody_is_asked_for_where_no_zone_matters(rows: list[TimeZoneRow]) -> None:
    api = api_with()
    state = api.read(READER, zones(*rows)).state
    assert (state.status, state.records) == ("read", 0)
    assert api.asked("usersettingscollection") == []


@responses.activate
@pytest.mark.parametrize("status", ["failed", "partial"])
def test_without_all_zones_it_fails_with_their_reason(status: str) -> None:
    state = api_with().read(READER, zones(status=status)).state
    assert (state.status, state.code) == ("failed", "time-zones-not-read")
    assert state.reason.endswith("Why.")
    assert state.remedy == "Do."


@responses.activate
def test_a_refusal_names_the_privilege() -> None:
    state = api_with(status=403).read(READER, LISTED).state
    assert state.status == "failed"
    assert "prvReadUserSettings" in state.remedy


@responses.activate
def test_a_role_that_hides_rows_of_others_leaves_it_partial() -> None:
    state = api_with(depth="Basic").read(READER, LISTED).state
    assert (state.status, state.code) == ("partial", "privilege-depth")


@responses.activate
def test_a_version_without_the_table_has_none_of_its_columns() -> None:
    state = WebApi().read(READER, LISTED).state
    assert (state.status, state.records) == ("read", 0)
    assert state.absent == READER.columns
