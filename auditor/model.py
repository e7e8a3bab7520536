"""The `Audit` value: what one audit found, as every report, history and notification reads it.

All but `Audit`, `Extent`, `FirstChanges` and `RuleResult` are the published shape of the report,
too (version 1.1): their fields, in their order and with their limits, are written as they stand
here, and a report that is read is held against them. `reports.published` puts them together.

Tested in `tests/auditor/reports/test_json_report.py`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from rules.edition import Edition
from rules.evidence import Evidence
from rules.rule import Rule
from rules.verdict import Effect, Severity

Number: TypeAlias = Annotated[int, Meta(ge=0)]
Fingerprint: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Outcome: TypeAlias = Literal["pass", "fail", "undetermined", "not-applicable", "waived"]
OUTCOMES: tuple[Outcome, ...] = ("pass", "fail", "undetermined", "not-applicable", "waived")
SourceStatus: TypeAlias = Literal["read", "partial", "failed", "not-configured"]
SubjectKind: TypeAlias = Literal[
    "organization", "profile", "mailbox", "user", "queue", "email-system", "tenant"
]


class Subject(Struct, frozen=True):
    """What a finding is about. `url` is its page in Dynamics 365, empty where it has none."""

    kind: SubjectKind
    id: str
    name: str = ""
    address: str = ""
    url: str = ""


def page_of(url: str, table: str) -> str:
    """How the addresses of the pages of a table's records begin; the id and `%7D` follow."""
    return f"{url.rstrip('/')}/main.aspx?etn={table}&pagetype=entityrecord&id=%7B"


