import pytest

from rules.support.impersonation_with_exchange_online import check
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


@pytest.mark.parametrize("side", ["incoming", "outgoing", "both"])
def test_fails_for_either_direction(side):
    verdict = check(profile(**{side: {"impersonates": True}}), organization())
    assert outcome(verdict) == "fail"
    assert {e.value for e in verdict.evidence} == {True}


def test_passes_without_impersonation():
    assert outcome(check(profile(), organization())) == "pass"


def test_one_direction_is_enough_even_where_the_other_is_unknown():
    verdict = check(
        profile(incoming={"impersonates": True}, outgoing={"impersonates": MISSING}), organization()
    )
    assert outcome(verdict) == "fail"


@pytest.mark.parametrize(
    "hidden",
    [
        {"is_exchange_online": MISSING, "reaches_exchange_online": MISSING},
        {"incoming": {"impersonates": MISSING}},
    ],
)
def test_undetermined_where_it_cannot_be_told(hidden):
    with pytest.raises(Undecided):
        check(profile(**hidden), organization())


def test_with_exchange_server_and_on_premises_it_is_the_documented_set_up():
    assert outcome(check(exchange_server_profile(), organization())) == "not-applicable"
    assert outcome(check(profile(both={"impersonates": True}), on_premises())) == "not-applicable"


def test_a_hybrid_of_exchange_server_is_judged_by_where_it_leads():
    there = exchange_server_profile(both={"impersonates": True}, reaches_exchange_online=True)
    assert outcome(check(there, organization())) == "fail"


def test_only_the_direction_that_leads_there_is_judged():
    for side, expected in (("incoming", "fail"), ("outgoing", "pass")):
        subject = reads_online(**{side: {"impersonates": True}})
        assert outcome(check(subject, organization())) == expected


def test_how_grave_its_failure_is():
    assert gravity("impersonation-with-exchange-online") == ("error", "unsupported")
