import pytest

from rules.health.appointments_contacts_tasks_on_queue import check
from rules.option_sets import ActMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("method", "expected"),
    [(ActMethod.SERVER_SIDE, "fail"), (ActMethod.OUTLOOK, "pass"), (ActMethod.NONE, "pass")],
)
def test_fails_where_a_queue_synchronizes_appointments(method, expected):
    assert outcome(check(mailbox(owner=queue(), act_method=method))) == expected


@pytest.mark.parametrize("other", [owner(), forward_owner()])
def test_only_queues_are_meant(other):
    assert outcome(check(mailbox(owner=other))) == "not-applicable"


@pytest.mark.parametrize(
    "subject", [mailbox(owner=owner(kind=MISSING)), mailbox(owner=queue(), act_method=MISSING)]
)
def test_what_is_not_known_leaves_it_open(subject):
    with pytest.raises(Undecided):
        check(subject)


def test_how_grave_its_failure_is():
    assert gravity("appointments-contacts-tasks-on-queue") == ("warning", "degrades")
