import pytest

from rules.health.address_differs_from_owner import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox


@pytest.mark.parametrize(
    ("value", "expected"), [(False, "fail"), (True, "pass"), (None, "not-applicable")]
)
def test_addresses_must_agree_where_there_are_two(value, expected):
    assert outcome(check(mailbox(address_matches_owner=value))) == expected


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(address_matches_owner=MISSING))
