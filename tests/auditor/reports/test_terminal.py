"""The terminal report answers first, hides nothing to act on, and obeys no text from outside."""

import io
import re

import pytest
from msgspec.structs import replace

from auditor.model import FirstChanges, OpenCause, SharedCause, SourceOf, Subject
from auditor.reports import terminal
from auditor.reports.shared import evidence_words, wording
from rules.evidence import Evidence
from tests.auditor.reports.audits import (
    APPROVAL,
    FAILING,
    LOGGING,
    ORGANIZATION,
    PROFILE,
    RULES,
    SHARED,
    UNTESTED,
    audit_of,
    cause,
    finding,
    hostile,
    mailbox,
    many,
    nothing,
    of_causes,
    refused,
    two_fixes,
    written,
)

STALE = "synchronization-stale"


def flat(text: str) -> str:
    """The text as one line."""
    return re.sub(r"\s+", " ", text)


def test_the_first_line_answers_the_question():
    assert written("terminal", audit_of()).startswith(
        "41 mailboxes are meant to synchronize: 37 work, 1 works but is unsupported, 2\n"
        "are broken, 1 unknown; 4 are not in use (no delivery method: 3, deactivated: 1).\n"
    )


def test_all_outcomes_a_waiver_and_a_shared_cause_are_named():
    text = written("terminal", audit_of())
    assert "2 fail, 41 undetermined" in text
    assert "error[mailbox-not-approved]" in text
    assert "- Add [environments.contoso.graph].\n" in text
    assert (
        "settles 40 subjects of mailbox-not-in-exchange-online "
        "(source exchange-online.graph: not-configured)"
    ) in flat(text)
    assert "The record holds no result of a test. (1 finding of mailbox-never-tested)" in flat(text)
    assert "waived until 2027-03-31: CHG-1234, moving in the first quarter" in text
    assert "3 not applicable, 1 waived" in text


def test_a_failure_shows_subject_evidence_fix_and_statement():
    text = written("terminal", audit_of())
    assert "mailbox Anna Öztürk <anna@contoso.example>" in text
    assert (
        "dynamics.mailboxes: emailrouteraccessapproval = 3 (Rejected), methods = a, empty, true "
        "(read 2026-11-23T08:00:05Z)"
    ) in flat(text)
    assert "Fix: Approve the email address of the mailbox" in flat(text)
    assert "Statement: OP9-01: With Dynamics 365 (on-premises), email" in flat(text)


def test_each_of_several_fixes_stands_with_its_finding():
    text = written("terminal", two_fixes())
    order = ["Anna <anna", "Fix: Repair the first.", "Bob <bob", "Fix: Repair the second."]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


def test_values_of_one_record_stand_on_one_line_with_their_time():
    subject = Subject("profile", "p-1", "Sales")
    own = [Evidence("dynamics.emailserverprofiles", "p-1", name, 1, "T") for name in ("a", "b")]
    other = Evidence("dynamics.organizations", "o-1", "c", None, "T")
    assert evidence_words.lines([*own, other], subject, {}) == [
        "dynamics.emailserverprofiles: a = 1, b = 1 (read T)",
        "dynamics.organizations o-1: c = empty (read T)",
    ]


def test_an_incomplete_audit_names_the_command_that_tells_what_is_missing():
    assert "auditor doctor" in written("terminal", refused())
    assert "auditor doctor" not in written("terminal", nothing())


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
    assert "(100,000 findings)" in text
    assert "- mailbox Mailbox 0 <user0@contoso.example>\n" in text
    assert "- mailbox Mailbox 1 <user1@contoso.example>, mailbox Mailbox 2" in flat(text)
    assert "<user2@contoso.example>, 99,997 more\n" in text
    assert "--report html=audit.html" in text


def test_of_many_rules_the_worst_are_shown_in_full_and_the_rest_named_with_their_subjects():
    ids = sorted(id for id in RULES if RULES[id].severity == "error")[:30]
    listed = [finding(id, mailbox(number)) for id in ids for number in range(5)]
    text = written("terminal", audit_of(listed))
    assert text[text.index("Failing, worst") :].count("  Fix: ") == 5
    assert [id for id in ids if id not in text] == []
    assert f"error 5 {ids[5]}: Mailbox 0, " in flat(text)
    assert [
        line for line in text.splitlines() if line.startswith("error  ") and "more" not in line
    ] == []
    assert "Also failing: 25 more rules" in text
    assert len(text.splitlines()) < 160


def test_what_would_settle_open_verdicts_stands_before_what_to_fix():
    text = written("terminal", audit_of())
    assert text.index("Undetermined: what one") < text.index("Repair first") < text.index("Failing")


def test_causes_with_one_remedy_are_one_grant_largest_first():
    graph = [
        OpenCause(
            SharedCause(code="not-configured", source=f"graph.{name}"), "Add graph.", (id,), n
        )
        for name, id, n in (("users", SHARED, 40), ("domains", FAILING, 30))
    ]
    dns = OpenCause(SharedCause(code="not-configured", source="dns"), "Add dns.", (SHARED,), 60)
    text = written("terminal", audit_of(undetermined=(dns, *graph)))
    assert "settles 70 subjects of impersonation-with-exchange-online, mailbox-not-in" in flat(text)
    assert "(source graph.users: not-configured; source graph.domains: not-configured)" in flat(
        text
    )
    assert text.index("Add graph.") < text.index("Add dns.")


