"""HTML: one file that holds everything, asks no network and no script, and streams every finding.

What a page says first is what the terminal says first. Each rule is a section to open; long
lists are cut into parts that a browser lays out only once they are opened.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import groupby, islice
from typing import BinaryIO

from auditor.model import Audit, Counts, Finding, RootCause
from auditor.reports.shared import ranking, wording
from auditor.reports.shared.digest import Digest, Group, digest
from auditor.reports.shared.markup import CLOSED, is_web, linked, opened, safe, section, table
from auditor.reports.shared.text import text_stream

FORMAT = "html"
EXTENSION = "html"

PART = 500
FIXES = 10
SECTIONS = {
    "fail": "failing",
    "undetermined": "undetermined",
    "shared": "undetermined by a shared cause",
    "waived": "waived",
}
VERDICTS = {"fail": "fail", "undetermined": "undetermined", "shared": "undetermined"}


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write the page, every finding included; memory does not grow with them."""
    found = digest(audit, shown=0)
    with text_stream(out) as text:
        text.writelines(_page(audit, found, exit_code))


def _page(audit: Audit, found: Digest, exit_code: int | None) -> Iterator[str]:
    style = resources.files("auditor.reports").joinpath("page.css").read_text("utf-8")
    title = safe(f"{audit.environment.name}: server-side synchronization, {audit.as_of}")
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>\n{style}</style></head>\n<body>\n"
        '<a class="skip" href="#failing">To the findings</a>\n'
    )
    answer, rest = map(safe, wording.headline_parts(audit))
    yield f"<header><h1>{answer}<small>{rest}</small></h1>\n"
    for note in audit.notes:
        yield f"<p><strong>{safe(note)}</strong></p>\n"
    yield from _about(audit, exit_code)
    yield "</header>\n<main>\n"
    yield from _unread(audit)
    yield from _grants(audit)
    yield from _fixes(audit, found)
    yield from _findings(audit, found)
    yield from _statements(audit)
    yield from _rules(audit)
    yield f'</main>\n<footer><p class="quiet">auditor {safe(audit.tool_version)},'
    yield f" run {safe(audit.run_id)}</p></footer>\n</body></html>\n"


def _about(audit: Audit, exit_code: int | None) -> Iterator[str]:
    lines = [
        ("Environment", wording.environment(audit)),
        ("Judged by", wording.edition(audit)),
        ("Run", f"{audit.started_at} to {audit.finished_at}, as of {audit.as_of}"),
        ("Read", wording.completeness(audit)),
        ("Coverage", wording.coverage(audit)),
        ("Found", wording.totals(audit)),
    ]
    if names := wording.unconfigured(audit.sources):
        lines.append(("Not configured", names))
    if exit_code is not None:
        lines.append(("Ended with", wording.exit_meaning(exit_code)))
    yield "<dl>\n"
    for label, text in lines:
        yield f"<dt>{label}</dt><dd>{safe(text)}</dd>\n"
    yield "</dl>\n"


def _unread(audit: Audit) -> Iterator[str]:
    found = ranking.unread(audit)
    if not found:
        return
    yield section("not-read", "What was not read")
    rows = (
        (
            safe(", ".join(each.names)),
            wording.STATUSES[each.status],
            safe(each.reason),
            safe(each.remedy),
        )
        for each in found
    )
    yield from table("Sources, failures first", ("Source", "Status", "Why", "Next"), rows)
    yield "</section>\n"


def _titles(audit: Audit) -> dict[str, str]:
    return {each.rule.id: each.rule.title for each in audit.rules}


def _grants(audit: Audit) -> Iterator[str]:
    if not audit.undetermined:
        return
    yield section("open", "Undetermined: what one grant or declaration would settle")
    rows = (
        (
            safe(each.remedy),
            f"{each.subjects:,}",
            safe(", ".join(each.rules)),
            "<br>".join(safe(wording.cause(cause, audit.names)) for cause in each.causes),
        )
        for each in ranking.grants(audit)
    )
    yield from table("Largest first", ("Next", "Subjects", "Rules", "Cause"), rows)
    yield "</section>\n"


