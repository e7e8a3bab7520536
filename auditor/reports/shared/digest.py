"""Findings grouped while they stream by: counts and the first few of each group, nothing more."""

from typing import Literal, TypeAlias

from msgspec import Struct, field

from auditor.model import Audit, Finding
from rules.verdict import SEVERITIES, Severity

Section: TypeAlias = Literal["fail", "undetermined", "shared", "waived"]
"""Failures; what a record itself leaves open; what a shared cause leaves open; the waived."""

SHOWN = 5


class Group(Struct):
    """The findings of one rule, severity and section: how many, and the first of them."""

    rule: str
    severity: Severity
    section: Section
    count: int = 0
    first: list[Finding] = field(default_factory=list)


class Digest(Struct, frozen=True):
    """Every group, worst first: by severity, then by how many findings, then by rule."""

    groups: tuple[Group, ...]

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
    for finding in audit.findings():
        section = section_of(finding)
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
        )
    )
