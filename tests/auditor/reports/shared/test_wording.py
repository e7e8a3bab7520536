"""The sentences of reports, each number with the word that goes with it."""

import pytest
from msgspec.structs import replace

from auditor.model import (
    Affected,
    Coverage,
    EnvironmentOf,
    Missing,
    RootCause,
    SharedCause,
    Subject,
)
from auditor.reports.shared import evidence_words, wording
from rules.evidence import Evidence
from tests.auditor.reports.audits import APPROVAL, audit_of, covering, finding

MAILBOX = Subject("mailbox", "m-1", "Anna", "anna@contoso.example")


def test_nothing_fails_is_not_said_of_what_is_undetermined() -> None:
    of = audit_of()
    verdicts = of.summary.verdicts
    none = replace(of, summary=replace(of.summary, verdicts=replace(verdicts, undetermined=0)))
    one = replace(of, summary=replace(of.summary, verdicts=replace(verdicts, undetermined=1)))
    assert wording.nothing_fails(none) == "No unwaived failing finding."
    assert wording.nothing_fails(one).endswith(", but 1 verdict is undetermined.")


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("broken", "The mailbox is broken."),
        ("unknown", "It is unknown whether the mailbox works."),
        ("working", "The mailbox works."),
        ("", "The mailbox is not meant to synchronize."),
    ],
)
def test_a_standing_is_a_sentence(word: str, sentence: str) -> None:
    assert wording.standing(word) == sentence


def test_what_is_not_known_of_the_environment_is_said() -> None:
    nothing = EnvironmentOf("contoso", "https://crm.example", "", "", None, None, None, None)
    audit = audit_of(environment=nothing, edition=None)
    assert wording.environment(audit) == (
        "contoso, https://crm.example, deployment unknown, version unknown"
    )
    assert wording.edition(audit).startswith("none: ")
    named = replace(audit, environment=replace(nothing, edition="online-2031"))
    assert wording.edition(named) == "online-2031, which is not on file"


def test_complete_is_said_of_what_was_read_completely() -> None:
    assert wording.completeness(audit_of(complete=True)).startswith("Complete: ")
    assert wording.completeness(audit_of(complete=False)).startswith("Incomplete: ")


def test_sources_that_were_not_read_come_failures_first() -> None:
    found = [each.status for each in wording.unread(audit_of().sources)]
    assert found == ["failed", "partial", "not-configured"]
    assert wording.unconfigured(audit_of().sources) == "exchange-online.graph"


class TestCoverage:
    def test_it_says_of_how_many_it_is_decided(self) -> None:
        said = wording.coverage(replace(audit_of(), summary=covering(38)))
        assert "decided for 38 of 41 synchronizing mailboxes" in said
        assert "what they use" in said

    def test_one_is_no_plural(self) -> None:
        summary = replace(covering(1), coverage=Coverage(1, 1, 1, 1, 1))
        said = wording.coverage(replace(audit_of(), summary=summary))
        assert "1 of 1 synchronizing mailbox whether Microsoft supports what it uses" in said
        assert said.endswith("1 of 1 rule judged without an open subject.")

    def test_without_a_synchronizing_mailbox_rules_alone_are_counted(self) -> None:
        summary = replace(covering(0), coverage=Coverage(3, 5, 0, 0, 9))
        said = wording.coverage(replace(audit_of(), summary=summary))
        assert said == "3 of 5 rules judged without an open subject."

    def test_what_is_missing_says_for_whom(self) -> None:
        graph = SharedCause(code="graph.users:not-configured", source="graph.users")
        missing = (Missing("Add graph.", 3, (), (graph,)), Missing("Ask.", 1, (), ()))
        audit = replace(audit_of(), summary=covering(38, *missing))
        assert wording.missing(audit) == [
            "For the other 3: Add graph. (Missing: source graph.users: not-configured.)",
            "For 1 of the other 3: Ask. (Missing: a value in a record.)",
        ]
        none_judged = replace(audit_of(), summary=covering(0, Missing("Add graph.", 41, (), ())))
        assert wording.missing(none_judged)[0].startswith("For these 41: ")

    def test_beyond_the_first_few_they_are_counted(self) -> None:
        def missing(count: int) -> list[str]:
            listed = [Missing(f"Do {number}.", 10 - number, (), ()) for number in range(count)]
            return wording.missing(replace(audit_of(), summary=covering(0, *listed)))

        assert len(missing(3)) == 3
        assert missing(5)[3:] == ["And 2 more, each for at most 7 mailboxes."]

    def test_beyond_the_first_few_causes_are_counted(self) -> None:
        causes = [SharedCause(code=f"{name}:x", source=name) for name in "abcd"]
        audit = replace(audit_of(), summary=covering(0, Missing("Do.", 41, (), tuple(causes))))
        (line,) = wording.missing(audit)
        assert line.endswith("(Missing: source a: x; source b: x; source c: x; 1 more.)")


