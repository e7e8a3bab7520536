import pytest

from rules.health.unencrypted_connection import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile, profile
from tests.rules.gravity import gravity


@pytest.mark.parametrize("subject", [profile(), exchange_server_profile(), pop3_profile()])
def test_passes_where_both_directions_are_encrypted(subject):
    assert outcome(check(subject)) == "pass"


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
def test_one_direction_is_enough(side):
    verdict = check(pop3_profile(**{side: {"encrypted": False}}))
    assert outcome(verdict) == "fail"
    assert f"({side})" in verdict.message
    assert [e.value for e in verdict.evidence] == [False]


def test_one_direction_is_enough_even_where_the_other_is_unknown():
    subject = pop3_profile(incoming={"encrypted": False}, outgoing={"encrypted": MISSING})
    assert outcome(check(subject)) == "fail"


def test_an_inactive_profile_connects_nowhere():
    assert outcome(check(pop3_profile(active=False, both={"encrypted": False}))) == "not-applicable"


@pytest.mark.parametrize("hidden", [{"active": MISSING}, {"outgoing": {"encrypted": MISSING}}])
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(profile(**hidden))


def test_how_grave_its_failure_is():
    assert gravity("unencrypted-connection") == ("error", "exposes")
