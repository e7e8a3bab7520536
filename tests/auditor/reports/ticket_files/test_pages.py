"""The pages of tickets: where, what fails, what to do, and the list of them all."""

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Audit, Finding, MailboxEntry, RootCause, Waived
from auditor.reports.ticket_files import pages as module
from auditor.reports.ticket_files.imports import Titles
from auditor.reports.ticket_files.pages import UNJUDGED, Pages
from auditor.reports.ticket_files.register import Register, Ticket, Told, key_of
from tests.auditor.reports.audits import (
    APPROVAL,
    EDITION,
    FAILING,
    PROFILE,
    RULES,
    audit_of,
    cause,
    finding,
    mailbox,
)

NOW, BEFORE = "2026-11-02T03:00:00Z", "2026-11-01T03:00:00Z"
OWN = cause(APPROVAL, mailbox(1), 1, 1, "Approve it.")
OF_PROFILE = cause(FAILING, PROFILE, 3, 3, "Change it.")
WAIVED = Waived("CHG-7", "2027-03-31")


def ticket(of: RootCause = OWN, **changed: Any) -> Ticket:
    made = Ticket(key=key_of("contoso", of), cause=of, opened=BEFORE, run="night-2")
    return replace(made, **changed)


def pages(
    *tickets: Ticket, audit: Audit | None = None, without: int = 0, told: tuple[Finding, ...] = ()
) -> Pages:
    audit = audit or audit_of(mailboxes=lambda: iter(()))
    register = Register(
        environment="contoso", run="night-2", started_at=NOW, without=without, tickets=tickets,
        left_open={},
    )  # fmt: skip
    failing = {(each.rule, each.subject.kind, each.subject.id): each for each in told}
    return Pages(audit, register, Told(failing, frozenset(), {}, ()), Titles(audit))


def page(of: Ticket, *told: Finding, audit: Audit | None = None) -> list[str]:
    return pages(of, audit=audit, told=told).page(of).splitlines()


class TestPage:
    def test_it_says_where_what_fails_and_what_to_do(self):
        of = ticket(replace(OWN, steps=("Approve it.", "Test it.")))
        seen = finding(APPROVAL, mailbox(1), message="It was rejected.")
        lines = page(of, seen)
        title = RULES[APPROVAL].title
        assert lines[0] == f"# {title}: mailbox Mailbox 1 \\<user1&#64;contoso.example\\>"
        assert lines[2:4] == [f"- Key: {of.key}", f"- State: open since {BEFORE}"]
        assert lines[4].startswith("- Where: [mailbox Mailbox 1")
        assert lines[5] == "- Effect: stops, severity error"
        assert lines[6] == "- Concerns 1 mailbox; with its repair 1 works."
        assert lines[7].startswith("- Environment: contoso (Contoso GmbH)")
        assert lines[8:14] == ["", "## What to do", "", "1. Approve it.", "2. Test it.", ""]
        assert lines[14:] == [
            "## What fails",
            "",
            f"- {title} ({APPROVAL})",
            "  - It was rejected.",
            "  - dynamics.mailboxes: emailrouteraccessapproval = 0 (Empty)",
        ]

    def test_without_a_mailbox_there_are_no_numbers(self):
        lines = page(ticket(replace(OWN, mailboxes=0)))
        assert not [each for each in lines if "Concerns" in each]

    def test_a_rule_whose_finding_is_not_at_hand_is_named(self):
        lines = page(ticket())
        assert lines[-1] == f"- {RULES[APPROVAL].title} ({APPROVAL})"

    def test_statements_say_what_they_say(self):
        first = EDITION.statements[0]
        seen = finding(APPROVAL, mailbox(1), statements=(first.id, "of-another-edition"))
        lines = page(ticket(), seen)
        assert lines[-2].startswith(f"  - Statement {first.id}: ")
        assert lines[-1] == "  - Statement of-another-edition"

    @pytest.mark.parametrize(
        ("changed", "state"),
        [
            ({}, f"open since {BEFORE}"),
            (
                {"cause": replace(OWN, waived=WAIVED)},
                f"waived until 2027-03-31: CHG-7; open since {BEFORE}",
            ),
            (
                {"closed": NOW},
                f"closed: the run of {NOW} judged it, and it fails no more; open since {BEFORE}",
            ),
            (
                {"closed": NOW, "cause": replace(OWN, waived=WAIVED)},
                f"closed: the run of {NOW} judged it, and it fails no more; open since {BEFORE}",
            ),
        ],
    )
    def test_it_says_how_it_stands(self, changed, state):
        of = ticket(**changed)
        lines = page(of)
        assert f"- State: {state}" in lines
        assert ("## What failed" if of.closed else "## What fails") in lines

    def test_it_says_where_the_last_run_could_not_judge(self):
        assert f"- {UNJUDGED}" in page(ticket(unjudged=True))
        assert f"- {UNJUDGED}" not in page(ticket())


