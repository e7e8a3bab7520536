"""What the template shows, in words and measures."""

import datetime
from collections.abc import Mapping
from typing import Any

from auditor.differences import difference_of
from auditor.model import Audit
from auditor.reports.page import plots
from auditor.reports.page.causes import SHOWN_CAUSES, cause_of, why
from auditor.reports.page.collected import (
    WRITTEN,
    WRITTEN_OF_MORE,
    Collected,
)
from auditor.reports.page.mailboxes import STANDINGS, by_standing, cards, filters, plot, script_data
from auditor.reports.page.rule_parts import rule_parts, statements
from auditor.reports.shared import changes, ranking, wording
from auditor.reports.shared.headline import headline_parts
from rules.counting import counted

FIRST = 5
CHANGES = 4
MARKS = {
    "works": "M3 8.5l3.5 3.5L13 4.5",
    "unsupported": "M8 2.5v7M8 13v.5",
    "broken": "M3.5 3.5l9 9M12.5 3.5l-9 9",
    "unknown": "M5 6a3 3 0 1 1 4.2 2.7C8.3 9.2 8 9.7 8 10.5M8 13.5v.2",
}


def view(audit: Audit, found: Collected, exit_code: int | None) -> Mapping[str, Any]:
    """Every name that the template knows but style, script and policy."""
    titles = {each.rule.id: each.rule.title for each in audit.rules}
    changes = ranking.first_changes(audit, [each.first for each in found.groups[: ranking.PLANNED]])
    causes = [
        cause_of(number, each, titles, changes.changes) for number, each in enumerate(found.groups)
    ]
    is_whole = len(found.rows) <= WRITTEN
    written = found.rows if is_whole else found.rows[:WRITTEN_OF_MORE]
    answer, rest = headline_parts(audit)
    parts = rule_parts(audit, found, causes)
    shown: dict[str, Any] = {
        "audit": audit,
        "found": found,
        "title": f"{audit.environment.name}: server-side synchronization, {audit.as_of}",
        "organisation": audit.environment.organization_name or audit.environment.name,
        "product": _product(audit),
        "day": _day_in_words(audit.started_at),
        "answer": answer + (rest[:1] if rest[:1] != ";" else "."),
        "rest": rest[1:].lstrip(),
        "nothing": wording.nothing_fails(audit),
        "cards": cards(audit),
        "bar": plots.bar(by_standing(audit)),
        "bar_label": headline_parts(audit)[0],
        "first": causes[:FIRST],
        "plan_ended": wording.PLAN_ENDED if changes.ended else "",
        "groups": causes,
        "groups_left_out": max(len(causes) - SHOWN_CAUSES, 0),
        "changed": _changed(audit),
        "unseen": _unseen(audit),
        "rows": found.rows,
        "total": found.mailboxes,
        "written": written,
        "unwritten": len(found.rows) - len(written),
        "left_out": found.mailboxes - len(found.rows),
        "without_detail": found.without_detail,
        "findings": found.findings,
        "causes": causes,
        "link": found.link,
        "filters": filters(found, causes),
        "plot": plot(found),
        "ends": plots.ends(found.ends, audit.as_of, titles),
        "unread": ranking.unread(audit),
        "grants": ranking.grants(audit),
        "coverage": wording.coverage(audit),
        "missing": wording.missing(audit),
        "rule_parts": parts,
        "statements": statements(audit),
        "statement_ids": {each.id for each in audit.statements},
        "rule_ids": {each.rule.id for each in audit.rules} | set(found.rules),
        "completeness": wording.completeness(audit),
        "run": _run(audit, exit_code),
        "data": script_data(found, causes, titles, len(written)),
        "marks": MARKS,
        "standings": STANDINGS,
        "statuses": wording.STATUSES,
        "title_of": lambda rule: titles.get(rule, rule),
        "why": lambda row: why(row, causes),
        "left_open_by": lambda cause: wording.cause(cause, audit.names),
    }
    shown["contents"] = _contents(shown)
    if shown["ends"]:
        shown["ticks"] = plots.ticks(shown["ends"], audit.as_of)
        shown["ends_label"] = "What stops when: " + "; ".join(
            f"{each['day']}: {each['what']}" for each in shown["ends"]
        )
    return shown


def _product(audit: Audit) -> str:
    of = audit.environment
    product = {"online": "Dynamics 365 online", "on-premises": "Dynamics 365 (on-premises)"}
    name = product.get(of.deployment or "", "Dynamics 365, deployment unknown")
    return f"{name} {of.version}" if of.version else name


def _day_in_words(moment: str) -> str:
    """`29 November 2026, 08:00 UTC`; a text that is no time as it is."""
    try:
        parsed = datetime.datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{parsed.day} {parsed:%B %Y, %H:%M} UTC"


def _unseen(audit: Audit) -> dict[str, str] | None:
    """What was not seen in one line, with what would show most of it; None where all was."""
    unread, grants = ranking.unread(audit), ranking.grants(audit)
    count = audit.summary.verdicts.undetermined
    if unread:
        first = unread[0]
        names = counted(sum(len(each.names) for each in unread), "source was", "sources were")
        what = f"{names} not read in full, and {counted(count, 'verdict is', 'verdicts are')} open."
        return {"what": what, "lead": f"{first.names[0]}:", "remedy": first.remedy or first.reason}
    coverage = audit.summary.coverage
    if coverage.missing:
        most = coverage.missing[0]
        synchronizing = counted(coverage.mailboxes_synchronizing, "mailbox", "mailboxes")
        open = coverage.mailboxes_synchronizing - coverage.mailboxes_judged
        they = "it uses" if coverage.mailboxes_synchronizing == 1 else "they use"
        what = f"For {open:,} of {synchronizing} it is open whether Microsoft supports what {they}."
        return {"what": what, "lead": f"For {most.mailboxes:,} of them:", "remedy": most.remedy}
    if grants:
        first_grant = grants[0]
        what = f"{counted(count, 'verdict is', 'verdicts are')} open."
        lead = f"What settles most ({first_grant.subjects:,}):"
        return {"what": what, "lead": lead, "remedy": first_grant.remedy}
    return None


def _changed(audit: Audit) -> dict[str, object] | None:
    """What changed since the last run; None where that is not known."""
    difference = difference_of(audit)
    if difference is None:
        return None
    lines = [
        f"{part.what}: {line}" for part in changes.parts(difference, CHANGES) for line in part.lines
    ]
    return {"since": changes.summary(difference), "lines": lines[:CHANGES]}


def _run(audit: Audit, exit_code: int | None) -> list[tuple[str, str]]:
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
    return [*lines, ("Written by", f"auditor {audit.tool_version}, run {audit.run_id}")]


def _contents(shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The anchors of the parts that there are, in their order."""
    parts: list[tuple[str, str, object]] = [
        ("mailboxes", "Mailboxes", True),
        ("causes", "Causes", shown["groups"]),
        ("ready", "Readiness", shown["found"].readiness),
        ("ends", "Dates to come", shown["ends"]),
        ("unseen", "Not seen", shown["unread"] or shown["grants"] or shown["missing"]),
        *((part["anchor"], part["heading"], True) for part in shown["rule_parts"]),
        ("statements", "Statements", shown["statements"]),
        ("rules", "Every rule", shown["audit"].rules),
        ("sources", "Sources", shown["audit"].sources),
        ("run", "This run", True),
    ]
    return [(anchor, name) for anchor, name, there in parts if there]
