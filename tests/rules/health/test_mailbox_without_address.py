import pytest

from rules.health.mailbox_without_address import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("value", "expected"), [(False, "fail"), (True, "pass")])
def test_a_mailbox_that_synchronizes_needs_an_address(value, expected):
    assert outcome(check(mailbox(has_address=value))) == expected


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(has_address=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("mailbox-without-address") == ("error", "stops")
