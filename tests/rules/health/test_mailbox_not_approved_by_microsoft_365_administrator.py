import pytest

from rules.health.mailbox_not_approved_by_microsoft_365_administrator import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_server_profile,
    forward_owner,
    mailbox,
    on_premises,
    organization,
    profile,
    reads_online,
)
from tests.rules.gravity import gravity

OPEN = {"approved_by_microsoft_365": False}
NO_EMAIL = {"incoming_method": EmailMethod.NONE, "outgoing_method": EmailMethod.NONE}


@pytest.mark.parametrize(("approved", "expected"), [(False, "fail"), (True, "pass")])
def test_the_mark_decides(approved, expected):
    subject = mailbox(approved_by_microsoft_365=approved)
    assert outcome(check(subject, organization())) == expected


def test_what_is_approved_passes_whether_it_is_known_to_be_demanded_or_not():
    where = organization(requires_approval_for_user_email=MISSING)
    assert outcome(check(mailbox(), where)) == "pass"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({}, on_premises()),
        ({}, organization(requires_approval_for_user_email=False)),
        ({"profile": exchange_server_profile()}, organization()),
        ({"profile": None}, organization()),
        ({"owner": forward_owner()}, organization()),
        (NO_EMAIL, organization()),
    ],
)
def test_elsewhere_the_dynamics_administrator_is_enough(changes, where):
    subject = mailbox(approved_by_microsoft_365=False, **changes)
    assert outcome(check(subject, where)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (mailbox(**OPEN, profile=MISSING), organization()),
        (mailbox(**OPEN, profile=profile(is_exchange_online=MISSING)), organization()),
        (mailbox(**OPEN), organization(deployment=MISSING)),
        (mailbox(**OPEN), organization(requires_approval_for_user_email=MISSING)),
    ],
)
def test_one_that_is_not_approved_is_suspected_where_the_demand_is_open(subject, where):
    verdict = check(subject, where)
    assert outcome(verdict) == "undetermined"
    assert verdict.suspected
    assert verdict.unknown is MISSING


def test_whether_one_direction_to_exchange_online_is_enough_is_not_published():
    verdict = check(mailbox(**OPEN, profile=reads_online()), organization())
    assert outcome(verdict) == "undetermined"
    assert "one direction" in verdict.message
    assert outcome(check(mailbox(profile=reads_online()), organization())) == "pass"
    hybrid = exchange_server_profile(reaches_exchange_online=True)
    assert outcome(check(mailbox(**OPEN, profile=hybrid), organization())) == "not-applicable"


def test_what_is_not_known_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(approved_by_microsoft_365=MISSING), organization())


def test_how_grave_its_failure_is():
    assert gravity("mailbox-not-approved-by-microsoft-365-administrator") == ("error", "stops")
