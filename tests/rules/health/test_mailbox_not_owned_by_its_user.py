import pytest

from rules.health.mailbox_not_owned_by_its_user import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("value", "expected"), [(False, "fail"), (True, "pass"), (None, "not-applicable")]
)
def test_the_record_belongs_to_its_user(value, expected):
    assert outcome(check(mailbox(assigned_to_its_user=value))) == expected


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(assigned_to_its_user=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("mailbox-not-owned-by-its-user") == ("error", "degrades")
