import pytest

from rules.health.too_many_folder_tracking_rules import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox, organization
from tests.rules.gravity import gravity

RULES = {"has_folder_tracking_rules": True}


@pytest.mark.parametrize(
    ("changes", "expected", "severity"),
    [
        ({}, "pass", None),
        ({"folder_tracking_rules_at_limit": True}, "fail", None),
        ({"folder_tracking_without_regarding": True}, "fail", "note"),
        (
            {"folder_tracking_rules_at_limit": True, "folder_tracking_without_regarding": MISSING},
            "fail",
            None,
        ),
    ],
)
def test_the_limit_is_a_warning_and_a_rule_without_record_a_note(changes, expected, severity):
    verdict = check(mailbox(**RULES, **changes), organization())
    assert outcome(verdict) == expected
    assert getattr(verdict, "severity", None) == severity


def test_without_rules_or_without_folder_tracking_it_is_not_meant():
    assert outcome(check(mailbox(), organization())) == "not-applicable"
    off = organization(folder_tracking_enabled=False)
    full = mailbox(**RULES, folder_tracking_rules_at_limit=True)
    assert outcome(check(full, off)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "settings"),
    [
        (mailbox(has_folder_tracking_rules=MISSING), organization()),
        (mailbox(**RULES, folder_tracking_rules_at_limit=MISSING), organization()),
        (mailbox(**RULES, folder_tracking_without_regarding=MISSING), organization()),
        (mailbox(**RULES), organization(folder_tracking_enabled=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(subject, settings):
    with pytest.raises(Undecided):
        check(subject, settings)


def test_how_grave_its_failure_is():
    assert gravity("too-many-folder-tracking-rules") == ("warning", "degrades")
