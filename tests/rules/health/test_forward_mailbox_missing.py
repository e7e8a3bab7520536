import pytest

from rules.health.forward_mailbox_missing import check
from rules.option_sets import EmailMethod, TestStatus
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, every, forward_owner, mailbox, organization, owner
from tests.rules.gravity import gravity

FORWARDED = mailbox(incoming_method=EmailMethod.FORWARD_MAILBOX)


def forward_mailbox(**changes):
    return mailbox(**{"owner": forward_owner(), "is_forward_mailbox": True, **changes})


def test_passes_where_a_forward_mailbox_was_tested():
    assert outcome(check(organization(), every(FORWARDED, forward_mailbox()))) == "pass"


@pytest.mark.parametrize(
    "useless",
    [
        {"active": False},
        {"is_forward_mailbox": False},
        {"incoming_method": EmailMethod.NONE},
        {"incoming_status": TestStatus.FAILURE},
        {"incoming_status": TestStatus.NOT_RUN},
        {"incoming_status": None},
        {"owner": owner()},
    ],
)
def test_fails_where_the_only_forward_mailbox_does_not_work(useless):
    mailboxes = every(FORWARDED, forward_mailbox(**useless), counts=(3, 1))
    verdict = check(organization(), mailboxes)
    assert outcome(verdict) == "fail"
    assert verdict.message.startswith("3 mailboxes")


@pytest.mark.parametrize(
    "idle",
    [
        mailbox(),
        mailbox(incoming_method=EmailMethod.FORWARD_MAILBOX, active=False),
        mailbox(incoming_method=EmailMethod.FORWARD_MAILBOX, has_address=False),
        mailbox(incoming_method=EmailMethod.FORWARD_MAILBOX, owner=owner(enabled=False)),
    ],
)
def test_not_applicable_where_nobody_in_use_forwards(idle):
    assert outcome(check(organization(), every(idle))) == "not-applicable"


@pytest.mark.parametrize(
    "mailboxes",
    [
        every(FORWARDED, forward_mailbox(incoming_status=MISSING)),
        every(mailbox(incoming_method=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(mailboxes):
    with pytest.raises(Undecided):
        check(organization(), mailboxes)


def test_how_grave_its_failure_is():
    assert gravity("forward-mailbox-missing") == ("error", "stops")
