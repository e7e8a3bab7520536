import pytest

from rules.health.mailbox_of_inactive_queue import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("enabled", "expected"), [(True, "pass"), (False, "fail")])
def test_the_queue_should_be_active(enabled, expected):
    assert outcome(check(mailbox(owner=queue(enabled=enabled)))) == expected


@pytest.mark.parametrize("other", [owner(enabled=False), forward_owner()])
def test_only_queues_are_meant(other):
    assert outcome(check(mailbox(owner=other))) == "not-applicable"


@pytest.mark.parametrize("field", ["kind", "enabled"])
def test_what_is_not_known_leaves_it_open(field):
    with pytest.raises(Undecided):
        check(mailbox(owner=queue(**{field: MISSING})))


def test_how_grave_its_failure_is():
    assert gravity("mailbox-of-inactive-queue") == ("note", "degrades")
