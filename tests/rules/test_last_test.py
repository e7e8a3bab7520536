"""What the last test of one method says: every status, and a method that is not in use."""

import pytest

from rules.alert_causes import AlertCause
from rules.last_test import judge_last_test
from rules.mailbox_methods import incoming
from rules.option_sets import EmailMethod, TestStatus
from rules.unknown import Undecided
from rules.verdict import Fail, outcome
from tests.rules.facts import MISSING, mailbox


def judged(**changes: object):
    subject = mailbox(**changes)
    return judge_last_test(subject, incoming(subject))


@pytest.mark.parametrize(
    ("status", "word", "message"),
    [
        (TestStatus.SUCCESS, "pass", "The last test of incoming email succeeded."),
        (TestStatus.FAILURE, "fail", "The last test of incoming email failed, so that it "),
        (TestStatus.NOT_RUN, "not-applicable", "No test of incoming email has run: mailbox-never"),
        (None, "undetermined", "The test status of incoming email is empty."),
    ],
)
def test_each_status_has_its_verdict(status: TestStatus | None, word: str, message: str) -> None:
    found = judged(incoming_status=status)
    assert outcome(found) == word
    assert found.message.startswith(message)


def test_a_method_that_is_not_in_use_says_nothing() -> None:
    found = judged(incoming_method=EmailMethod.NONE, incoming_status=TestStatus.FAILURE)
    assert outcome(found) == "not-applicable"
    assert found.message == "Server-side synchronization is not set for incoming email."


@pytest.mark.parametrize("field", ["incoming_method", "incoming_status"])
def test_what_was_not_read_leaves_it_open(field: str) -> None:
    with pytest.raises(Undecided):
        judged(**{field: MISSING})


def test_an_alert_explains_a_failure_and_nothing_else() -> None:
    full = AlertCause.MAILBOX_FULL
    found = judged(incoming_status=TestStatus.FAILURE, alert_cause=full)
    assert isinstance(found, Fail)
    assert full.says in found.message
    assert [each.field for each in found.evidence] == [
        "incoming_method",
        "incoming_status",
        "alert_cause",
    ]
    assert full.says not in judged(alert_cause=full).message
