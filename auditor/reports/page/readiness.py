"""Whether the organisation is ready on the day, from what the lifecycle rules found."""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from auditor.model import Audit, Finding, Subject
from auditor.reports.shared import wording
from auditor.reports.shared.text import plain

MOST = 50
"""So many of what is missing are named; the rest is counted."""


class Missing(Struct):
    """What is missing at one subject, or at several that lack the same."""

    subject: Subject
    message: str
    remedy: str
    count: int = 0

    @property
    def where(self) -> str:
        """The subject, or how many there are."""
        if self.count > 1:
            return f"{self.count:,} mailboxes"
        words = wording.subject(self.subject)
        return words[:1].upper() + words[1:]


class Readiness:
    """Takes the findings of an audit as they pass by."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._counts = {
            each.rule.id: each.counts for each in audit.rules if each.rule.kind == "lifecycle"
        }
        self._told: Counter[str] = Counter()
        self._missing: dict[tuple[str, ...], Missing] = {}
        self._fails = False

    def take(self, finding: Finding) -> None:
        """Notes what a finding says of it. A waiver changes nothing of it."""
        if finding.rule not in self._counts:
            return
        is_shared = finding.affected is not None
        self._told[finding.rule] += finding.affected.count if finding.affected else 1
        if finding.verdict != "fail" or is_shared:
            return
        self._fails = self._fails or finding.severity != "note"
        own = finding.subject.kind == "mailbox"
        key = (finding.rule, finding.message, "" if own else finding.subject.id)
        met = self._missing.get(key)
        if met is None:
            met = self._missing[key] = Missing(
                finding.subject, plain(finding.message), plain(finding.remedy)
            )
        met.count += 1

    def shown(self) -> Mapping[str, object] | None:
        """The section: the answer, and what is missing; None where that cannot be told.

        No lifecycle rule was asked, or findings of some were left out.
        """
        counts = self._counts
        left_out = any(
            self._told[id] < each.fail + each.undetermined + each.waived
            for id, each in counts.items()
        )
        if not counts or (left_out and not self._fails):
            return None
        missing = list(self._missing.values())
        return {
            "answer": self._answer(),
            "missing": missing[:MOST],
            "more": max(len(missing) - MOST, 0),
        }

    def _answer(self) -> str:
        name, day = self._audit.environment.name, self._audit.as_of
        undetermined = any(each.undetermined for each in self._counts.values())
        return wording.readiness(name, day, ready=not self._fails, undetermined=undetermined)
