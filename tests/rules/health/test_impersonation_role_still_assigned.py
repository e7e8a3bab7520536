import pytest

from rules.health.impersonation_role_still_assigned import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, every, exchange_server_profile, profile, tenant
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("assigned", "expected"), [(True, "fail"), (False, "pass")])
def test_nobody_may_hold_the_role(assigned, expected):
    found = check(tenant(impersonation_role_assigned=assigned), every(profile()))
    assert outcome(found) == expected


@pytest.mark.parametrize(
    "profiles", [(), (exchange_server_profile(),), (profile(active=False),)], ids=str
)
def test_without_exchange_online_it_is_not_meant(profiles):
    found = check(tenant(impersonation_role_assigned=True), every(*profiles))
    assert outcome(found) == "not-applicable"


@pytest.mark.parametrize(
    ("assigned", "its_profile"),
    [(MISSING, profile()), (True, profile(reaches_exchange_online=MISSING))],
)
def test_what_is_not_known_is_undetermined(assigned, its_profile):
    with pytest.raises(Undecided):
        check(tenant(impersonation_role_assigned=assigned), every(its_profile))


def test_how_grave_its_failure_is():
    assert gravity("impersonation-role-still-assigned") == ("note", "exposes")
