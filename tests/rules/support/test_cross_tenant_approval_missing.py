import pytest

from rules.option_sets import Approval
from rules.support.cross_tenant_approval_missing import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox, on_premises, organization, profile
from tests.rules.gravity import gravity


def across(**changes):
    return mailbox(**{"profile": profile(same_tenant=False), **changes})


def test_passes_where_it_is_approved():
    assert outcome(check(across(), organization())) == "pass"


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_by_microsoft_365": False},
        {"approved_by_microsoft_365": False, "approval": MISSING},
        *({"approval": each} for each in (Approval.EMPTY, Approval.PENDING, Approval.REJECTED)),
        {"approval": Approval.PENDING, "approved_by_microsoft_365": MISSING},
    ],
)
def test_fails_where_either_approval_is_missing(changes):
    assert outcome(check(across(**changes), organization())) == "fail"


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_by_microsoft_365": MISSING},
        {"approval": MISSING},
        {"profile": MISSING},
        {"profile": profile(same_tenant=MISSING)},
    ],
)
def test_undetermined_where_it_cannot_be_told(changes):
    with pytest.raises(Undecided):
        check(across(**changes), organization())


def test_one_tenant_and_on_premises_are_not_meant():
    unapproved = {"approved_by_microsoft_365": False}
    assert outcome(check(mailbox(**unapproved), organization())) == "not-applicable"
    assert outcome(check(across(**unapproved), on_premises())) == "not-applicable"
    assert outcome(check(mailbox(profile=None), organization())) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("cross-tenant-approval-missing") == ("error", "unsupported")
