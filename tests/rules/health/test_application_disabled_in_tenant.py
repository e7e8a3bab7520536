import pytest

from rules.health.application_disabled_in_tenant import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, on_premises, organization, profile
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("may_sign_in", "expected"), [(True, "pass"), (False, "fail"), (None, "not-applicable")]
)
def test_an_application_that_is_switched_off_is_an_error(may_sign_in, expected):
    subject = profile(application_may_sign_in=may_sign_in)
    assert outcome(check(subject, organization())) == expected


def test_on_premises_no_application_is_meant():
    assert outcome(check(profile(application_may_sign_in=False), on_premises())) == "not-applicable"


def test_what_was_not_read_is_undetermined():
    with pytest.raises(Undecided):
        check(profile(application_may_sign_in=MISSING), organization())


def test_how_grave_its_failure_is():
    assert gravity("application-disabled-in-tenant") == ("error", "stops")
