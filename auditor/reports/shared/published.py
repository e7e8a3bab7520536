"""The published shape of the JSON report, version 1.1, apart from the values it is made of.

What stands here is promised to readers of reports: names, order, types. The JSON Schema is
generated from it, and reports that are given as input are held against it.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

SCHEMA_VERSION = "1.1"

Version: TypeAlias = Annotated[str, Meta(pattern=r"^1\.[0-9]+$")]
Number: TypeAlias = Annotated[int, Meta(ge=0)]
Fingerprint: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Deployment: TypeAlias = Literal["online", "on-premises"]
Severity: TypeAlias = Literal["error", "warning", "note"]
Kind: TypeAlias = Literal["support", "health", "security", "lifecycle"]
Effect: TypeAlias = Literal["stops", "unsupported", "degrades", "ends", "exposes", "advice"]
SubjectKind: TypeAlias = Literal[
    "organization", "profile", "mailbox", "user", "queue", "email-system", "tenant"
]
Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = Scalar | tuple[Scalar, ...]


class Tool(Struct, frozen=True):
    """The program that wrote the report."""

    name: str
    version: str


class Run(Struct, frozen=True):
    """The run; times are UTC, ISO 8601, `as_of` is the day that dates were judged against."""

    id: str
    started_at: str
    finished_at: str
    as_of: str


class Environment(Struct, frozen=True):
    """The organisation; null and empty text where it could not be established."""

    name: str
    url: str
    organization_id: str
    organization_name: str
    deployment: Deployment | None
    version: str | None
    tenant_id: str | None
    edition: str | None


class Source(Struct, frozen=True):
    """How the reading of one source ended."""

    name: str
    status: Literal["read", "partial", "failed", "not-configured"]
    records: Number
    requests: Number
    reason: str
    remedy: str


class Counts(Struct, frozen=True):
    """Subjects by how they ended."""

    passed: Number = field(name="pass")
    fail: Number
    undetermined: Number
    not_applicable: Number = field(name="not-applicable")
    waived: Number


class Severities(Struct, frozen=True):
    """Unwaived failing findings by severity."""

    error: Number
    warning: Number
    note: Number


class Coverage(Struct, frozen=True):
    """How much could be judged."""

    rules_judged: Number
    rules: Number
    mailboxes_judged: Number
    mailboxes_synchronizing: Number
    mailboxes: Number


class Standing(Struct, frozen=True):
    """How the mailboxes stand that are meant to synchronize, and why the rest is not in use.

    Of those `undecided` it is unknown whether they are meant to.
    """

    synchronizing: Number
    working: Number
    broken: Number
    unknown: Number
    not_in_use: dict[str, Number]
    undecided: Number = 0


class Summary(Struct, frozen=True):
    """The numbers of the audit."""

    profiles: Number
    mailboxes: Number
    configurations: Number
    verdicts: Counts
    severities: Severities
    coverage: Coverage
    standing: Standing | None = None


class Cause(Struct, frozen=True, omit_defaults=True):
    """The source or the declaration that leaves subjects open; one of the two is there."""

    source: str | None = None
    declaration: str | None = None
    code: str = field(default_factory=str)


class Subject(Struct, frozen=True):
    """What a finding is about."""

    kind: SubjectKind
    id: str
    name: str
    address: str
    url: str


class OpenCause(Struct, frozen=True):
    """What one grant or declaration would settle."""

    cause: Cause
    remedy: str
    rules: tuple[str, ...]
    subjects: Number


class RootCause(Struct, frozen=True):
    """One fix and what it clears."""

    rule: str
    subject: Subject
    clears: Number
    affected: Number
    remedy: str


class Statement(Struct, frozen=True):
    """One statement of the edition, how it stands, and the rules that decided it."""

    id: str
    verdict: Literal["pass", "fail", "undetermined", "not-applicable"]
    rules: tuple[str, ...]


class Rule(Struct, frozen=True):
    """One rule and how its subjects ended.

    Like `severity`, `effect` is the gravest that the rule can give; a report of version 1.0 does
    not say.
    """

    id: str
    title: str
    kind: Kind
    severity: Severity
    statements: tuple[str, ...]
    counts: Counts
    effect: Effect | None = None


class Affected(Struct, frozen=True):
    """The subjects that a shared cause leaves open, with at most ten of them."""

    kind: SubjectKind
    count: Number
    configurations: Number
    sample: Annotated[tuple[Subject, ...], Meta(max_length=10)]


class Evidence(Struct, frozen=True):
    """One value, where it was read, and when (UTC, ISO 8601)."""

    source: str
    record: str
    field: str
    value: Value
    read_at: str


class Waived(Struct, frozen=True):
    """The waiver that a finding meets, and the last day it holds."""

    reason: str
    until: str


class Finding(Struct, frozen=True):
    """One failing or undetermined verdict."""

    rule: str
    severity: Severity
    verdict: Literal["fail", "undetermined"]
    subject: Subject
    cause: Cause | None
    affected: Affected | None
    message: str
    remedy: str
    statements: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    fingerprint: Fingerprint
    waived: Waived | None


class Head(Struct, frozen=True):
    """Everything of a report but its findings, in published order.

    `notes` are sentences to be seen first, such as what the choice of edition rests on. `names`
    are what people call the records that causes and evidence tell by id.
    """

    schema_version: Version
    tool: Tool
    run: Run
    environment: Environment
    complete: bool
    sources: tuple[Source, ...]
    summary: Summary
    undetermined: tuple[OpenCause, ...]
    causes: tuple[RootCause, ...]
    statements: tuple[Statement, ...]
    rules: tuple[Rule, ...]
    notes: tuple[str, ...] = ()
    names: dict[str, str] = {}


class Report(Head, frozen=True, kw_only=True):
    """A whole report."""

    findings: tuple[Finding, ...]