@pytest.mark.parametrize(
    ("subject", "said", "label"),
    [
        (MAILBOX, "mailbox Anna <anna@contoso.example>", "Anna"),
        (replace(MAILBOX, name=MAILBOX.address), f"mailbox {MAILBOX.address}", MAILBOX.address),
        (replace(MAILBOX, name=""), f"mailbox {MAILBOX.address}", MAILBOX.address),
        (Subject("mailbox", "m-1"), "mailbox m-1", "m-1"),
        (Subject("email-system", "mail.example:995"), "email system mail.example:995", None),
        (Subject("organization", ""), "organization", "organization"),
    ],
)
def test_a_subject_goes_by_its_name_else_its_address_else_its_id(
    subject: Subject, said: str, label: str | None
) -> None:
    assert wording.subject(subject) == said
    assert wording.label(subject) == (label or subject.id)


@pytest.mark.parametrize(
    ("mailboxes", "repairs", "said"),
    [
        (0, 0, ""),
        (1, 0, "Concerns 1 mailbox; its repair alone makes none of them work."),
        (5, 1, "Concerns 5 mailboxes; with its repair 1 works."),
        (5, 5, "Concerns 5 mailboxes; with its repair 5 work."),
    ],
)
def test_a_cause_says_what_its_repair_does(mailboxes: int, repairs: int, said: str) -> None:
    of = RootCause("c", MAILBOX, ("a", "b"), "stops", "error", mailboxes, repairs, "", ())
    assert wording.cause_numbers(of) == said
    line = wording.cause_line(of, str.upper)
    assert line == f"mailbox Anna <anna@contoso.example>: A; B. {said}".rstrip()


def test_whom_a_shared_cause_leaves_open_is_counted_with_samples() -> None:
    of = finding(APPROVAL, MAILBOX, "undetermined", affected=Affected("mailbox", 3, 2, (MAILBOX,)))
    assert wording.affected(of) == (
        "3 mailboxes in 2 configurations: mailbox Anna <anna@contoso.example>, and 2 more"
    )
    alone = replace(of, affected=Affected("mailbox", 1, 1, (MAILBOX,)))
    assert wording.affected(alone) == (
        "1 mailbox in 1 configuration: mailbox Anna <anna@contoso.example>"
    )
    assert wording.affected(replace(of, affected=Affected("profile", 2, 1, ()))) == (
        "2 profiles in 1 configuration"
    )
    assert wording.affected(replace(of, affected=None)) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "empty"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ("", '""'),
        ((), "empty"),
        (("a", None, True), "a, empty, true"),
    ],
)
def test_a_value_is_shown_as_what_it_is(value: object, said: str) -> None:
    assert evidence_words.value(value) == said


def test_the_number_of_an_option_is_shown_with_its_label() -> None:
    approval = Evidence("dynamics.mailboxes", "m-1", "emailrouteraccessapproval", 3)
    assert evidence_words.shown_value(approval) == "3 (Rejected)"
    unknown = Evidence("dynamics.mailboxes", "m-1", "emailrouteraccessapproval", 99)
    assert evidence_words.shown_value(unknown) == "99 (not known to this release)"


def test_evidence_names_the_subjects_record_by_its_name() -> None:
    shown = Evidence("dynamics.mailboxes", "m-1", "ewsurl", "x", "2026-11-23T08:00:00Z")
    assert evidence_words.line(shown, MAILBOX) == (
        "dynamics.mailboxes Anna ewsurl = x (read 2026-11-23T08:00:00Z)"
    )
    assert evidence_words.line(replace(shown, read_at="")) == "dynamics.mailboxes m-1 ewsurl = x"


def test_evidence_puts_the_values_of_a_record_in_one_line() -> None:
    shown = [
        Evidence("s", "m-1", "a", 1, "t"),
        Evidence("s", "m-1", "b", 2, "t"),
        Evidence("s", "p-1", "c", 3, ""),
    ]
    assert evidence_words.lines(shown, MAILBOX, {"p-1": "Own"}) == [
        "s: a = 1, b = 2 (read t)",
        "s Own: c = 3",
    ]
