"""Markdown says what the terminal says, and no text from outside becomes markup."""

import re

import pytest
from markdown_it import MarkdownIt

from auditor.model import Audit
from auditor.reports import markdown
from auditor.reports.markdown import MOST
from tests.auditor.reports.audits import (
    RULES,
    audit_of,
    cause,
    finding,
    hostile,
    mailbox,
    many,
    nothing,
    of_causes,
    two_fixes,
    written,
)


def html(audit) -> str:
    return (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .render(written("markdown", audit, 1))
    )


def test_the_first_line_answers_the_question():
    assert written("markdown", audit_of()).startswith(
        "# 41 mailboxes are meant to synchronize: 37 work, 1 works but is unsupported, 2 are "
        "broken, 1 unknown; "
    )


def test_subjects_link_to_their_page_and_failures_carry_fix_and_statement():
    page = html(audit_of())
    assert '<a href="https://crm.contoso.local/Contoso/main.aspx?etn=mailbox&amp;id=1">' in page
    assert "Fix: Approve the email address of the mailbox" in page
    assert "Statement OP9-01: With Dynamics 365 (on-premises)" in page


def test_each_of_several_fixes_stands_with_its_finding():
    page = written("markdown", two_fixes(), 1)
    rows = [line for line in page.splitlines() if "Fix: Repair the" in line]
    assert ["Anna" in rows[0] and "first" in rows[0], "Bob" in rows[1] and "second" in rows[1]] == [
        True,
        True,
    ]


def test_names_are_shown_as_they_are():
    page = html(audit_of())
    assert "Bob [bold]Builder[/bold] &lt;bob@contoso.example&gt;" in page


def test_hostile_text_becomes_no_markup():
    page = html(hostile())
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;|=cmd()`\\x00" in page


def test_the_rest_of_many_is_counted():
    page = html(many(50)).partition("<h2>Failing")[2]
    assert page.count("mailbox Mailbox") == 20
    assert "and 30 more" in page


def test_no_finding_is_said():
    assert "No unwaived failing finding." in html(nothing())


def of_every_rule(subjects: int) -> Audit:
    """An audit in which every rule fails for so many mailboxes."""
    listed = [finding(id, mailbox(number)) for id in sorted(RULES) for number in range(subjects)]
    causes = [cause(id, mailbox(0), 1, 1) for id in sorted(RULES)]
    return audit_of(listed, **of_causes(*causes))


@pytest.mark.parametrize("subjects", [1, 8, 40])
def test_it_stays_within_what_github_takes_and_counts_what_it_leaves_out(subjects: int):
    page = text_of(of_every_rule(subjects))
    assert len(page) <= MOST
    assert "Shortened to what GitHub takes" in page
    assert page.count(f"({subjects} finding") == len(RULES)


def test_subjects_are_left_out_before_the_causes_that_say_what_to_do_first():
    long = "It is not as it should be. " * 10
    listed = [finding(id, mailbox(1), message=long) for id in sorted(RULES)]
    causes = [cause(id, mailbox(0), 1, 1) for id in sorted(RULES)]
    page = text_of(audit_of(listed, **of_causes(*causes)))
    assert len(page) <= MOST
    assert long not in page
    assert "## Repair first" in page


def test_a_short_page_is_whole():
    assert "Shortened" not in text_of(audit_of())


def test_what_is_too_long_with_its_least_detail_is_cut_at_a_line_and_counted():
    notes = tuple(f"{number} {'note ' * 100}" for number in range(300))
    page = text_of(audit_of(notes=notes))
    assert len(page) <= MOST
    assert re.search(r"and [\d,]+ more lines in", page.splitlines()[-1])


def text_of(audit: Audit) -> str:
    return written("markdown", audit)


@pytest.mark.parametrize(("more", "kept"), [(0, 3), (1, 2), (9, 2), (10, 2), (11, 1)])
def test_a_page_that_is_too_long_keeps_the_lines_that_fit(monkeypatch, more, kept):
    room = 30 - more
    monkeypatch.setattr(markdown, "MOST", room + markdown._ROOM_FOR_THE_COUNT)
    lines = [f"line {number}...\n" for number in range(4)]
    assert {len(each) for each in lines} == {10}
    found = markdown._cut("".join(lines))
    assert found == "".join(lines[:kept]) + (
        f"\nand {4 - kept} more lines in `--report html=PATH`\n"
    )
