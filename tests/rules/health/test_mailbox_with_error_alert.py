import pytest

from rules.health.mailbox_with_error_alert import check
from rules.health.open_error_alerts import WINDOW
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox

LIMITS = Thresholds({WINDOW.name: WINDOW})


@pytest.mark.parametrize(("alert", "expected"), [(True, "fail"), (False, "pass")])
def test_an_error_of_the_mailbox_is_a_finding(alert, expected):
    assert outcome(check(mailbox(open_error_alert=alert), LIMITS)) == expected


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(open_error_alert=MISSING), LIMITS)
