"""What an error on the alert wall says of a mailbox or profile."""

import pytest

from rules.alert_causes import AlertCause
from rules.error_alert import has_passed, judge_error_alert
from rules.option_sets import TestStatus
from rules.unknown import Undecided
from rules.verdict import Fail, Pass
from tests.rules.facts import MISSING, mailbox, profile

FULL = AlertCause.MAILBOX_FULL
FAILURE = TestStatus.FAILURE


def judged(subject, name="mailbox"):
    return judge_error_alert(subject, name, "2 days")


def test_without_an_alert_it_passes() -> None:
    found = judged(mailbox(open_error_alert=False, alert_cause=FULL))
    assert isinstance(found, Pass)
    assert found.message == (
        "No error alert of the mailbox was written or repeated in the last 2 days."
    )
    assert [each.field for each in found.evidence] == ["open_error_alert"]


def test_an_alert_fails_with_its_cause_and_remedy() -> None:
    found = judged(mailbox(open_error_alert=True, alert_cause=FULL))
    assert isinstance(found, Fail)
    assert found.message == (
        "An error alert of the mailbox was written or repeated in the last 2 days: "
        "the Exchange mailbox is full."
    )
    assert found.remedy == FULL.remedy
    assert [each.field for each in found.evidence] == ["open_error_alert", "alert_cause"]


def test_an_alert_of_no_known_cause_fails_with_the_remedy_of_the_rule() -> None:
    found = judged(profile(open_error_alert=True, alert_cause=None), "profile")
    assert isinstance(found, Fail)
    assert found.message == (
        "An error alert of the profile was written or repeated in the last 2 days; "
        "its code is not one that the audit recognises."
    )
    assert found.remedy is None
    assert [each.field for each in found.evidence] == ["open_error_alert"]


@pytest.mark.parametrize(
    "hidden",
    [{"open_error_alert": MISSING}, {"open_error_alert": True, "alert_cause": MISSING}],
)
def test_what_was_not_read_leaves_it_open(hidden) -> None:
    with pytest.raises(Undecided):
        judged(mailbox(**hidden))


@pytest.mark.parametrize(
    ("changes", "passed"),
    [
        ({}, True),
        ({"open_error_alert": False}, False),
        ({"alert_has_passed": False}, False),
        ({"alert_has_passed": MISSING}, MISSING),
        ({"incoming_status": FAILURE}, False),
        ({"act_status": FAILURE}, False),
        ({"outgoing_status": FAILURE}, True),
        ({"incoming_status": MISSING}, MISSING),
        ({"incoming_status": MISSING, "act_status": FAILURE}, False),
    ],
)
def test_an_alert_has_passed_where_a_success_is_later_and_no_test_failed(changes, passed) -> None:
    own = mailbox(**{"open_error_alert": True, "alert_has_passed": True, **changes})
    assert has_passed(own) is passed
