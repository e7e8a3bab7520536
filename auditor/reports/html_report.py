"""HTML: one file that holds everything, asks no network and no script, and streams every finding.

What a page says first is what the terminal says first. Each rule is a section to open; long
lists are cut into parts that a browser lays out only once they are opened.
"""

from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from itertools import groupby, islice
from typing import BinaryIO

from auditor.model import Audit, Counts, Finding, Subject
from auditor.reports.shared import ranking, wording
from auditor.reports.shared.digest import Digest, digest
from auditor.reports.shared.text import plain, text_stream

FORMAT = "html"
EXTENSION = "html"

PART = 500


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write the page, every finding included; memory does not grow with them."""
    found = digest(audit, shown=0)
    with text_stream(out) as text:
        text.writelines(_page(audit, found, exit_code))


def safe(text: str) -> str:
    """The text on one line, as HTML text or attribute."""
    return escape(plain(text))


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
    yield f"<header><h1>{safe(wording.headline(audit))}</h1>\n"
    for note in audit.notes:
        yield f"<p><strong>{safe(note)}</strong></p>\n"
    yield from _about(audit, exit_code)
    yield "</header>\n<main>\n"
    yield from _unread(audit)
    yield from _grants(audit)
    yield from _fixes(audit)
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


def _section(anchor: str, heading: str) -> str:
    return f'<section id="{anchor}"><h2>{heading}</h2>\n'


def _table(caption: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table of cells that are HTML already."""
    yield f'<div class="scroll"><table><caption>{caption}</caption><thead><tr>'
    yield "".join(f'<th scope="col">{column}</th>' for column in columns)
    yield "</tr></thead><tbody>\n"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n"
    yield "</tbody></table></div>\n"


def _unread(audit: Audit) -> Iterator[str]:
    found = ranking.unread(audit)
    if not found:
        return
    yield _section("not-read", "What was not read")
    rows = (
        (
            safe(", ".join(each.names)),
            wording.STATUSES[each.status],
            safe(each.reason),
            safe(each.remedy),
        )
        for each in found
    )
    yield from _table("Sources, failures first", ("Source", "Status", "Why", "Next"), rows)
    yield "</section>\n"


def _titles(audit: Audit) -> dict[str, str]:
    return {each.rule.id: each.rule.title for each in audit.rules}


def _grants(audit: Audit) -> Iterator[str]:
    if not audit.undetermined:
        return
    yield _section("open", "Undetermined: what one grant or declaration would settle")
    rows = (
        (
            safe(each.remedy),
            f"{each.subjects:,}",
            safe(", ".join(each.rules)),
            "<br>".join(safe(wording.cause(cause)) for cause in each.causes),
        )
        for each in ranking.grants(audit)
    )
    yield from _table("Largest first", ("Next", "Subjects", "Rules", "Cause"), rows)
    yield "</section>\n"


def _fixes(audit: Audit) -> Iterator[str]:
    if not audit.causes:
        return
    titles = _titles(audit)
    yield _section("causes", "Fix first: what clears most")
    rows = (
        (
            _linked(each.subject),
            safe(titles.get(each.rule, each.rule)),
            f"{each.clears:,}",
            f"{each.affected:,}",
            safe(each.remedy),
        )
        for each in ranking.fixes(audit)
    )
    columns = ("Subject", "What", "Findings cleared", "Mailboxes touched", "Fix")
    yield from _table("Errors first, then by what they clear", columns, rows)
    yield "</section>\n"


def _findings(audit: Audit, found: Digest) -> Iterator[str]:
    yield _section("failing", "Findings, worst first")
    if not found.of("fail"):
        yield '<p class="good">No unwaived failing finding.</p>\n'
    titles = _titles(audit)
    remedies = {each.rule.id: each.rule.remedy for each in audit.rules}
    counts: dict[tuple[str, str], list[str]] = {}
    totals: dict[tuple[str, str], int] = {}
    words = {"fail": "failing", "shared": "undetermined by a shared cause"}
    for group in found.groups:
        key = (group.severity, group.rule)
        counts.setdefault(key, []).append(
            f"{group.count:,} {words.get(group.section, group.section)}"
        )
        totals[key] = totals.get(key, 0) + group.count
    by_rule = groupby(audit.findings(), key=lambda finding: (finding.severity, finding.rule))
    for key, findings in by_rule:
        severity, rule = key
        yield (
            f'<details id="{safe(f"{severity}-{rule}")}"><summary>'
            f'<span class="{severity}">{severity}</span>:'
            f" {safe(titles.get(rule, rule))} ({', '.join(counts[key])})</summary>\n"
        )
        yield from _rule(audit, rule)
        yield from _parts(findings, totals[key], remedies.get(rule, ""))
        yield "</details>\n"
    yield "</section>\n"


