"""Waivers: findings that somebody answers for until a day, laid over the verdicts."""

import datetime
from collections.abc import Iterable
from fnmatch import fnmatchcase

from msgspec import Struct

from auditor.model import Subject, Waived


class Waiver(Struct, frozen=True):
    """One waiver. `subject` is `KIND:GLOB` over name, address or id; None: every subject.

    `until` is its last day: past it the finding is back.
    """

    rule: str
    reason: str
    until: datetime.date
    environment: str | None = None
    subject: str | None = None


class Waivers:
    """The waivers of one environment on one day."""

    def __init__(self, waivers: Iterable[Waiver], environment: str, as_of: datetime.date) -> None:
        self._by_rule: dict[str, list[Waiver]] = {}
        for waiver in waivers:
            if waiver.environment in (None, environment) and as_of <= waiver.until:
                self._by_rule.setdefault(waiver.rule, []).append(waiver)

    def speaks_of(self, rule: str) -> bool:
        """Whether a waiver in force names the rule."""
        return rule in self._by_rule

    def __call__(self, rule: str, subject: Subject) -> Waived | None:
        """The first waiver in force that covers the subject; None: none does."""
        for waiver in self._by_rule.get(rule, ()):
            if waiver.subject is None or covers(waiver.subject, subject):
                return Waived(waiver.reason, waiver.until.isoformat())
        return None


def covers(pattern: str, subject: Subject) -> bool:
    """Whether `KIND:GLOB` matches a subject, case ignored, by its name, address or id."""
    kind, _, glob = pattern.partition(":")
    if kind.casefold() != subject.kind:
        return False
    return any(
        fnmatchcase(text.casefold(), glob.casefold())
        for text in (subject.name, subject.address, subject.id)
        if text
    )
