import pytest

from rules.health.address_not_primary import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_mailbox, mailbox
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("primary", "expected"), [(True, "pass"), (False, "fail"), (None, "not-applicable")]
)
def test_the_address_must_be_the_primary_one(primary, expected):
    subject = mailbox(exchange=exchange_mailbox(address_is_primary=primary))
    assert outcome(check(subject)) == expected


def test_what_is_not_known_leaves_it_open():
    with pytest.raises(Undecided):
        check(mailbox(exchange=exchange_mailbox(address_is_primary=MISSING)))


def test_how_grave_its_failure_is():
    assert gravity("address-not-primary") == ("warning", "degrades")
