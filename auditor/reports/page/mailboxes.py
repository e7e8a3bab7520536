"""Mailboxes on the page: the cards, the filters, the plot, and what the script knows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from markupsafe import Markup

from auditor.model import Audit
from auditor.reports.page import plots
from auditor.reports.page.causes import Cause
from auditor.reports.page.collected import (
    WRITTEN,
    Collected,
    Row,
)
from auditor.reports.page.template import colour, word
from auditor.reports.shared.text import plain

OFFERED = 300
"""So many profiles, and causes, a filter offers."""
STANDINGS = {
    "works": "Works",
    "unsupported": "Works, unsupported",
    "broken": "Broken",
    "unknown": "Unknown",
}


def by_standing(audit: Audit) -> dict[str, int]:
    """How many mailboxes stand how."""
    of = audit.summary.standing
    return {
        "works": of.working,
        "unsupported": of.unsupported,
        "broken": of.broken,
        "unknown": of.unknown,
    }


def cards(audit: Audit) -> list[dict[str, object]]:
    """A card for each way to stand, with its share."""
    counts = by_standing(audit)
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


def filters(found: Collected, causes: Sequence[Cause]) -> dict[str, Sequence[tuple[str, str]]]:
    """What the rows can be filtered by, each with how many rows it leaves."""
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


def plot(found: Collected) -> dict[str, object] | None:
    """A line for each profile: how its mailboxes stand. None: there are no mailboxes."""
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


def script_data(
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