def test_of_whom_nobody_knows_whether_it_is_meant_to_synchronize_is_not_called_out_of_use():
    summary = audit_of().summary
    open = replace(summary.standing, undecided=7)
    text = flat(written("terminal", audit_of(summary=replace(summary, standing=open))))
    assert (
        "2 are broken, 1 unknown; of 7 more it is unknown whether they are; 4 are not in use"
        in text
    )
    one = replace(summary.standing, undecided=1, not_in_use={})
    text = flat(written("terminal", audit_of(summary=replace(summary, standing=one))))
    assert "1 unknown; of 1 more it is unknown whether it is; 0 are not in use." in text


def test_sources_that_failed_alike_are_told_once():
    failed = [
        SourceOf(f"dynamics.{name}", "failed", 0, 0, "No sign-in.", "Check the secret.")
        for name in ("queues", "mailboxes")
    ]
    text = written("terminal", audit_of(sources=tuple(failed)))
    assert "dynamics.mailboxes, dynamics.queues: could not be read" in text
    assert text.count("Why: No sign-in.") == text.count("Next: Check the secret.") == 1


def test_sources_that_are_not_configured_are_named_in_a_line():
    assert "Not configured: exchange-online.graph.\n" in written("terminal", audit_of())


@pytest.mark.parametrize("format", ["terminal", "markdown", "html"])
def test_causes_stand_in_their_order_with_what_their_repair_does(format):
    causes = (
        cause(FAILING, PROFILE, 30, 28, "Change the sign-in."),
        cause(LOGGING, PROFILE, 900, 0, "Switch it off."),
    )
    text = flat(written(format, audit_of(**of_causes(*causes))))
    assert text.index("Change the sign-in.") < text.index("Switch it off.")


def test_a_cause_tells_how_many_mailboxes_it_concerns_and_repairs():
    causes = (
        cause(FAILING, PROFILE, 30, 28),
        cause(LOGGING, PROFILE, 1, 0),
        cause(APPROVAL, mailbox(1), 1, 1),
    )
    text = flat(written("terminal", audit_of(**of_causes(*causes))))
    assert "Concerns 30 mailboxes; with its repair 28 work." in text
    assert "Concerns 1 mailbox; its repair alone makes none of them work." in text
    assert "Concerns 1 mailbox; with its repair 1 works." in text


def test_of_many_causes_the_first_are_shown_and_the_rest_counted():
    text = flat(written("terminal", many(100)))
    assert "5. mailbox Mailbox 4" in text
    assert "6. mailbox" not in text
    assert "and 95 more in --report html=PATH" in text


def test_one_fault_of_many_records_is_told_once_with_some_of_them():
    listed = [finding(UNTESTED, mailbox(n), "undetermined", message="Empty.") for n in range(9)]
    text = written("terminal", audit_of(listed))
    assert text.count("Empty.") == 1
    assert "Empty. (9 findings of mailbox-never-tested)" in flat(text)
    assert "Mailbox 0 <user0@contoso.example>" in text
    assert "and 6 more findings in --report html=PATH" in flat(text)


def told_next(**changes: object) -> str:
    """The lines with commands at the end of a report on one mailbox."""
    text = written("terminal", audit_of((finding(APPROVAL, ANNA),), **changes))
    return text.rpartition("Every finding: ")[2]


ANNA = mailbox(1, "Anna O'Neill", "anna@contoso.example")


@pytest.mark.parametrize(
    ("again", "command"),
    [
        ((), "auditor why anna@contoso.example"),
        (("contoso",), "auditor why anna@contoso.example contoso"),
        (("--snapshot", "a b.snap"), "auditor why anna@contoso.example --snapshot 'a b.snap'"),
    ],
)
def test_it_ends_with_a_command_that_asks_the_same_records(again, command):
    assert f"All of one subject: {command}\n" in told_next(again=again)


def test_no_command_asks_a_tenant_that_is_gone():
    assert "auditor why" not in told_next()


def test_a_command_is_never_broken_and_holds_nothing_that_a_shell_obeys():
    sly = replace(ANNA, name="$(halt)", address="`halt`@contoso.example")
    path = "/home/somebody/a/directory/that/is/deep/contoso.toml"
    text = written("terminal", audit_of((finding(APPROVAL, sly),), again=("--config", path)))
    assert f"All of one subject:\n  auditor why {sly.id} --config {path}\n" in text


def test_a_subject_that_is_no_mailbox_and_no_profile_is_not_asked_for():
    text = written("terminal", audit_of((finding(APPROVAL, ORGANIZATION),), again=()))
    assert "auditor why" not in text


def test_the_answer_is_repeated_where_a_long_report_ends():
    assert written("terminal", many(3), 1).splitlines()[-3:-1] == [
        "41 synchronizing mailboxes: 37 work, 1 works but is unsupported, 2 broken, 1",
        "unknown. 2 errors, 0 warnings, 0 notes, 41 undetermined.",
    ]


def test_no_finding_is_said():
    text = written("terminal", nothing(), 0)
    assert text.startswith("0 mailboxes are meant to synchronize")
    assert "No unwaived failing finding." in text
    assert text.endswith("Exit 0: complete, nothing at or above the threshold (--fail-on).\n")


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


@pytest.mark.parametrize("ended", [True, False])
def test_it_says_where_not_all_changes_were_looked_for(ended):
    audit = audit_of(first_steps=lambda causes: FirstChanges({}, ended=ended))
    shown = " ".join(written("terminal", audit).split())
    assert (wording.PLAN_ENDED in shown) is ended
    assert wording.PLAN_ENDED not in " ".join(written("terminal", audit_of()).split())
