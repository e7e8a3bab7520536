import pytest

from rules.health.folder_tracking_rules_ignored import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("has_rules", "enabled", "expected"),
    [
        (True, True, "pass"),
        (True, False, "fail"),
        (False, False, "not-applicable"),
        (False, MISSING, "not-applicable"),
    ],
)
def test_fails_where_rules_exist_and_tracking_is_off(has_rules, enabled, expected):
    subject = mailbox(has_folder_tracking_rules=has_rules)
    assert outcome(check(subject, organization(folder_tracking_enabled=enabled))) == expected


@pytest.mark.parametrize(
    ("has_rules", "enabled"), [(MISSING, False), (MISSING, True), (True, MISSING)]
)
def test_what_is_not_known_leaves_it_open(has_rules, enabled):
    with pytest.raises(Undecided):
        check(
            mailbox(has_folder_tracking_rules=has_rules),
            organization(folder_tracking_enabled=enabled),
        )


def test_how_grave_its_failure_is():
    assert gravity("folder-tracking-rules-ignored") == ("note", "degrades")
