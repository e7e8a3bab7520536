import pytest

from rules.alert_causes import AlertCause
from rules.health.open_error_alerts import WINDOW
from rules.health.profile_with_error_alert import check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile
from tests.rules.gravity import gravity

LIMITS = Thresholds({WINDOW.name: WINDOW})


@pytest.mark.parametrize(("alert", "expected"), [(True, "fail"), (False, "pass")])
def test_an_error_of_the_profile_is_a_finding(alert, expected):
    assert outcome(check(profile(open_error_alert=alert), LIMITS)) == expected


def test_the_finding_names_the_cause_and_what_to_do():
    verdict = check(profile(open_error_alert=True, alert_cause=AlertCause.HOST_NOT_FOUND), LIMITS)
    assert AlertCause.HOST_NOT_FOUND.says in verdict.message
    assert verdict.remedy == AlertCause.HOST_NOT_FOUND.remedy


@pytest.mark.parametrize("hidden", ["open_error_alert", "alert_cause"])
def test_unknown_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(profile(**{"open_error_alert": True, hidden: MISSING}), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("profile-with-error-alert") == ("warning", "degrades")
