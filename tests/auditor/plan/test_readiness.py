"""Readiness agrees with the lifecycle rules on every day."""

import datetime

import pytest
from msgspec.structs import replace

from auditor.audit import audit
from auditor.demo.contoso import DECLARED, contoso
from auditor.plan.readiness import readiness_of
from rules.rule import catalogue
from tests.auditor.random_organisations import made
from tests.auditor.recorded import READ_AT, recorded, request

KINDS = {rule.id: rule.kind for rule in catalogue()}


@pytest.mark.parametrize("day", ["2026-06-01", "2026-11-23", "2027-05-01"])
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_ready_is_false_exactly_where_a_lifecycle_rule_fails(seed: int | None, day: str) -> None:
    if seed is None:
        asked, outside = request(catalogue(), DECLARED), recorded(contoso())
    else:
        asked, outside = made(seed).request, made(seed).outside
    asked = replace(asked, as_of=datetime.date.fromisoformat(day))
    findings = [
        each
        for each in audit(asked, outside, lambda: READ_AT).findings()
        if KINDS[each.rule] == "lifecycle"
    ]
    found = readiness_of(asked, outside)
    fails = any(each.verdict == "fail" and each.severity != "note" for each in findings)
    assert found.ready is not fails
    assert found.undetermined is any(each.verdict == "undetermined" for each in findings)
    if not seed:
        assert any(way.ends for way in found.ways)
