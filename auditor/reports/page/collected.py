"""What the page shows of mailboxes, causes and findings, in bounded memory.

Every finding has one place: at its mailbox where that is listed, else at its cause, else under its
rule. What no longer fits is counted.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Literal, TypeAlias

from msgspec import Struct, field

from auditor.model import Audit, Finding, MailboxEntry, RootCause, Subject, page_of
from auditor.reports.page.readiness import Readiness
from auditor.reports.shared import evidence_words, ranking, wording
from auditor.reports.shared.markup import is_web
from auditor.reports.shared.text import plain
from rules.verdict import EFFECTS, SEVERITIES

WRITTEN = 2_000
"""So many mailboxes are written out as HTML; where there are more, only the first few are."""
WRITTEN_OF_MORE = 200
LISTED = 50_000
"""So many mailboxes the page holds at most; the CSV holds all."""
DETAIL_CHARACTERS = 1_200_000
"""So much evidence and wording the page holds at most; beyond it rows name their rules alone."""
IN_FULL = 200
"""So many findings stand in full under one cause or one rule; the rest is counted."""

_EFFECTS = tuple(EFFECTS)

Key: TypeAlias = tuple[str, str, str]


class Shown(Struct, frozen=True):
    """One finding as it is shown, apart from whom it is about: many mailboxes share one."""

    rule: str
    severity: str
    verdict: Literal["fail", "undetermined"]
    message: str
    remedy: str
    statements: tuple[str, ...]
    evidence: tuple[str, ...]
    waived: str
    because: str
    affected: str


class Placed(Struct, frozen=True):
    """A finding and whom it is about."""

    subject: Subject
    shown: Shown


class Row(Struct):
    """A mailbox that does not simply work; `causes` and `findings` are places in the lists."""

    id: str
    name: str
    address: str
    profile: str
    standing: str
    causes: tuple[int, ...]
    findings: list[int] = field(default_factory=list)


class Group(Struct):
    """One thing to change, or the same thing to change on several mailboxes.

    `count` causes are in it, `first` is the first, and `subjects` are those of the first few.
    `listed` counts the rows that it bears on, `waived` the causes that are waived, the first by
    `waiver`.
    """

    subject: Subject
    rules: tuple[str, ...]
    effect: str
    severity: str
    remedy: str
    steps: tuple[str, ...]
    first: RootCause
    count: int = 0
    mailboxes: int = 0
    repairs: int = 0
    repairs_together: int = 0
    listed: int = 0
    waived: int = 0
    waiver: str = ""
    subjects: list[Subject] = field(default_factory=list)
    findings: list[Placed] = field(default_factory=list)
    more: int = 0

    @property
    def rank(self) -> int:
        """Orders causes of one mailbox: what stops it first."""
        return _EFFECTS.index(self.effect)

    @property
    def decides(self) -> bool:
        """Whether how a mailbox stands may rest on it."""
        return self.effect in ("stops", "unsupported")

    @property
    def own(self) -> bool:
        """Whether the change is one to the mailbox itself."""
        return self.subject.kind == "mailbox"


class OfRule(Struct):
    """How the findings of one rule are shown: in full, at their causes or mailboxes, or counted."""

    rule: str
    severity: str
    failing: int = 0
    undetermined: int = 0
    waived: int = 0
    elsewhere: int = 0
    full: list[Placed] = field(default_factory=list)
    more: int = 0


class Collected(Struct):
    """What the page shows. `mailboxes` counts those that do not simply work, listed or not."""

    rows: list[Row] = field(default_factory=list)
    mailboxes: int = 0
    groups: list[Group] = field(default_factory=list)
    findings: list[Shown] = field(default_factory=list)
    rules: dict[str, OfRule] = field(default_factory=dict)
    ends: dict[str, list[Placed]] = field(default_factory=dict)
    readiness: Mapping[str, object] | None = None
    without_detail: int = 0
    link: str = ""
    """What a mailbox's page in Dynamics is reached by, {id} for its id; empty where unknown."""


def collect(audit: Audit) -> Collected:
    """One pass over the mailboxes and one over the findings."""
    return _Collector(audit).collected()


