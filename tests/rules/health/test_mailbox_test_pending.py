import pytest

from rules.health.mailbox_test_pending import OVERDUE, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity

LIMITS = Thresholds({OVERDUE.name: OVERDUE})


def judged(**changes):
    return check(mailbox(**changes), LIMITS)


@pytest.mark.parametrize("overdue", [False, None, MISSING])
def test_a_scheduled_test_is_a_note(overdue):
    verdict = judged(test_scheduled=True, test_overdue=overdue)
    assert (outcome(verdict), verdict.severity) == ("fail", "note")
    assert outcome(judged(test_scheduled=False, test_overdue=overdue)) == "pass"


def test_a_test_that_was_due_long_ago_hangs():
    verdict = judged(test_scheduled=True, test_overdue=True)
    assert (outcome(verdict), verdict.severity) == ("fail", None)
    assert "1 hour" in verdict.message


def test_what_is_not_known_leaves_it_open():
    with pytest.raises(Undecided):
        judged(test_scheduled=MISSING)


def test_how_grave_its_failure_is():
    assert gravity("mailbox-test-pending") == ("warning", "advice")
