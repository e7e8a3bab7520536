import pytest

from rules.edition import load
from rules.option_sets import CredentialRetrieval
from rules.support.exchange_online_in_other_tenant import check
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

OAUTH = {"credential_retrieval": CredentialRetrieval.ENTRA_OAUTH}
ONLINE = load("online")


def other_tenant(**changes):
    return profile(**{"same_tenant": False, "both": OAUTH, **changes})


@pytest.mark.parametrize("edition", ["crm-2016", "customer-engagement-2018"])
def test_older_editions_support_no_other_tenant_however_it_signs_in(edition):
    assert outcome(check(other_tenant(), organization(), load(edition))) == "fail"


def test_today_it_is_supported_with_limits_by_oauth():
    verdict = check(other_tenant(), organization(), ONLINE)
    assert outcome(verdict) == "pass"
    assert "limits" in verdict.message


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
@pytest.mark.parametrize(
    "retrieval",
    [each for each in CredentialRetrieval if each is not CredentialRetrieval.ENTRA_OAUTH],
)
def test_today_it_fails_for_every_other_way_in_either_direction(retrieval, side):
    sides = {"incoming": OAUTH, "outgoing": OAUTH, side: {"credential_retrieval": retrieval}}
    verdict = check(other_tenant(both={}, **sides), organization(), ONLINE)
    assert outcome(verdict) == "fail"
    assert side in verdict.message


@pytest.mark.parametrize("edition", ["crm-2016", "customer-engagement-2018", "online"])
def test_passes_in_the_own_tenant(edition):
    assert outcome(check(profile(), organization(), load(edition))) == "pass"


@pytest.mark.parametrize(
    "hidden",
    [{"same_tenant": MISSING}, {"both": {}, "incoming": {"credential_retrieval": MISSING}}],
)
def test_undetermined_where_it_cannot_be_told(hidden):
    known_side = {} if "same_tenant" in hidden else {"outgoing": OAUTH}
    with pytest.raises(Undecided):
        check(other_tenant(**known_side, **hidden), organization(), ONLINE)


@pytest.mark.parametrize(
    ("incoming", "outgoing", "expected"),
    [
        (CredentialRetrieval.ENTRA_OAUTH, CredentialRetrieval.PROFILE, "pass"),
        (CredentialRetrieval.PROFILE, CredentialRetrieval.ENTRA_OAUTH, "fail"),
    ],
)
def test_how_the_direction_to_a_server_of_ones_own_signs_in_decides_nothing(
    incoming, outgoing, expected
):
    there = reads_online(
        same_tenant=False,
        incoming={"credential_retrieval": incoming},
        outgoing={"credential_retrieval": outgoing},
    )
    verdict = check(there, organization(), ONLINE)
    assert outcome(verdict) == expected
    assert expected == "pass" or verdict.directions == ("incoming",)
    assert outcome(check(there, organization(), load("crm-2016"))) == "fail"
    assert outcome(check(reads_online(), organization(), ONLINE)) == "pass"


def test_exchange_server_and_on_premises_are_never_meant():
    assert outcome(check(exchange_server_profile(), organization(), ONLINE)) == "not-applicable"
    assert outcome(check(other_tenant(), on_premises(), ONLINE)) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("exchange-online-in-other-tenant") == ("error", "unsupported")
