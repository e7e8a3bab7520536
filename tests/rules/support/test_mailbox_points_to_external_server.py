import pytest

from rules.option_sets import Deployment
from rules.support.mailbox_points_to_external_server import check
from rules.unknown import Undecided
from rules.verdict import Undetermined, outcome
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    organization,
    profile,
)
from tests.rules.gravity import gravity

OUTSIDE = exchange_mailbox(points_outside=True)
OF_NOBODY = exchange_mailbox(points_outside=None)
ONLINE = organization()
ON_PREMISES = organization(deployment=Deployment.ON_PREMISES)
OF_ANOTHER_TENANT = profile(same_tenant=False)


def test_fails_where_no_copy_stays():
    assert outcome(check(mailbox(exchange=OUTSIDE), ONLINE)) == "fail"


def test_passes_where_email_stays():
    assert outcome(check(mailbox(), ONLINE)) == "pass"


@pytest.mark.parametrize("other", [None, exchange_server_profile()])
def test_other_profiles_are_not_meant(other):
    assert outcome(check(mailbox(exchange=OUTSIDE, profile=other), ONLINE)) == "not-applicable"


def test_an_address_that_exchange_online_does_not_know_forwards_nothing():
    assert outcome(check(mailbox(exchange=OF_NOBODY), ONLINE)) == "not-applicable"


@pytest.mark.parametrize("told", [exchange_mailbox(), OUTSIDE, OF_NOBODY])
def test_the_own_tenant_tells_nothing_of_a_mailbox_in_another_one(told):
    verdict = check(mailbox(exchange=told, profile=OF_ANOTHER_TENANT), ONLINE)
    assert isinstance(verdict, Undetermined)
    assert "another tenant" in verdict.message
    assert "tenant that its profile names" in verdict.remedy


def test_on_premises_the_mail_tenant_is_the_one_that_was_read():
    outside = mailbox(exchange=OUTSIDE, profile=OF_ANOTHER_TENANT)
    assert outcome(check(outside, ON_PREMISES)) == "fail"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(exchange=exchange_mailbox(points_outside=MISSING)),
        mailbox(exchange=OUTSIDE, profile=MISSING),
        mailbox(exchange=OUTSIDE, profile=profile(reaches_exchange_online=MISSING)),
        mailbox(profile=profile(same_tenant=MISSING)),
    ],
)
def test_undetermined_where_it_cannot_be_told(subject):
    with pytest.raises(Undecided):
        check(subject, ONLINE)


def test_how_grave_its_failure_is():
    assert gravity("mailbox-points-to-external-server") == ("error", "unsupported")
