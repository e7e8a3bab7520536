import pytest

from rules.health.ews_disabled_in_tenant import check
from rules.option_sets import CredentialRetrieval
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    every,
    exchange_server_profile,
    on_premises,
    organization,
    profile,
    tenant,
)
from tests.rules.gravity import gravity

STORED = {"credential_retrieval": CredentialRetrieval.PROFILE}
APPLICATION = {"credential_retrieval": CredentialRetrieval.ENTRA_OAUTH}


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({}, "pass"),
        ({"ews_enabled": False}, "fail"),
        ({"ews_enabled": None}, "fail"),
        ({"dynamics_allowed_for_ews": False}, "fail"),
        ({"ews_enabled": False, "dynamics_allowed_for_ews": MISSING}, "fail"),
        ({"ews_enabled": MISSING, "dynamics_allowed_for_ews": False}, "fail"),
    ],
)
def test_the_switch_and_the_list_must_both_allow(switches, expected):
    verdict = check(tenant(**switches), on_premises(), every(profile()))
    assert outcome(verdict) == expected


@pytest.mark.parametrize(
    ("where", "of_profile", "expected"),
    [
        (on_premises(), profile(), "fail"),
        (organization(), profile(both=STORED), "fail"),
        (organization(), profile(), "not-applicable"),
        (organization(), profile(both=APPLICATION), "not-applicable"),
        (on_premises(), profile(active=False), "not-applicable"),
        (on_premises(), exchange_server_profile(), "not-applicable"),
    ],
)
def test_only_profiles_that_reach_exchange_online_by_it_are_meant(where, of_profile, expected):
    assert outcome(check(tenant(ews_enabled=False), where, every(of_profile))) == expected


@pytest.mark.parametrize(
    ("subject", "where", "of_profile"),
    [
        (tenant(ews_enabled=MISSING), on_premises(), profile()),
        (tenant(dynamics_allowed_for_ews=MISSING), on_premises(), profile()),
        (tenant(), organization(deployment=MISSING), profile()),
        (tenant(), on_premises(), profile(reaches_exchange_online=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(subject, where, of_profile):
    with pytest.raises(Undecided):
        check(subject, where, every(of_profile))


def test_how_grave_its_failure_is():
    assert gravity("ews-disabled-in-tenant") == ("error", "stops")
