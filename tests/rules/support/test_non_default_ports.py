import pytest

from rules.support.non_default_ports import check
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

OTHER = {"port": 8443, "uses_default_port": False}


@pytest.mark.parametrize("side", ["incoming", "outgoing", "both"])
def test_fails_for_either_direction_and_names_the_port(side):
    verdict = check(profile(**{side: OTHER}), organization())
    assert outcome(verdict) == "fail"
    assert "8443" in verdict.message


def test_fails_even_where_the_port_itself_is_unknown():
    verdict = check(profile(incoming={**OTHER, "port": MISSING}), organization())
    assert outcome(verdict) == "fail"


@pytest.mark.parametrize("port", [None, 443])
def test_passes_for_the_default_port(port):
    assert outcome(check(profile(both={"port": port}), organization())) == "pass"


def test_undetermined_where_a_direction_is_unknown():
    with pytest.raises(Undecided):
        check(profile(outgoing={"uses_default_port": MISSING}), organization())


def test_the_port_of_the_direction_to_a_server_of_ones_own_decides_nothing():
    assert outcome(check(reads_online(outgoing=OTHER), organization())) == "pass"
    verdict = check(reads_online(incoming=OTHER), organization())
    assert outcome(verdict) == "fail"
    assert verdict.directions == ("incoming",)


def test_exchange_server_and_on_premises_are_never_meant():
    assert outcome(check(exchange_server_profile(both=OTHER), organization())) == "not-applicable"
    assert outcome(check(profile(both=OTHER), on_premises())) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("non-default-ports") == ("error", "unsupported")
