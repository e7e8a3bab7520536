"""The terminal report answers first, hides nothing to act on, and obeys no text from outside."""

import io
import re

import pytest

from auditor.model import Subject
from auditor.reports import terminal
from auditor.reports.shared.wording import receipts
from rules.evidence import Evidence
from tests.auditor.reports.audits import audit_of, hostile, many, nothing, refused, written


def test_the_first_line_answers_the_question():
    assert written("terminal", audit_of()).startswith(
        "41 mailboxes are meant to synchronize: 38 work, 2 are broken, 1 unknown; 4 are\n"
        "not in use (no delivery method: 3, deactivated: 1).\n"
    )


def test_all_outcomes_a_waiver_and_a_shared_cause_are_named():
    text = written("terminal", audit_of())
    assert "2 fail, 41 undetermined" in text
    assert "error[mailbox-not-approved]" in text
    assert "source exchange-online.graph: not-configured leaves 40 subjects of 1 rule open" in text
    assert "leaves 1 rule open" in text
    assert "Rules: mailbox-never-tested" in text
    assert "waived until 2027-03-31: CHG-1234, moving in the first quarter" in text
    assert "3 not applicable, 1 waived" in text


def test_a_failure_shows_subject_evidence_fix_and_statement():
    text = written("terminal", audit_of())
    assert "mailbox Anna Öztürk <anna@contoso.example>" in text
    flat = re.sub(r"\s+", " ", text)
    assert (
        "dynamics.mailboxes: emailrouteraccessapproval = 3, methods = a, empty, true "
        "(read 2026-11-23T08:00:05Z)"
    ) in flat
    assert "Fix: Approve the email address of the mailbox" in flat
    assert "Statement: OP9-01: With Dynamics 365 (on-premises), email" in flat


def test_values_of_one_record_stand_on_one_line_with_their_time():
    subject = Subject("profile", "p-1", "Sales")
    own = [Evidence("dynamics.emailserverprofiles", "p-1", name, 1, "T") for name in ("a", "b")]
    other = Evidence("dynamics.organizations", "o-1", "c", None, "T")
    assert receipts([*own, other], subject) == [
        "dynamics.emailserverprofiles: a = 1, b = 1 (read T)",
        "dynamics.organizations o-1: c = empty (read T)",
    ]


def test_what_was_not_read_says_why_and_what_next():
    text = written("terminal", audit_of())
    assert text.index("exchange-server.ews: could not be read") < text.index(
        "dynamics.queues: read"
    )
    assert "Why: The server answered 401." in text
    assert "Next: Grant Read on Queue for the whole organisation." in text


@pytest.mark.parametrize("audit", [audit_of, nothing, refused, lambda: many(7)])
def test_lines_fit_80_columns_but_for_words_that_are_longer(audit):
    for line in written("terminal", audit(), 0).splitlines():
        assert len(line) <= 80 or " " not in line.strip()
        assert line == line.rstrip()


def test_addresses_stay_whole():
    audit = audit_of()
    assert f"{audit.edition.source}\n" in written("terminal", audit)


def test_the_rest_of_many_is_counted_and_its_place_named():
    text = written("terminal", many(100_000))
    assert text.count("- mailbox Mailbox") == 3
    assert "(100,000 findings)" in text
    assert "and 99,997 more: use --report json=PATH" in text


def test_no_finding_is_said():
    text = written("terminal", nothing(), 0)
    assert text.startswith("0 mailboxes are meant to synchronize")
    assert "No unwaived failing finding." in text
    assert text.endswith("Exit 0: complete, nothing at or above the threshold.\n")


def test_a_table_that_was_not_read_is_no_zero():
    assert written("terminal", refused()).startswith(
        "How many mailboxes are meant to synchronize is unknown"
    )


@pytest.mark.parametrize(
    ("code", "meaning"),
    [(0, "complete"), (1, "failing"), (3, "incomplete"), (70, "defect"), (130, "interrupted")],
)
def test_the_last_line_says_what_the_exit_code_means(code, meaning):
    assert meaning in written("terminal", audit_of(), code).splitlines()[-1]


def test_hostile_text_is_shown_not_obeyed():
    text = written("terminal", hostile(), 1)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert "Eve\\x1b[31m\\u202e[red]" in text
    assert "[/" not in text


def test_markup_in_names_is_shown_as_it_is():
    assert "Bob [bold]Builder[/bold]" in written("terminal", audit_of())


class Screen(io.BytesIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_there_is_colour_and_links_lead_to_the_record(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    out = Screen()
    terminal.write(audit_of(), out)
    shown = out.getvalue()
    assert b"\x1b[1;31merror" in shown
    assert b"\x1b]8;" in shown
    assert b"https://crm.contoso.local/Contoso/main.aspx?etn=mailbox&id=1" in shown


def test_only_web_addresses_become_links(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    out = Screen()
    terminal.write(hostile(), out)
    assert b"javascript:" not in out.getvalue()
