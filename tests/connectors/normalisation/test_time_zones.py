"""Which users have a time zone that Exchange may refuse, and what is known of all others."""

from typing import Any

import pytest

from connectors.dynamics.tables.timezonedefinitions import TimeZoneRow
from connectors.normalisation.time_zones import SETTINGS, ZONES, TimeZones, time_zones
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.evidence import Evidence
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"
ROWS = (
    TimeZoneRow("z-1", 134, "Turkey Standard Time"),
    TimeZoneRow("z-2", 110, "W. Europe Standard Time"),
    TimeZoneRow("z-3", 999, "Atlantis Standard Time"),
)


def told(
    rows: tuple[TimeZoneRow, ...] = ROWS,
    zones: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
) -> TimeZones:
    of_zones = SourceState(ZONES, **{"status": "read", **(zones or {})})
    of_settings = SourceState(SETTINGS, **{"status": "read", **(settings or {})})
    readings = {
        ZONES: Reading(of_zones, tuple((row, AT) for row in rows)),
        SETTINGS: Reading(of_settings),
    }
    return time_zones(readings, AT)


def test_the_zone_of_a_user_is_named_where_exchange_may_refuse_it() -> None:
    found = told()
    assert found.refused(134) == "Turkey Standard Time"
    code, name = found.evidence(134)
    assert (code.source, code.field, code.value) == (SETTINGS, "timezonecode", 134)
    assert name == Evidence(ZONES, "z-1", "standardname", "Turkey Standard Time", AT)
    (nothing,) = found.evidence(None)
    assert (nothing.source, nothing.value) == (SETTINGS, None)


def test_a_zone_of_unknown_name_is_unknown_and_named() -> None:
    found = told().refused(999)
    assert isinstance(found, Unknown)
    assert "Atlantis Standard Time" in found.reason


def test_a_user_whose_settings_did_not_come_has_another_zone() -> None:
    assert told().refused(None) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"zones": {"status": "failed", "reason": "No."}},
        {"settings": {"status": "partial", "reason": "No."}},
        {"settings": {"status": "failed", "reason": "No."}},
        {"settings": {"absent": ("timezonecode",)}},
        {"settings": {"columns": ("timezonecode",), "secured": ("timezonecode",)}},
        {"rows": ()},
        {"rows": (*ROWS, TimeZoneRow("z-4", None, "Turkey Standard Time"))},
        {"rows": (*ROWS, TimeZoneRow("z-4", 134))},
    ],
)
def test_what_was_not_read_is_not_taken_for_another_zone(changes: dict[str, Any]) -> None:
    assert isinstance(told(**changes).refused(None), Unknown)


def test_without_the_tables_nothing_is_known() -> None:
    assert isinstance(time_zones({}, AT).refused(None), Unknown)
