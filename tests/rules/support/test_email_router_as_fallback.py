import pytest

from rules.edition import load
from rules.option_sets import CredentialRetrieval
from rules.support.email_router_as_fallback import check
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    declared,
    emails,
    every,
    extensions,
    mailbox,
    organization,
    pop3_profile,
    profile,
    tenant,
)

ACCOUNT = {"credential_retrieval": CredentialRetrieval.PROFILE}
UNSUPPORTED = profile(both=ACCOUNT)


def judged(*mailboxes, said=None, edition="crm-2016"):
    return check(
        organization(),
        said or declared(),
        load(edition),
        every(*mailboxes),
        tenant(),
        emails(),
        extensions(),
        every(),
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