def _rule(audit: Audit, rule_id: str) -> Iterator[str]:
    yield f"<p>Rule <code>{safe(rule_id)}</code>."
    rule = next((each.rule for each in audit.rules if each.rule.id == rule_id), None)
    if rule is not None:
        yield f" {safe(rule.doc)}"
        if _is_web(rule.source):
            yield f' <a href="{safe(rule.source)}">Read more</a>.'
        yield f"</p>\n<p><strong>Fix:</strong> {safe(rule.remedy)}"
    yield "</p>\n"


def _parts(findings: Iterator[Finding], total: int, remedy: str) -> Iterator[str]:
    columns = ("Subject", "Verdict", "What and why", "Evidence")
    for start in range(0, total, PART):
        rows = (_row(finding, remedy) for finding in islice(findings, PART))
        if total <= PART:
            yield from _table("Subjects", columns, rows)
            continue
        name = f"Subjects {start + 1:,} to {min(start + PART, total):,} of {total:,}"
        yield f"<details><summary>{name}</summary>\n"
        yield from _table(name, columns, rows)
        yield "</details>\n"


def _row(finding: Finding, said: str) -> tuple[str, ...]:
    """The cells of a finding; its remedy only where that of the rule, `said`, is another."""
    verdict = f'<span class="{finding.severity}">{finding.verdict}</span>'
    if finding.waived is not None:
        verdict += f" <strong>{safe(wording.waiver(finding))}</strong>"
    what = safe(finding.message)
    if finding.cause is not None:
        what += f"<br>Because of {safe(wording.cause(finding.cause))}."
    if finding.affected is not None:
        what += f"<br>Affects {safe(wording.affected(finding))}."
    if finding.remedy != said:
        what += f"<br><strong>Fix:</strong> {safe(finding.remedy)}"
    for statement_id in finding.statements:
        what += f'<br><a href="#statement-{safe(statement_id)}">{safe(statement_id)}</a>'
    evidence = "".join(
        f"<li>{safe(wording.evidence(each, finding.subject))}</li>" for each in finding.evidence
    )
    shown = f'<ul class="evidence">{evidence}</ul>' if evidence else ""
    return (_linked(finding.subject), verdict, what, shown)


def _statements(audit: Audit) -> Iterator[str]:
    if not audit.statements:
        return
    yield _section("statements", "Statements of the support document")
    yield from _table("In the order of the text", ("Statement", "Verdict", "Rules"), _says(audit))
    yield "</section>\n"


def _says(audit: Audit) -> Iterator[tuple[str, ...]]:
    edition = audit.edition
    for each in audit.statements:
        statement = wording.statement(edition, each.id)
        name = f'<span id="statement-{safe(each.id)}">{safe(each.id)}</span>'
        if statement is not None:
            source = statement.source or (edition.source if edition is not None else "")
            link = f' <a href="{safe(source)}">Source</a>' if _is_web(source) else ""
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
    yield _section("rules", "Rules, by how their subjects ended")
    yield from _table("Every rule that was asked", columns, rows)
    yield "</section>\n"


def _numbers(of: Counts) -> Iterator[str]:
    for count in (of.passed, of.fail, of.undetermined, of.not_applicable, of.waived):
        yield f"{count:,}"


def _is_web(address: str) -> bool:
    return address.startswith("https://") and address.isprintable()


def _linked(subject: Subject) -> str:
    name = safe(wording.subject(subject))
    return f'<a href="{safe(subject.url)}">{name}</a>' if _is_web(subject.url) else name
