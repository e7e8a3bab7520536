"""Of a mailbox that breaks is said what is known of it: that it worked, or was not there."""

from typing import Any

import pytest

from auditor.differences.mailboxes import Mailboxes
from auditor.differences.values import (
    Difference,
    MailboxChange,
    Moved,
    Run,
    SettingChange,
    SubjectChange,
    Value,
)
from auditor.model import Subject

RUN = Run("n", "2", "3", "2026-11-23")
LISTS = ("stopped", "new", "newly_broken", "otherwise", "recovered", "deleted")


def record(of: str, *fields: str, id: str = "m", kind: str = "mailbox") -> SubjectChange:
    settings = tuple(SettingChange(each, Value(0), Value(1)) for each in fields)
    return SubjectChange(Subject(kind, id), of, settings)  # type: ignore[arg-type]


def moved(field: str, before: Any, after: Any) -> SubjectChange:
    change = SettingChange(field, Value(before), Value(after))
    return SubjectChange(Subject("mailbox", "m"), "changed", (change,))


def owner(field: str, kind: str = "user", name: str = "", address: str = "") -> SubjectChange:
    change = SettingChange(field, Value(0), Value(1))
    return SubjectChange(Subject(kind, "o", name, address), "changed", (change,))  # type: ignore[arg-type]


def told(before: str | None, after: str | None, *records: SubjectChange, known: bool = True) -> str:
    """The one list that the mailbox stands in."""
    change = MailboxChange("m", "Anna", "anna@contoso.example", Moved(before, after))
    subjects = records if known else None
    found = Mailboxes(Difference(old=RUN, new=RUN, mailboxes=(change,), subjects=subjects))
    (only,) = (name for name in LISTS if getattr(found, name))
    assert getattr(found, only) == [change]
    return only


ADDED, DELETED = record("added"), record("deleted")


@pytest.mark.parametrize(
    ("before", "after", "records", "expected"),
    [
        # It was there, and in use.
        (None, "broken", (), "stopped"),
        (None, "broken", (record("changed", "name", "emailaddress"),), "stopped"),
        ("unsupported", "broken", (), "stopped"),
        ("unsupported", "broken", (record("changed", "statecode"),), "stopped"),
        # Another record of the same night.
        (None, "broken", (record("added", id="other"),), "stopped"),
        (None, "broken", (record("added", kind="user"),), "stopped"),
        # It was not there, so that it never worked.
        (None, "broken", (ADDED,), "new"),
        # It may not have been in use.
        (None, "broken", (record("changed", "statecode"),), "newly_broken"),
        (None, "broken", (record("changed", "name", "actdeliverymethod"),), "newly_broken"),
        (None, "broken", (record("changed", "_regardingobjectid_value"),), "newly_broken"),
        # Who may not synchronize is in use once somebody tested the mailbox.
        (None, "broken", (moved("incomingemailstatus", 0, 2),), "newly_broken"),
        (None, "broken", (moved("actstatus", None, 1),), "newly_broken"),
        (None, "broken", (moved("enabledforoutgoingemail", False, True),), "newly_broken"),
        (None, "broken", (moved("incomingemailstatus", 1, 2),), "stopped"),
        (None, "broken", (moved("enabledforoutgoingemail", True, False),), "stopped"),
        # Its owner may not have been one whose mailbox is in use.
        (None, "broken", (owner("isdisabled", address="Anna@Contoso.example"),), "newly_broken"),
        (None, "broken", (owner("accessmode", name="Anna"),), "newly_broken"),
        (None, "broken", (owner("statecode", "queue", "Anna"),), "newly_broken"),
        (None, "broken", (owner("islicensed", name="Anna"),), "stopped"),
        (None, "broken", (owner("isdisabled", name="Berta", address="b@x"),), "stopped"),
        (None, "broken", (owner("isdisabled"),), "stopped"),
        ("unsupported", "broken", (owner("isdisabled", name="Anna"),), "stopped"),
        ("unknown", "broken", (), "otherwise"),
        (None, "unknown", (ADDED,), "otherwise"),
        ("unsupported", None, (), "otherwise"),
        ("unsupported", None, (DELETED,), "otherwise"),
        ("broken", "unknown", (), "otherwise"),
        ("broken", None, (), "recovered"),
        ("broken", "works", (), "recovered"),
        ("broken", None, (record("changed", "statecode"),), "recovered"),
        ("broken", None, (DELETED,), "deleted"),
    ],
)
def test_a_mailbox_is_told_as_what_is_known_of_it(before, after, records, expected):
    assert told(before, after, *records) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "broken", "newly_broken"),
        ("unsupported", "broken", "stopped"),
        ("broken", None, "recovered"),
    ],
)
def test_where_no_record_is_known_neither_is_whether_it_was_there(before, after, expected):
    assert told(before, after, known=False) == expected
