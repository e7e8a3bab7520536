"""The findings of the HTML page: under each severity, a part to open for each rule.

What fails stands before what is undetermined or waived. Long lists are cut into parts that a
browser lays out only once they are opened.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import groupby, islice

from auditor.model import Audit, Finding
from auditor.reports.shared import wording
from auditor.reports.shared.digest import Digest, Group, section_of
from auditor.reports.shared.markup import CLOSED, is_web, linked, opened, safe, section
from connectors.columnar.spool import Spool
from rules.rule import Rule

PART = 500
_HELD = 1_000
"""So many rows wait in memory before they go to disk together."""
HEADINGS = {"error": "Errors", "warning": "Warnings", "note": "Notes"}
SECTIONS = {
    "fail": "failing",
    "undetermined": "undetermined",
    "shared": "undetermined by a shared cause",
    "waived": "waived",
}
VERDICTS = {"fail": "fail", "undetermined": "undetermined", "shared": "undetermined"}


def places(groups: Iterable[Group]) -> dict[str, str]:
    """The anchor of each rule's findings, of the worst severity among the groups."""
    found: dict[str, str] = {}
    for group in groups:
        found.setdefault(group.rule, _place(group.severity, group.rule))
    return found


def contents(found: Digest) -> Iterator[tuple[str, str]]:
    """The anchor and the heading of each severity that has findings, worst first."""
    for severity, heading in HEADINGS.items():
        if groups := [group for group in found.groups if group.severity == severity]:
            failing = sum(group.count for group in groups if group.section == "fail")
            yield _anchor(severity), f"{heading} ({failing:,} failing)"


def findings(audit: Audit, found: Digest) -> Iterator[str]:
    """The section, every finding included; memory does not grow with them."""
    yield section("failing", "Findings, errors first")
    if not found.of("fail"):
        certain = audit.complete and not audit.summary.verdicts.undetermined
        good = ' class="good"' if certain else ""
        yield f"<p{good}>{wording.nothing_fails(audit)}</p>\n"
    if found.groups:
        yield from _switches()
    headings = dict(contents(found))
    rules = {each.rule.id: each.rule for each in audit.rules}
    groups: dict[tuple[str, str], list[Group]] = {}
    for group in sorted(found.groups, key=lambda each: list(SECTIONS).index(each.section)):
        groups.setdefault((group.severity, group.rule), []).append(group)
    by_rule = groupby(audit.findings(), key=lambda finding: (finding.severity, finding.rule))
    for (severity, id), of_rule in by_rule:
        if heading := headings.pop(_anchor(severity), ""):
            yield f'<h3 id="{_anchor(severity)}" class="{severity}">{heading}</h3>\n'
        own = groups[severity, id]
        rule = rules.get(id)
        title = safe(rule.title if rule else id)
        counts = ", ".join(f"{group.count:,} {SECTIONS[group.section]}" for group in own)
        yield (
            f'<details class="{severity}{_only(own)}"><summary>'
            f'<span class="{severity}">{severity}</span>: {title} ({counts})</summary>\n'
        )
        yield from _rule(_place(severity, id), id, rule)
        total = sum(group.count for group in own)
        yield from _parts(_rows(of_rule, rule.remedy if rule else "", audit.names), total)
        yield "</details>\n"
    yield "</section>\n"


def _anchor(severity: str) -> str:
    return HEADINGS[severity].lower()


def _place(severity: str, rule: str) -> str:
    return safe(f"{severity}-{rule}")


def _switches() -> Iterator[str]:
    """What narrows the findings by severity and verdict; the style sheet does the rest."""
    words = {severity: heading.lower() for severity, heading in HEADINGS.items()}
    words |= {"fail": "failing", "undetermined": "undetermined"}
    yield '<fieldset class="switches"><legend>Show</legend>\n'
    for id, word in words.items():
        yield (
            f'<span><input type="checkbox" id="show-{id}" autocomplete="off" checked>'
            f'<label for="show-{id}">{word}</label></span>\n'
        )
    yield "</fieldset>\n"


def _only(groups: Sequence[Group]) -> str:
    """The class of findings that have one verdict alone; nothing where waived ones hide theirs."""
    verdicts = {VERDICTS.get(group.section, "") for group in groups}
    return f" only-{verdicts.pop()}" if len(verdicts) == 1 and "" not in verdicts else ""


def _rule(place: str, id: str, rule: Rule | None) -> Iterator[str]:
    yield f'<p id="{place}">Rule <code>{safe(id)}</code>.'
    if rule is not None:
        yield f" {safe(rule.doc)}"
        if is_web(rule.source):
            yield f' <a href="{safe(rule.source)}">Read more</a>.'
        yield f"</p>\n<p><strong>Fix:</strong> {safe(rule.remedy)}"
    yield "</p>\n"


def _rows(findings: Iterator[Finding], remedy: str, names: Mapping[str, str]) -> Iterator[str]:
    """A row, one line, for each finding; what does not fail comes last, long lists from disk."""
    with closing(Spool(str)) as rest:
        waiting: list[str] = []
        for finding in findings:
            row = _row(finding, remedy, names)
            if section_of(finding) == "fail":
                yield row
                continue
            waiting.append(row)
            if len(waiting) == _HELD:
                rest.add(waiting)
                waiting = []
        yield from rest
        yield from waiting


def _parts(rows: Iterator[str], total: int) -> Iterator[str]:
    if total <= PART:
        yield from _subjects("Subjects", rows)
        return
    for start in range(0, total, PART):
        name = f"Subjects {start + 1:,} to {min(start + PART, total):,} of {total:,}"
        yield f"<details><summary>{name}</summary>\n"
        yield from _subjects(name, islice(rows, PART))
        yield "</details>\n"


def _subjects(name: str, rows: Iterator[str]) -> Iterator[str]:
    yield opened(name, ("Subject", "Verdict", "What and why", "Evidence"))
    yield from rows
    yield CLOSED


def _row(finding: Finding, said: str, names: Mapping[str, str]) -> str:
    """The row of a finding; its remedy only where that of the rule, `said`, is another."""
    fails = finding.verdict == "fail"
    verdict = f'<span class="{finding.severity if fails else "quiet"}">{finding.verdict}</span>'
    if finding.waived is not None:
        verdict += f" <strong>{safe(wording.waiver(finding))}</strong>"
    what = safe(finding.message)
    if finding.cause is not None:
        what += f"<br>Because of {safe(wording.cause(finding.cause, names))}."
    if finding.affected is not None:
        what += f"<br>Affects {safe(wording.affected(finding))}."
    if finding.remedy != said:
        what += f"<br><strong>{'Fix' if fails else 'Next'}:</strong> {safe(finding.remedy)}"
    for statement_id in finding.statements:
        what += f'<br><a href="#statement-{safe(statement_id)}">{safe(statement_id)}</a>'
    evidence = "".join(
        f"<li>{safe(line)}</li>"
        for line in wording.receipts(finding.evidence, finding.subject, names)
    )
    shown = f'<ul class="evidence">{evidence}</ul>' if evidence else ""
    cells = (linked(finding.subject), verdict, what, shown)
    return f'<tr class="{finding.verdict}"><td>{"</td><td>".join(cells)}</td></tr>\n'
