import pytest

from rules.health.delivery_methods_disagree import check
from rules.option_sets import AccessMode, ActMethod, EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity

SERVER, OUTLOOK, NONE = EmailMethod.SERVER_SIDE, EmailMethod.OUTLOOK, EmailMethod.NONE


@pytest.mark.parametrize(
    ("incoming", "outgoing", "appointments", "expected"),
    [
        (SERVER, SERVER, ActMethod.SERVER_SIDE, "pass"),
        (SERVER, SERVER, ActMethod.NONE, "pass"),
        (SERVER, NONE, ActMethod.OUTLOOK, "fail"),
        (NONE, SERVER, ActMethod.OUTLOOK, "fail"),
        (OUTLOOK, NONE, ActMethod.SERVER_SIDE, "fail"),
        (NONE, OUTLOOK, ActMethod.SERVER_SIDE, "fail"),
        (OUTLOOK, OUTLOOK, ActMethod.OUTLOOK, "pass"),
        (EmailMethod.FORWARD_MAILBOX, NONE, ActMethod.SERVER_SIDE, "pass"),
        (SERVER, MISSING, ActMethod.OUTLOOK, "fail"),
    ],
)
def test_fails_where_server_and_outlook_share_a_mailbox(incoming, outgoing, appointments, expected):
    subject = mailbox(incoming_method=incoming, outgoing_method=outgoing, act_method=appointments)
    assert outcome(check(subject)) == expected


def test_says_which_half_is_by_outlook():
    by_outlook = check(mailbox(act_method=ActMethod.OUTLOOK)).message
    assert by_outlook.endswith("Dynamics 365 for Outlook for appointments, contacts and tasks.")
    assert check(mailbox(incoming_method=OUTLOOK)).message.endswith("for Outlook for email.")


@pytest.mark.parametrize(
    "leftover",
    [
        {"owner": queue()},
        {"owner": forward_owner()},
        {"owner": owner(enabled=False)},
        {"owner": owner(access_mode=AccessMode.NON_INTERACTIVE)},
        {"owner": owner(is_application=True)},
        {"has_address": False},
    ],
)
def test_what_the_column_holds_by_default_elsewhere_says_nothing(leftover):
    subject = mailbox(act_method=ActMethod.OUTLOOK, **leftover)
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [{"act_method": MISSING}, {"incoming_method": MISSING}, {"owner": owner(enabled=MISSING)}],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden))


def test_how_grave_its_failure_is():
    assert gravity("delivery-methods-disagree") == ("error", "degrades")
