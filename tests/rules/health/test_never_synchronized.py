import pytest

from rules.health.mailbox_never_tested import check as never_tested
from rules.health.never_synchronized import AFTER_TEST, check
from rules.option_sets import ActMethod, EmailMethod, TestStatus
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity

LIMITS = Thresholds({AFTER_TEST.name: AFTER_TEST})


@pytest.mark.parametrize(
    ("since_test_s", "expected"),
    [(0, "not-applicable"), (3599, "not-applicable"), (3600, "fail"), (None, "fail")],
)
def test_an_hour_after_its_test_it_must_have_worked_once(since_test_s, expected):
    subject = mailbox(since_success_s=None, since_test_s=since_test_s)
    assert outcome(check(subject, LIMITS)) == expected


@pytest.mark.parametrize("age_s", [0, 86400])
def test_one_success_is_enough_however_old(age_s):
    assert outcome(check(mailbox(since_success_s=age_s, since_test_s=MISSING), LIMITS)) == "pass"


@pytest.mark.parametrize(
    "idle",
    [
        {"enabled_for_incoming": False, "enabled_for_act": False},
        {"incoming_method": EmailMethod.NONE, "act_method": ActMethod.NONE},
    ],
)
def test_a_mailbox_that_only_sends_or_is_not_enabled_is_not_meant(idle):
    assert outcome(check(mailbox(since_success_s=None, **idle), LIMITS)) == "not-applicable"


NEVER = {"since_success_s": None, "since_test_s": None}
ONLY_INCOMING = {"act_method": ActMethod.NONE}


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ({"incoming_status": TestStatus.NOT_RUN, "act_status": TestStatus.NOT_RUN}, False),
        ({"incoming_status": TestStatus.NOT_RUN, **ONLY_INCOMING}, False),
        # One test that ran tells that more is wrong than a test that nobody ran.
        ({"incoming_status": TestStatus.SUCCESS, "act_status": TestStatus.NOT_RUN}, True),
        ({"incoming_status": TestStatus.NOT_RUN, "act_status": TestStatus.FAILURE}, True),
        # That no test has run is not known: the failure is.
        ({"incoming_status": None, **ONLY_INCOMING}, True),
        ({"incoming_status": MISSING, **ONLY_INCOMING}, True),
    ],
)
def test_where_nothing_that_is_enabled_was_ever_tested_another_rule_tells_it(tests, expected):
    subject = mailbox(**NEVER, **tests)
    verdict = check(subject, LIMITS)
    assert outcome(verdict) == ("fail" if expected else "not-applicable")
    if not expected:
        assert "mailbox-never-tested judges that" in verdict.message
        assert outcome(never_tested(subject)) == "fail"


def test_the_configuration_sets_the_limit():
    limits = Thresholds(LIMITS.declared, {AFTER_TEST.name: 7200})
    subject = mailbox(since_success_s=None, since_test_s=3600)
    assert outcome(check(subject, limits)) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        {"since_success_s": MISSING},
        {"since_success_s": None, "since_test_s": MISSING},
        {"enabled_for_incoming": MISSING, "act_method": ActMethod.NONE},
    ],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("never-synchronized") == ("error", "stops")
