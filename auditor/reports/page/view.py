"""What the template shows, in words and measures.

Tested in `tests/auditor/reports/test_html_report.py`.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec import Struct

from auditor.differences import difference_of
from auditor.model import Audit, Subject
from auditor.reports.page import plots
from auditor.reports.page.collected import (
    WRITTEN,
    WRITTEN_OF_MORE,
    Collected,
    Group,
    OfRule,
    Placed,
    Row,
)
from auditor.reports.page.template import COLOURS, colour, word
from auditor.reports.shared import changes, ranking, wording
from auditor.reports.shared.text import plain
from rules.counting import counted
from rules.verdict import SEVERITIES

FIRST = 5
CHANGES = 4
SHOWN_CAUSES = 1_000
"""So many causes are shown with their findings; the rest is counted."""
OFFERED = 300
"""So many profiles, and causes, a filter offers."""
STANDINGS = {
    "works": "Works",
    "unsupported": "Works, unsupported",
    "broken": "Broken",
    "unknown": "Unknown",
}
MARKS = {
    "works": "M3 8.5l3.5 3.5L13 4.5",
    "unsupported": "M8 2.5v7M8 13v.5",
    "broken": "M3.5 3.5l9 9M12.5 3.5l-9 9",
    "unknown": "M5 6a3 3 0 1 1 4.2 2.7C8.3 9.2 8 9.7 8 10.5M8 13.5v.2",
}
EFFECTS = {
    "stops": "mailboxes do not synchronize while it fails",
    "degrades": "email or appointments come late, in part, or to the wrong place",
    "unsupported": "Microsoft does not support it",
    "ends": "it stops on a published day",
    "exposes": "somebody else may read or change what they should not",
    "advice": "advice",
}
VERDICTS = {
    "pass": "works",
    "fail": "broken",
    "undetermined": "unsupported",
    "not-applicable": "unknown",
}


class Cause(Struct):
    """One group of causes in words; `number` is its place, `linked` whether it is shown."""

    number: int
    linked: bool
    own: bool
    decides: bool
    label: str
    title: str
    remedy: str
    steps: tuple[str, ...]
    gain: str
    bears: str
    repairs: int
    waived: str
    severity: str
    effect: str
    colour: str
    listed: int
    count: int
    subjects: Sequence[Subject]
    findings: Sequence[Placed]
    more: int


def view(audit: Audit, found: Collected, exit_code: int | None) -> Mapping[str, Any]:
    """Every name that the template knows but style, script and policy."""
    titles = {each.rule.id: each.rule.title for each in audit.rules}
    causes = [_cause(number, each, titles) for number, each in enumerate(found.groups)]
    is_whole = len(found.rows) <= WRITTEN
    written = found.rows if is_whole else found.rows[:WRITTEN_OF_MORE]
    answer, rest = wording.headline_parts(audit)
    parts = _rule_parts(audit, found, causes)
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
        "cards": _cards(audit),
        "bar": plots.bar(_counts(audit)),
        "bar_label": wording.headline_parts(audit)[0],
        "first": causes[:FIRST],
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
        "filters": _filters(found, causes),
        "plot": _plot(found),
        "ends": plots.ends(found.ends, audit.as_of, titles),
        "unread": ranking.unread(audit),
        "grants": ranking.grants(audit),
        "coverage": wording.coverage(audit),
        "missing": wording.missing(audit),
        "rule_parts": parts,
        "statements": _statements(audit),
        "statement_ids": {each.id for each in audit.statements},
        "rule_ids": {each.rule.id for each in audit.rules} | set(found.rules),
        "completeness": wording.completeness(audit),
        "run": _run(audit, exit_code),
        "data": _data(found, causes, titles, len(written)),
        "marks": MARKS,
        "standings": STANDINGS,
        "statuses": wording.STATUSES,
        "title_of": lambda rule: titles.get(rule, rule),
        "why": lambda row: _why(row, causes),
        "left_open_by": lambda cause: wording.cause(cause, audit.names),
    }
    shown["contents"] = _contents(shown)
    if shown["ends"]:
        shown["ticks"] = plots.ticks(shown["ends"], audit.as_of)
        shown["ends_label"] = "What stops when: " + "; ".join(
            f"{each['day']}: {each['what']}" for each in shown["ends"]
        )
    return shown


def _cause(number: int, group: Group, titles: Mapping[str, str]) -> Cause:
    first, *others = (titles.get(rule, rule) for rule in group.rules)
    title = f"{first} (and {counted(len(others), 'more rule', 'more rules')})" if others else first
    return Cause(
        number=number,
        linked=number < SHOWN_CAUSES,
        own=group.own,
        decides=group.decides,
        label=f"{group.count:,} mailboxes" if group.count > 1 else _subject(group.subject),
        title=title,
        remedy=group.remedy,
        steps=group.steps,
        gain=_gain(group),
        bears=f"Bears on {counted(group.mailboxes, 'mailbox', 'mailboxes')}.",
        repairs=group.repairs,
        waived=_waived(group),
        severity=group.severity,
        effect=EFFECTS[group.effect],
        colour=COLOURS[group.severity],
        listed=group.listed,
        count=group.count,
        subjects=group.subjects,
        findings=group.findings,
        more=group.more,
    )


def _subject(of: Subject) -> str:
    """The subject as a sentence begins."""
    words = wording.subject(of)
    return words[:1].upper() + words[1:]


def _gain(group: Group) -> str:
    if group.repairs:
        return f"repairs {counted(group.repairs, 'mailbox', 'mailboxes')}"
    if group.mailboxes:
        return f"bears on {counted(group.mailboxes, 'mailbox', 'mailboxes')}"
    return ""


def _waived(group: Group) -> str:
    """The waiver as a sentence where it covers all of a group, or how much of it one covers."""
    if group.waived < group.count:
        return f"{group.waived:,} of {group.count:,} waived." if group.waived else ""
    return wording.sentence(group.waiver)


def _why(row: Row, causes: Sequence[Cause]) -> str:
    """The first cause of a row, and how many more there are."""
    if not row.causes:
        return "not established"
    more = len(row.causes) - 1
    return causes[row.causes[0]].title + (f" (+{more})" if more else "")


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


def _counts(audit: Audit) -> dict[str, int]:
    of = audit.summary.standing
    return {
        "works": of.working,
        "unsupported": of.unsupported,
        "broken": of.broken,
        "unknown": of.unknown,
    }


def _cards(audit: Audit) -> list[dict[str, object]]:
    counts = _counts(audit)
    total = sum(counts.values())
    return [
        {
            "standing": standing,
            "label": STANDINGS[standing],
            "count": count,
            "share": f"{count / total:.0%} of {total:,}" if total else "",
        }
        for standing, count in counts.items()
    ]


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


def _filters(found: Collected, causes: Sequence[Cause]) -> dict[str, Sequence[tuple[str, str]]]:
    standings = Counter(row.standing for row in found.rows)
    profiles = Counter(row.profile for row in found.rows)
    names = list(dict.fromkeys(row.profile for row in found.rows))
    offered = sorted(names, key=lambda name: (-profiles[name], name))[:OFFERED]
    listed = sorted((each for each in causes if each.listed), key=lambda each: -each.listed)
    return {
        "standings": [
            (each, f"{STANDINGS[each]} ({standings[each]:,})")
            for each in STANDINGS
            if standings[each]
        ],
        "profiles": [
            (str(names.index(name)), f"{name or 'No profile'} ({profiles[name]:,})")
            for name in offered
        ],
        "causes": [
            (str(each.number), f"{each.label}: {each.title} ({each.listed:,})")
            for each in listed[:OFFERED]
        ],
    }


def _plot(found: Collected) -> dict[str, object] | None:
    by_profile: dict[str, Counter[str]] = {}
    for row in found.rows:
        by_profile.setdefault(row.profile or "No profile", Counter())[row.standing] += 1
    if not by_profile:
        return None
    met = {row.standing for row in found.rows}
    return {
        "key": [each for each in STANDINGS if each in met],
        "lines": plots.lines(by_profile, STANDINGS),
        "more": max(len(by_profile) - plots.LINES, 0),
    }


def _rule_parts(audit: Audit, found: Collected, causes: Sequence[Cause]) -> list[dict[str, object]]:
    """The rules that something fails by, then those that are open, then those that are waived."""
    rules = {each.rule.id: each for each in audit.rules}
    of_rule: dict[str, list[Cause]] = {}
    for cause, group in zip(causes, found.groups, strict=True):
        for id in group.rules if cause.linked else ():
            of_rule.setdefault(id, []).append(cause)

    def line(of: OfRule) -> dict[str, object]:
        rule = rules[of.rule].rule if of.rule in rules else None
        at = of_rule.get(of.rule, [])
        counts = [
            f"{count:,} {what}"
            for count, what in (
                (of.failing, "failing"),
                (of.undetermined, "undetermined"),
                (of.waived, "waived"),
            )
            if count
        ]
        return {
            "rule": of.rule,
            "severity": of.severity,
            "counts": ", ".join(counts),
            "doc": rule.doc if rule else "",
            "source": rule.source if rule else "",
            "statements": rules[of.rule].statements if of.rule in rules else (),
            "remedy": rule.remedy if rule else "",
            "causes": at[:20],
            "more_causes": max(len(at) - 20, 0),
            "full": of.full,
            "elsewhere": of.elsewhere,
            "where": f"{counted(of.elsewhere, 'finding stands', 'findings stand')} in full at "
            "its mailbox or cause above."
            if of.elsewhere == 1
            else f"{of.elsewhere:,} findings stand in full at their mailboxes or causes above.",
            "more": of.more,
        }

    order = sorted(
        found.rules.values(),
        key=lambda of: (SEVERITIES.index(of.severity), -of.failing, -of.undetermined, of.rule),
    )
    parts = (
        (
            "failing",
            "Rules that fail",
            "Errors first. Each finding stands in full once: at its mailbox, its cause or here.",
            [of for of in order if of.failing],
        ),
        (
            "open",
            "Rules with nothing but undetermined subjects",
            "Nothing is known to be wrong here; each says what would settle it.",
            [of for of in order if of.undetermined and not of.failing],
        ),
        (
            "waived",
            "Rules whose findings are all waived",
            "What is accepted for a time, with the reason and the last day.",
            [of for of in order if of.waived and not of.failing and not of.undetermined],
        ),
    )
    return [
        {
            "anchor": anchor,
            "heading": heading,
            "about": about,
            "failing": anchor == "failing",
            "rules": [line(of) for of in chosen],
        }
        for anchor, heading, about, chosen in parts
        if chosen
    ]


def _statements(audit: Audit) -> list[dict[str, object]]:
    said: list[dict[str, object]] = []
    for each in audit.statements:
        of = wording.statement(audit.edition, each.id)
        source = of.source if of else ""
        said.append(
            {
                "id": each.id,
                "says": of.paraphrase if of else "",
                "source": source or (audit.edition.source if audit.edition else ""),
                "verdict": each.verdict,
                "colour": VERDICTS[each.verdict],
                "rules": each.rules,
            }
        )
    return said


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
        ("ends", "Dates to come", shown["ends"]),
        ("unseen", "Not seen", shown["unread"] or shown["grants"] or shown["missing"]),
        *((part["anchor"], part["heading"], True) for part in shown["rule_parts"]),
        ("statements", "Statements", shown["statements"]),
        ("rules", "Every rule", shown["audit"].rules),
        ("sources", "Sources", shown["audit"].sources),
        ("run", "This run", True),
    ]
    return [(anchor, name) for anchor, name, there in parts if there]


def _data(
    found: Collected, causes: Sequence[Cause], titles: Mapping[str, str], written: int
) -> Markup:
    """What the script knows of the rows, as JSON in HTML text.

    Findings are there for rows alone that do not stand in the page as HTML.
    """
    profiles = {name: place for place, name in enumerate(dict.fromkeys(_profiles(found.rows)))}
    needed: dict[int, int] = {}
    for row in found.rows[written:]:
        for place in row.findings:
            needed.setdefault(place, len(needed))
    shown = [found.findings[place] for place in needed]
    rules = {rule: place for place, rule in enumerate(dict.fromkeys(each.rule for each in shown))}
    listed = {number for row in found.rows for number in row.causes}
    # Many mailboxes have the same causes, and the same findings.
    sets: dict[tuple[int, ...], int] = {}
    rows = [
        (
            row.id,
            row.name,
            row.address,
            profiles[row.profile],
            row.standing,
            sets.setdefault(row.causes, len(sets)),
            sets.setdefault(
                tuple(needed[place] for place in row.findings) if at >= written else (), len(sets)
            ),
        )
        for at, row in enumerate(found.rows)
    ]
    data = {
        "link": plain(found.link),
        "printed": WRITTEN,
        "standings": STANDINGS,
        "profiles": list(profiles),
        "titles": [plain(titles.get(rule, rule)) for rule in rules],
        "causes": [
            {
                "label": plain(each.label),
                "title": plain(each.title),
                "remedy": plain(each.remedy),
                "own": each.own,
                "decides": each.decides,
                "linked": each.linked,
            }
            if each.number in listed
            else None
            for each in causes
        ],
        "findings": [
            (
                rules[each.rule],
                word(each),
                colour(each),
                each.message,
                each.remedy,
                each.evidence,
                each.waived,
            )
            for each in shown
        ],
        "rows": rows,
        "sets": list(sets),
    }
    # Quotes stay as they are within an element; escaping them would double the page.
    text = msgspec.json.encode(data).decode("utf-8")
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;"))


def _profiles(rows: Iterable[Row]) -> Iterable[str]:
    return (row.profile for row in rows)
