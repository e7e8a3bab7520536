import pytest

from rules.alert_causes import AlertCause
from rules.health.open_error_alerts import WINDOW, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, alerts, every, mailbox, organization
from tests.rules.gravity import gravity

LIMITS = Thresholds({WINDOW.name: WINDOW})


@pytest.mark.parametrize(("count", "expected"), [(0, "pass"), (1, "fail"), (250, "fail")])
def test_one_error_is_enough(count, expected):
    verdict = check(organization(), alerts(open_errors=count, subjects=count), every(), LIMITS)
    assert outcome(verdict) == expected
    assert "7 days" in verdict.message


def test_the_errors_are_told_apart_by_what_they_say():
    causes = ((AlertCause.MAILBOX_FULL, 3), (AlertCause.ACCOUNT_DISABLED, 1))
    message = check(
        organization(), alerts(open_errors=6, subjects=6, causes=causes), every(), LIMITS
    ).message
    assert "the Exchange mailbox is full (3)" in message
    assert "the Microsoft 365 account behind the mailbox is disabled (1)" in message
    assert "not recognised (2)" in message


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(organization(), alerts(open_errors=MISSING), every(), LIMITS)


PASSED = mailbox(open_error_alert=True, alert_has_passed=True)
PERSISTS = mailbox(open_error_alert=True)
OPEN = mailbox(open_error_alert=True, alert_has_passed=MISSING)
UNTESTED = mailbox(open_error_alert=True, alert_has_passed=True, act_status=MISSING)


@pytest.mark.parametrize(
    ("mailboxes", "found", "expected"),
    [
        (every(PASSED, counts=(2,)), {"subjects": 2}, "pass"),
        (every(PASSED, PERSISTS), {"subjects": 2}, "fail"),
        (every(PASSED), {"subjects": 2}, "fail"),
        (every(PASSED, OPEN, PERSISTS), {"subjects": 3}, "fail"),
        (every(PASSED, counts=(2,)), {"subjects": 2, "without_subject": 1}, "fail"),
        (MISSING, {"subjects": 2, "without_subject": 1}, "fail"),
    ],
)
def test_alerts_that_a_success_followed_do_not_persist(mailboxes, found, expected):
    verdict = check(organization(), alerts(open_errors=3, **found), mailboxes, LIMITS)
    assert outcome(verdict) == expected


@pytest.mark.parametrize(
    ("mailboxes", "found"),
    [
        (MISSING, {"subjects": 2}),
        (every(PASSED), {"subjects": MISSING}),
        (every(PASSED, OPEN), {"subjects": 2}),
        (every(PASSED, UNTESTED), {"subjects": 2}),
    ],
)
def test_whether_they_persist_must_be_known(mailboxes, found):
    with pytest.raises(Undecided):
        check(organization(), alerts(open_errors=3, **found), mailboxes, LIMITS)


def test_a_count_of_a_part_says_at_least():
    of_a_part = alerts(open_errors=3, subjects=MISSING, without_subject=1, counted_all=MISSING)
    assert ": at least 3" in check(organization(), of_a_part, every(), LIMITS).message
    of_all = alerts(open_errors=3, subjects=3)
    assert ": 3" in check(organization(), of_all, every(PERSISTS), LIMITS).message


def test_how_grave_its_failure_is():
    assert gravity("open-error-alerts") == ("warning", "degrades")
