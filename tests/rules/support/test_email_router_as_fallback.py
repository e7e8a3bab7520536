import pytest

from rules.edition import load
from rules.email_systems import Place, Product, Protocol
from rules.option_sets import ActMethod, CredentialRetrieval, EmailMethod
from rules.support.email_router_as_fallback import check
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    declared,
    emails,
    every,
    exchange_mailbox,
    exchange_server_profile,
    extensions,
    mailbox,
    organization,
    pop3_profile,
    profile,
    tenant,
)
from tests.rules.gravity import gravity

ACCOUNT = {"credential_retrieval": CredentialRetrieval.PROFILE}
UNSUPPORTED = profile(both=ACCOUNT)
MIXED = exchange_server_profile(outgoing={"protocol": Protocol.SMTP, "product": Product.YAHOO_MAIL})


def judged(*mailboxes, said=None, edition="crm-2016", profiles=None):
    return check(
        organization(),
        said or declared(),
        load(edition),
        every(*mailboxes),
        tenant(),
        emails(),
        extensions(),
        every(),
        every() if profiles is None else profiles,
    )


@pytest.mark.parametrize("edition", ["crm-2016", "customer-engagement-2018"])
def test_fails_where_a_profile_in_use_is_unsupported_and_tells_the_advice(edition):
    verdict = judged(mailbox(), mailbox(profile=UNSUPPORTED), edition=edition)
    assert outcome(verdict) == "fail"
    assert "Email Router" in verdict.message
    assert "April 2021" in verdict.message


@pytest.mark.parametrize(
    ("mailboxes", "said"),
    [
        ((mailbox(profile=pop3_profile()),), declared()),
        ((mailbox(),), declared(mass_email_campaigns=True)),
    ],
)
def test_fails_for_a_mailbox_or_the_organization_too(mailboxes, said):
    assert outcome(judged(*mailboxes, said=said)) == "fail"


def test_passes_where_everything_is_supported():
    assert outcome(judged(mailbox())) == "pass"


@pytest.mark.parametrize(
    "unused",
    [
        mailbox(profile=UNSUPPORTED, synchronizing=False),
        mailbox(profile=profile(both=ACCOUNT, active=False)),
    ],
)
def test_profiles_out_of_use_do_not_count(unused):
    assert outcome(judged(mailbox(), unused)) == "pass"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(profile=MISSING),
        mailbox(profile=profile(incoming={"impersonates": MISSING})),
        mailbox(profile=UNSUPPORTED, synchronizing=MISSING),
        mailbox(profile=profile(both=ACCOUNT, active=MISSING)),
    ],
)
def test_undetermined_where_something_may_be_unsupported(subject):
    verdict = judged(mailbox(), subject)
    assert outcome(verdict) == "undetermined"
    assert verdict.cause == MISSING.cause


SENDS = {"incoming_method": EmailMethod.NONE, "act_method": ActMethod.NONE}
RECEIVES = {"outgoing_method": EmailMethod.NONE}
ON_THE_SERVER = exchange_mailbox(place=Place.EXCHANGE_SERVER)


def test_a_mix_of_directions_that_no_mailbox_alone_uses_counts():
    """Each mailbox knows of the profile what it uses alone."""
    one_way = [
        mailbox(profile=MIXED.used_for("incoming"), exchange=ON_THE_SERVER, **RECEIVES),
        mailbox(profile=MIXED.used_for("outgoing"), exchange=ON_THE_SERVER, **SENDS),
    ]
    verdict = judged(*one_way, profiles=every(MIXED))
    assert outcome(verdict) == "fail"
    assert "different kinds of systems" in verdict.message
    assert outcome(judged(*one_way, profiles=MISSING)) == "undetermined"


def test_how_grave_its_failure_is():
    assert gravity("email-router-as-fallback") == ("note", "advice")
