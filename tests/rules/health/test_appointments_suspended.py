import pytest

from rules.health.appointments_suspended import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("suspended", "expected"), [(True, "fail"), (False, "pass")])
def test_a_date_still_to_come_suspends_them(suspended, expected):
    assert outcome(check(organization(appointments_suspended=suspended))) == expected


def test_what_is_not_known_leaves_it_open():
    with pytest.raises(Undecided):
        check(organization(appointments_suspended=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("appointments-suspended") == ("warning", "stops")
