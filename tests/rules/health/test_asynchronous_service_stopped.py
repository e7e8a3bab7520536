import pytest

from rules.health.asynchronous_service_stopped import FEWEST, SHARE, check
from rules.health.synchronization_stale import WARNING, WARNING_WITH_BACK_OFF
from rules.option_sets import ActMethod, EmailMethod
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, every, mailbox, on_premises, organization
from tests.rules.gravity import gravity

LIMITS = Thresholds({each.name: each for each in (WARNING, WARNING_WITH_BACK_OFF, SHARE, FEWEST)})
STALE = mailbox(since_success_s=3600)
OPEN = mailbox(since_success_s=MISSING)
PATIENT = on_premises(backs_off_inactive_mailboxes=True)


@pytest.mark.parametrize(
    ("stale", "fresh", "expected"),
    [
        (8, 2, "fail"),
        (79, 21, "pass"),
        (80, 20, "fail"),
        (3, 0, "fail"),
        (2, 0, "not-applicable"),
        (0, 3, "pass"),
    ],
)
def test_four_fifths_stale_at_once_mean_the_service(stale, fresh, expected):
    mailboxes = every(STALE, mailbox(), counts=(stale, fresh))
    assert outcome(check(on_premises(), mailboxes, LIMITS)) == expected


@pytest.mark.parametrize(
    "idle",
    [
        mailbox(synchronizing=False),
        mailbox(since_success_s=None),
        mailbox(enabled_for_incoming=False, enabled_for_act=False),
        mailbox(incoming_method=EmailMethod.NONE, act_method=ActMethod.NONE),
    ],
)
def test_mailboxes_that_leave_no_mark_do_not_count(idle):
    mailboxes = every(STALE, idle, counts=(3, 100))
    assert outcome(check(on_premises(), mailboxes, LIMITS)) == "fail"


def test_with_back_off_an_hour_is_no_sign():
    assert outcome(check(PATIENT, every(STALE, counts=(9,)), LIMITS)) == "pass"
    day_old = every(mailbox(since_success_s=86400), counts=(9,))
    assert outcome(check(PATIENT, day_old, LIMITS)) == "fail"


@pytest.mark.parametrize(
    ("stale", "fresh", "unknown", "expected"), [(90, 0, 10, "fail"), (0, 90, 10, "pass")]
)
def test_a_few_open_mailboxes_change_nothing(stale, fresh, unknown, expected):
    mailboxes = every(STALE, mailbox(), OPEN, counts=(stale, fresh, unknown))
    assert outcome(check(on_premises(), mailboxes, LIMITS)) == expected


@pytest.mark.parametrize(
    "mailboxes",
    [
        every(STALE, mailbox(), OPEN, counts=(70, 10, 20)),
        every(mailbox(), OPEN, counts=(1, 2)),
        every(mailbox(synchronizing=MISSING), counts=(9,)),
    ],
)
def test_mailboxes_that_could_tip_it_leave_it_open(mailboxes):
    with pytest.raises(Undecided):
        check(on_premises(), mailboxes, LIMITS)


def test_online_one_finding_says_that_background_operations_stand_still():
    verdict = check(organization(), every(STALE, counts=(9,)), LIMITS)
    assert outcome(verdict) == "fail"
    assert "administration mode" in verdict.remedy
    assert "background operations" in verdict.remedy


def test_on_premises_it_is_the_service_on_its_hosts():
    assert check(on_premises(), every(STALE, counts=(9,)), LIMITS).remedy is None


@pytest.mark.parametrize("field", ["deployment", "backs_off_inactive_mailboxes"])
def test_what_is_not_known_leaves_it_open(field):
    with pytest.raises(Undecided):
        check(on_premises(**{field: MISSING}), every(STALE, counts=(9,)), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("asynchronous-service-stopped") == ("error", "stops")
