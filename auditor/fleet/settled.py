"""An audit with what the comparison of environments settles: counts, and lists merged."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from auditor.findings.shared_verdicts import published
from auditor.findings.waivers import Waivers
from auditor.fleet.comparison import MOST_NAMED, Match, Settlement
from auditor.fleet.match_findings import MatchFindings, gravity
from auditor.judging.shared_addresses import NOT_COMPARED
from auditor.model import (
    Audit,
    Counts,
    Finding,
    MailboxEntry,
    OpenCause,
    Outcome,
    RootCause,
    RuleResult,
    Severities,
)
from rules.counting import named
from rules.rule import Rule
from rules.verdict import SEVERITIES

_OPEN_REMEDY = (
    "Repair what keeps the audit from reading every mailbox of each environment, as the report of "
    "each says, then run the audit of all again."
)


class Settled:
    """Lays a settlement over the audit that it belongs to.

    What the audit left open for want of a comparison fails, passes, or stays open for the
    environments that could not be compared.
    """

    def __init__(
        self,
        audit: Audit,
        settlement: Settlement,
        waivers: Callable[[], Waivers],
    ) -> None:
        self._audit = audit
        self._settlement = settlement
        self._waive = waivers()
        self._fresh_waivers = waivers
        self._results = {each.rule.id: each for each in audit.rules}
        self._found = MatchFindings(audit, settlement, self._waive)
        self._cause = published(NOT_COMPARED.cause) if NOT_COMPARED.cause else None

    def audit(self) -> Audit:
        """The audit as it is once everything was compared."""
        old, summary = self._audit, self._audit.summary
        rules = tuple(self._rule(each) for each in old.rules)
        added = self._found.severities
        verdicts = Counts.none()
        for each in rules:
            for name in Counts.__struct_fields__:
                setattr(verdicts, name, getattr(verdicts, name) + getattr(each.counts, name))
        before = {each.rule.id: each.counts.undetermined for each in old.rules}
        after = {each.rule.id: each.counts.undetermined for each in rules}
        stale = self._fresh_waivers().notes(self._of_own(before))
        return replace(
            old,
            summary=replace(
                summary,
                verdicts=verdicts,
                severities=plus(summary.severities, added),
                coverage=replace(
                    summary.coverage,
                    rules_judged=sum(not each.counts.undetermined for each in rules),
                ),
            ),
            rules=rules,
            undetermined=self._open_causes(),
            undetermined_open=any(after.values()),
            findings=self._findings,
            causes=self._causes,
            cause_count=old.cause_count + len(self._found.causes),
            mailboxes=self._mailboxes,
            notes=(
                *(each for each in old.notes if each not in stale),
                *self._waive.notes(self._of_own(after)),
            ),
        )

    def _of_own(self, open_subjects: dict[str, int]) -> dict[str, int]:
        return {rule: open_subjects[rule] for rule in self._settlement.open_subjects}

    def _matches(self, rule: str) -> Iterator[Match]:
        yield from self._settlement.matches.get(rule, ())

    def _left_open(self, rule: str) -> int:
        """The mailboxes that stay open, for an environment could not be compared."""
        if not self._settlement.not_compared:
            return 0
        return self._settlement.open_subjects[rule] - len(self._settlement.matches.get(rule, ()))

    def _rule(self, result: RuleResult) -> RuleResult:
        id = result.rule.id
        asked = self._settlement.open_subjects.get(id, 0)
        if not asked:
            return result
        counts = replace(result.counts)
        is_waived = any(each.waived for each in self._shared() if each.rule == id)
        counts.add("waived" if is_waived else "undetermined", -asked)
        outcomes: Counter[Outcome] = Counter(
            "waived" if each.waived else each.verdict for each in self._found.of(id)
        )
        for outcome, count in outcomes.items():
            counts.add(outcome, count)
        left = self._left_open(id)
        counts.add("waived" if is_waived else "undetermined", left)
        counts.passed += asked - left - outcomes.total()
        return replace(result, counts=counts)

    def _shared(self) -> Iterator[Finding]:
        """The findings that tell that nothing was compared yet."""
        return (each for each in self._audit.findings() if self._is_open(each))

    def _is_open(self, each: Finding) -> bool:
        return (
            each.cause == self._cause
            and each.rule in self._settlement.open_subjects
            and each.affected is not None
        )

    def _findings(self) -> Iterator[Finding]:
        return heapq.merge(self._others(), self._all_own(), key=_place)

    def _others(self) -> Iterator[Finding]:
        for each in self._audit.findings():
            if not self._is_open(each):
                yield each
            elif (left := self._left_open(each.rule)) and each.affected is not None:
                matched = {match.mailbox for match in self._matches(each.rule)}
                sample = tuple(s for s in each.affected.sample if s.id not in matched)
                affected = replace(each.affected, count=left, sample=sample)
                yield replace(
                    each, affected=affected, message=self._open_message(), remedy=_OPEN_REMEDY
                )

    def _open_message(self) -> str:
        names = named(self._settlement.not_compared, MOST_NAMED)
        return f"The address was found in no other environment, and {names} could not be compared."

    def _all_own(self) -> Iterator[Finding]:
        rules = sorted(
            (self._results[id].rule for id in self._settlement.matches), key=_gravity_of_rule
        )
        for rule in rules:
            yield from self._found.of(rule.id)

    def _open_causes(self) -> tuple[OpenCause, ...]:
        kept = [each for each in self._audit.undetermined if each.cause != self._cause]
        left = {rule: self._left_open(rule) for rule in self._settlement.open_subjects}
        if self._cause is not None and any(left.values()):
            rules = tuple(sorted(rule for rule, count in left.items() if count))
            kept.append(OpenCause(self._cause, _OPEN_REMEDY, rules, sum(left.values())))
        return tuple(sorted(kept, key=lambda each: (-each.subjects, each.cause.code)))

    def _causes(self) -> Iterator[RootCause]:
        """Causes that make mailboxes work come first; among the others, each by its gravity."""
        own = list(reversed(self._found.causes))
        for each in self._audit.causes():
            while own and not each.repairs and gravity(own[-1]) < gravity(each):
                yield own.pop()
            yield each
        yield from reversed(own)

    def _mailboxes(self) -> Iterator[MailboxEntry]:
        by_mailbox: dict[str, list[str]] = {}
        for each in self._found.causes:
            by_mailbox.setdefault(each.subject.id, []).append(each.id)
        for entry in self._audit.mailboxes():
            more = by_mailbox.get(entry.id, ())
            yield replace(entry, causes=(*more, *entry.causes)) if more else entry


def plus(one: Severities, other: Severities) -> Severities:
    """Both together."""
    return Severities(one.error + other.error, one.warning + other.warning, one.note + other.note)


def _gravity_of_rule(rule: Rule) -> tuple[int, str]:
    return SEVERITIES.index(rule.severity), rule.id


def _place(finding: Finding) -> tuple[int, str, str, str]:
    subject = finding.subject
    return SEVERITIES.index(finding.severity), finding.rule, subject.kind, subject.id