def _fixes(audit: Audit, found: Digest) -> Iterator[str]:
    if not audit.causes:
        return
    rules = {each.rule.id: each.rule for each in audit.rules}
    worst = {group.rule: group.severity for group in reversed(found.of("fail"))}

    def row(cause: RootCause) -> tuple[str, ...]:
        rule = rules.get(cause.rule)
        title = safe(rule.title if rule else cause.rule)
        if cause.rule in worst:
            title = f'<a href="#{_place(worst[cause.rule], cause.rule)}">{title}</a>'
        where = wording.those_on(rule) + linked(cause.subject)
        numbers = (f"{cause.clears:,}", f"{cause.affected:,}")
        return (where, title, *numbers, safe(cause.remedy))

    yield section("causes", "Fix first: what clears most")
    columns = ("Where", "What", "Findings cleared", "Mailboxes touched", "Fix")
    fixes = ranking.fixes(audit, found)
    yield from table("Errors first, then by what they clear", columns, map(row, fixes[:FIXES]))
    if rest := fixes[FIXES:]:
        yield f"<details><summary>{len(rest):,} more</summary>\n"
        yield from table("Further fixes", columns, map(row, rest))
        yield "</details>\n"
    yield "</section>\n"


def _place(severity: str, rule: str) -> str:
    return safe(f"{severity}-{rule}")


def _switches() -> Iterator[str]:
    """What narrows the findings by severity and verdict; the style sheet does the rest."""
    words = {
        "error": "errors",
        "warning": "warnings",
        "note": "notes",
        "fail": "failing",
        "undetermined": "undetermined",
    }
    yield '<fieldset class="switches"><legend>Show</legend>\n'
    for id, word in words.items():
        yield (
            f'<span><input type="checkbox" id="show-{id}" autocomplete="off" checked>'
            f'<label for="show-{id}">{word}</label></span>\n'
        )
    yield "</fieldset>\n"


def _findings(audit: Audit, found: Digest) -> Iterator[str]:
    yield section("failing", "Findings, worst first")
    if not found.of("fail"):
        good = "" if audit.summary.verdicts.undetermined else ' class="good"'
        yield f"<p{good}>{wording.nothing_fails(audit)}</p>\n"
    yield from _switches()
    titles = _titles(audit)
    remedies = {each.rule.id: each.rule.remedy for each in audit.rules}
    groups: dict[tuple[str, str], list[Group]] = {}
    for group in sorted(found.groups, key=lambda each: list(SECTIONS).index(each.section)):
        groups.setdefault((group.severity, group.rule), []).append(group)
    by_rule = groupby(audit.findings(), key=lambda finding: (finding.severity, finding.rule))
    for key, findings in by_rule:
        severity, rule = key
        counts = ", ".join(f"{group.count:,} {SECTIONS[group.section]}" for group in groups[key])
        yield (
            f'<details class="{severity}{_only(groups[key])}"><summary>'
            f'<span class="{severity}">{severity}</span>:'
            f" {safe(titles.get(rule, rule))} ({counts})</summary>\n"
        )
        yield from _rule(audit, severity, rule)
        total = sum(group.count for group in groups[key])
        yield from _parts(findings, total, remedies.get(rule, ""), audit.names)
        yield "</details>\n"
    yield "</section>\n"


def _only(groups: Sequence[Group]) -> str:
    """The class of findings that have one verdict alone; nothing where waived ones hide theirs."""
    verdicts = {VERDICTS.get(group.section, "") for group in groups}
    return f" only-{verdicts.pop()}" if len(verdicts) == 1 and "" not in verdicts else ""