class _Collector:
    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.found = Collected()
        self.group_of_cause: dict[str, int] = {}
        self.group_of_finding: dict[Key, int] = {}
        self.rows: dict[str, Row] = {}
        self.listed: set[str] = set()
        self.profiles: dict[str, str] = {}
        self.places: dict[Shown, int] = {}
        self.characters = 0
        self.effects = {each.rule.id: each.rule.effect for each in audit.rules}

    def collected(self) -> Collected:
        address = page_of(self.audit.environment.url, "mailbox")
        self.found.link = f"{address}{{id}}%7D" if is_web(address) else ""
        self.listed = {each.id for each in islice(self.audit.mailboxes(), LISTED)}
        self.group(self.audit.causes())
        for mailbox in self.audit.mailboxes():
            self.row(mailbox)
        readiness = Readiness(self.audit)
        for finding in self.audit.findings():
            self.place(finding)
            readiness.take(finding)
        self.found.readiness = readiness.shown()
        return self.found

    def group(self, causes: Iterable[RootCause]) -> None:
        """Causes in their order; the same change on several mailboxes is one group."""
        numbers: dict[object, int] = {}
        for cause in causes:
            own = cause.subject.kind == "mailbox"
            if cause.subject.kind == "profile":
                self.profiles[cause.subject.id] = cause.subject.name
            key = ranking.change_of(cause)
            number = numbers.get(key)
            if number is None:
                number = numbers[key] = len(self.found.groups)
                self.found.groups.append(
                    Group(
                        cause.subject,
                        cause.rules,
                        cause.effect,
                        cause.severity,
                        cause.remedy,
                        cause.steps,
                        cause,
                    )
                )
            group = self.found.groups[number]
            group.count += 1
            group.mailboxes += cause.mailboxes
            group.repairs += cause.repairs
            group.repairs_together += cause.repairs_together
            if cause.waived is not None:
                group.waived += 1
                group.waiver = group.waiver or wording.waiver(cause)
            if len(group.subjects) < IN_FULL:
                group.subjects.append(cause.subject)
            is_listed = own and cause.subject.id in self.listed
            if is_listed or not own:
                self.group_of_cause[cause.id] = number
            # Findings of listed mailboxes stand there. Of very many others, the rest stands under
            # its rules: the causes of a million mailboxes are not held by id.
            if not own or (not is_listed and len(self.group_of_finding) < LISTED):
                for rule in cause.rules:
                    self.group_of_finding[rule, cause.subject.kind, cause.subject.id] = number

    def row(self, mailbox: MailboxEntry) -> None:
        self.found.mailboxes += 1
        if len(self.found.rows) >= LISTED:
            return
        numbers = dict.fromkeys(
            self.group_of_cause[id] for id in mailbox.causes if id in self.group_of_cause
        )
        for number in numbers:
            self.found.groups[number].listed += 1
        gravest_first = sorted(numbers, key=lambda each: (self.found.groups[each].rank, each))
        row = Row(
            plain(mailbox.id),
            plain(mailbox.name or mailbox.address or mailbox.id),
            plain(mailbox.address),
            self.profile(mailbox.profile),
            mailbox.standing,
            tuple(gravest_first),
        )
        self.found.rows.append(row)
        self.rows[mailbox.id] = row

    def profile(self, id: str | None) -> str:
        """What people call a profile; its id where no name is known."""
        if id is None:
            return ""
        return plain(self.audit.names.get(id) or self.profiles.get(id) or id)

    def place(self, finding: Finding) -> None:
        of_rule = self.found.rules.get(finding.rule)
        if of_rule is None:
            of_rule = OfRule(finding.rule, finding.severity)
            self.found.rules[finding.rule] = of_rule
        if finding.waived is not None:
            of_rule.waived += 1
        elif finding.verdict == "fail":
            of_rule.failing += 1
        else:
            of_rule.undetermined += 1
        of_rule.severity = min(of_rule.severity, finding.severity, key=SEVERITIES.index)
        shown = self.shown(finding)
        self.note_end(finding, shown)
        subject = finding.subject
        row = self.rows.get(subject.id) if subject.kind == "mailbox" else None
        number = self.group_of_finding.get((finding.rule, subject.kind, subject.id))
        if row is not None:
            of_rule.elsewhere += 1
            row.findings.append(self.interned(shown))
        elif number is not None and finding.verdict == "fail":
            of_rule.elsewhere += 1
            group = self.found.groups[number]
            group.more += self.kept(group.findings, Placed(subject, shown))
        else:
            of_rule.more += self.kept(of_rule.full, Placed(subject, shown))

    def kept(self, into: list[Placed], placed: Placed) -> int:
        """Adds a finding; 1 where there is no room for it."""
        if len(into) >= IN_FULL:
            return 1
        into.append(placed)
        return 0

    def shown(self, finding: Finding) -> Shown:
        names = self.audit.names
        return Shown(
            finding.rule,
            finding.severity,
            finding.verdict,
            plain(finding.message),
            plain(finding.remedy),
            finding.statements,
            tuple(evidence_words.lines(finding.evidence, finding.subject, names)),
            wording.waiver(finding),
            "" if finding.cause is None else wording.cause(finding.cause, names),
            wording.affected(finding),
        )

    def interned(self, shown: Shown) -> int:
        """The place of a finding in the list; without its evidence once the page is full."""
        place = self.places.get(shown)
        if place is None and self.characters > DETAIL_CHARACTERS:
            self.found.without_detail += 1
            shown = Shown(
                shown.rule,
                shown.severity,
                shown.verdict,
                "The CSV and the JSON report hold what was found, and the evidence.",
                "",
                (),
                (),
                shown.waived,
                "",
                "",
            )
            place = self.places.get(shown)
        if place is None:
            place = self.places[shown] = len(self.found.findings)
            self.found.findings.append(shown)
            self.characters += len(shown.message) + len(shown.remedy)
            self.characters += sum(map(len, shown.evidence))
        return place

    def note_end(self, finding: Finding, shown: Shown) -> None:
        """Keeps what stops on a day that is still to come, by the day."""
        if finding.verdict != "fail" or finding.waived is not None:
            return
        if self.effects.get(finding.rule) != "ends":
            return
        days = {
            each.value[:10]
            for each in finding.evidence
            if isinstance(each.value, str) and _is_day(each.value)
        }
        for day in sorted(each for each in days if each > self.audit.as_of)[:1]:
            kept = self.found.ends.setdefault(day, [])
            self.kept(kept, Placed(finding.subject, shown))


def _is_day(text: str) -> bool:
    return len(text) >= 10 and text[4:8:3] == "--" and text[:10].replace("-", "").isdigit()
