import pytest

from rules.health.folder_tracking_on_unsuitable_mailbox import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox, owner, pop3_profile, queue
from tests.rules.gravity import gravity

RULES = {"has_folder_tracking_rules": True}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "pass"),
        ({"profile": None}, "pass"),
        ({"owner": queue()}, "fail"),
        ({"owner": queue(), "profile": MISSING}, "fail"),
        ({"profile": pop3_profile()}, "fail"),
        ({"profile": pop3_profile(), "owner": owner(kind=MISSING)}, "fail"),
    ],
)
def test_only_users_on_exchange_have_tracked_folders(changes, expected):
    assert outcome(check(mailbox(**RULES, **changes))) == expected


def test_a_users_exchange_mailbox_may_have_rules_and_passes_where_some_were_seen():
    assert outcome(check(mailbox(**RULES))) == "pass"
    with pytest.raises(Undecided):
        check(mailbox(has_folder_tracking_rules=MISSING))


def test_without_rules_it_is_not_meant():
    assert outcome(check(mailbox(owner=queue()))) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        {"has_folder_tracking_rules": MISSING, "owner": queue()},
        {**RULES, "owner": owner(kind=MISSING)},
        {**RULES, "profile": MISSING},
    ],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden))


def test_how_grave_its_failure_is():
    assert gravity("folder-tracking-on-unsuitable-mailbox") == ("warning", "degrades")
