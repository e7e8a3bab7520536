import pytest

from rules.health.mailbox_test_pending import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox


@pytest.mark.parametrize(("scheduled", "expected"), [(True, "fail"), (False, "pass")])
def test_a_scheduled_test_is_a_note(scheduled, expected):
    assert outcome(check(mailbox(test_scheduled=scheduled))) == expected


def test_what_is_not_known_leaves_it_open():
    with pytest.raises(Undecided):
        check(mailbox(test_scheduled=MISSING))
