import pytest

from rules.health.mailbox_without_owner import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("forward", "expected"), [(True, "pass"), (False, "fail")])
def test_only_a_forward_mailbox_may_belong_to_nobody(forward, expected):
    subject = mailbox(owner=forward_owner(), is_forward_mailbox=forward)
    assert outcome(check(subject)) == expected


@pytest.mark.parametrize("of", [owner(), queue()])
def test_a_mailbox_of_somebody_is_not_meant(of):
    assert outcome(check(mailbox(owner=of))) == "not-applicable"


def test_what_is_not_known_is_undetermined():
    for subject in (
        mailbox(owner=forward_owner(kind=MISSING)),
        mailbox(owner=forward_owner(), is_forward_mailbox=MISSING),
    ):
        with pytest.raises(Undecided):
            check(subject)


def test_how_grave_its_failure_is():
    assert gravity("mailbox-without-owner") == ("note", "degrades")