class SharedCause(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The source or the declaration that leaves many subjects open; one of the two is set."""

    source: str | None = None
    declaration: str | None = None
    code: str


class Affected(Struct, frozen=True):
    """The subjects that a shared cause leaves open, with at most ten of them, by id."""

    kind: SubjectKind
    count: Number
    configurations: Number
    sample: Annotated[tuple[Subject, ...], Meta(max_length=10)]


class Waived(Struct, frozen=True):
    """The waiver that a finding meets; `until` is a day, ISO 8601."""

    reason: str
    until: str


class Finding(Struct, frozen=True):
    """One failing or undetermined verdict as it is published."""

    rule: str
    severity: Severity
    verdict: Literal["fail", "undetermined"]
    subject: Subject
    cause: SharedCause | None
    affected: Affected | None
    message: str
    remedy: str
    statements: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    fingerprint: Fingerprint
    waived: Waived | None


class EnvironmentOf(Struct, frozen=True):
    """Which organisation was audited; empty text and None where it could not be established."""

    name: str
    url: str
    organization_id: str
    organization_name: str
    deployment: Literal["online", "on-premises"] | None
    version: str | None
    tenant_id: str | None
    edition: str | None


class SourceOf(Struct, frozen=True):
    """How the reading of one source ended."""

    name: str
    status: SourceStatus
    records: Number
    requests: Number
    reason: str
    remedy: str


class Counts(Struct):
    """How many subjects ended each way."""

    passed: Number = field(name="pass")
    fail: Number
    undetermined: Number
    not_applicable: Number = field(name="not-applicable")
    waived: Number

    @classmethod
    def none(cls) -> "Counts":
        """No subject yet."""
        return cls(0, 0, 0, 0, 0)

    def add(self, outcome: Outcome, count: int = 1) -> None:
        """Counts subjects that ended this way."""
        name = {"pass": "passed", "not-applicable": "not_applicable"}.get(outcome, outcome)
        setattr(self, name, getattr(self, name) + count)


class RuleResult(Struct, frozen=True):
    """One rule and how its subjects ended."""

    rule: Rule
    statements: tuple[str, ...]
    counts: Counts


class StatementResult(Struct, frozen=True):
    """One statement of the edition, how it stands, and the rules that decided it."""

    id: str
    verdict: Literal["pass", "fail", "undetermined", "not-applicable"]
    rules: tuple[str, ...]


class OpenCause(Struct, frozen=True):
    """What one grant or declaration would settle."""

    cause: SharedCause
    remedy: str
    rules: tuple[str, ...]
    subjects: Number


class RootCause(Struct, frozen=True, omit_defaults=True):
    """One thing to change: a subject with all its failing rules that one change repairs.

    `mailboxes` counts the synchronizing mailboxes that it bears on, `repairs` those that become
    working when it alone is repaired, `repairs_together` those besides that become working by it
    once every cause before it in the list is repaired too. `remedy` is that of its gravest rule,
    `steps` are those of all its rules. `waived` is there where each of its findings is: the waiver
    that ends first.
    """

    id: str
    subject: Subject
    rules: tuple[str, ...]
    effect: Effect
    severity: Severity
    mailboxes: Number
    repairs: Number
    remedy: str
    steps: tuple[str, ...]
    waived: Waived | None = None
    repairs_together: Number = 0


class EarlierRootCause(Struct, frozen=True):
    """A cause as reports of version 1.0 have it: one rule on one subject. Never written."""

    rule: str
    subject: Subject
    clears: Number
    affected: Number
    remedy: str


MailboxStanding: TypeAlias = Literal["broken", "unknown", "unsupported"]


class MailboxEntry(Struct, frozen=True):
    """A synchronizing mailbox that does not simply work, with the causes that bear on it, by id.

    `profile` is the id of its profile; None: it has none, or it is unknown which.
    """

    id: str
    name: str
    address: str
    profile: str | None
    standing: MailboxStanding
    causes: tuple[str, ...]


class Severities(Struct):
    """Unwaived failing findings by severity."""

    error: Number
    warning: Number
    note: Number


class Missing(Struct, frozen=True):
    """What keeps synchronizing mailboxes from being judged, and the remedy that would settle it.

    `causes` is empty where records themselves leave it open.
    """

    remedy: str
    mailboxes: Number
    rules: tuple[str, ...]
    causes: tuple[SharedCause, ...]


class Coverage(Struct, frozen=True):
    """How much could be judged, and what is `missing` for the rest, for most mailboxes first.

    A mailbox may lack several things.
    """

    rules_judged: Number
    rules: Number
    mailboxes_judged: Number
    mailboxes_synchronizing: Number
    mailboxes: Number
    missing: tuple[Missing, ...] = ()


class Standing(Struct, frozen=True):
    """How the mailboxes stand that are meant to synchronize, and why the rest is not in use.

    `working`: nothing that bears on them stops them and Dynamics 365 itself shows that they
    synchronize; `unsupported`: the same, in a way that Microsoft does not support. `undecided`:
    whether they are meant to synchronize is unknown. `not_in_use` counts the rest by reason.
    """

    synchronizing: Number
    working: Number
    broken: Number
    unknown: Number
    not_in_use: dict[str, Number]
    undecided: Number = 0
    unsupported: Number = 0


STANDING_NOT_SAID = Standing(0, 0, 0, 0, {})
"""What a report that is read has where it was written before reports said it. Never written."""


class Summary(Struct, frozen=True):
    """The numbers of an audit."""

    profiles: Number
    mailboxes: Number
    configurations: Number
    verdicts: Counts
    severities: Severities
    coverage: Coverage
    standing: Standing = STANDING_NOT_SAID


class Extent(Struct, frozen=True):
    """All findings of one rule and severity, of which there are `count`, without making them.

    `digest` is another one where a subject joined or left, or ends another way. `shared` are those
    with a shared cause; `findings()` makes them all, in their published order.
    """

    rule: str
    severity: Severity
    count: int
    digest: bytes
    shared: tuple[Finding, ...]
    findings: Callable[[], Iterator[Finding]]


class FirstChanges(Struct, frozen=True):
    """By the ids of causes, in words, the change that was shown to repair each.

    `ended`: not all were looked at, for that would have taken too long. Never written.
    """

    changes: Mapping[str, str]
    ended: bool


class Audit(Struct, frozen=True, kw_only=True):
    """What one audit found. `findings()` streams them in their published order, again and again.

    So do `causes()`, in the order in which a person would repair them, of which there are
    `cause_count`, and `mailboxes()`, those that do not simply work, by id. Times are UTC, ISO
    8601. `notes` are sentences a reader should see first, such as what the choice of edition rests
    on. `undetermined_open` says whether unwaived undetermined findings are left, which `--strict`
    counts as incomplete. `names` are what people call the records that causes and evidence tell
    by id. `again` is what `auditor why` is given beside a subject to ask the same records; None:
    nobody can ask them. `first_steps()` looks for the changes that repair some causes; None: nobody
    can. `extents()` tells of the findings of each rule without making them, and
    `standings_digest()` of the mailboxes that do not simply work. `undecided()` are those of which
    it is unknown whether they are meant to synchronize, as those that stand unknown. Each is None
    for a report that was read.
    """

    tool_version: str
    run_id: str
    started_at: str
    finished_at: str
    as_of: str
    environment: EnvironmentOf
    edition: Edition | None
    complete: bool
    sources: tuple[SourceOf, ...]
    summary: Summary
    undetermined: tuple[OpenCause, ...]
    causes: Callable[[], Iterator[RootCause]]
    cause_count: int
    mailboxes: Callable[[], Iterator[MailboxEntry]]
    statements: tuple[StatementResult, ...]
    rules: tuple[RuleResult, ...]
    findings: Callable[[], Iterator[Finding]]
    undetermined_open: bool
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = {}
    again: tuple[str, ...] | None = None
    first_steps: Callable[[Iterable[RootCause]], FirstChanges] | None = None
    extents: Callable[[], Iterator[Extent]] | None = None
    standings_digest: Callable[[], bytes] | None = None
    undecided: Callable[[], Iterator[MailboxEntry]] | None = None
