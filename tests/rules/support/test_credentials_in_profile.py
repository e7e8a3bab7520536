import pytest

from rules.option_sets import CredentialRetrieval
from rules.support.credentials_in_profile import check
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_server_profile,
    on_premises,
    organization,
    profile,
    reads_online,
)
from tests.rules.gravity import gravity


@pytest.mark.parametrize("side", ["incoming", "outgoing", "both"])
def test_fails_for_either_direction(side):
    verdict = check(
        profile(**{side: {"credential_retrieval": CredentialRetrieval.PROFILE}}), organization()
    )
    assert outcome(verdict) == "fail"
    assert {e.value for e in verdict.evidence} == {1}


@pytest.mark.parametrize(
    "retrieval", [each for each in CredentialRetrieval if each is not CredentialRetrieval.PROFILE]
)
def test_passes_for_every_other_way_to_sign_in(retrieval):
    assert outcome(check(profile(both={"credential_retrieval": retrieval}), organization())) == (
        "pass"
    )


def test_one_direction_is_enough_even_where_the_other_is_unknown():
    verdict = check(
        profile(
            incoming={"credential_retrieval": CredentialRetrieval.PROFILE},
            outgoing={"credential_retrieval": MISSING},
        ),
        organization(),
    )
    assert outcome(verdict) == "fail"


def test_exchange_server_and_on_premises_are_never_meant():
    assert outcome(check(exchange_server_profile(), organization())) == "not-applicable"
    assert outcome(check(profile(), on_premises())) == "not-applicable"


def test_a_hybrid_of_exchange_server_is_judged_by_where_it_leads():
    there = exchange_server_profile(
        both={"credential_retrieval": CredentialRetrieval.PROFILE}, reaches_exchange_online=True
    )
    assert outcome(check(there, organization())) == "fail"


def test_only_the_direction_that_leads_there_is_judged():
    way = {"credential_retrieval": CredentialRetrieval.PROFILE}
    for side, expected in (("incoming", "fail"), ("outgoing", "pass")):
        assert outcome(check(reads_online(**{side: way}), organization())) == expected


def test_how_grave_its_failure_is():
    assert gravity("credentials-in-profile") == ("error", "unsupported")
