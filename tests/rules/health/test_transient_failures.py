import pytest

from rules.health.transient_failures import ERRORS, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity

LIMITS = Thresholds({ERRORS.name: ERRORS})
FAILING = {"transient_failures": True, "sync_error_count": 3, "error_after_success": True}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "fail"),
        ({"sync_error_count": 2}, "pass"),
        ({"sync_error_count": None}, "pass"),
        ({"transient_failures": False}, "pass"),
        ({"error_after_success": False}, "pass"),
        ({"error_after_success": None}, "pass"),
        ({"error_after_success": False, "sync_error_count": MISSING}, "pass"),
    ],
)
def test_counter_errors_and_order_must_all_speak_for_it(changes, expected):
    assert outcome(check(mailbox(**{**FAILING, **changes}), LIMITS)) == expected


def test_the_configuration_sets_the_limit():
    limits = Thresholds(LIMITS.declared, {ERRORS.name: 5})
    assert outcome(check(mailbox(**{**FAILING, "sync_error_count": 4}), limits)) == "pass"
    assert outcome(check(mailbox(**{**FAILING, "sync_error_count": 5}), limits)) == "fail"


@pytest.mark.parametrize("field", FAILING)
def test_what_is_not_known_leaves_it_open(field):
    with pytest.raises(Undecided):
        check(mailbox(**{**FAILING, field: MISSING}), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("transient-failures") == ("warning", "degrades")
