import pytest

from rules.health.application_secret_expiring import DAYS, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile
from tests.rules.gravity import gravity

LIMITS = Thresholds({DAYS.name: DAYS})


@pytest.mark.parametrize(
    ("days", "expected", "severity"),
    [
        (30, "pass", None),
        (29, "fail", "warning"),
        (1, "fail", "warning"),
        (0, "fail", None),
        (-5, "fail", None),
        (None, "not-applicable", None),
    ],
)
def test_a_month_before_the_end_is_a_warning_and_the_end_an_error(days, expected, severity):
    verdict = check(profile(application_secret_days_left=days), LIMITS)
    assert outcome(verdict) == expected
    assert getattr(verdict, "severity", None) == severity


def test_what_is_not_known_leaves_it_open():
    with pytest.raises(Undecided):
        check(profile(application_secret_days_left=MISSING), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("application-secret-expiring") == ("error", "stops")
