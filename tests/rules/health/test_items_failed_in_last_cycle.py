import pytest

from rules.health.items_failed_in_last_cycle import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("value", "expected"), [(True, "fail"), (False, "pass")])
def test_anything_that_failed_is_a_finding(value, expected):
    assert outcome(check(mailbox(items_failed=value))) == expected


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(items_failed=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("items-failed-in-last-cycle") == ("warning", "degrades")
