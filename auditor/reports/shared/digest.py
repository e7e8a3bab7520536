"""Findings grouped while they stream by: counts and the first few of each group, nothing more."""

from typing import Literal, TypeAlias

from msgspec import Struct, field

from auditor.model import Audit, Finding, Subject
from rules.evidence import Evidence
from rules.verdict import SEVERITIES, Severity

Section: TypeAlias = Literal["fail", "undetermined", "shared", "waived"]
"""Failures; what a record itself leaves open; what a shared cause leaves open; the waived."""

SHOWN = 5
OPEN_RECORDS = 50


class Group(Struct):
    """The findings of one rule, severity and section: how many, and the first of them."""

    rule: str
    severity: Severity
    section: Section
    count: int = 0
    first: list[Finding] = field(default_factory=list)


class OpenRecord(Struct):
    """What one record leaves open by one fault of its own, with the rules that wait for it."""

    subject: Subject
    message: str
    remedy: str
    evidence: tuple[Evidence, ...]
    rules: list[str]


class Digest(Struct, frozen=True):
    """Every group, worst first: by severity, then by how many findings, then by rule.

    `open_records` are what records themselves leave open, those that leave most open first;
    `more_open` findings are of further records.
    """

    groups: tuple[Group, ...]
    open_records: tuple[OpenRecord, ...] = ()
    more_open: int = 0

    def of(self, section: Section) -> tuple[Group, ...]:
        """The groups of one section, worst first."""
        return tuple(group for group in self.groups if group.section == section)

    def count(self, section: Section) -> int:
        """How many findings a section has."""
        return sum(group.count for group in self.of(section))


def section_of(finding: Finding) -> Section:
    """Where a finding is shown: under its verdict, apart where its cause is shared or waived."""
    if finding.waived is not None:
        return "waived"
    return "shared" if finding.cause is not None else finding.verdict


def digest(audit: Audit, shown: int = SHOWN) -> Digest:
    """One pass over the findings, holding at most `shown` of each group."""
    groups: dict[tuple[str, str, str], Group] = {}
    records: dict[tuple[str, str, str], OpenRecord] = {}
    more_open = 0
    for finding in audit.findings():
        section = section_of(finding)
        if section == "undetermined":
            more_open += _note(records, finding)
        key = (finding.severity, finding.rule, section)
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(finding.rule, finding.severity, section)
        group.count += 1
        if len(group.first) < shown:
            group.first.append(finding)
    return Digest(
        tuple(
            sorted(
                groups.values(),
                key=lambda each: (SEVERITIES.index(each.severity), -each.count, each.rule),
            )
        ),
        tuple(sorted(records.values(), key=lambda each: -len(each.rules))),
        more_open,
    )


def _note(records: dict[tuple[str, str, str], OpenRecord], finding: Finding) -> int:
    """Adds a finding to its record; 1 where there is no room for a further one."""
    subject = finding.subject
    key = (subject.kind, subject.id, finding.message)
    if key in records:
        records[key].rules.append(finding.rule)
        return 0
    if len(records) == OPEN_RECORDS:
        return 1
    records[key] = OpenRecord(
        subject, finding.message, finding.remedy, finding.evidence, [finding.rule]
    )
    return 0
