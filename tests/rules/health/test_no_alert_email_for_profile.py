import pytest

from rules.health.no_alert_email_for_profile import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("sends", "address", "expected"),
    [
        (True, True, "pass"),
        (False, True, "fail"),
        (True, False, "fail"),
        (False, MISSING, "fail"),
        (MISSING, False, "fail"),
    ],
)
def test_alerts_must_be_on_and_have_an_address(sends, address, expected):
    subject = profile(sends_alert_email=sends, has_alert_address=address)
    assert outcome(check(subject)) == expected


@pytest.mark.parametrize("field", ["sends_alert_email", "has_alert_address"])
def test_what_is_not_known_leaves_it_open(field):
    with pytest.raises(Undecided):
        check(profile(**{field: MISSING}))


@pytest.mark.parametrize(
    ("sends", "address", "left"),
    [
        (False, True, "Switch on Send an alert email to the owner of the email server profile."),
        (True, False, "Give the owner of the email server profile an address for its alerts."),
        (False, False, None),
        (MISSING, False, None),
    ],
)
def test_the_remedy_is_what_is_left_to_do(sends, address, left):
    verdict = check(profile(sends_alert_email=sends, has_alert_address=address))
    assert verdict.remedy == left


def test_how_grave_its_failure_is():
    assert gravity("no-alert-email-for-profile") == ("note", "advice")
