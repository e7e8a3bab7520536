import pytest

from rules.health.address_differs_from_owner import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("value", "expected"), [(False, "fail"), (True, "pass"), (None, "not-applicable")]
)
def test_addresses_must_agree_where_there_are_two(value, expected):
    assert outcome(check(mailbox(address_matches_owner=value))) == expected


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(address_matches_owner=MISSING))


@pytest.mark.parametrize("of", [owner(has_address=False), queue(has_address=False)])
def test_an_owner_without_an_address_differs_from_a_mailbox_with_one(of):
    assert outcome(check(mailbox(address_matches_owner=None, owner=of))) == "fail"
    bare = mailbox(address_matches_owner=None, owner=of, has_address=False)
    assert outcome(check(bare)) == "not-applicable"


def test_a_forward_mailbox_has_no_owner_to_agree_with():
    forward = mailbox(address_matches_owner=None, owner=forward_owner())
    assert outcome(check(forward)) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("address-differs-from-owner") == ("error", "degrades")
