"""Markdown, for a ticket, a wiki or the summary of a build: what the terminal says, as a page."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from auditor.differences import difference_of
from auditor.model import Audit, Finding, RootCause
from auditor.reports.differences.markdown import lists
from auditor.reports.shared import changes, evidence_words, ranking, wording
from auditor.reports.shared.digest import Digest, Group, digest
from auditor.reports.shared.headline import headline
from auditor.reports.shared.markdown_text import linked, safe
from auditor.reports.shared.text import text_stream
from rules.counting import counted

FORMAT = "markdown"
EXTENSION = "md"

MOST = 65_536
"""GitHub takes no more characters in an issue or a comment."""
_ROOM_FOR_THE_COUNT = 200


class _Size(NamedTuple):
    """How much detail a page has: causes, subjects of each rule, and whether rules are counted."""

    causes: int
    shown: int
    counts: bool


SIZES = (
    _Size(20, 20, True),
    _Size(10, 5, True),
    _Size(5, 2, True),
    _Size(3, 1, False),
    _Size(10, 0, True),
    _Size(5, 0, False),
    _Size(0, 0, False),
)
"""Ever less detail: subjects go before the causes, which say what to do first."""


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write the page: at most 20 causes and 20 subjects of each rule; the rest is counted.

    Where that is more than GitHub takes there are fewer, and the page says so.
    """
    found = digest(audit, SIZES[0].shown)
    page = ""
    for size in SIZES:
        lines = _page(audit, _trimmed(found, size.shown), exit_code, size)
        page = "".join(f"{line}\n" for line in lines)
        if len(page) <= MOST:
            break
    with text_stream(out) as text:
        text.write(page if len(page) <= MOST else _cut(page))


def _trimmed(found: Digest, shown: int) -> Digest:
    """The same with fewer subjects of each group."""
    groups = (
        Group(each.rule, each.severity, each.section, each.count, each.first[:shown])
        for each in found.groups
    )
    return Digest(tuple(groups), found.open_faults, found.more_open)


def _cut(page: str) -> str:
    """The first lines of a page that is too long with its least detail; the rest is counted."""
    lines = page.splitlines(keepends=True)
    room, kept = MOST - _ROOM_FOR_THE_COUNT, 0
    while room >= len(lines[kept]):
        room -= len(lines[kept])
        kept += 1
    left_out = len(lines) - kept
    return "".join(lines[:kept]) + f"\nand {left_out:,} more lines in `--report html=PATH`\n"


def _page(audit: Audit, found: Digest, exit_code: int | None, size: _Size) -> Iterator[str]:
    yield f"# {safe(headline(audit))}"
    yield ""
    for note in audit.notes:
        yield f"**{safe(note)}**"
        yield ""
    yield f"- Environment: {safe(wording.environment(audit))}"
    yield f"- Judged by: {safe(wording.edition(audit))}"
    yield f"- Run: {safe(f'{audit.started_at} to {audit.finished_at}, as of {audit.as_of}')}"
    yield f"- Coverage: {wording.coverage(audit)}"
    for line in wording.missing(audit):
        yield f"  - {safe(line)}"
    yield f"- Found: {wording.totals(audit)}"
    yield f"- {wording.completeness(audit)}"
    if names := wording.unconfigured(audit.sources):
        yield f"- Not configured: {safe(names)}"
    if exit_code is not None:
        yield f"- {wording.exit_meaning(exit_code)}"
    if size != SIZES[0]:
        yield "- Shortened to what GitHub takes; `--report html=PATH` shows everything."
    yield from _changes(audit, size.shown)
    yield from _causes(audit, size.causes)
    yield from _unread(audit)
    yield from _grants(audit)
    yield from _failures(audit, found)
    yield from _open(audit, found)
    yield from _waived(audit, found)
    if size.counts:
        yield from _rules(audit)


def _changes(audit: Audit, shown: int) -> Iterator[str]:
    difference = difference_of(audit)
    if difference is None:
        return
    yield ""
    yield f"## {changes.HEADING}"
    yield ""
    yield safe(changes.summary(difference))
    yield from lists(difference, shown, level=3)


def _table(heading: str, *columns: str) -> Iterator[str]:
    yield ""
    yield f"## {heading}"
    yield ""
    yield from _head(*columns)


def _head(*columns: str) -> Iterator[str]:
    yield _row(*columns)
    yield _row(*("---" for _ in columns))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _unread(audit: Audit) -> Iterator[str]:
    found = ranking.unread(audit)
    if found:
        yield from _table("What was not read", "Source", "Status", "Why", "Next")
    for each in found:
        names, status = safe(", ".join(each.names)), wording.STATUSES[each.status]
        yield _row(names, status, safe(each.reason), safe(each.remedy))


