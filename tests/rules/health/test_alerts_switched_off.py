import pytest

from rules.health.alerts_switched_off import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, organization
from tests.rules.gravity import gravity

ERRORS, WARNINGS = "generates_alerts_for_errors", "generates_alerts_for_warnings"


@pytest.mark.parametrize(("off", "other"), [(ERRORS, WARNINGS), (WARNINGS, ERRORS)])
@pytest.mark.parametrize("value", [True, False, MISSING])
def test_one_switch_that_is_off_is_enough(off, other, value):
    assert outcome(check(organization(**{off: False, other: value}))) == "fail"


def test_both_on_passes():
    assert outcome(check(organization())) == "pass"


@pytest.mark.parametrize("hidden", [ERRORS, WARNINGS])
def test_an_unknown_switch_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(organization(**{hidden: MISSING}))


def test_how_grave_its_failure_is():
    assert gravity("alerts-switched-off") == ("warning", "advice")
