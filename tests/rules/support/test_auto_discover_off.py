import pytest

from rules.support.auto_discover_off import check
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


def test_fails_where_it_is_off_and_reports_the_column():
    verdict = check(profile(auto_discover=False), organization())
    assert outcome(verdict) == "fail"
    assert "as the column says" in verdict.message
    assert [e.value for e in verdict.evidence] == [False]


def test_passes_where_it_is_on():
    assert outcome(check(profile(), organization())) == "pass"


@pytest.mark.parametrize(
    "hidden",
    [
        {"auto_discover": MISSING},
        {"is_exchange_online": MISSING, "reaches_exchange_online": MISSING},
    ],
)
def test_undetermined_where_it_cannot_be_told(hidden):
    with pytest.raises(Undecided):
        check(profile(**hidden), organization())


def test_one_direction_to_exchange_online_is_enough_and_named():
    verdict = check(reads_online(auto_discover=False), organization())
    assert outcome(verdict) == "fail"
    assert verdict.directions == ("incoming",)
    assert "to Yes" not in verdict.remedy, "the other direction needs the server that is named"
    assert outcome(check(reads_online(), organization())) == "pass"


def test_a_hybrid_of_exchange_server_is_judged_by_where_it_leads():
    there = exchange_server_profile(reaches_exchange_online=True)
    assert outcome(check(there, organization())) == "fail"


def test_exchange_server_and_on_premises_are_never_meant():
    assert outcome(check(exchange_server_profile(), organization())) == "not-applicable"
    assert outcome(check(profile(auto_discover=False), on_premises())) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("auto-discover-off") == ("error", "unsupported")
