import pytest

from rules.health.polling_interval_long import LONGEST, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile
from tests.rules.gravity import gravity

LIMITS = Thresholds({LONGEST.name: LONGEST})


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(None, "pass"), (0, "pass"), (15, "pass"), (16, "fail"), (1440, "fail")],
)
def test_more_than_a_quarter_of_an_hour_is_long(minutes, expected):
    assert outcome(check(profile(polling_interval_minutes=minutes), LIMITS)) == expected


def test_the_configuration_sets_the_limit():
    limits = Thresholds(LIMITS.declared, {LONGEST.name: 3600})
    assert outcome(check(profile(polling_interval_minutes=60), limits)) == "pass"


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(profile(polling_interval_minutes=MISSING), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("polling-interval-long") == ("warning", "degrades")
