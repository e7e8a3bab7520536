"""Who hears of a run, and what a message says in a chat that takes some characters for more."""

import pytest
from msgspec.structs import replace

from auditor.differences import Difference, FindingChange, MailboxChange, Moved, Run
from auditor.differences.values import SubjectChange
from auditor.history.owed import MOST_KEPT, Undelivered
from auditor.model import SourceOf, Subject
from auditor.notifications.message import (
    MOST_OF_A_LINE,
    MOST_OWED,
    Message,
    is_wanted,
    message_of,
    with_owed,
)
from tests.auditor.reports.audits import audit_of


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("@everyone", "@ everyone"),
        ("(@here)", "(@ here)"),
        ("<!channel>", "< !channel>"),
        ("<@U012AB3CD>", "< @ U012AB3CD>"),
        ("<https://evil.example|Sign in>", "< https://evil.example|Sign in>"),
        ("<img src=x>", "< img src=x>"),
        ("a < b", "a < b"),
        ("[Sign in](https://evil.example)", "[Sign in] (https://evil.example)"),
        ("ann@contoso.example", "ann@contoso.example"),
        ("ann@пример.example", "ann@пример.example"),
        ("ann@Everyone.example", "ann@ Everyone.example"),
        ("ann@here.example", "ann@ here.example"),
        ("ann@allotment.example", "ann@allotment.example"),
        ("ann@184405311681986560", "ann@ 184405311681986560"),
        ("<@&184405311681986560>", "< @ &184405311681986560>"),
        ("@**all**", "@ **all**"),
        ("ann@_everyone_", "ann@ _everyone_"),
        ("_@channel", "_@ channel"),
        ("a\nb", "a b"),
    ],
)
def test_a_name_calls_nobody_and_is_no_link(name: str, shown: str) -> None:
    audit = audit_of()
    named = replace(audit, environment=replace(audit.environment, name=name))
    message = message_of(named, None, [f"reports/{name}"])
    assert message.title.startswith(f"{shown}: ")
    assert message.body.endswith(f"Report: reports/{shown}")


RUN = Run("2", "t2", "", "2026-11-23", complete=True)
OLD = replace(RUN, id="1", started_at="t1")
SAME = Difference(old=OLD, new=RUN)
BROKE = replace(SAME, mailboxes=(MailboxChange("m", "M", "", Moved(None, "broken")),), subjects=())
NEW = replace(BROKE, subjects=(SubjectChange(Subject("mailbox", "m"), "added"),))
MOVED = replace(SAME, mailboxes=(MailboxChange("m", "M", "", Moved("broken", None)),))
SETTING = SubjectChange(Subject("profile", "p"), "changed")
FOUND = FindingChange("f", "rule", "error", Subject("mailbox", "m"), "t", "new", "setting", "fail")


@pytest.mark.parametrize("exit_code", [0, 1, 3, 4])
@pytest.mark.parametrize("is_complete", [True, False])
def test_somebody_hears_always_of_findings_or_of_what_is_incomplete(exit_code, is_complete):
    audit = audit_of(complete=is_complete)
    assert is_wanted("always", audit, SAME, exit_code)
    assert is_wanted("findings", audit, SAME, exit_code) is (exit_code in (1, 4))
    assert is_wanted("incomplete", audit, SAME, exit_code) is not is_complete


@pytest.mark.parametrize(
    ("difference", "is_complete", "exit_code", "wanted"),
    [
        (None, True, 0, False), (None, True, 1, True), (None, False, 0, True),
        (replace(SAME, old=None), True, 0, False), (replace(SAME, old=None), True, 4, True),
        (SAME, True, 1, False), (SAME, False, 0, True), (BROKE, True, 0, True),
        (replace(SAME, findings=(FOUND,)), True, 0, True),
        (replace(SAME, findings=(replace(FOUND, reason="source"),)), True, 0, False),
    ],
)  # fmt: skip
def test_somebody_hears_of_changes(difference, is_complete, exit_code, wanted):
    audit = audit_of(complete=is_complete)
    assert is_wanted("change", audit, difference, exit_code) is wanted


@pytest.mark.parametrize(
    ("difference", "is_complete", "answer"),
    [
        (BROKE, False, "1 mailbox stopped working"), (NEW, True, "1 new mailbox is broken"),
        (replace(BROKE, subjects=None), True, "1 mailbox is newly broken"),
        (MOVED, False, "the audit is incomplete"),
        (MOVED, True, "something changed"), (SAME, True, "nothing changed"),
        (replace(SAME, findings=(FOUND,)), True, "something changed"),
        (replace(SAME, subjects=()), True, "nothing changed"),
        (replace(SAME, subjects=(SETTING,)), True, "something changed"),
        (None, True, "the audit ended"), (replace(SAME, old=None), True, "the audit ended"),
    ],
)  # fmt: skip
def test_the_title_says_what_matters_most(difference, is_complete, answer):
    message = message_of(audit_of(complete=is_complete), difference, ["report.html"])
    assert message.title == f"contoso: {answer}"
    assert message.body.splitlines()[-1] == "Report: report.html"


def test_no_more_of_what_was_not_read_is_named_than_fits():
    def source(number: int) -> SourceOf:
        return SourceOf(f"s{number}", "failed", 0, 0, f"reason {number}", "")

    body = message_of(audit_of(sources=tuple(map(source, range(4)))), None, []).body
    assert [line for line in body.splitlines() if line.startswith("Not read:")] == [
        f"Not read: s{number}: reason {number}" for number in range(3)
    ]


def test_a_line_is_no_longer_than_somebody_reads():
    long = SourceOf("s", "failed", 0, 0, "x" * 1_000_000, "")
    (line,) = (
        line
        for line in message_of(audit_of(sources=(long,)), None, []).body.splitlines()
        if line.startswith("Not read:")
    )
    assert len(line) == MOST_OF_A_LINE
    assert line.endswith("xx...")


def owed(number: int, body: str = "body") -> Undelivered:
    return Undelivered(f"t{number}", f"contoso: title {number}", body)


def test_what_did_not_arrive_stands_below_what_is_new():
    own = Message("contoso: new", "own")
    assert with_owed("contoso", own, []) is own
    both = with_owed("contoso", own, [owed(1), owed(2, "")])
    assert both.title == "contoso: new"
    assert both.body.split("\n") == [
        *("own", "", "Not delivered before:", "", "Run of t2: contoso: title 2"),
        *("", "Run of t1: contoso: title 1", "body"),
    ]
    alone = with_owed("contoso", None, [owed(1)])
    assert alone.title == "contoso: 1 message of earlier runs"
    assert alone.body.startswith("Not delivered before:")


def test_of_much_that_did_not_arrive_the_newest_stands_whole():
    many = [owed(number, "x" * 3_000) for number in range(MOST_OWED + 2)]
    body = with_owed("contoso", None, many).body
    assert body.count("x" * 3_000) == 2
    assert body.count("Run of ") == MOST_OWED
    assert body.endswith("and 2 older")


@pytest.mark.parametrize(
    ("count", "told", "older"),
    [
        (MOST_KEPT - 1, f"{MOST_KEPT - 1} messages", MOST_KEPT - 1 - MOST_OWED),
        (MOST_KEPT, f"at least {MOST_KEPT} messages", f"at least {MOST_KEPT - MOST_OWED}"),
    ],
)
def test_where_no_more_are_kept_there_may_have_been_more(count, told, older):
    alone = with_owed("contoso", None, [owed(number) for number in range(count)])
    assert alone.title == f"contoso: {told} of earlier runs"
    assert alone.body.endswith(f"and {older} older")
