"""Audits to write: one that holds every outcome, one that holds nothing, one of many findings."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from auditor.model import (
    Affected,
    Audit,
    Counts,
    Coverage,
    EnvironmentOf,
    Finding,
    MailboxEntry,
    Missing,
    OpenCause,
    RootCause,
    RuleResult,
    Severities,
    SharedCause,
    SourceOf,
    Standing,
    StatementResult,
    Subject,
    Summary,
    Waived,
)
from auditor.reports import writer
from rules.edition import load
from rules.evidence import Evidence, Value
from rules.rule import Rule, catalogue

EDITION = load("customer-engagement-9")
RULES: dict[str, Rule] = {rule.id: rule for rule in catalogue()}
READ_AT = "2026-11-23T08:00:05Z"

FAILING = "impersonation-with-exchange-online"
APPROVAL = "mailbox-not-approved"
UNTESTED = "mailbox-never-tested"
SHARED = "mailbox-not-in-exchange-online"
LOGGING = "verbose-logging-left-on"

ORGANIZATION = Subject("organization", "", "Contoso GmbH", "", "https://crm.contoso.local/Contoso")
PROFILE = Subject(
    "profile",
    "1f2e3d4c-0000-4000-8000-000000000001",
    "Vertrieb Süd",
    "",
    "https://crm.contoso.local/Contoso/main.aspx?etn=emailserverprofile&id=1f2e",
)


def mailbox(number: int, name: str = "", address: str = "") -> Subject:
    return Subject(
        "mailbox",
        f"00000000-0000-4000-8000-{number:012d}",
        name or f"Mailbox {number}",
        address or f"user{number}@contoso.example",
        f"https://crm.contoso.local/Contoso/main.aspx?etn=mailbox&id={number}",
    )


def evidence(record: str, field: str, value: Value) -> Evidence:
    return Evidence("dynamics.mailboxes", record, field, value, READ_AT)


def finding(
    rule: str,
    subject: Subject,
    verdict: str = "fail",
    *,
    message: str = "It is not as it should be.",
    shown: Sequence[Evidence] | None = None,
    cause: SharedCause | None = None,
    affected: Affected | None = None,
    waived: Waived | None = None,
    statements: tuple[str, ...] = (),
) -> Finding:
    of = RULES[rule]
    identity = f"v1\ncontoso\n{rule}\n{subject.kind}\n{subject.id}"
    seen = shown if shown is not None else [evidence(subject.id, "emailrouteraccessapproval", 0)]
    return Finding(
        rule=rule,
        severity=of.severity,
        verdict="fail" if verdict == "fail" else "undetermined",
        subject=subject,
        cause=cause,
        affected=affected,
        message=message,
        remedy=of.remedy,
        statements=statements,
        evidence=tuple(seen),
        fingerprint=hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest(),
        waived=waived,
    )


def cause(
    rule: str, subject: Subject, mailboxes: int, repairs: int, remedy: str | None = None
) -> RootCause:
    of = RULES[rule]
    fix = remedy or of.remedy
    return RootCause(
        id=f"{subject.kind}:{subject.id}:{of.repair}",
        subject=subject,
        rules=(rule,),
        effect=of.effect,
        severity=of.severity,
        mailboxes=mailboxes,
        repairs=repairs,
        remedy=fix,
        steps=(fix,),
    )


def of_causes(*causes: RootCause) -> dict[str, Any]:
    """What an audit of these causes has them in."""
    return {"causes": lambda: iter(causes), "cause_count": len(causes)}


CAUSES = (
    cause(FAILING, PROFILE, 30, 1),
    cause(APPROVAL, mailbox(1, "Anna Öztürk", "anna@contoso.example"), 1, 1),
)
MAILBOXES = (
    MailboxEntry(
        mailbox(1).id,
        "Anna Öztürk",
        "anna@contoso.example",
        PROFILE.id,
        "broken",
        (CAUSES[1].id,),
    ),
    MailboxEntry(
        mailbox(2).id,
        "Bob",
        "bob@contoso.example",
        PROFILE.id,
        "broken",
        (CAUSES[0].id,),
    ),
    MailboxEntry(mailbox(3).id, "Carla", "carla@contoso.example", None, "unknown", ()),
    MailboxEntry(
        mailbox(4).id, "Dan", "dan@contoso.example", PROFILE.id, "unsupported", (CAUSES[0].id,)
    ),
)

GRAPH = SharedCause(code="not-configured", source="exchange-online.graph")

FINDINGS = (
    finding(
        FAILING,
        PROFILE,
        message="The profile signs in by impersonation.",
        shown=[
            Evidence("dynamics.emailserverprofiles", PROFILE.id, "useimpersonation", True, READ_AT)
        ],
        statements=(EDITION.statements[0].id,),
    ),
    finding(
        APPROVAL,
        mailbox(1, "Anna Öztürk", "anna@contoso.example"),
        message="The email address of the mailbox was rejected.",
        shown=[
            evidence(mailbox(1).id, "emailrouteraccessapproval", 3),
            evidence(mailbox(1).id, "methods", ("a", None, True)),
        ],
    ),
    finding(
        APPROVAL,
        mailbox(2, "日本 支店", "nihon@contoso.example"),
        message="The email address of the mailbox was rejected, which is accepted.",
        waived=Waived("CHG-1234, moving in the first quarter", "2027-03-31"),
    ),
    finding(
        SHARED,
        ORGANIZATION,
        "undetermined",
        message="Exchange Online was not asked.",
        cause=GRAPH,
        affected=Affected("mailbox", 40, 3, (mailbox(4), mailbox(5))),
        shown=[],
    ),
    finding(
        UNTESTED,
        mailbox(3, "Bob [bold]Builder[/bold]", "bob@contoso.example"),
        "undetermined",
        message="The record holds no result of a test.",
        shown=[evidence(mailbox(3).id, "testemailconfigurationscheduled", None)],
    ),
)


def result(rule: str, **counts: int) -> RuleResult:
    of = RULES[rule]
    statements = tuple(each for each in of.statements if each in EDITION)
    return RuleResult(of, statements, replace(Counts.none(), **counts))


RESULTS = (
    result(FAILING, fail=1, passed=2),
    result(UNTESTED, undetermined=1, passed=40),
    result(APPROVAL, fail=1, waived=1, passed=39),
    result(SHARED, undetermined=40),
    result(LOGGING, not_applicable=3),
)


def audit_of(listed: Sequence[Finding] = FINDINGS, /, **changed: object) -> Audit:
    audit = Audit(
        tool_version="0.1.0",
        run_id="0195b1a0-7c00-7000-8000-000000000000",
        started_at="2026-11-23T08:00:00Z",
        finished_at="2026-11-23T08:01:00Z",
        as_of="2026-11-23",
        environment=EnvironmentOf(
            name="contoso",
            url="https://crm.contoso.local/Contoso",
            organization_id="0f0f0f0f-0000-4000-8000-000000000000",
            organization_name="Contoso GmbH",
            deployment="on-premises",
            version="9.1.24.8",
            tenant_id=None,
            edition=EDITION.id,
        ),
        edition=EDITION,
        complete=False,
        sources=(
            SourceOf("dynamics.mailboxes", "read", 45, 2, "", ""),
            SourceOf(
                "dynamics.queues",
                "partial",
                3,
                1,
                "The role reads its own rows only.",
                "Grant Read on Queue for the whole organisation.",
            ),
            SourceOf(
                "exchange-server.ews",
                "failed",
                0,
                1,
                "The server answered 401.",
                "Check the password in env:CONTOSO_EWS.",
            ),
            SourceOf(
                "exchange-online.graph",
                "not-configured",
                0,
                0,
                "No section graph.",
                "Add [environments.contoso.graph].",
            ),
        ),
        summary=Summary(
            profiles=3,
            mailboxes=45,
            configurations=7,
            verdicts=Counts(passed=81, fail=2, undetermined=41, not_applicable=3, waived=1),
            severities=Severities(error=2, warning=0, note=0),
            coverage=Coverage(3, 5, 38, 41, 45),
            standing=Standing(41, 37, 2, 1, {"no delivery method": 3, "deactivated": 1}, 0, 1),
        ),
        undetermined=(OpenCause(GRAPH, "Add [environments.contoso.graph].", (SHARED,), 40),),
        causes=lambda: iter(CAUSES),
        cause_count=len(CAUSES),
        mailboxes=lambda: iter(MAILBOXES),
        statements=(
            StatementResult(EDITION.statements[0].id, "fail", (FAILING,)),
            StatementResult(EDITION.statements[1].id, "pass", ("unsupported-email-system",)),
            StatementResult(EDITION.statements[2].id, "undetermined", (SHARED,)),
            StatementResult(EDITION.statements[3].id, "not-applicable", ()),
        ),
        rules=RESULTS,
        findings=lambda: iter(listed),
        undetermined_open=True,
        notes=("The edition follows from version 9.1.",),
    )
    return replace(audit, **changed)


def covering(judged: int, *missing: Missing) -> Summary:
    """The numbers of an audit in which so many of 41 mailboxes were judged."""
    return replace(audit_of().summary, coverage=Coverage(3, 5, judged, 41, 45, missing))


def odd_profile() -> Audit:
    """An audit in which a value of one profile leaves mailboxes open."""
    source = "dynamics.emailserverprofiles"
    cause = SharedCause(code=f"{source}:record-{PROFILE.id}-servertype", source=source)
    shown = [Evidence(source, PROFILE.id, "servertype", 9, READ_AT)]
    left_open = finding(
        SHARED,
        ORGANIZATION,
        "undetermined",
        cause=cause,
        affected=Affected("mailbox", 40, 3, (mailbox(4),)),
        shown=shown,
    )
    return audit_of(
        (left_open, finding(APPROVAL, mailbox(1), shown=shown)),
        undetermined=(OpenCause(cause, "Set the value.", (SHARED,), 40),),
        names={PROFILE.id: PROFILE.name},
    )


def two_fixes() -> Audit:
    """An audit in which one rule asks for two different fixes."""
    first = finding(APPROVAL, mailbox(1, "Anna", "anna@contoso.example"))
    second = finding(APPROVAL, mailbox(2, "Bob", "bob@contoso.example"))
    listed = (
        replace(first, remedy="Repair the first."),
        replace(second, remedy="Repair the second."),
    )
    return audit_of(listed)


def nothing() -> Audit:
    """An audit without a finding, of an organisation without a mailbox."""
    return audit_of(
        (),
        complete=True,
        sources=(SourceOf("dynamics.mailboxes", "read", 0, 1, "", ""),),
        summary=Summary(
            0,
            0,
            0,
            Counts.none(),
            Severities(0, 0, 0),
            Coverage(0, 0, 0, 0, 0),
            Standing(0, 0, 0, 0, {}),
        ),
        undetermined=(),
        **of_causes(),
        mailboxes=lambda: iter(()),
        statements=(),
        rules=(),
        undetermined_open=False,
        notes=(),
    )


def refused() -> Audit:
    """An audit whose every source failed."""
    return replace(
        nothing(),
        complete=False,
        edition=None,
        environment=EnvironmentOf(
            "contoso", "https://crm.contoso.local", "", "", None, None, None, None
        ),
        sources=(
            SourceOf("dynamics.organizations", "failed", 0, 1, "No sign-in.", "Check the secret."),
            SourceOf("dynamics.mailboxes", "failed", 0, 0, "No sign-in.", "Check the secret."),
        ),
    )


def many(count: int) -> Audit:
    """An audit of so many failing mailboxes, made as they are read and never held."""

    def stream() -> Iterator[Finding]:
        for number in range(count):
            yield finding(APPROVAL, mailbox(number))

    def causes() -> Iterator[RootCause]:
        for number in range(count):
            yield cause(APPROVAL, mailbox(number), 1, 1)

    def mailboxes() -> Iterator[MailboxEntry]:
        for each in causes():
            of = each.subject
            yield MailboxEntry(of.id, of.name, of.address, PROFILE.id, "broken", (each.id,))

    return audit_of((), findings=stream, causes=causes, cause_count=count, mailboxes=mailboxes)


HOSTILE = 'Eve\x1b[31m\u202e[red]\n"><script>alert(1)</script>|=cmd()`\x00\ud800]]>'


def hostile() -> Audit:
    """An audit whose texts from outside try to steer whatever shows them."""
    subject = Subject("mailbox", HOSTILE, HOSTILE, "=" + HOSTILE, "javascript:" + HOSTILE)
    return audit_of(
        (
            finding(APPROVAL, subject, message=HOSTILE, shown=[evidence(HOSTILE, "f", HOSTILE)]),
            finding(APPROVAL, subject, "undetermined", message="@" + HOSTILE),
            finding(APPROVAL, subject, waived=Waived(HOSTILE, "2027-03-31")),
        ),
        sources=(SourceOf("dynamics.mailboxes", "failed", 0, 0, HOSTILE, HOSTILE),),
        notes=(HOSTILE,),
        summary=covering(38, Missing(HOSTILE, 3, (), (SharedCause(code=HOSTILE, source="s"),))),
        **of_causes(cause(APPROVAL, subject, 1, 1, HOSTILE)),
        mailboxes=lambda: iter(
            (MailboxEntry(HOSTILE, HOSTILE, "=" + HOSTILE, None, "broken", ()),)
        ),
    )


def written(format: str, audit: Audit, exit_code: int | None = None) -> str:
    """The report as text."""
    out = io.BytesIO()
    writer(format).write(audit, out, exit_code=exit_code)
    assert not out.closed
    return out.getvalue().decode("utf-8")
