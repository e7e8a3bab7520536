import pytest

from rules.health.repeated_synchronization_errors import ERRORS, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity

LIMITS = Thresholds({ERRORS.name: ERRORS})
ERRING = {"sync_error_count": 3, "error_after_success": True, "transient_failures": False}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "fail"),
        ({"sync_error_count": 2}, "pass"),
        ({"sync_error_count": None}, "pass"),
        ({"error_after_success": False}, "pass"),
        ({"error_after_success": None}, "pass"),
        ({"transient_failures": True}, "not-applicable"),
        ({"error_after_success": False, "transient_failures": MISSING}, "pass"),
    ],
)
def test_three_errors_since_the_last_success_fail(changes, expected):
    assert outcome(check(mailbox(**{**ERRING, **changes}), LIMITS)) == expected


@pytest.mark.parametrize("field", ERRING)
def test_what_is_not_known_leaves_it_open(field):
    with pytest.raises(Undecided):
        check(mailbox(**{**ERRING, field: MISSING}), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("repeated-synchronization-errors") == ("warning", "degrades")
