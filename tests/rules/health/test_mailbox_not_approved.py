import pytest

from rules.health.mailbox_not_approved import check
from rules.option_sets import Approval, EmailMethod, TestStatus
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, organization, queue
from tests.rules.gravity import gravity

REJECTED = {"approval": Approval.REJECTED}
NO_EMAIL = {"incoming_method": EmailMethod.NONE, "outgoing_method": EmailMethod.NONE}


@pytest.mark.parametrize("approval", [Approval.EMPTY, Approval.PENDING, Approval.REJECTED])
def test_anything_but_approved_fails(approval):
    assert outcome(check(mailbox(approval=approval), organization())) == "fail"


@pytest.mark.parametrize(
    ("status", "approval", "changed"),
    [
        (TestStatus.SUCCESS, Approval.PENDING, True),
        (TestStatus.NOT_RUN, Approval.PENDING, False),
        (TestStatus.SUCCESS, Approval.EMPTY, False),
        (MISSING, Approval.PENDING, False),
    ],
)
def test_an_approval_that_was_lost_tells_of_a_changed_address(status, approval, changed):
    subject = mailbox(approval=approval, incoming_status=status, outgoing_status=status)
    verdict = check(subject, organization())
    assert ("the address was changed" in verdict.message) is changed
    assert ("incoming_status" in {each.field for each in verdict.evidence}) is changed


@pytest.mark.parametrize("demanded", [True, MISSING])
def test_approved_passes_whether_it_is_known_to_be_demanded_or_not(demanded):
    where = organization(requires_approval_for_user_email=demanded)
    assert outcome(check(mailbox(), where)) == "pass"


def test_a_queue_is_asked_by_its_own_switch():
    pending = mailbox(owner=queue(), approval=Approval.PENDING)
    users_free = organization(requires_approval_for_user_email=False)
    queues_free = organization(requires_approval_for_queue_email=False)
    assert outcome(check(pending, users_free)) == "fail"
    assert outcome(check(pending, queues_free)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (mailbox(approval=Approval.PENDING, owner=forward_owner()), organization()),
        (mailbox(approval=Approval.PENDING, **NO_EMAIL), organization()),
        (
            mailbox(approval=Approval.PENDING),
            organization(requires_approval_for_user_email=False),
        ),
    ],
)
def test_where_none_is_demanded_it_is_not_judged(subject, where):
    assert outcome(check(subject, where)) == "not-applicable"


def test_an_empty_state_is_undetermined():
    assert outcome(check(mailbox(approval=None), organization())) == "undetermined"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (mailbox(**REJECTED, owner=queue(kind=MISSING)), organization()),
        (mailbox(**REJECTED), organization(requires_approval_for_user_email=MISSING)),
        (
            mailbox(**REJECTED, incoming_method=MISSING, outgoing_method=EmailMethod.NONE),
            organization(),
        ),
    ],
)
def test_one_that_is_not_approved_is_suspected_where_the_demand_is_open(subject, where):
    verdict = check(subject, where)
    assert outcome(verdict) == "undetermined"
    assert verdict.suspected
    assert verdict.unknown is MISSING


def test_what_is_not_known_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(approval=MISSING), organization())


def test_how_grave_its_failure_is():
    assert gravity("mailbox-not-approved") == ("error", "stops")
