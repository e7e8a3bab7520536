import pytest

from rules.health.email_pending_send import AGE, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, emails, organization
from tests.rules.gravity import gravity

LIMITS = Thresholds({AGE.name: AGE})


@pytest.mark.parametrize(("count", "expected"), [(0, "pass"), (1, "fail"), (4000, "fail")])
def test_one_message_that_waits_is_enough(count, expected):
    verdict = check(organization(), emails(pending_send=count), LIMITS)
    assert outcome(verdict) == expected
    assert "1 hour" in verdict.message


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(organization(), emails(pending_send=MISSING), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("email-pending-send") == ("error", "degrades")