def _grants(audit: Audit) -> Iterator[str]:
    found = ranking.grants(audit)
    if found:
        heading = "Undetermined: what one grant or declaration would settle"
        yield from _table(heading, "Next", "Subjects", "Rules", "Cause")
    for each in found:
        yield _row(
            safe(each.remedy),
            f"{each.subjects:,}",
            safe(", ".join(each.rules)),
            "<br>".join(safe(wording.cause(cause, audit.names)) for cause in each.causes),
        )


def _causes(audit: Audit, most: int) -> Iterator[str]:
    causes = ranking.first_causes(audit, most)
    if causes:
        columns = ("Where", "What", "Effect", "Repairs", "Mailboxes", "Fix")
        yield from _table("Repair first", *columns)
    for each in causes:
        yield _row(
            linked(each.subject),
            "<br>".join(safe(_title(audit, rule)) for rule in each.rules),
            each.effect,
            _repairs(each),
            f"{each.mailboxes:,}",
            "<br>".join(map(safe, [*each.steps, *_waiver(each)])),
        )
    yield from _more(audit.cause_count - len(causes))


def _repairs(of: RootCause) -> str:
    together = wording.repairs_together(of.repairs_together, of.repairs)
    return f"{of.repairs:,}; {together}" if together else f"{of.repairs:,}"


def _waiver(of: RootCause) -> list[str]:
    return [wording.sentence(wording.waiver(of))] if of.waived is not None else []


def _title(audit: Audit, rule_id: str) -> str:
    return next((each.rule.title for each in audit.rules if each.rule.id == rule_id), rule_id)


def _failures(audit: Audit, found: Digest) -> Iterator[str]:
    yield ""
    yield "## Failing"
    if not found.of("fail"):
        yield ""
        yield wording.nothing_fails(audit)
    for group in found.of("fail"):
        yield from _group(audit, group)


def _group(audit: Audit, group: Group) -> Iterator[str]:
    count = counted(group.count, "finding", "findings")
    yield ""
    yield f"### {group.severity}: {safe(_title(audit, group.rule))} ({count})"
    yield ""
    common = wording.common_remedy(group.first)
    statements = dict.fromkeys(each for finding in group.first for each in finding.statements)
    yield f"- Rule: {safe(group.rule)}"
    if common is not None:
        yield f"- Fix: {safe(common)}"
    for statement_id in statements:
        statement = wording.statement(audit.edition, statement_id)
        says = f": {statement.paraphrase}" if statement else ""
        yield f"- Statement {safe(f'{statement_id}{says}')}"
    if group.first:
        yield ""
        yield from _head("Subject", "What", "Evidence")
    for finding in group.first:
        fix = f"<br>Fix: {safe(finding.remedy)}" if common is None else ""
        yield _row(linked(finding.subject), safe(finding.message) + fix, _evidence(audit, finding))
    yield from _more(group.count - len(group.first))


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield ""
        yield f"and {count:,} more in `--report html=PATH`"


def _evidence(audit: Audit, finding: Finding) -> str:
    lines = evidence_words.lines(finding.evidence, finding.subject, audit.names)
    return "<br>".join(map(safe, lines))


def _open(audit: Audit, found: Digest) -> Iterator[str]:
    own = found.of("undetermined")
    if own:
        yield ""
        yield "## Undetermined: what the records themselves leave open"
    for group in own:
        yield ""
        count = counted(group.count, "finding", "findings")
        yield f"### {safe(_title(audit, group.rule))} ({count})"
        yield ""
        yield from _head("Subject", "Undetermined because", "Next", "Evidence")
        for each in group.first:
            yield _row(
                linked(each.subject),
                safe(each.message),
                safe(each.remedy),
                _evidence(audit, each),
            )
        yield from _more(group.count - len(group.first))


def _waived(audit: Audit, found: Digest) -> Iterator[str]:
    groups = found.of("waived")
    if groups:
        yield from _table("Waived", "Rule", "Subject", "Verdict", "What", "Waiver")
    for group in groups:
        for each in group.first:
            yield _row(
                safe(_title(audit, group.rule)),
                linked(each.subject),
                each.verdict,
                safe(each.message),
                safe(wording.waiver(each)),
            )
    for group in groups:
        yield from _more(group.count - len(group.first))


def _rules(audit: Audit) -> Iterator[str]:
    if audit.rules:
        yield from _table(
            "Rules", "Rule", "Pass", "Fail", "Undetermined", "Not applicable", "Waived"
        )
    for each in audit.rules:
        counts = each.counts
        numbers = (
            counts.passed,
            counts.fail,
            counts.undetermined,
            counts.not_applicable,
            counts.waived,
        )
        yield _row(safe(each.rule.id), *(f"{count:,}" for count in numbers))
