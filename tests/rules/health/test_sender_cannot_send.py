import pytest

from rules.health.email_pending_send import AGE
from rules.health.sender_cannot_send import check
from rules.option_sets import EmailMethod
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity

LIMITS = Thresholds({AGE.name: AGE})


def judged(**changes):
    return check(mailbox(**{"email_waits": True, **changes}), LIMITS)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"active": False}, "is deactivated"),
        ({"outgoing_method": EmailMethod.NONE}, "does not send by server-side synchronization"),
        ({"outgoing_method": EmailMethod.OUTLOOK}, "does not send by server-side synchronization"),
        ({"enabled_for_outgoing": False}, "is not enabled for outgoing email"),
    ],
)
def test_email_that_waits_for_a_mailbox_that_does_not_send(changes, why):
    verdict = judged(**changes)
    assert outcome(verdict) == "fail"
    assert verdict.message.endswith(f"whose mailbox {why}.")
    assert "1 hour" in verdict.message
    assert outcome(judged(**changes, email_waits=False)) == "not-applicable"


def test_a_mailbox_that_sends_is_not_what_the_email_waits_for():
    assert outcome(judged()) == "pass"
    assert outcome(judged(email_waits=MISSING)) == "not-applicable", "whether or not some waits"


@pytest.mark.parametrize("hidden", ["active", "outgoing_method", "enabled_for_outgoing"])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        judged(**{hidden: MISSING})
    with pytest.raises(Undecided):
        judged(active=False, email_waits=MISSING)


def test_how_grave_its_failure_is():
    assert gravity("sender-cannot-send") == ("error", "stops")
