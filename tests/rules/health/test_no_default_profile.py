import pytest

from rules.health.no_default_profile import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, every, exchange_server_profile, organization, profile
from tests.rules.gravity import gravity

OTHER = exchange_server_profile(active=False)


def test_passes_where_the_default_is_active():
    assert outcome(check(organization(), every(OTHER, profile()))) == "pass"


@pytest.mark.parametrize(
    ("default_id", "profiles", "told"),
    [
        (None, every(profile()), "name no default"),
        ("p-1", every(profile(active=False)), "inactive"),
        ("p-9", every(profile()), "does not exist"),
        ("p-9", every(), "does not exist"),
    ],
)
def test_fails_where_none_is_named_or_it_does_not_work(default_id, profiles, told):
    verdict = check(organization(default_profile_id=default_id), profiles)
    assert outcome(verdict) == "fail"
    assert told in verdict.message


@pytest.mark.parametrize(
    ("settings", "profiles"),
    [
        (organization(default_profile_id=MISSING), every(profile())),
        (organization(), every(profile(active=MISSING))),
    ],
)
def test_what_is_not_known_leaves_it_open(settings, profiles):
    with pytest.raises(Undecided):
        check(settings, profiles)


def test_where_the_settings_were_not_read_inactive_profiles_show_that_none_can_be_the_default():
    verdict = check(organization(default_profile_id=MISSING), every(OTHER))
    assert outcome(verdict) == "fail"
    assert set(OTHER.evidence("active")) <= set(verdict.evidence)


def test_how_grave_its_failure_is():
    assert gravity("no-default-profile") == ("warning", "advice")
