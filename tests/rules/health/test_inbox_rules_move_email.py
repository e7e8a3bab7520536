import pytest

from rules.health.inbox_rules_move_email import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    mailbox,
    organization,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity

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


def test_a_mail_provider_has_no_inbox_rules_of_exchange():
    subject = mailbox(exchange=MOVES, profile=pop3_profile())
    assert outcome(check(subject, organization())) == "not-applicable"
    unread = mailbox(
        exchange=exchange_mailbox(inbox_rules_move_email=MISSING), profile=pop3_profile()
    )
    assert outcome(check(unread, organization())) == "not-applicable"


@pytest.mark.parametrize("of", [None, profile(), profile(incoming={"product": MISSING})])
def test_a_mailbox_of_exchange_or_without_a_profile_is_judged(of):
    assert outcome(check(mailbox(exchange=MOVES, profile=of), organization())) == "fail"


@pytest.mark.parametrize(
    "hidden",
    [
        {"exchange": MOVES, "profile": MISSING},
        {"exchange": MOVES, "profile": pop3_profile(incoming={"product": MISSING})},
        {"exchange": exchange_mailbox(inbox_rules_move_email=MISSING)},
        {"exchange": MOVES, "has_folder_tracking_rules": MISSING},
        {"exchange": MOVES, "incoming_method": MISSING},
    ],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden), organization())


def test_how_grave_its_failure_is():
    assert gravity("inbox-rules-move-email") == ("note", "degrades")
