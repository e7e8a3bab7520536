import pytest

from rules.health.contacts_import_failed import check
from rules.option_sets import ContactsImport
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (ContactsImport.IMPORTED, "pass"),
        (ContactsImport.FAILED, "fail"),
        (ContactsImport.NOT_IMPORTED, "not-applicable"),
        (None, "not-applicable"),
    ],
)
def test_only_an_import_that_was_tried_can_fail(status, expected):
    assert outcome(check(mailbox(contacts_import=status))) == expected


def test_what_is_not_known_leaves_it_open():
    with pytest.raises(Undecided):
        check(mailbox(contacts_import=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("contacts-import-failed") == ("note", "degrades")
