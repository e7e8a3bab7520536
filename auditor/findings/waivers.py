"""Waivers: findings that somebody answers for until a day, laid over the verdicts."""

import datetime
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from auditor.model import Subject, Waived
from auditor.request import Waiver
from connectors.columnar.addresses import matched
from rules.counting import counted


class Waivers:
    """The waivers of one environment on one day."""

    def __init__(self, waivers: Iterable[Waiver], environment: str, as_of: datetime.date) -> None:
        own = [each for each in waivers if each.environment in (None, environment)]
        self._in_force = [each for each in own if as_of <= each.until]
        self._ended = [each for each in own if as_of > each.until]
        self._used: set[Waiver] = set()

    def speaks_of(self, rule: str) -> bool:
        """Whether a waiver in force names the rule."""
        return any(each.rule == rule for each in self._in_force)

    def ever_spoke_of(self, rule: str) -> bool:
        """Whether a waiver names the rule, be it in force or ended."""
        return any(each.rule == rule for each in (*self._in_force, *self._ended))

    def __call__(self, rule: str, subject: Subject) -> Waived | None:
        """The first waiver in force that covers the subject; None: none does."""
        for waiver in self._in_force:
            if waiver.rule == rule and covers(waiver, subject):
                self._used.add(waiver)
                return Waived(waiver.words(), waiver.until.isoformat())
        return None

    def reopened(self, rule: str, subject: Subject) -> str:
        """A sentence on the waiver that covered the subject until it ended; empty: none did."""
        for waiver in self._ended:
            if waiver.rule == rule and covers(waiver, subject):
                return (
                    f"Waived until {waiver.until.isoformat()} ({waiver.words()}); that has ended."
                )
        return ""

    def notes(self, open_subjects: Mapping[str, int]) -> tuple[str, ...]:
        """What a reader should know of the waivers themselves, once every finding was counted.

        `open_subjects` maps each rule that was asked to how many subjects it leaves undetermined;
        of waivers of other rules nothing can be told.
        """
        ended = [
            f"The waiver of {each.target()} ended on {each.until.isoformat()}: "
            "what it covered counts again. Renew it or remove it."
            for each in self._ended
            if each.rule in open_subjects
        ]
        unused = [
            f"The waiver of {each.target()} covers no finding. {_advice(open_subjects[each.rule])}"
            for each in self._in_force
            if each.rule in open_subjects and each not in self._used
        ]
        return (*ended, *unused)


def covers(waiver: Waiver, subject: Subject) -> bool:
    """Whether the waiver speaks of the subject, by its name, address or id.

    Case is ignored, and how a domain is spelt."""
    if waiver.subject is None:
        return True
    kind, _, glob = waiver.subject.partition(":")
    if kind.casefold() != subject.kind:
        return False
    return any(
        fnmatchcase(matched(text), matched(glob))
        for text in (subject.name, subject.address, subject.id)
        if text
    )


def _advice(open_subjects: int) -> str:
    """What to do with a waiver that covers nothing."""
    if open_subjects:
        return (
            f"The rule leaves {counted(open_subjects, 'subject', 'subjects')} undetermined; the"
            " waiver may be for one of them."
        )
    return "Remove it, or correct its subject."
