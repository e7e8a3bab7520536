"""Causes in the words that the page shows: what is wrong, what to do, what it repairs."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from auditor.model import Subject
from auditor.reports.page.collected import (
    Group,
    Placed,
    Row,
)
from auditor.reports.page.template import COLOURS
from auditor.reports.shared import wording
from rules.counting import counted

SHOWN_CAUSES = 1_000
"""So many causes are shown with their findings; the rest is counted."""
EFFECTS = {
    "stops": "mailboxes do not synchronize while it fails",
    "degrades": "email or appointments come late, in part, or to the wrong place",
    "unsupported": "Microsoft does not support it",
    "ends": "it stops on a published day",
    "exposes": "somebody else may read or change what they should not",
    "advice": "advice",
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
    change: str
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


def cause_of(
    number: int, group: Group, titles: Mapping[str, str], changes: Mapping[str, str]
) -> Cause:
    """One group of causes in words."""
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
        change=_change(group, changes),
        gain=_gain(group),
        bears=f"Bears on {counted(group.mailboxes, 'mailbox', 'mailboxes')}.",
        repairs=group.repairs + group.repairs_together,
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


def _change(group: Group, changes: Mapping[str, str]) -> str:
    """What was shown to repair the first cause of a group, with whose it is."""
    change = changes.get(group.first.id, "")
    whose = f"{_subject(group.subject)}: " if change and group.count > 1 else ""
    return f"{whose}{change}"


def _subject(of: Subject) -> str:
    """The subject as a sentence begins."""
    words = wording.subject(of)
    return words[:1].upper() + words[1:]


def _gain(group: Group) -> str:
    # The same change on several mailboxes stands at the first of them: what is above says nothing
    # of what is before the others.
    more = group.repairs_together if group.count == 1 else 0
    together = wording.repairs_together(more, group.repairs)
    if group.repairs:
        alone = f"repairs {counted(group.repairs, 'mailbox', 'mailboxes')}"
        return f"{alone}; {together}" if together else alone
    if together:
        return together
    if group.mailboxes:
        return f"bears on {counted(group.mailboxes, 'mailbox', 'mailboxes')}"
    return ""


def _waived(group: Group) -> str:
    """The waiver as a sentence where it covers all of a group, or how much of it one covers."""
    if group.waived < group.count:
        return f"{group.waived:,} of {group.count:,} waived." if group.waived else ""
    return wording.sentence(group.waiver)


def why(row: Row, causes: Sequence[Cause]) -> str:
    """The first cause of a row, and how many more there are."""
    if not row.causes:
        return "not established"
    more = len(row.causes) - 1
    return causes[row.causes[0]].title + (f" (+{more})" if more else "")
