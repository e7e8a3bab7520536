import pytest

from rules.email_systems import Place
from rules.health.mailbox_not_in_exchange_online import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    OTHER_TENANT,
    OWN_TENANT,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    on_premises,
    organization,
    profile,
)
from tests.rules.gravity import gravity

NOT_THERE = exchange_mailbox(found_in_tenant=False, place=Place.ELSEWHERE)


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (exchange_mailbox(), "pass"),
        (NOT_THERE, "fail"),
        (exchange_mailbox(found_in_tenant=False, place=MISSING), "fail"),
        (exchange_mailbox(found_in_tenant=MISSING, place=Place.EXCHANGE_SERVER), "fail"),
        (exchange_mailbox(place=Place.ELSEWHERE), "fail"),
    ],
)
def test_the_mailbox_must_be_in_exchange_online(exchange, expected):
    assert outcome(check(mailbox(exchange=exchange), organization())) == expected


@pytest.mark.parametrize(
    ("its_profile", "where"),
    [
        (profile(), on_premises()),
        (exchange_server_profile(), organization()),
        (profile(same_tenant=False), organization()),
        (None, organization()),
    ],
)
def test_other_profiles_are_not_meant(its_profile, where):
    subject = mailbox(exchange=NOT_THERE, profile=its_profile)
    assert outcome(check(subject, where)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (mailbox(exchange=exchange_mailbox(found_in_tenant=MISSING)), organization()),
        (mailbox(exchange=exchange_mailbox(place=MISSING)), organization()),
        (mailbox(profile=MISSING), organization()),
        (mailbox(profile=profile(same_tenant=MISSING)), organization()),
        (mailbox(), organization(deployment=MISSING)),
    ],
)
def test_what_is_not_known_is_undetermined(subject, where):
    with pytest.raises(Undecided):
        check(subject, where)


@pytest.mark.parametrize(
    ("known", "sentence", "remedy"),
    [
        ({"account_is_guest": True, "found_in_tenant": True}, "guest", "cross-tenant"),
        ({"address_is_of_a_group": True}, "distribution list", "shared mailbox"),
        ({"address_is_of_a_group": False}, "Nobody in the tenant", None),
        ({"address_is_of_a_group": MISSING}, "No account of the tenant", None),
    ],
)
def test_the_sentence_is_no_more_than_what_was_read(known, sentence, remedy):
    gone = {"found_in_tenant": False, "place": Place.ELSEWHERE, **known}
    verdict = check(mailbox(exchange=exchange_mailbox(**gone)), organization())
    assert sentence in verdict.message
    assert remedy is None or remedy in verdict.remedy


READS_ANOTHER = profile(another_tenant_was_read=True)


@pytest.mark.parametrize(
    ("tenant", "its_profile", "expected"),
    [
        (OTHER_TENANT, READS_ANOTHER, "fail"),
        (OTHER_TENANT, profile(), "pass"),
        (OWN_TENANT, READS_ANOTHER, "undetermined"),
        (MISSING, READS_ANOTHER, "undetermined"),
        (OTHER_TENANT, profile(another_tenant_was_read=True, mail_tenant_id=MISSING), None),
    ],
)
def test_a_domain_is_of_one_tenant_alone(tenant, its_profile, expected):
    subject = mailbox(profile=its_profile, exchange=exchange_mailbox(tenant_of_domain=tenant))
    verdict = check(subject, organization())
    assert outcome(verdict) == (expected or "undetermined")
    assert expected != "fail" or "cross-tenant" in verdict.remedy


def test_how_grave_its_failure_is():
    assert gravity("mailbox-not-in-exchange-online") == ("error", "stops")
