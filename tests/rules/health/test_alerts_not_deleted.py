import pytest

from rules.health.alerts_not_deleted import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, alerts, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("retention", "oldest", "expected"),
    [
        (30, None, "pass"),
        (30, 60, "pass"),
        (30, 61, "fail"),
        (None, 900, "not-applicable"),
    ],
)
def test_twice_the_age_at_which_they_go_is_too_old(retention, oldest, expected):
    settings = organization(alert_retention_days=retention)
    assert outcome(check(settings, alerts(oldest_age_days=oldest))) == expected


@pytest.mark.parametrize(
    ("settings", "wall"),
    [
        (organization(alert_retention_days=MISSING), alerts()),
        (organization(), alerts(oldest_age_days=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(settings, wall):
    with pytest.raises(Undecided):
        check(settings, wall)


def test_how_grave_its_failure_is():
    assert gravity("alerts-not-deleted") == ("note", "advice")
