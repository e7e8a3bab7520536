import pytest

from rules.alert_causes import AlertCause
from rules.health.open_error_alerts import WINDOW, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, alerts, organization

LIMITS = Thresholds({WINDOW.name: WINDOW})


@pytest.mark.parametrize(("count", "expected"), [(0, "pass"), (1, "fail"), (250, "fail")])
def test_one_error_is_enough(count, expected):
    verdict = check(organization(), alerts(open_errors=count), LIMITS)
    assert outcome(verdict) == expected
    assert "7 days" in verdict.message


def test_the_errors_are_told_apart_by_what_they_say():
    causes = ((AlertCause.MAILBOX_FULL, 3), (AlertCause.ACCOUNT_DISABLED, 1))
    message = check(organization(), alerts(open_errors=6, causes=causes), LIMITS).message
    assert "the Exchange mailbox is full (3)" in message
    assert "the Microsoft 365 account behind the mailbox is disabled (1)" in message
    assert "not recognised (2)" in message


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(organization(), alerts(open_errors=MISSING), LIMITS)
