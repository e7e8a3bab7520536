import pytest

from rules.health.no_alert_email_for_profile import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile


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
