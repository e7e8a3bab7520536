"""An alert explains a fault; it never makes one, and its absence takes none away."""

import pytest

from rules.alert_causes import AlertCause
from rules.explained import explained
from rules.verdict import Fail
from tests.rules.facts import MISSING, mailbox

FAIL = Fail("It stands still.", ())


def test_the_cause_completes_the_message_and_gives_the_remedy():
    told = explained(FAIL, mailbox(alert_cause=AlertCause.MAILBOX_FULL))
    assert told.message == ("It stands still. An alert says why: the Exchange mailbox is full.")
    assert told.remedy == AlertCause.MAILBOX_FULL.remedy
    assert [each.field for each in told.evidence] == ["alert_cause"]


@pytest.mark.parametrize("cause", [None, MISSING, AlertCause.SENDER_INVALID])
def test_without_a_cause_of_the_whole_mailbox_the_fault_stands_as_it_is(cause):
    assert explained(FAIL, mailbox(alert_cause=cause)) == FAIL
