import pytest

from rules.health.delete_after_processing import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity


@pytest.mark.parametrize("of_whom", [owner(), queue()])
@pytest.mark.parametrize(("deletes", "expected"), [(True, "fail"), (False, "pass")])
def test_originals_must_stay(of_whom, deletes, expected):
    subject = mailbox(owner=of_whom, deletes_processed_email=deletes)
    assert outcome(check(subject)) == expected


def test_a_forward_mailbox_holds_only_copies():
    subject = mailbox(owner=forward_owner(), is_forward_mailbox=True, deletes_processed_email=True)
    assert outcome(check(subject)) == "not-applicable"


def test_the_flag_alone_makes_no_forward_mailbox():
    assert outcome(check(mailbox(is_forward_mailbox=True, deletes_processed_email=True))) == "fail"


def test_nothing_is_deleted_where_nothing_is_read():
    subject = mailbox(incoming_method=EmailMethod.NONE, deletes_processed_email=True)
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        {"deletes_processed_email": MISSING},
        {"incoming_method": MISSING},
        {"owner": forward_owner(), "is_forward_mailbox": MISSING},
    ],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden))


def test_how_grave_its_failure_is():
    assert gravity("delete-after-processing") == ("error", "degrades")
