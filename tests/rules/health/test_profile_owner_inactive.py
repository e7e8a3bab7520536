import pytest

from rules.health.profile_owner_inactive import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("active", "pseudo", "expected"),
    [
        (False, False, "fail"),
        (True, False, "pass"),
        (True, MISSING, "pass"),
        (False, True, "not-applicable"),
        (MISSING, True, "not-applicable"),
    ],
)
def test_an_owner_who_is_a_person_must_be_active(active, pseudo, expected):
    verdict = check(profile(owner_is_active=active, owner_is_pseudo_user=pseudo))
    assert outcome(verdict) == expected


@pytest.mark.parametrize(("active", "pseudo"), [(MISSING, False), (False, MISSING)])
def test_what_is_not_known_is_undetermined(active, pseudo):
    with pytest.raises(Undecided):
        check(profile(owner_is_active=active, owner_is_pseudo_user=pseudo))


def test_how_grave_its_failure_is():
    assert gravity("profile-owner-inactive") == ("warning", "advice")
