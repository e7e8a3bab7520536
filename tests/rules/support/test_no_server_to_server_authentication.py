import pytest

from rules.option_sets import CredentialRetrieval
from rules.support.no_server_to_server_authentication import check
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

BY_PROFILE = {"credential_retrieval": CredentialRetrieval.PROFILE}
WANTED = (CredentialRetrieval.SERVER_TO_SERVER, CredentialRetrieval.ENTRA_OAUTH)


def test_passes_server_to_server():
    assert outcome(check(profile(), organization())) == "pass"


@pytest.mark.parametrize("side", ["incoming", "outgoing", "both"])
def test_an_application_of_its_own_passes_and_both_pages_are_cited(side):
    own = {"credential_retrieval": CredentialRetrieval.ENTRA_OAUTH}
    verdict = check(profile(**{side: own}), organization())
    assert outcome(verdict) == "pass"
    assert "support page" in verdict.message
    assert "community.dynamics.com" in verdict.message


@pytest.mark.parametrize("side", ["incoming", "outgoing", "both"])
@pytest.mark.parametrize("retrieval", [each for each in CredentialRetrieval if each not in WANTED])
def test_fails_for_every_other_way_in_either_direction(retrieval, side):
    verdict = check(profile(**{side: {"credential_retrieval": retrieval}}), organization())
    assert outcome(verdict) == "fail"


def test_fails_in_one_direction_even_where_the_other_is_unknown():
    verdict = check(
        profile(
            incoming={"credential_retrieval": CredentialRetrieval.PROFILE},
            outgoing={"credential_retrieval": MISSING},
        ),
        organization(),
    )
    assert outcome(verdict) == "fail"
    assert "(incoming)" in verdict.message


def test_another_tenant_is_judged_elsewhere():
    other = profile(same_tenant=False, both={"credential_retrieval": CredentialRetrieval.PROFILE})
    assert outcome(check(other, organization())) == "not-applicable"


def test_the_direction_to_a_server_of_ones_own_signs_in_as_it_likes():
    assert outcome(check(reads_online(outgoing=BY_PROFILE), organization())) == "pass"
    verdict = check(reads_online(incoming=BY_PROFILE), organization())
    assert outcome(verdict) == "fail"
    assert verdict.directions == ("incoming",)


def test_exchange_server_and_on_premises_are_never_meant():
    assert outcome(check(exchange_server_profile(), organization())) == "not-applicable"
    assert outcome(check(profile(), on_premises())) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        {"same_tenant": MISSING},
        {"reaches_exchange_online": MISSING, "both": BY_PROFILE},
        {"outgoing": {"credential_retrieval": MISSING}},
    ],
)
def test_undetermined_where_it_cannot_be_told(hidden):
    with pytest.raises(Undecided):
        check(profile(**hidden), organization())


def test_how_grave_its_failure_is():
    assert gravity("no-server-to-server-authentication") == ("error", "unsupported")