def _rule(audit: Audit, severity: str, rule_id: str) -> Iterator[str]:
    yield f'<p id="{_place(severity, rule_id)}">Rule <code>{safe(rule_id)}</code>.'
    rule = next((each.rule for each in audit.rules if each.rule.id == rule_id), None)
    if rule is not None:
        yield f" {safe(rule.doc)}"
        if is_web(rule.source):
            yield f' <a href="{safe(rule.source)}">Read more</a>.'
        yield f"</p>\n<p><strong>Fix:</strong> {safe(rule.remedy)}"
    yield "</p>\n"


def _parts(
    findings: Iterator[Finding], total: int, remedy: str, names: Mapping[str, str]
) -> Iterator[str]:
    for start in range(0, total, PART):
        rows = (_row(finding, remedy, names) for finding in islice(findings, PART))
        if total <= PART:
            yield from _subjects("Subjects", rows)
            continue
        name = f"Subjects {start + 1:,} to {min(start + PART, total):,} of {total:,}"
        yield f"<details><summary>{name}</summary>\n"
        yield from _subjects(name, rows)
        yield "</details>\n"


def _subjects(name: str, rows: Iterator[str]) -> Iterator[str]:
    yield opened(name, ("Subject", "Verdict", "What and why", "Evidence"))
    yield from rows
    yield CLOSED


def _row(finding: Finding, said: str, names: Mapping[str, str]) -> str:
    """The row of a finding; its remedy only where that of the rule, `said`, is another."""
    shade = finding.severity if finding.verdict == "fail" else "quiet"
    verdict = f'<span class="{shade}">{finding.verdict}</span>'
    if finding.waived is not None:
        verdict += f" <strong>{safe(wording.waiver(finding))}</strong>"
    what = safe(finding.message)
    if finding.cause is not None:
        what += f"<br>Because of {safe(wording.cause(finding.cause, names))}."
    if finding.affected is not None:
        what += f"<br>Affects {safe(wording.affected(finding))}."
    if finding.remedy != said:
        what += f"<br><strong>Fix:</strong> {safe(finding.remedy)}"
    for statement_id in finding.statements:
        what += f'<br><a href="#statement-{safe(statement_id)}">{safe(statement_id)}</a>'
    evidence = "".join(
        f"<li>{safe(line)}</li>"
        for line in wording.receipts(finding.evidence, finding.subject, names)
    )
    shown = f'<ul class="evidence">{evidence}</ul>' if evidence else ""
    cells = (linked(finding.subject), verdict, what, shown)
    return f'<tr class="{finding.verdict}"><td>{"</td><td>".join(cells)}</td></tr>\n'


def _statements(audit: Audit) -> Iterator[str]:
    if not audit.statements:
        return
    yield section("statements", "Statements of the support document")
    yield from table("In the order of the text", ("Statement", "Verdict", "Rules"), _says(audit))
    yield "</section>\n"


def _says(audit: Audit) -> Iterator[tuple[str, ...]]:
    edition = audit.edition
    for each in audit.statements:
        statement = wording.statement(edition, each.id)
        name = f'<span id="statement-{safe(each.id)}">{safe(each.id)}</span>'
        if statement is not None:
            source = statement.source or (edition.source if edition is not None else "")
            link = f' <a href="{safe(source)}">Source</a>' if is_web(source) else ""
            name += f": {safe(statement.paraphrase)}{link}"
        yield name, each.verdict, safe(", ".join(each.rules))


def _rules(audit: Audit) -> Iterator[str]:
    if not audit.rules:
        return
    columns = ("Rule", "Kind", "Pass", "Fail", "Undetermined", "Not applicable", "Waived")
    rows = (
        (
            f"{safe(each.rule.title)} <code>{safe(each.rule.id)}</code>",
            each.rule.kind,
            *_numbers(each.counts),
        )
        for each in audit.rules
    )
    yield section("rules", "Rules, by how their subjects ended")
    yield from table("Every rule that was asked", columns, rows)
    yield "</section>\n"


def _numbers(of: Counts) -> Iterator[str]:
    for count in (of.passed, of.fail, of.undetermined, of.not_applicable, of.waived):
        yield f"{count:,}"
