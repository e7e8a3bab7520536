import pytest

from rules.health.address_in_several_environments import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, address_use, mailbox
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("elsewhere", "expected"), [(True, "fail"), (False, "pass"), (None, "not-applicable")]
)
def test_no_other_environment_of_the_run_may_synchronize_the_address(elsewhere, expected):
    use = address_use(synchronizes_in_another_environment=elsewhere)
    assert outcome(check(mailbox(), use)) == expected


def test_until_the_others_are_read_it_is_open():
    with pytest.raises(Undecided):
        check(mailbox(), address_use(synchronizes_in_another_environment=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("address-in-several-environments") == ("warning", "degrades")
