import pytest

from rules.health.outgoing_email_failed import check
from rules.option_sets import EmailMethod, TestStatus
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (TestStatus.FAILURE, "fail"),
        (TestStatus.SUCCESS, "pass"),
        (TestStatus.NOT_RUN, "not-applicable"),
        (None, "undetermined"),
    ],
)
def test_the_last_test_decides(status, expected):
    assert outcome(check(mailbox(outgoing_status=status))) == expected


@pytest.mark.parametrize("method", [EmailMethod.NONE, EmailMethod.OUTLOOK])
def test_a_method_that_is_not_in_use_means_nothing(method):
    subject = mailbox(outgoing_method=method, outgoing_status=TestStatus.FAILURE)
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize("hidden", ["outgoing_method", "outgoing_status"])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**{hidden: MISSING}))


def test_how_grave_its_failure_is():
    assert gravity("outgoing-email-failed") == ("error", "stops")
