"""The measures of the drawings: bars by standing, and days on a line."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

from auditor.reports.page.collected import Placed
from rules.counting import counted

LINES = 12
"""So many profiles have a bar; the others are counted."""


def bar(counts: Mapping[str, int], longest: int | None = None) -> list[dict[str, str]]:
    """The parts of a bar in hundredths of its width, `longest` of the count that fills it."""
    whole = longest or sum(counts.values())
    parts, start = [], 0.0
    for standing, count in counts.items():
        if not count:
            continue
        width = 100 * count / whole
        parts.append({"standing": standing, "start": f"{start:.3f}", "width": f"{width:.3f}"})
        start += width
    return parts


def lines(of: Mapping[str, Counter[str]], words: Mapping[str, str]) -> list[dict[str, object]]:
    """A bar for each of the names with most mailboxes, the longest first."""
    shown = sorted(of.items(), key=lambda each: (-each[1].total(), each[0]))[:LINES]
    longest = shown[0][1].total()
    return [
        {
            "label": label,
            "count": counts.total(),
            "parts": bar({each: counts[each] for each in words}, longest),
            "says": f"{label}: "
            + ", ".join(
                f"{counts[each]:,} {word.lower()}" for each, word in words.items() if counts[each]
            ),
        }
        for label, counts in shown
    ]


def ends(
    found: Mapping[str, Sequence[Placed]], as_of: str, titles: Mapping[str, str]
) -> list[dict[str, object]]:
    """Days to come, the nearest first, each at its place on the line in hundredths."""
    today = datetime.date.fromisoformat(as_of)
    days = {day: (datetime.date.fromisoformat(day) - today).days for day in sorted(found)}
    furthest = max([*days.values(), 365])
    return [
        {
            "day": day,
            "days": days[day],
            "at": f"{2 + 96 * days[day] / furthest:.2f}",
            "what": "; ".join(
                dict.fromkeys(titles.get(each.shown.rule, each.shown.rule) for each in found[day])
            ),
            "count": counted(len(found[day]), "finding", "findings"),
            "placed": found[day],
        }
        for day in days
    ]


def ticks(shown: Sequence[Mapping[str, object]], as_of: str) -> list[dict[str, str]]:
    """The ends of the line, and the nearest day where there is room for it."""
    first = {"at": "0", "anchor": "start", "label": f"today, {as_of}"}
    furthest = shown[-1]
    at = float(str(furthest["at"]))
    if at < 35:
        return [first]
    anchor = "end" if at > 65 else "middle"
    return [first, {"at": str(furthest["at"]), "anchor": anchor, "label": str(furthest["day"])}]
