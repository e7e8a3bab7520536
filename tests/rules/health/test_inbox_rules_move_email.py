import pytest

from rules.health.inbox_rules_move_email import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_mailbox, mailbox, organization

MOVES = exchange_mailbox(inbox_rules_move_email=True)


@pytest.mark.parametrize(
    ("enabled", "has_rules", "expected"),
    [(True, True, "pass"), (True, False, "fail"), (False, True, "fail"), (False, MISSING, "fail")],
)
def test_moved_email_is_read_only_from_tracked_folders(enabled, has_rules, expected):
    subject = mailbox(exchange=MOVES, has_folder_tracking_rules=has_rules)
    settings = organization(folder_tracking_enabled=enabled)
    assert outcome(check(subject, settings)) == expected


def test_passes_where_no_rule_moves_email():
    assert outcome(check(mailbox(), organization())) == "pass"


def test_where_nothing_is_read_rules_do_not_matter():
    subject = mailbox(exchange=MOVES, incoming_method=EmailMethod.NONE)
    assert outcome(check(subject, organization())) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        {"exchange": exchange_mailbox(inbox_rules_move_email=MISSING)},
        {"exchange": MOVES, "has_folder_tracking_rules": MISSING},
        {"exchange": MOVES, "incoming_method": MISSING},
    ],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden), organization())
