"""Findings grouped while they stream by: counts and the first few of each group, nothing more."""

from typing import Literal, TypeAlias

from msgspec import Struct, field

from auditor.model import Audit, Finding, Subject
from rules.evidence import Evidence
from rules.verdict import SEVERITIES, Severity

Section: TypeAlias = Literal["fail", "undetermined", "shared", "waived"]
"""Failures; what a record itself leaves open; what a shared cause leaves open; the waived."""

SHOWN = 5
OPEN_FAULTS = 50


class Group(Struct):
    """The findings of one rule, severity and section: how many, and the first of them."""

    rule: str
    severity: Severity
    section: Section
    count: int = 0
    first: list[Finding] = field(default_factory=list)


class OpenFault(Struct):
    """What records leave open by one fault of their own: the first of them, and all rules.

    `elsewhere` counts the findings on further records.
    """

    message: str
    remedy: str
    evidence: tuple[Evidence, ...]
    subjects: list[Subject] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    count: int = 0
    elsewhere: int = 0

    def add(self, finding: Finding, shown: int) -> None:
        """Counts a finding; its subject is kept while there are fewer than `shown`."""
        self.count += 1
        if finding.rule not in self.rules:
            self.rules.append(finding.rule)
        if finding.subject not in self.subjects:
            if len(self.subjects) < shown:
                self.subjects.append(finding.subject)
            else:
                self.elsewhere += 1


class Digest(Struct, frozen=True):
    """Every group, worst first: by severity, then by how many findings, then by rule.

    `open_faults` are what records themselves leave open, those that leave most open first;
    `more_open` findings are by further faults.
    """

    groups: tuple[Group, ...]
    open_faults: tuple[OpenFault, ...] = ()
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
    faults: dict[tuple[str, str], OpenFault] = {}
    more_open = 0
    for finding in audit.findings():
        section = section_of(finding)
        if section == "undetermined":
            more_open += _note(faults, finding, shown)
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
        tuple(sorted(faults.values(), key=lambda each: -each.count)),
        more_open,
    )


def _note(faults: dict[tuple[str, str], OpenFault], finding: Finding, shown: int) -> int:
    """Adds a finding to its fault; 1 where there is no room for a further one."""
    key = (finding.message, finding.remedy)
    if key not in faults:
        if len(faults) == OPEN_FAULTS:
            return 1
        faults[key] = OpenFault(finding.message, finding.remedy, finding.evidence)
    faults[key].add(finding, shown)
    return 0
