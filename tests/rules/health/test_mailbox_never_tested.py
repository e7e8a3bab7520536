import pytest

from rules.health.mailbox_never_tested import check
from rules.option_sets import ActMethod, EmailMethod, TestStatus
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity

STATUSES = ["incoming_status", "outgoing_status", "act_status"]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("others", [TestStatus.SUCCESS, MISSING, None])
def test_one_method_that_was_never_tested_is_enough(status, others):
    changes = dict.fromkeys(STATUSES, others)
    assert outcome(check(mailbox(**{**changes, status: TestStatus.NOT_RUN}))) == "fail"


@pytest.mark.parametrize("status", [TestStatus.SUCCESS, TestStatus.FAILURE])
def test_a_test_that_ran_passes_whatever_came_of_it(status):
    assert outcome(check(mailbox(incoming_status=status))) == "pass"


@pytest.mark.parametrize("method", [EmailMethod.NONE, EmailMethod.OUTLOOK])
def test_a_method_that_is_not_in_use_means_nothing(method):
    subject = mailbox(incoming_method=method, incoming_status=TestStatus.NOT_RUN)
    assert outcome(check(subject)) == "pass"


def test_no_method_in_use_is_not_applicable():
    subject = mailbox(
        incoming_method=EmailMethod.NONE,
        outgoing_method=EmailMethod.NONE,
        act_method=ActMethod.NONE,
    )
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize("status", STATUSES)
def test_an_empty_status_is_undetermined(status):
    assert outcome(check(mailbox(**{status: None}))) == "undetermined"


@pytest.mark.parametrize("status", STATUSES)
def test_an_unknown_status_is_undetermined(status):
    with pytest.raises(Undecided):
        check(mailbox(**{status: MISSING}))


def test_how_grave_its_failure_is():
    assert gravity("mailbox-never-tested") == ("error", "stops")
