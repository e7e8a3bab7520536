import pytest

from rules.health.open_error_alerts import WINDOW, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, alerts, organization

LIMITS = Thresholds({WINDOW.name: WINDOW})


@pytest.mark.parametrize(("count", "expected"), [(0, "pass"), (1, "fail"), (250, "fail")])
def test_one_error_is_enough(count, expected):
    verdict = check(organization(), alerts(open_errors=count), LIMITS)
    assert outcome(verdict) == expected
    assert "7 days" in verdict.message


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(organization(), alerts(open_errors=MISSING), LIMITS)
