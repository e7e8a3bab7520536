import pytest

from rules.alert_causes import AlertCause
from rules.health.mailbox_with_error_alert import check
from rules.health.open_error_alerts import WINDOW
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity

LIMITS = Thresholds({WINDOW.name: WINDOW})


@pytest.mark.parametrize(("alert", "expected"), [(True, "fail"), (False, "pass")])
def test_an_error_of_the_mailbox_is_a_finding(alert, expected):
    assert outcome(check(mailbox(open_error_alert=alert), LIMITS)) == expected


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(open_error_alert=MISSING), LIMITS)


def test_the_finding_names_the_cause_and_what_to_do():
    verdict = check(mailbox(open_error_alert=True, alert_cause=AlertCause.MAILBOX_FULL), LIMITS)
    assert "the Exchange mailbox is full" in verdict.message
    assert verdict.remedy == AlertCause.MAILBOX_FULL.remedy
    shown = {each.field for each in verdict.evidence}
    assert shown == {"open_error_alert", "alert_cause", "alert_has_passed"}


def test_a_code_that_is_not_recognised_is_said_to_be_so():
    verdict = check(mailbox(open_error_alert=True, alert_cause=None), LIMITS)
    assert "not one that the audit recognises" in verdict.message
    assert verdict.remedy is None


PASSED = {"open_error_alert": True, "alert_has_passed": True}


@pytest.mark.parametrize("cause", [None, AlertCause.UNEXPECTED, AlertCause.SERVER_BUSY])
def test_an_alert_that_a_success_followed_is_no_warning(cause):
    verdict = check(mailbox(**PASSED, alert_cause=cause), LIMITS)
    assert outcome(verdict) == "pass"
    assert "synchronized since" in verdict.message


def test_one_on_a_single_message_is_a_note():
    verdict = check(mailbox(**PASSED, alert_cause=AlertCause.EXTENSION_FAILED), LIMITS)
    assert (outcome(verdict), verdict.severity) == ("fail", "note")


def test_of_one_that_has_passed_the_cause_must_be_known():
    with pytest.raises(Undecided):
        check(mailbox(**PASSED, alert_cause=MISSING), LIMITS)


def test_whether_it_has_passed_must_be_known():
    with pytest.raises(Undecided):
        check(mailbox(open_error_alert=True, alert_has_passed=MISSING), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("mailbox-with-error-alert") == ("warning", "degrades")
