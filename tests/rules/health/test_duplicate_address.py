import pytest

from rules.health.duplicate_address import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, address_use, mailbox
from tests.rules.gravity import gravity

SHARED = address_use(shared_in_same_direction=True)


def test_a_second_mailbox_with_the_same_address_and_method_fails():
    assert outcome(check(mailbox(), SHARED)) == "fail"
    assert outcome(check(mailbox(), address_use())) == "pass"


def test_no_address_cannot_be_shared():
    assert outcome(check(mailbox(has_address=False), SHARED)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "use"),
    [
        (mailbox(has_address=MISSING), SHARED),
        (mailbox(), address_use(shared_in_same_direction=MISSING)),
    ],
)
def test_what_is_not_known_is_undetermined(subject, use):
    with pytest.raises(Undecided):
        check(subject, use)


def test_how_grave_its_failure_is():
    assert gravity("duplicate-address") == ("error", "degrades")
