"""From verdicts to the numbers of an audit: counts, statements, coverage, causes.

Tested in `tests/auditor/test_arithmetic.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import TypeAlias, TypeGuard

from auditor.findings.findings import Findings
from auditor.findings.shared_verdicts import published
from auditor.findings.standing import Standings
from auditor.findings.subjects import NAMED_BY
from auditor.findings.waivers import Waivers
from auditor.judging.bearing import severity_of
from auditor.judging.judge_all import Verdicts
from auditor.judging.mailbox_group import MailboxGroup, is_individual
from auditor.model import (
    Counts,
    Coverage,
    Missing,
    OpenCause,
    Outcome,
    RuleResult,
    Severities,
    SharedCause,
    StatementResult,
    Summary,
)
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from rules.edition import Edition
from rules.evidence import Cause
from rules.rule import Rule
from rules.verdict import Fail, Undetermined, Verdict, outcome, worst

_Open: TypeAlias = tuple[str, Undetermined]
"""A rule by its id, and why it was not decided."""


class Totals:
    """The numbers of one audit. `waive` tells which findings a waiver covers."""

    def __init__(
        self, verdicts: Verdicts, findings: Findings, waive: Waivers, standings: Standings
    ) -> None:
        self._standings = standings
        self._verdicts = verdicts
        self._findings = findings
        self._subjects = findings.subjects
        self._waive = waive
        self._by_id = {rule.id: rule for rule in verdicts.judge.rules}
        self._counts = {rule.id: Counts.none() for rule in verdicts.judge.rules}
        self._severities = Severities(0, 0, 0)
        self._undetermined_open = False
        self._count()

    @property
    def undetermined_open(self) -> bool:
        """Whether undetermined verdicts are left that no waiver covers."""
        return self._undetermined_open

    def rules(self) -> tuple[RuleResult, ...]:
        """Every rule that was asked, with its counts of subjects."""
        judge = self._verdicts.judge
        return tuple(
            RuleResult(rule, judge.cited(rule), self._counts[rule.id]) for rule in judge.rules
        )

    def summary(self) -> Summary:
        """The numbers that stand first."""
        facts = self._verdicts.facts
        total = Counts.none()
        for counts in self._counts.values():
            for name in Counts.__struct_fields__:
                setattr(total, name, getattr(total, name) + getattr(counts, name))
        mailboxes = facts.stream.state.records
        judged = sum(1 for counts in self._counts.values() if not counts.undetermined)
        synchronizing = self._synchronizing()
        left_open = [(group.count, self._left_open(group)) for group in synchronizing]
        return Summary(
            profiles=facts.readings[PROFILES].state.records,
            mailboxes=mailboxes,
            configurations=len(facts.mailboxes.configurations),
            verdicts=total,
            severities=self._severities,
            coverage=Coverage(
                rules_judged=judged,
                rules=len(self._counts),
                mailboxes_judged=sum(count for count, verdicts in left_open if not verdicts),
                mailboxes_synchronizing=sum(group.count for group in synchronizing),
                mailboxes=mailboxes,
                missing=_missing(left_open),
            ),
            standing=self._standings.summary(),
        )

    def statements(self, edition: Edition | None) -> tuple[StatementResult, ...]:
        """Every statement of the edition with the aggregate of the verdicts that name it."""
        if edition is None:
            return ()
        outcomes: dict[str, set[str]] = defaultdict(set)
        deciders: dict[str, set[str]] = defaultdict(set)
        for rule in self._verdicts.judge.rules:
            for id in self._verdicts.judge.cited(rule):
                deciders[id].add(rule.id)
        for verdict in self._all():
            for id in getattr(verdict, "statements", None) or ():
                outcomes[id].add(outcome(verdict))
        results = []
        for statement in edition.statements:
            if statement.kind in ("scope", "removed"):
                results.append(StatementResult(statement.id, "pass", ()))
                continue
            verdict_word = worst(outcomes[statement.id])
            rules = tuple(sorted(deciders[statement.id]))
            results.append(StatementResult(statement.id, verdict_word, rules))  # type: ignore[arg-type]
        return tuple(results)

    def undetermined(self) -> tuple[OpenCause, ...]:
        """What one grant or declaration would settle, largest first."""
        found: dict[SharedCause, tuple[str, set[str], int]] = {}
        for shared in self._findings.shared:
            cause = published(shared.cause)
            remedy, rules, subjects = found.get(cause, (shared.verdict.remedy, set(), 0))
            rules.add(shared.rule.id)
            found[cause] = (remedy, rules, subjects + shared.count)
        causes = [
            OpenCause(cause, remedy, tuple(sorted(rules)), subjects)
            for cause, (remedy, rules, subjects) in found.items()
        ]
        return tuple(sorted(causes, key=lambda each: (-each.subjects, each.cause.code)))

    def _all(self) -> Iterator[Verdict]:
        for alike in chain.from_iterable(self._findings.by_verdict.values()):
            if alike.count:
                yield alike.verdict
        for judged in (*self._verdicts.others, *self._verdicts.unread):
            yield judged.verdict

    def _count(self) -> None:
        for id, some in self._findings.by_verdict.items():
            for alike in some:
                self._add(self._rule(id), alike.verdict, outcome(alike.verdict), alike.count)
        for judged in self._verdicts.others:
            word = outcome(judged.verdict)
            subject = self._subjects.of(judged)
            if is_individual(judged.verdict) and self._waive(judged.rule.id, subject):
                word = "waived"
            self._add(judged.rule, judged.verdict, word, 1)
        for judged in self._verdicts.unread:
            self._add(judged.rule, judged.verdict, "undetermined", 1)
        self._count_waived_mailboxes()
        self._count_waived_causes()

    def _add(self, rule: Rule, verdict: Verdict, word: str, count: int) -> None:
        if not count:
            return
        self._counts[rule.id].add(word, count)  # type: ignore[arg-type]
        if word == "fail":
            self._tally(rule, verdict, count)
        if word == "undetermined":
            self._undetermined_open = True

    def _tally(self, rule: Rule, verdict: Verdict, count: int) -> None:
        severity = severity_of(rule, verdict)
        setattr(self._severities, severity, getattr(self._severities, severity) + count)

    def _count_waived_mailboxes(self) -> None:
        """Moves mailboxes whose finding a waiver covers from their verdict's count to `waived`."""
        for rule in self._verdicts.judge.about("mailbox"):
            if not self._waive.speaks_of(rule.id):
                continue
            groups = {
                g.number: g for g in self._verdicts.groups if is_individual(g.verdicts[rule.id])
            }
            for numbers, rows in self._findings.rows_of(groups, NAMED_BY):
                for number, subject in zip(numbers, self._subjects.mailboxes(rows), strict=True):
                    if self._waive(rule.id, subject):
                        self._waive_one(rule, groups[number])

    def _waive_one(self, rule: Rule, group: MailboxGroup) -> None:
        self._move(rule, group.verdicts[rule.id], 1)

    def _count_waived_causes(self) -> None:
        for shared in self._findings.shared:
            if self._waive(shared.rule.id, self._subjects.organization):
                self._move(shared.rule, shared.verdict, shared.count)
        self._undetermined_open = any(each.undetermined for each in self._counts.values())

    def _move(self, rule: Rule, verdict: Verdict, count: int) -> None:
        counts = self._counts[rule.id]
        word: Outcome = "fail" if isinstance(verdict, Fail) else "undetermined"
        counts.add(word, -count)
        counts.add("waived", count)
        if word == "fail":
            self._tally(rule, verdict, -count)

    def _rule(self, id: str) -> Rule:
        return self._by_id[id]

    def _synchronizing(self) -> list[MailboxGroup]:
        return [
            group
            for group in self._verdicts.groups
            if group.count and group.configuration.mailbox.synchronizing is True
        ]

    def _left_open(self, group: MailboxGroup) -> list[_Open]:
        """The support rules of severity error that were not decided, its profile's included."""
        own = self._open_of_groups.get(group.number, [])
        return own + self._open_of_profiles.get(group.configuration.profile_id or "", [])

    @cached_property
    def _open_of_groups(self) -> dict[int, list[_Open]]:
        found: dict[int, list[_Open]] = defaultdict(list)
        for id, some in self._findings.by_verdict.items():
            for alike in some:
                if _is_open(alike.verdict, self._rule(id)):
                    for group in alike.groups:
                        found[group.number].append((id, alike.verdict))
        return found

    @cached_property
    def _open_of_profiles(self) -> dict[str, list[_Open]]:
        found: dict[str, list[_Open]] = defaultdict(list)
        for each in self._verdicts.others:
            if each.rule.subject == "profile" and _is_open(each.verdict, each.rule):
                found[each.id].append((each.rule.id, each.verdict))
        return found


def _missing(left_open: Iterable[tuple[int, list[_Open]]]) -> tuple[Missing, ...]:
    """What keeps mailboxes from being judged, by remedy, that of most mailboxes first."""
    mailboxes: Counter[str] = Counter()
    rules: dict[str, set[str]] = defaultdict(set)
    causes: dict[str, set[Cause]] = defaultdict(set)
    for count, verdicts in left_open:
        for rule, verdict in verdicts:
            rules[verdict.remedy].add(rule)
            if verdict.cause is not None:
                causes[verdict.remedy].add(verdict.cause)
        for remedy in {verdict.remedy for _, verdict in verdicts}:
            mailboxes[remedy] += count
    return tuple(
        Missing(
            remedy,
            mailboxes[remedy],
            tuple(sorted(rules[remedy])),
            tuple(sorted(map(published, causes[remedy]), key=lambda each: each.code)),
        )
        for remedy in sorted(mailboxes, key=lambda remedy: (-mailboxes[remedy], remedy))
    )


def _is_open(verdict: Verdict, rule: Rule) -> TypeGuard[Undetermined]:
    return rule.kind == "support" and rule.severity == "error" and isinstance(verdict, Undetermined)
