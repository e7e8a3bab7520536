"""The report on screen: the answer first, then what to do about it, worst first.

Everything that fails or is open is named or counted. What would fill screens (further subjects,
their evidence) is left to other formats, and each place says how much that is and where.
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from rich.cells import cell_len
from rich.text import Text

from auditor.differences import difference_of
from auditor.model import Audit, Finding, Subject
from auditor.process.program import program
from auditor.reports.differences.terminal import show_parts
from auditor.reports.shared import changes, commands, evidence_words, ranking, wording
from auditor.reports.shared.digest import Digest, Group, OpenFault, digest
from auditor.reports.shared.headline import headline, recap
from auditor.reports.shared.screen import Screen, link, screen
from auditor.reports.shared.text import plain
from rules.counting import counted
from rules.evidence import Evidence
from rules.rule import Rule

FORMAT = "terminal"
EXTENSION = "txt"

CHANGES = 5
GRANTS = 8
CAUSES = 5
GROUPS = 5
FAULTS = 3
FAULTS_IN_BRIEF = 7
SUBJECTS = 3
EVIDENCE_LINES = 4
COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}
REST = "--report html=PATH"


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write the report in colour and at its width on a terminal, else plain in 80 columns."""
    with screen(out) as lines:
        _Report(lines, audit, digest(audit, SUBJECTS)).show(exit_code)


