"""Every fault planted in the demo organisation is found where it was planted."""

import pytest

from auditor.demo.contoso import BEYOND_THE_WEB_API
from auditor.demo.server import SimulatedTenant
from rules.rule import catalogue
from tests.end_to_end.conftest import Call


def test_every_planted_fault_is_found(contoso_run: Call, contoso_tenant: SimulatedTenant) -> None:
    findings = contoso_run.report["findings"]
    found = {
        (each["rule"], each["subject"]["name"]) for each in findings if each["verdict"] == "fail"
    }
    not_read = {
        each["rule"]
        for each in findings
        if each["verdict"] == "undetermined"
        and "release of the auditor does not" in each["message"]
    }
    planted = {
        (rule, subject)
        for rule, subjects in contoso_tenant.state.organisation.planted.items()
        if rule not in BEYOND_THE_WEB_API | not_read
        for subject in subjects
    }
    assert len(planted) > 80
    assert sorted(planted - found) == []


@pytest.mark.parametrize("rule", sorted(BEYOND_THE_WEB_API))
def test_what_the_web_api_does_not_tell_is_a_rule(rule: str) -> None:
    assert rule in {each.id for each in catalogue()}
