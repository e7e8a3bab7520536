import pytest

from rules.health.synchronization_stale import ERROR, WARNING, WARNING_WITH_BACK_OFF, check
from rules.option_sets import ActMethod, EmailMethod
from rules.thresholds import Thresholds
from rules.verdict import outcome
from tests.rules.facts import mailbox, organization
from tests.rules.gravity import gravity

LIMITS = Thresholds({each.name: each for each in (WARNING, WARNING_WITH_BACK_OFF, ERROR)})


@pytest.mark.parametrize(
    ("age_s", "expected", "severity"),
    [
        (0, "pass", None),
        (3599, "pass", None),
        (3600, "fail", "warning"),
        (86399, "fail", "warning"),
        (86400, "fail", None),
    ],
)
def test_an_hour_is_a_warning_and_a_day_an_error(age_s, expected, severity):
    verdict = check(mailbox(since_success_s=age_s), organization(), LIMITS)
    assert outcome(verdict) == expected
    assert getattr(verdict, "severity", None) == severity


def test_back_off_of_inactive_mailboxes_makes_an_hour_normal():
    backs_off = organization(backs_off_inactive_mailboxes=True)
    assert outcome(check(mailbox(since_success_s=3600), backs_off, LIMITS)) == "pass"
    assert outcome(check(mailbox(since_success_s=86400), backs_off, LIMITS)) == "fail"


def test_a_mailbox_that_only_sends_leaves_no_mark():
    verdict = check(
        mailbox(
            since_success_s=86400,
            incoming_method=EmailMethod.NONE,
            act_method=ActMethod.NONE,
        ),
        organization(),
        LIMITS,
    )
    assert outcome(verdict) == "not-applicable"


def test_a_method_that_is_not_enabled_is_not_judged_here():
    verdict = check(
        mailbox(since_success_s=86400, enabled_for_incoming=False, enabled_for_act=False),
        organization(),
        LIMITS,
    )
    assert outcome(verdict) == "not-applicable"


def test_the_configuration_sets_the_limits():
    limits = Thresholds(LIMITS.declared, {"synchronization_stale_warning": 7200})
    assert outcome(check(mailbox(since_success_s=3600), organization(), limits)) == "pass"


def test_how_grave_its_failure_is():
    assert gravity("synchronization-stale") == ("error", "stops")