class _Report:
    def __init__(self, lines: Screen, audit: Audit, found: Digest) -> None:
        self.screen = lines
        self.audit = audit
        self.found = found
        self.rules: dict[str, Rule] = {each.rule.id: each.rule for each in audit.rules}

    def show(self, exit_code: int | None) -> None:
        self.screen.line(headline(self.audit), style="bold")
        for note in self.audit.notes:
            self.screen.line(plain(note), style="bold")
        self.screen.gap()
        self.changes()
        self.about()
        self.unread()
        self.grants()
        self.causes()
        self.failures()
        self.faults()
        self.waived()
        self.rest()
        if exit_code is not None:
            self.screen.line(wording.exit_meaning(exit_code), style="bold")

    def changes(self) -> None:
        difference = difference_of(self.audit)
        if difference is None:
            return
        self.screen.heading(changes.HEADING)
        self.screen.line(changes.summary(difference))
        self.screen.gap()
        show_parts(self.screen, difference, CHANGES)

    def about(self) -> None:
        audit = self.audit
        self.screen.labelled("Environment", wording.environment(audit))
        self.screen.labelled("Found", wording.totals(audit))
        self.screen.labelled("Coverage", wording.coverage(audit))
        for line in wording.missing(audit):
            self.screen.line(f"- {line}", indent=2, hang=2)
        self.screen.line(wording.completeness(audit), style="" if audit.complete else "bold red")
        if names := wording.unconfigured(audit.sources):
            self.screen.labelled("Not configured", f"{names}.")
        self.screen.gap()

    def unread(self) -> None:
        found = ranking.unread(self.audit)
        if not found:
            return
        self.screen.heading("What was not read")
        for each in found:
            names, status = plain(", ".join(each.names)), wording.STATUSES[each.status]
            self.screen.line(Text.assemble((names, "bold"), ": ", (status, "red")))
            if each.reason:
                self.screen.labelled("Why", plain(each.reason), indent=2)
            if each.remedy:
                self.screen.labelled("Next", plain(each.remedy), indent=2)
        self.screen.gap()

    def grants(self) -> None:
        found = ranking.grants(self.audit)
        if not found:
            return
        self.screen.heading("Undetermined: what one grant or declaration would settle")
        for each in found[:GRANTS]:
            subjects = counted(each.subjects, "subject", "subjects")
            causes = "; ".join(wording.cause(cause, self.audit.names) for cause in each.causes)
            self.screen.line(f"- {plain(each.remedy)}", hang=2)
            settles = f"settles {subjects} of {_rules(each.rules)} ({causes})"
            self.screen.line(settles, indent=2, style="dim")
        self.more(len(found) - GRANTS)
        self.screen.gap()

    def causes(self) -> None:
        first = ranking.first_causes(self.audit, ranking.PLANNED)
        if not first:
            return
        found = first[:CAUSES]
        self.screen.heading("Repair first: what makes most mailboxes work")
        changes = ranking.first_changes(self.audit, first)
        for place, cause in enumerate(found, start=1):
            self.screen.line(f"{place}. {wording.cause_line(cause, self.title)}", hang=3)
            self.screen.labelled("Fix", plain(cause.remedy), indent=3)
            if change := changes.changes.get(cause.id):
                self.screen.labelled("Proven", plain(change), indent=3)
        proven = [each for each in first[CAUSES:] if each.id in changes.changes]
        if proven:
            self.screen.line("Proven changes for some of the next causes:")
        for cause in proven[:CAUSES]:
            change = plain(changes.changes[cause.id])
            self.screen.line(f"- {wording.subject(cause.subject)}: {change}", hang=2)
        if changes.ended:
            self.screen.line(wording.PLAN_ENDED, style="dim")
        self.more(self.audit.cause_count - len(found))
        self.screen.gap()

    def title(self, rule_id: str) -> str:
        rule = self.rules.get(rule_id)
        return plain(rule.title if rule else rule_id)

    def failures(self) -> None:
        groups = self.found.of("fail")
        if not groups:
            self.screen.line(wording.nothing_fails(self.audit), style="bold")
            self.screen.gap()
            return
        self.screen.heading("Failing, worst first")
        for group in groups[:GROUPS]:
            self.group(group)
        if rest := groups[GROUPS:]:
            rules = counted(len(rest), "more rule", "more rules")
            self.screen.heading(f"Also failing: {rules}, with the first subjects of each")
            for group in rest:
                self.in_brief(group)
            self.screen.gap()

    def group(self, group: Group) -> None:
        self.screen.line(
            Text.assemble(
                (group.severity, COLOURS[group.severity]),
                f"[{plain(group.rule)}] ",
                (self.title(group.rule), "bold"),
                f" ({counted(group.count, 'finding', 'findings')})",
            )
        )
        by_fix: dict[str, list[Finding]] = {}
        for each in group.first:
            by_fix.setdefault(each.remedy, []).append(each)
        more = group.count - len(group.first)
        for remedy, (finding, *further) in by_fix.items():
            self.finding(finding)
            # Those that are not shown may need any of several fixes.
            count = len(further) + (more if len(by_fix) == 1 else 0)
            if further:
                names = _listed([wording.subject(each.subject) for each in further], count)
                self.screen.line(f"- {names}", indent=2, hang=2)
            self.screen.labelled("Fix", plain(remedy), indent=2, style="bold")
        if more > 0 and len(by_fix) > 1:
            self.screen.line(f"- and {more:,} more", indent=2, hang=2)
        for id in dict.fromkeys(id for each in group.first for id in each.statements):
            statement = wording.statement(self.audit.edition, id)
            says = f": {statement.paraphrase}" if statement else ""
            self.screen.labelled("Statement", plain(f"{id}{says}"), indent=2)
        self.screen.gap()

    def in_brief(self, group: Group) -> None:
        line = Text.assemble(
            (f"{group.severity:<7}", COLOURS[group.severity]),
            f" {group.count:>5,} ",
            (plain(group.rule), "bold"),
            ": ",
        )
        names = [wording.label(finding.subject) for finding in group.first]
        fitting = [_listed(names[:some], group.count) for some in range(len(names), 0, -1)]
        room = self.screen.width - line.cell_len
        shown = next((each for each in fitting if cell_len(each) <= room), fitting[-1])
        self.screen.line(line.append(shown), hang=14)

    def finding(self, finding: Finding) -> None:
        self.screen.line(self.linked(finding.subject), indent=2, hang=2)
        self.screen.line(plain(finding.message), indent=4)
        if finding.affected is not None:
            self.screen.labelled("Affects", wording.affected(finding), indent=4)
        self.evidence(finding.evidence, finding.subject)

    def evidence(self, evidence: Sequence[Evidence], about: Subject) -> None:
        lines = evidence_words.lines(evidence, about, self.audit.names)
        for line in lines[:EVIDENCE_LINES]:
            self.screen.line(line, indent=4, style="dim")
        self.more(len(lines) - EVIDENCE_LINES, indent=4)

    def linked(self, subject: Subject) -> Text:
        return Text.assemble("- ", (wording.subject(subject), link(subject.url)))

    def faults(self) -> None:
        faults = self.found.open_faults
        if not faults:
            return
        count = counted(self.found.count("undetermined"), "finding", "findings")
        self.screen.heading(f"Undetermined: what records themselves leave open ({count})")
        for fault in faults[:FAULTS]:
            self.fault_of_records(fault)
        for fault in faults[FAULTS : FAULTS + FAULTS_IN_BRIEF]:
            names = ", ".join(wording.label(subject) for subject in fault.subjects)
            also = " and others" if fault.elsewhere else ""
            self.screen.line(f"- {self.left_open(fault)}: {names}{also}", hang=2)
        rest = faults[FAULTS + FAULTS_IN_BRIEF :]
        self.more(self.found.more_open + sum(each.count for each in rest))
        self.screen.gap()

    def fault_of_records(self, fault: OpenFault) -> None:
        self.screen.line(Text(f"- {self.left_open(fault)}", "bold"), hang=2)
        for subject in fault.subjects:
            self.screen.line(self.linked(subject), indent=2, hang=2)
        if fault.elsewhere:
            findings = counted(fault.elsewhere, "more finding", "more findings")
            self.screen.line(f"and {findings} in {REST}", indent=2)
        self.evidence(fault.evidence, fault.subjects[0])
        self.screen.labelled("Next", plain(fault.remedy), indent=2, style="bold")

    def left_open(self, fault: OpenFault) -> str:
        findings = counted(fault.count, "finding", "findings")
        return f"{plain(fault.message)} ({findings} of {_rules(fault.rules)})"

    def waived(self) -> None:
        groups = self.found.of("waived")
        if not groups:
            return
        self.screen.heading("Waived")
        for group in groups:
            count = counted(group.count, "finding", "findings")
            title = self.title(group.rule)
            self.screen.line(f"{group.severity}[{plain(group.rule)}] {title} ({count})")
            for finding in group.first:
                self.screen.line(f"- {wording.subject(finding.subject)}", indent=2)
                self.screen.line(f"{finding.verdict}: {plain(finding.message)}", indent=4)
                self.screen.line(wording.waiver(finding), indent=4, style="dim")
            self.more(group.count - len(group.first), indent=2)
        self.screen.gap()

    def rest(self) -> None:
        audit = self.audit
        self.screen.labelled("Judged by", wording.edition(audit))
        run = f"{audit.started_at} to {audit.finished_at}, as of {audit.as_of}"
        self.screen.labelled("Run", run)
        if not audit.complete:
            self.screen.command("Which accesses are missing", commands.doctor_command(audit))
        if groups := (*self.found.of("fail"), *self.found.of("undetermined")):
            self.screen.labelled("Every finding", "add --report html=audit.html (or json, csv)")
            if command := commands.why_command(audit, _subjects(groups)):
                self.screen.command("All of one subject", command)
            self.screen.labelled("All of one rule", f"{program()} explain {plain(groups[0].rule)}")
            self.screen.line(recap(audit), style="bold")

    def more(self, count: int, *, indent: int = 0) -> None:
        if count > 0:
            self.screen.line(f"and {count:,} more in {REST}", indent=indent)


def _subjects(groups: Sequence[Group]) -> Iterator[Subject]:
    return (finding.subject for group in groups for finding in group.first)


def _listed(names: Sequence[str], count: int) -> str:
    """Names out of so many, and how many more there are."""
    more = count - len(names)
    return ", ".join([*names, f"{more:,} more"] if more > 0 else names)


def _rules(ids: Sequence[str]) -> str:
    """A few rules by name, many by number."""
    return plain(", ".join(ids)) if len(ids) <= 2 else f"{len(ids)} rules"
