import pytest

from rules.health.client_policy_may_stop_dynamics import check
from rules.health.synchronization_stale import ERROR
from rules.option_sets import CredentialRetrieval
from rules.rule import catalogue
from rules.thresholds import DAY, Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    every,
    exchange_server_profile,
    mailbox,
    on_premises,
    organization,
    profile,
    tenant,
)
from tests.rules.gravity import gravity

LIMITS = Thresholds({ERROR.name: ERROR})
STALE = every(mailbox(since_success_s=DAY))
ALLOW, BLOCK = "EnforceAllowList", "EnforceBlockList"
ACROSS = profile(both={"credential_retrieval": CredentialRetrieval.ENTRA_OAUTH}, same_tenant=False)
OWN = profile(both={"credential_retrieval": CredentialRetrieval.ENTRA_OAUTH})


def judged(exchange, mailboxes=STALE, profiles=None, own=None):
    profiles = profiles or every(profile())
    return check(exchange, own or organization(), profiles, mailboxes, LIMITS)


def test_without_a_policy_it_passes():
    assert outcome(judged(tenant())) == "pass"


def test_an_allow_list_without_a_name_lets_nobody_in():
    assert outcome(judged(tenant(client_policy=ALLOW, allows_no_client=True))) == "fail"


@pytest.mark.parametrize(
    "exchange",
    [tenant(client_policy=BLOCK), tenant(client_policy=ALLOW, allows_no_client=False)],
)
def test_a_policy_is_undetermined_and_names_the_test(exchange):
    verdict = judged(exchange)
    assert outcome(verdict) == "undetermined"
    assert exchange.client_policy in verdict.message
    assert "Test & Enable" in verdict.remedy


@pytest.mark.parametrize("exchange", [tenant(client_policy=BLOCK), tenant(client_policy=MISSING)])
def test_a_mailbox_that_synchronized_lately_shows_that_nothing_is_stopped(exchange):
    assert outcome(judged(exchange, every(mailbox()))) == "pass"


@pytest.mark.parametrize(
    ("profiles", "own", "expected"),
    [
        (every(OWN), None, "undetermined"),
        (every(profile()), on_premises(), "undetermined"),
        (every(exchange_server_profile()), None, "not-applicable"),
        (every(exchange_server_profile()), on_premises(), "not-applicable"),
        (every(ACROSS), None, "not-applicable"),
    ],
)
def test_whoever_reads_this_tenant_as_an_application_is_meant(profiles, own, expected):
    """Of another tenant the policy was not read."""
    exchange = tenant(client_policy=BLOCK)
    assert outcome(judged(exchange, profiles=profiles, own=own)) == expected


@pytest.mark.parametrize(
    ("exchange", "mailboxes"),
    [
        (tenant(client_policy=MISSING), STALE),
        (tenant(client_policy=ALLOW, allows_no_client=MISSING), STALE),
        (tenant(client_policy=ALLOW), MISSING),
        (tenant(client_policy=ALLOW), every(mailbox(since_success_s=MISSING))),
    ],
)
def test_what_is_not_known_is_undetermined(exchange, mailboxes):
    with pytest.raises(Undecided):
        judged(exchange, mailboxes)


@pytest.mark.parametrize("own", [organization(), on_premises()])
@pytest.mark.parametrize("elsewhere", [{"another_tenant_was_read": True}, {"active": False}])
def test_mailboxes_of_another_tenant_are_not_stopped_by_the_policy_of_this_one(own, elsewhere):
    """Others read this one, so that its policy fails."""
    there = profile(**elsewhere)
    exchange = tenant(client_policy=ALLOW, allows_no_client=True)
    assert outcome(judged(exchange, profiles=every(profile(), there), own=own)) == "fail"
    bears_on = next(
        each.bears_on for each in catalogue() if each.id == "client-policy-may-stop-dynamics"
    )
    assert bears_on(mailbox(), own) is True
    assert bears_on(mailbox(profile=there), own) is not True


def test_how_grave_its_failure_is():
    assert gravity("client-policy-may-stop-dynamics") == ("error", "stops")
