"""What a step was shown to change, in the shape of a difference of two audits."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from auditor.differences import (
    Difference,
    FindingChange,
    MailboxChange,
    Moved,
    Run,
    SettingChange,
    Value,
)
from auditor.differences.compare import run_of
from auditor.differences.values import mailboxes_in_order
from auditor.findings.findings import Findings
from auditor.findings.fingerprints import fingerprint
from auditor.findings.subjects import NAMED_BY
from auditor.judging.bearing import severity_of
from auditor.judging.judged import Judged
from auditor.judging.mailbox_group import MailboxGroup, in_order
from auditor.model import Audit, Subject
from auditor.plan.candidates import Candidate
from auditor.plan.columns import columns
from auditor.plan.listed.many import Many, first
from auditor.plan.listed.of_groups import differs
from auditor.plan.steps import Change
from auditor.plan.trying.bench import Bench, Key
from auditor.plan.trying.effects import Effect
from rules.verdict import SEVERITIES, Fail, Severity


class _Cleared(Struct):
    """The findings of one rule and severity that are cleared.

    Of mailboxes they are all of the groups `whole`, and those of the `parts` that `ids` names.
    """

    others: list[Judged] = []
    whole: set[int] = set()
    parts: set[int] = set()
    ids: set[str] = set()


class StepDifferences:
    """Tells the difference that changes make to one audit."""

    def __init__(self, environment: str, audit: Audit, bench: Bench, findings: Findings) -> None:
        self._environment = environment
        self._audit = audit
        self._bench = bench
        self._findings = findings

    def of(
        self,
        effect: Effect,
        changes: Sequence[Change],
        of_mailboxes: Collection[Change],
        candidates: Sequence[Candidate],
        groups: Collection[int],
    ) -> tuple[Difference, Mapping[str, int]]:
        """The difference that was found, and how many findings of each rule it clears.

        `candidates` are what changes in the mailboxes of the groups, `of_mailboxes` these changes,
        and `changes` those of other records.
        """
        run: Run = run_of(self._audit)
        cleared = self._cleared(effect.cleared)
        shown = (*changes, *first(of_mailboxes, len(candidates)))
        told = _Settings(shown, candidates, groups)
        known = self._named(effect.moved)
        mailboxes = [
            MailboxChange(id, known[id].name, known[id].address, Moved(*effect.moved[id]))
            for id in effect.moved
        ]
        clears: Counter[str] = Counter()
        for (_, rule), each in cleared.items():
            clears[rule] += len(each.others) + len(each.ids)
            clears[rule] += sum(self._bench.before.groups[n].count for n in each.whole)
        total = clears.total()
        difference = Difference(
            old=run,
            new=run,
            mailboxes=mailboxes_in_order(mailboxes),
            findings=Many(lambda: self._findings_of(cleared, told), lambda: total),
            still=sum(each.counts.fail for each in self._audit.rules) - total,
        )
        return difference, dict(sorted(clears.items()))

    def _findings_of(
        self, cleared: Mapping[tuple[int, str], _Cleared], told: "_Settings"
    ) -> Iterator[FindingChange]:
        """What is fixed, by severity, rule and subject: the order of every difference."""
        for severity, rule in sorted(cleared):
            each = cleared[severity, rule]
            few = [(self._findings.subjects.of(judged), judged) for judged in each.others]
            for subject, _ in sorted(few, key=lambda one: (one[0].kind, one[0].id)):
                yield self._fixed(rule, severity, subject, told.of(subject))
            if not (each.whole or each.parts):
                continue
            names = {*NAMED_BY, *told.fields}
            for numbers, rows in self._findings.rows_of(each.whole | each.parts, names):
                for at, subject in enumerate(self._findings.subjects.mailboxes(rows)):
                    if numbers[at] in each.whole or subject.id in each.ids:
                        held = [rows.columns[field][at] for field in told.fields]
                        settings = told.of_mailbox(numbers[at], held)
                        yield self._fixed(rule, severity, subject, settings)

    def _fixed(
        self, rule: str, severity: int, subject: Subject, settings: tuple[SettingChange, ...]
    ) -> FindingChange:
        return FindingChange(
            fingerprint(self._environment, rule, subject.kind, subject.id),
            rule,
            SEVERITIES[severity],
            subject,
            self._audit.started_at,
            "fixed",
            "setting",
            None,
            settings,
        )

    def _cleared(self, keys: Collection[Key]) -> dict[tuple[int, str], _Cleared]:
        """What is cleared, by severity and rule."""
        found: dict[tuple[int, str], _Cleared] = {}

        def at(severity: Severity, rule: str) -> _Cleared:
            return found.setdefault((SEVERITIES.index(severity), rule), _Cleared())

        for judged in self._bench.before.others:
            if (judged.rule.id, judged.rule.subject, judged.id) in keys:
                severity = severity_of(judged.rule, judged.verdict)
                at(severity, judged.rule.id).others.append(judged)
        for group in self._groups_of({id for _, kind, id in keys if kind == "mailbox"}):
            stand_ins = {each.row.mailboxid for each in self._bench.stand_ins(group.number)}
            for rule, verdict in group.verdicts.items():
                own = {id for id in stand_ins if (rule, "mailbox", id) in keys}
                if not own or not isinstance(verdict, Fail):
                    continue
                each = at(severity_of(self._bench.rules[rule], verdict), rule)
                if own == stand_ins:
                    each.whole.add(group.number)
                else:
                    each.parts.add(group.number)
                    each.ids |= own
        return found

    def _groups_of(self, ids: set[str]) -> list[MailboxGroup]:
        if not ids:
            return []
        return [
            group
            for group in in_order(self._bench.before.groups)
            if any(each.row.mailboxid in ids for each in self._bench.stand_ins(group.number))
        ]

    def _named(self, ids: Iterable[str]) -> dict[str, Subject]:
        wanted = set(ids)
        found = {}
        for group in self._groups_of(wanted):
            for each in self._bench.stand_ins(group.number):
                row = each.row
                found[row.mailboxid] = self._findings.subjects.mailbox(
                    row.mailboxid, row.name, row.emailaddress
                )
        return found


class _Settings:
    """Which settings changed with a finding: those of its subject, else those of the first one."""

    def __init__(
        self, changes: Iterable[Change], candidates: Sequence[Candidate], groups: Iterable[int]
    ) -> None:
        self._groups = set(groups)
        self._candidates = candidates
        self.fields = [columns("mailbox")[each.column].field for each in candidates]
        self._of_others: dict[tuple[str, str], list[SettingChange]] = {}
        for each in changes:
            self._of_others.setdefault((each.subject.kind, each.subject.id), []).append(
                SettingChange(each.column, Value(each.before), Value(each.after))
            )
        self._shown = tuple(next(iter(self._of_others.values()), []))

    def of(self, subject: Subject) -> tuple[SettingChange, ...]:
        """Those shown with what is no mailbox."""
        own = self._of_others.get((subject.kind, subject.id))
        return self._shown if own is None else tuple(own)

    def of_mailbox(self, group: int, held: Sequence[object]) -> tuple[SettingChange, ...]:
        """Those shown with a mailbox of a group, whose columns held these values."""
        if group not in self._groups:
            return self._shown
        return tuple(
            SettingChange(each.column, Value(before), Value(each.value))
            for each, before in zip(self._candidates, held, strict=True)
            if differs(before, each.value)
        )
