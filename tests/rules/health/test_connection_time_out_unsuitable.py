import pytest

from rules.health.connection_time_out_unsuitable import SHORTEST, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile
from tests.rules.gravity import gravity

LIMITS = Thresholds({SHORTEST.name: SHORTEST})


@pytest.mark.parametrize(
    ("times_out", "timeout_ms", "expected"),
    [
        (True, 100000, "pass"),
        (True, 10000, "pass"),
        (True, 9999, "fail"),
        (True, None, "undetermined"),
        (False, 100000, "fail"),
        (False, MISSING, "fail"),
    ],
)
def test_ten_seconds_are_the_least_and_there_must_be_an_end(times_out, timeout_ms, expected):
    subject = profile(times_out=times_out, timeout_ms=timeout_ms)
    assert outcome(check(subject, LIMITS)) == expected


@pytest.mark.parametrize("field", ["times_out", "timeout_ms"])
def test_what_is_not_known_leaves_it_open(field):
    with pytest.raises(Undecided):
        check(profile(**{field: MISSING}), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("connection-time-out-unsuitable") == ("note", "degrades")