def concerned(of: Ticket, count: int = 3) -> list[str]:
    entries = [
        MailboxEntry(f"m-{n}", f"N{n}", "", None, "unknown", (OF_PROFILE.id, OWN.id))
        for n in range(count)
    ]
    lines = page(of, audit=audit_of(mailboxes=lambda: iter(entries)))
    heading = "## Mailboxes that do not simply work because of it"
    return lines[lines.index(heading) + 2 :] if heading in lines else []


class TestMailboxes:
    def test_those_that_it_keeps_from_working_are_named(self):
        assert concerned(ticket(OF_PROFILE), 2) == [
            "- mailbox N0: unknown", "- mailbox N1: unknown",
        ]  # fmt: skip

    def test_beyond_the_first_they_are_counted(self, monkeypatch):
        monkeypatch.setattr(module, "NAMED", 2)
        assert concerned(ticket(OF_PROFILE), 2)[-1] == "- mailbox N1: unknown"
        assert concerned(ticket(OF_PROFILE), 4)[1:] == ["- mailbox N1: unknown", "- and 2 more"]

    def test_of_a_mailbox_s_own_cause_or_a_closed_one_none_is_named(self):
        assert concerned(ticket(OWN)) == []
        assert concerned(ticket(OF_PROFILE, closed=NOW)) == []
        assert concerned(ticket(OF_PROFILE), 0) == []

    def test_they_are_read_only_where_a_ticket_needs_them(self):
        def never() -> Any:
            raise AssertionError

        assert page(ticket(OWN), audit=audit_of(mailboxes=never))


NEW = ticket(cause(FAILING, replace(PROFILE, id="p-1"), 1, 1), opened=NOW)
OLD = ticket()
HIDDEN = ticket(cause(APPROVAL, mailbox(3), 1, 1), unjudged=True)
CLOSED_NOW = ticket(cause(APPROVAL, mailbox(4), 1, 1), closed=NOW)
CLOSED_BEFORE = ticket(cause(APPROVAL, mailbox(5), 1, 1), closed=BEFORE)
ACCEPTED = ticket(replace(cause(APPROVAL, mailbox(6), 1, 1), waived=WAIVED))
EVERY = (NEW, OLD, HIDDEN, CLOSED_NOW, CLOSED_BEFORE, ACCEPTED)


class TestIndex:
    def test_each_ticket_stands_under_what_became_of_it(self):
        lines = pages(*EVERY).index().splitlines()
        listed: dict[str, list[str]] = {}
        for line in lines:
            if line.startswith("## "):
                listed[line] = under = []
            elif line.startswith("- "):
                under.append(line[3:23])
        assert listed == {
            "## New (1)": [NEW.key],
            "## Closed by this run (1)": [CLOSED_NOW.key],
            "## Could not be judged (1)": [HIDDEN.key],
            "## Still open (1)": [OLD.key],
            "## Waived (1)": [ACCEPTED.key],
            "## Closed in the last 90 days (1)": [CLOSED_BEFORE.key],
        }
        assert f"- [{OLD.key}]({OLD.key}.md) {RULES[APPROVAL].title}: " in "\n".join(lines)
        assert lines[2].startswith(f"Run of {NOW}: 3 tickets are open")

    def test_a_part_without_a_ticket_is_left_out(self):
        assert "##" not in pages().index()

    def test_a_new_one_that_was_not_judged_is_not_still_open(self):
        text = pages(replace(NEW, unjudged=True)).index()
        assert "## New (1)" in text
        assert "## Could not be judged (1)" in text
        assert "## Still open" not in text


@pytest.mark.parametrize(
    ("tickets", "without", "said"),
    [
        ((), 0, "0 tickets are open; 0 of them new; 0 closed by this run."),
        ((OLD,), 0, "1 ticket is open; 0 of them new; 0 closed by this run."),
        (
            EVERY,
            2,
            "3 tickets are open; 1 of them new; 1 closed by this run; 1 could not be judged and"
            " stay open; 1 waived. 2 causes further down the list have no ticket yet.",
        ),
        ((OLD,), 1, "1 ticket is open; 0 of them new; 0 closed by this run. 1 cause further down"
         " the list have no ticket yet."),
    ],
)  # fmt: skip
def test_the_summary_counts_them(tickets, without, said):
    assert pages(*tickets, without=without).summary() == said
