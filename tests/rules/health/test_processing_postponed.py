import pytest

from rules.health.processing_postponed import POSTPONED, POSTPONED_WITH_BACK_OFF, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox, organization
from tests.rules.gravity import gravity

LIMITS = Thresholds({each.name: each for each in (POSTPONED, POSTPONED_WITH_BACK_OFF)})


@pytest.mark.parametrize(
    ("ahead_s", "usual", "with_back_off"),
    [
        (None, "pass", "pass"),
        (0, "pass", "pass"),
        (3599, "pass", "pass"),
        (3600, "fail", "pass"),
        (86399, "fail", "pass"),
        (86400, "fail", "fail"),
    ],
)
def test_an_hour_ahead_fails_and_a_day_where_inactive_mailboxes_wait(ahead_s, usual, with_back_off):
    subject = mailbox(postponed_for_s=ahead_s)
    assert outcome(check(subject, organization(), LIMITS)) == usual
    patient = organization(backs_off_inactive_mailboxes=True)
    assert outcome(check(subject, patient, LIMITS)) == with_back_off


def test_back_off_matters_only_between_the_limits():
    unknown = organization(backs_off_inactive_mailboxes=MISSING)
    assert outcome(check(mailbox(postponed_for_s=0), unknown, LIMITS)) == "pass"
    assert outcome(check(mailbox(postponed_for_s=86400), unknown, LIMITS)) == "fail"
    with pytest.raises(Undecided):
        check(mailbox(postponed_for_s=3600), unknown, LIMITS)


def test_an_unknown_postponement_leaves_it_open():
    with pytest.raises(Undecided):
        check(mailbox(postponed_for_s=MISSING), organization(), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("processing-postponed") == ("error", "stops")
