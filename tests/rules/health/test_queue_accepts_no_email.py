import pytest

from rules.health.queue_accepts_no_email import check
from rules.option_sets import EmailMethod, FilteringMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox, owner, queue
from tests.rules.gravity import gravity

CLOSED = queue(filtering=FilteringMethod.NONE)


@pytest.mark.parametrize("filtering", FilteringMethod)
def test_a_queue_must_accept_some_email(filtering):
    expected = "fail" if filtering is FilteringMethod.NONE else "pass"
    assert outcome(check(mailbox(owner=queue(filtering=filtering)))) == expected


@pytest.mark.parametrize(
    "subject",
    [mailbox(owner=owner()), mailbox(owner=CLOSED, incoming_method=EmailMethod.NONE)],
)
def test_others_are_not_meant(subject):
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(owner=queue(filtering=MISSING)),
        mailbox(owner=queue(kind=MISSING, filtering=FilteringMethod.NONE)),
        mailbox(owner=CLOSED, incoming_method=MISSING),
    ],
)
def test_what_is_not_known_is_undetermined(subject):
    with pytest.raises(Undecided):
        check(subject)


def test_how_grave_its_failure_is():
    assert gravity("queue-accepts-no-email") == ("warning", "degrades")
