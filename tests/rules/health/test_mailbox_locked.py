import pytest

from rules.health.mailbox_locked import LOCKED, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox, organization
from tests.rules.gravity import gravity

LIMITS = Thresholds({LOCKED.name: LOCKED})


@pytest.mark.parametrize(
    ("locked", "age_s", "expected"),
    [
        (True, 3599, "pass"),
        (True, 3600, "fail"),
        (True, None, "undetermined"),
        (False, 86400, "pass"),
        (False, MISSING, "pass"),
    ],
)
def test_a_lock_that_outlasts_an_hour_fails(locked, age_s, expected):
    subject = mailbox(locked_by_host=locked, since_attempt_s=age_s)
    assert outcome(check(subject, organization(), LIMITS)) == expected


@pytest.mark.parametrize(("unlocks", "told"), [(True, False), (False, True), (MISSING, False)])
def test_says_so_where_the_organisation_does_not_unlock(unlocks, told):
    subject = mailbox(locked_by_host=True, since_attempt_s=3600)
    verdict = check(subject, organization(unlocks_stuck_mailboxes=unlocks), LIMITS)
    assert ("does not unlock" in verdict.message) is told


@pytest.mark.parametrize(
    "hidden", [{"locked_by_host": MISSING}, {"locked_by_host": True, "since_attempt_s": MISSING}]
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden), organization(), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("mailbox-locked") == ("warning", "stops")
