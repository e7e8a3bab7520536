import pytest

from rules.lifecycle.exchange_online_impersonation_retired import check
from rules.unknown import Undecided
from tests.rules.facts import MISSING, exchange_server_profile, profile, reads_online
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import days_before, on, told

TODAY = on("2026-11-23")
ON = {"impersonates": True}


@pytest.mark.parametrize("side", ["incoming", "outgoing", "both"])
def test_either_direction_is_an_error(side):
    assert told(check(profile(**{side: ON}), TODAY)) == "error"


@pytest.mark.parametrize(("days", "expected"), [(1, "warning"), (0, "error"), (-1, "error")])
def test_the_role_goes_from_its_day(days, expected):
    assert told(check(profile(both=ON), days_before("2025-02-01", days))) == expected


def test_no_impersonation_passes():
    assert told(check(profile(), TODAY)) == "pass"


def test_exchange_server_keeps_the_role():
    assert told(check(exchange_server_profile(), TODAY)) == "not-applicable"


def test_exchange_server_keeps_the_role_in_one_direction_too():
    verdict = check(reads_online(incoming=ON), TODAY)
    assert told(verdict) == "error"
    assert verdict.directions == ("incoming",)
    assert told(check(reads_online(outgoing=ON), TODAY)) == "pass"


def test_a_hybrid_of_exchange_server_is_judged_by_where_it_leads():
    there = exchange_server_profile(reaches_exchange_online=True)
    assert told(check(there, TODAY)) == "error"


@pytest.mark.parametrize(
    "subject",
    [
        profile(is_exchange_online=MISSING, reaches_exchange_online=MISSING, both=ON),
        profile(incoming={"impersonates": MISSING}),
    ],
)
def test_what_is_not_known_is_undetermined(subject):
    with pytest.raises(Undecided):
        check(subject, TODAY)


def test_one_direction_is_enough_even_where_the_other_is_unknown():
    subject = profile(incoming={"impersonates": MISSING}, outgoing=ON)
    assert told(check(subject, TODAY)) == "error"


def test_how_grave_its_failure_is():
    assert gravity("exchange-online-impersonation-retired") == ("error", "stops")
