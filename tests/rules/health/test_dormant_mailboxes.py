import pytest

from rules.health.dormant_mailboxes import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, every, mailbox, organization
from tests.rules.gravity import gravity

QUEUE = mailbox(dormant_kind="queue without an address")
APPLICATION = mailbox(dormant_kind="application user")
OPEN = mailbox(dormant_kind=MISSING)


def test_one_note_counts_them_by_kind_the_most_first():
    mailboxes = every(mailbox(), APPLICATION, QUEUE, counts=(100, 20, 2300))
    verdict = check(organization(), mailboxes)
    assert outcome(verdict) == "fail"
    assert verdict.message.startswith("2,320 mailboxes have")
    assert verdict.message.endswith(": queue without an address (2,300), application user (20).")
    assert len(verdict.evidence) == 2


def test_passes_where_every_mailbox_is_meant():
    assert outcome(check(organization(), every(mailbox()))) == "pass"


def test_open_mailboxes_make_the_count_a_lower_bound():
    assert check(organization(), every(QUEUE, OPEN)).message.startswith("At least 1 mailbox has ")
    with pytest.raises(Undecided):
        check(organization(), every(mailbox(), OPEN))


def test_without_mailboxes_it_is_not_applicable():
    assert outcome(check(organization(), every())) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("dormant-mailboxes") == ("note", "advice")
