"""Rules and statements on the page: what fails by which, and what is open."""

from collections.abc import Sequence

from auditor.model import Audit
from auditor.reports.page.causes import Cause
from auditor.reports.page.collected import (
    Collected,
    OfRule,
)
from auditor.reports.shared import wording
from rules.counting import counted
from rules.verdict import SEVERITIES

VERDICTS = {
    "pass": "works",
    "fail": "broken",
    "undetermined": "unsupported",
    "not-applicable": "unknown",
}


def rule_parts(audit: Audit, found: Collected, causes: Sequence[Cause]) -> list[dict[str, object]]:
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


def statements(audit: Audit) -> list[dict[str, object]]:
    """Each statement of the edition, and how it was decided."""
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
