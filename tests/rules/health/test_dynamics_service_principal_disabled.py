import pytest

from rules.health.dynamics_service_principal_disabled import check
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

LOCKED_OUT = tenant(dynamics_principal_enabled=False)


@pytest.mark.parametrize(("enabled", "expected"), [(True, "pass"), (False, "fail")])
def test_the_application_must_be_able_to_sign_in(enabled, expected):
    subject = tenant(dynamics_principal_enabled=enabled)
    assert outcome(check(subject, organization(), every(profile()))) == expected


@pytest.mark.parametrize(
    ("where", "profiles"),
    [
        (on_premises(), every(profile())),
        (organization(), every(exchange_server_profile())),
        (organization(), every(profile(active=False))),
        (organization(), every()),
    ],
)
def test_only_server_to_server_profiles_need_it(where, profiles):
    assert outcome(check(LOCKED_OUT, where, profiles)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "where", "profiles"),
    [
        (tenant(dynamics_principal_enabled=MISSING), organization(), every(profile())),
        (LOCKED_OUT, organization(deployment=MISSING), every(profile())),
        (LOCKED_OUT, organization(), every(profile(active=MISSING))),
    ],
)
def test_what_is_not_known_leaves_it_open(subject, where, profiles):
    with pytest.raises(Undecided):
        check(subject, where, profiles)


def test_how_grave_its_failure_is():
    assert gravity("dynamics-service-principal-disabled") == ("error", "stops")
