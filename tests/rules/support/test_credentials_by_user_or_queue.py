import pytest

from rules.option_sets import CredentialRetrieval
from rules.support.credentials_by_user_or_queue import check
from rules.unknown import Undecided
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

OWN = {"credential_retrieval": CredentialRetrieval.USER_OR_QUEUE}
HIDDEN = {"credential_retrieval": MISSING}


@pytest.mark.parametrize("side", ["incoming", "outgoing", "both"])
def test_fails_for_either_direction(side):
    verdict = check(profile(**{side: OWN}), organization())
    assert outcome(verdict) == "fail"
    assert {e.value for e in verdict.evidence} == {0}


@pytest.mark.parametrize("retrieval", [each for each in CredentialRetrieval if each])
def test_passes_for_every_other_way_to_sign_in(retrieval):
    verdict = check(profile(both={"credential_retrieval": retrieval}), organization())
    assert outcome(verdict) == "pass"


def test_one_direction_is_enough_even_where_the_other_is_unknown():
    assert outcome(check(profile(incoming=OWN, outgoing=HIDDEN), organization())) == "fail"


def test_an_unknown_direction_is_undetermined():
    with pytest.raises(Undecided):
        check(profile(outgoing=HIDDEN), organization())


def test_exchange_server_and_on_premises_are_never_meant():
    assert outcome(check(exchange_server_profile(both=OWN), organization())) == "not-applicable"
    assert outcome(check(profile(both=OWN), on_premises())) == "not-applicable"


def test_a_hybrid_of_exchange_server_is_judged_by_where_it_leads():
    there = exchange_server_profile(
        both={"credential_retrieval": CredentialRetrieval.USER_OR_QUEUE},
        reaches_exchange_online=True,
    )
    assert outcome(check(there, organization())) == "fail"


def test_only_the_direction_that_leads_there_is_judged():
    way = {"credential_retrieval": CredentialRetrieval.USER_OR_QUEUE}
    for side, expected in (("incoming", "fail"), ("outgoing", "pass")):
        assert outcome(check(reads_online(**{side: way}), organization())) == expected


def test_how_grave_its_failure_is():
    assert gravity("credentials-by-user-or-queue") == ("error", "unsupported")
