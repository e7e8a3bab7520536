import pytest

from rules.health.mailbox_of_disabled_user import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("enabled", "expected"), [(False, "fail"), (True, "pass"), (None, "undetermined")]
)
def test_a_disabled_user_fails(enabled, expected):
    assert outcome(check(mailbox(owner=owner(enabled=enabled)))) == expected


@pytest.mark.parametrize("other", [queue(enabled=False), forward_owner()])
def test_only_users_are_meant(other):
    assert outcome(check(mailbox(owner=other))) == "not-applicable"


@pytest.mark.parametrize("hidden", ["kind", "enabled"])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(mailbox(owner=owner(**{hidden: MISSING})))


def test_how_grave_its_failure_is():
    assert gravity("mailbox-of-disabled-user") == ("warning", "exposes")
