"""Which mailboxes a fault of something else concerns."""

import pytest

from rules import bearing
from rules.option_sets import ActMethod, EmailMethod
from tests.rules.facts import mailbox, organization

ONLY_SENDS = {
    "incoming_method": EmailMethod.NONE,
    "outgoing_method": EmailMethod.SERVER_SIDE,
    "act_method": ActMethod.NONE,
}
ONLY_APPOINTMENTS = {
    "incoming_method": EmailMethod.FORWARD_MAILBOX,
    "outgoing_method": EmailMethod.NONE,
    "act_method": ActMethod.SERVER_SIDE,
}


@pytest.mark.parametrize(
    ("concerns", "sender", "calendar"),
    [
        (bearing.every_mailbox, True, True),
        (bearing.sends, True, False),
        (bearing.receives, False, False),
        (bearing.email, True, False),
        (bearing.appointments, False, True),
        (bearing.forwarded, False, True),
    ],
)
def test_it_goes_by_the_methods_in_use(concerns: bearing.BearsOn, sender: bool, calendar: bool):
    own = organization()
    assert concerns(mailbox(**ONLY_SENDS), own) is sender
    assert concerns(mailbox(**ONLY_APPOINTMENTS), own) is calendar


def test_without_a_profile_no_exchange_is_reached():
    nowhere = mailbox(profile=None)
    assert bearing.of_exchange_online(nowhere, organization()) is False
    assert bearing.of_exchange(nowhere, organization()) is False
