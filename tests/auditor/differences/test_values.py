"""What changed, in order: what stopped first, and what counts as a new failure."""

import pytest
from msgspec.structs import replace

from auditor.differences.values import (
    Change,
    Difference,
    FindingChange,
    MailboxChange,
    Moved,
    Run,
    in_order,
    mailboxes_in_order,
)
from auditor.model import Subject

RUN = Run("n", "2", "3", "2026-11-23")


def moved(before: str | None, after: str | None, id: str = "m", address: str = "") -> MailboxChange:
    return MailboxChange(id, "", address, Moved(before, after))


@pytest.mark.parametrize(
    ("before", "after", "broke", "no_longer_broken"),
    [
        (None, "broken", True, False),
        ("unsupported", "broken", True, False),
        ("unknown", "broken", False, False),
        ("unknown", None, False, False),
        ("unknown", "works", False, False),
        ("unsupported", None, False, False),
        ("broken", "broken", False, False),
        ("broken", None, False, True),
        ("broken", "works", False, True),
        ("broken", "unknown", False, False),
        ("broken", "unsupported", False, False),
    ],
)
def test_a_mailbox_broke_where_it_was_not_broken(before, after, broke, no_longer_broken):
    change = moved(before, after)
    assert (change.broke, change.no_longer_broken) == (broke, no_longer_broken)


def test_mailboxes_that_broke_come_first_and_those_that_are_no_longer_broken_last():
    again = moved("broken", None, "1", "a")
    between = moved("broken", "unknown", "2", "z")
    stopped = moved(None, "broken", "3", "y")
    second = moved(None, "broken", "4", "y")
    third = moved(None, "broken", "0", "z")
    listed = [again, third, between, second, stopped]
    assert mailboxes_in_order(listed) == (stopped, second, third, between, again)


def change(of: Change = "new", **changed: object) -> FindingChange:
    made = FindingChange("f", "rule", "error", Subject("mailbox", "m"), "1", of, "setting", "fail")
    return replace(made, **changed)


def test_findings_come_by_change_severity_rule_and_subject():
    expected = [
        change("new", fingerprint="a"),
        change("new", fingerprint="b"),
        change("new", subject=Subject("mailbox", "n")),
        change("new", subject=Subject("profile", "a")),
        change("new", rule="s"),
        change("new", severity="warning", rule="a"),
        change("new", severity="note", rule="a"),
        change("reopened"),
        change("waiver-expired"),
        change("established"),
        change("became-undetermined"),
        change("fixed"),
        change("waived"),
        change("still"),
    ]
    assert in_order(reversed(expected)) == tuple(expected)


def difference(*findings: FindingChange) -> Difference:
    return Difference(old=None, new=RUN, findings=findings)


def test_findings_are_picked_by_how_they_changed():
    new, fixed, still = change("new"), change("fixed"), change("still")
    found = difference(new, fixed, still)
    assert found.of("fixed", "new") == (new, fixed)
    assert found.of("waived") == ()


@pytest.mark.parametrize(
    ("of", "verdict", "is_new"),
    [
        ("new", "fail", True),
        ("reopened", "fail", True),
        ("waiver-expired", "fail", True),
        ("established", "fail", False),
        ("still", "fail", False),
        ("fixed", None, False),
        ("new", "undetermined", False),
        ("new", None, False),
    ],
)
def test_what_fails_and_did_not_is_a_new_failure(of, verdict, is_new):
    assert difference(change("fixed"), change(of, verdict=verdict)).new_failures is is_new


def test_without_a_change_nothing_is_a_new_failure():
    assert difference().new_failures is False
