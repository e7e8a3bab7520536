"""HTML: one file that holds everything, asks no network and no script, and streams every finding.

What a page says first is what the terminal says first; below it stands where to find the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import BinaryIO

from auditor.model import Audit, Counts, RootCause
from auditor.reports.shared import page_findings, ranking, wording
from auditor.reports.shared.digest import Digest, digest
from auditor.reports.shared.markup import is_web, linked, safe, section, table
from auditor.reports.shared.page_findings import places
from auditor.reports.shared.text import text_stream
from rules.counting import counted

FORMAT = "html"
EXTENSION = "html"

CAUSES = 50
SHADES = {"pass": "good", "fail": "error", "undetermined": "warning", "not-applicable": "quiet"}


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
    # The mark that joins the two stays with the first, for the second begins a line of its own.
    yield f"<header><h1>{answer}{rest[:1]}<small>{rest[1:]}</small></h1>\n"
    for note in audit.notes:
        yield f"<p><strong>{safe(note)}</strong></p>\n"
    yield from _about(audit, exit_code)
    yield from _contents(audit, found)
    yield "</header>\n<main>\n"
    yield from _unread(audit)
    yield from _grants(audit, found)
    yield from _causes(audit, found)
    yield from page_findings.findings(audit, found)
    yield from _statements(audit, found)
    yield from _rules(audit, found)
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
        shown = safe(text)
        if label == "Read" and not audit.complete:
            shown = f"<strong>{shown}</strong>"
        yield f"<dt>{label}</dt><dd>{shown}</dd>\n"
    yield "</dl>\n"


def _contents(audit: Audit, found: Digest) -> Iterator[str]:
    """Links to the parts that there are."""
    parts = [
        ("not-read", "What was not read", ranking.unread(audit)),
        ("open", "What would settle the undetermined", audit.undetermined),
        ("causes", "Repair first", audit.cause_count),
        *((anchor, heading, True) for anchor, heading in page_findings.contents(found)),
        ("statements", "Statements", audit.statements),
        ("rules", "Rules", audit.rules),
    ]
    links = [f'<li><a href="#{anchor}">{name}</a></li>\n' for anchor, name, there in parts if there]
    if links:
        yield f'<nav aria-label="Contents"><ul>\n{"".join(links)}</ul></nav>\n'


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


def _grants(audit: Audit, found: Digest) -> Iterator[str]:
    if not audit.undetermined:
        return
    where = places(found.of("shared"))
    yield section("open", "Undetermined: what one grant or declaration would settle")
    rows = (
        (
            safe(each.remedy),
            f"{each.subjects:,}",
            _led(each.rules, where),
            "<br>".join(safe(wording.cause(cause, audit.names)) for cause in each.causes),
        )
        for each in ranking.grants(audit)
    )
    yield from table("Largest first", ("Next", "Subjects", "Rules", "RootCause"), rows)
    yield "</section>\n"


def _causes(audit: Audit, found: Digest) -> Iterator[str]:
    causes = ranking.first_causes(audit, CAUSES)
    if not causes:
        return
    rules = {each.rule.id: each.rule for each in audit.rules}
    led = places(found.of("fail"))

    def title(id: str) -> str:
        return _link(rules[id].title if id in rules else id, led.get(id))

    def row(cause: RootCause) -> tuple[str, ...]:
        what = "<br>".join(map(title, cause.rules))
        numbers = (f"{cause.repairs:,}", f"{cause.mailboxes:,}")
        return (linked(cause.subject), what, *numbers, "<br>".join(map(safe, cause.steps)))

    yield section("causes", "Repair first: what makes most mailboxes work")
    columns = ("Where", "What", "Mailboxes repaired", "Mailboxes concerned", "Fix")
    yield from table("In the order in which to repair them", columns, map(row, causes))
    if more := audit.cause_count - len(causes):
        yield f"<p>{counted(more, 'more cause', 'more causes')} in the JSON report.</p>\n"
    yield "</section>\n"


def _link(text: str, place: str | None) -> str:
    """The text, linked to the place where there is one."""
    return f'<a href="#{place}">{safe(text)}</a>' if place else safe(text)


def _led(rules: Iterable[str], where: Mapping[str, str]) -> str:
    """The rules' ids, each linked to its findings where it has any."""
    return ", ".join(_link(each, where.get(each)) for each in rules)


def _anywhere(found: Digest) -> dict[str, str]:
    """The anchor of each rule's findings: of those that fail, else of any."""
    return places((*found.of("fail"), *found.groups))


def _statements(audit: Audit, found: Digest) -> Iterator[str]:
    if not audit.statements:
        return
    yield section("statements", "Statements of the support document")
    yield from table(
        "In the order of the text", ("Statement", "Verdict", "Rules"), _says(audit, found)
    )
    yield "</section>\n"


def _says(audit: Audit, found: Digest) -> Iterator[tuple[str, ...]]:
    edition, where = audit.edition, _anywhere(found)
    for each in audit.statements:
        statement = wording.statement(edition, each.id)
        name = f'<span id="statement-{safe(each.id)}">{safe(each.id)}</span>'
        if statement is not None:
            source = statement.source or (edition.source if edition is not None else "")
            link = f' <a href="{safe(source)}">Source</a>' if is_web(source) else ""
            name += f": {safe(statement.paraphrase)}{link}"
        verdict = f'<span class="{SHADES[each.verdict]}">{each.verdict}</span>'
        yield name, verdict, _led(each.rules, where)


def _rules(audit: Audit, found: Digest) -> Iterator[str]:
    if not audit.rules:
        return
    where = _anywhere(found)
    columns = ("Rule", "Kind", "Pass", "Fail", "Undetermined", "Not applicable", "Waived")
    rows = (
        (
            f"{_link(each.rule.title, where.get(each.rule.id))} <code>{safe(each.rule.id)}</code>",
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
