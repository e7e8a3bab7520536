"""From what was judged to a plan: for each cause its smallest repair, or why there is none."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from auditor.audit import verdicts_of
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
from auditor.differences.values import in_order as changes_in_order
from auditor.differences.values import mailboxes_in_order
from auditor.findings.findings import Findings, fingerprint
from auditor.findings.repairs import repairs_of
from auditor.findings.result import conclude
from auditor.findings.subjects import NAMED_BY
from auditor.findings.waivers import Waivers
from auditor.judging.bearing import severity_of
from auditor.judging.mailbox_group import MailboxGroup, in_order
from auditor.model import Audit, RootCause, Subject, SubjectKind
from auditor.plan.bench import Bench
from auditor.plan.candidates import Candidate
from auditor.plan.columns import columns
from auditor.plan.search import Aim, Found, Key, Search, keys_of
from auditor.plan.steps import Change, Plan, Step
from auditor.request import Request
from connectors.sources.live import PageSource
from rules.counting import counted
from rules.verdict import Fail, Severity

TEST = "test"
"""The repair of everything that a fresh test settles."""
UNPROVEN_TEST = (
    "Only a fresh test shows whether it works now. It worked when the mailbox's tests succeed and "
    "a synchronization follows."
)
UNPROVEN = (
    "No setting that was tried repairs it, so nothing can be shown beforehand. It worked when the "
    "next audit no longer shows the finding."
)


class Planner:
    """Plans the repair of everything that fails in one audit."""

    def __init__(self, request: Request, audit: Audit, bench: Bench, findings: Findings) -> None:
        self._request = request
        self._audit = audit
        self._bench = bench
        self._findings = findings
        self._search = Search(bench)
        self._of_group: dict[int, list[Subject]] = {}

    @property
    def tried(self) -> int:
        """How many worlds were judged."""
        return self._search.tried

    def plan(self) -> Plan:
        """The plan of the audit."""
        provable: dict[tuple[object, ...], Step] = {}
        left: dict[tuple[object, ...], Step] = {}
        for aim, cause_repairs, remedies in self._aims():
            found = self._search.smallest(aim) if aim.targets else None
            if found is None:
                step = self._unprovable(aim, cause_repairs, remedies)
                _merge(left, (step.title, step.statements), step)
            else:
                key = (*sorted((m.kind, m.column, str(m.value), id) for m, id in found.candidates),)
                _merge(provable, key, self._provable(aim, found))
        steps = [_named(each) for each in provable.values()]
        steps += [self._after(_named(each), steps) for each in left.values()]
        steps.sort(key=_place)
        return Plan(
            environment=self._request.environment,
            url=self._request.url,
            started_at=self._request.started_at,
            version=self._audit.environment.version or "",
            headline=_headline(steps),
            complete=self._audit.complete,
            steps=tuple(steps),
        )

    def _aims(self) -> Iterator[tuple[Aim, int, tuple[str, ...]]]:
        """What is to be repaired, with the mailboxes that it is said to repair, and remedies."""
        rules = self._bench.rules
        groups = in_order(self._bench.before.groups)
        own = {
            group.number: repairs_of(
                (rules[id], each) for id, each in group.verdicts.items() if isinstance(each, Fail)
            )
            for group in groups
        }
        failing = {number for number, repairs in own.items() if repairs}
        for numbers, rows in self._findings.rows_of(failing, NAMED_BY):
            subjects = self._findings.subjects.mailboxes(rows)
            for number, subject in zip(numbers, subjects, strict=True):
                self._of_group.setdefault(number, []).append(subject)
        for cause in self._audit.causes():
            if cause.subject.kind != "mailbox":
                yield self._aim_of(cause), cause.repairs, cause.steps
        for group in groups:
            subjects_of = self._of_group.get(group.number, [])
            stands = self._bench.stood(group)
            for repair in own[group.number]:
                ids = [each.row.mailboxid for each in self._bench.stand_ins(group.number)]
                aim = Aim(
                    causes=tuple(repair.id_of(each) for each in subjects_of),
                    rules=repair.rules,
                    subject=None,
                    targets=frozenset((rule, "mailbox", id) for rule in repair.rules for id in ids),
                    group=group,
                    profile=group.configuration.profile_id,
                    most=0 if stands is None else group.count,
                )
                alone = len(own[group.number]) == 1 and stands not in (None, "unknown")
                yield aim, group.count if alone else 0, repair.steps

    def _aim_of(self, cause: RootCause) -> Aim:
        return Aim(
            causes=(cause.id,),
            rules=cause.rules,
            subject=cause.subject,
            targets=keys_of(cause.rules, cause.subject),
            profile=cause.subject.id if cause.subject.kind == "profile" else None,
            most=cause.repairs,
        )

    def _provable(self, aim: Aim, found: Found) -> Step:
        changes = tuple(
            change for candidate in found.candidates for change in self._changes(aim, *candidate)
        )
        return Step(
            id="",
            causes=aim.causes,
            provable=True,
            title=_title(found.candidates, changes),
            changes=changes,
            difference=self._difference(found, changes),
            repairs=found.effect.repairs,
            undo=tuple(each.undone() for each in reversed(changes)),
        )

    def _unprovable(self, aim: Aim, repairs: int, remedies: Sequence[str]) -> Step:
        rules = self._bench.rules
        judge = self._bench.verdicts.judge
        is_test = all(rules[id].repair == TEST for id in aim.rules)
        statements = {
            statement
            for id in aim.rules
            if rules[id].kind == "support" and rules[id].severity == "error"
            for statement in judge.reach(rules[id])
        }
        subjects = (
            tuple(self._of_group.get(aim.group.number, ()))
            if aim.group is not None
            else (aim.subject,)
            if aim.subject is not None
            else ()
        )
        return Step(
            id="",
            causes=aim.causes,
            provable=False,
            title="Run Test & Enable Mailbox." if is_test else " ".join(dict.fromkeys(remedies)),
            repairs=repairs,
            reason=UNPROVEN_TEST if is_test else UNPROVEN,
            statements=tuple(sorted(statements)),
            subjects=subjects,
        )

    def _changes(self, aim: Aim, candidate: Candidate, id: str) -> Iterator[Change]:
        column = columns(candidate.kind)[candidate.column]
        if candidate.kind == "mailbox":
            assert aim.group is not None
            held = {
                each.row.mailboxid: getattr(each.row, column.field)
                for each in self._bench.stand_ins(aim.group.number)
            }
            usual = next(iter(held.values()))
            for subject in self._of_group.get(aim.group.number, ()):
                before = held.get(subject.id, usual)
                if before != candidate.value or type(before) is not type(candidate.value):
                    yield Change(subject, candidate.column, before, candidate.value)
            return
        before = next(iter(self._search.values(column.source, column.field, id, None)), None)
        yield Change(self._subject(candidate.kind, id), candidate.column, before, candidate.value)

    def _subject(self, kind: str, id: str) -> Subject:
        subjects = self._findings.subjects
        if kind == "profile":
            return subjects.profile(id, self._bench.verdicts.facts.profiles[id].name)
        return subjects.organization if kind == "organization" else Subject("tenant", "", "")

    def _difference(self, found: Found, changes: Sequence[Change]) -> Difference:
        run: Run = run_of(self._audit)
        effect = found.effect
        settings: dict[Subject, list[SettingChange]] = {}
        for each in changes:
            settings.setdefault(each.subject, []).append(
                SettingChange(each.column, Value(each.before), Value(each.after))
            )
        shown = next(iter(settings.values()), [])
        findings = [
            FindingChange(
                fingerprint(self._request.environment, rule_id, kind, subject.id),
                rule_id,
                severity,
                subject,
                self._request.started_at,
                "fixed",
                "setting",
                None,
                tuple(settings.get(subject, shown)),
            )
            for rule_id, kind, subject, severity in self._cleared(effect.cleared)
        ]
        known = self._named(effect.moved)
        mailboxes = [
            MailboxChange(id, known[id].name, known[id].address, Moved(*effect.moved[id]))
            for id in effect.moved
        ]
        return Difference(
            old=run,
            new=run,
            mailboxes=mailboxes_in_order(mailboxes),
            findings=changes_in_order(findings),
            still=sum(each.counts.fail for each in self._audit.rules) - len(findings),
        )

    def _cleared(self, keys: Iterable[Key]) -> Iterator[tuple[str, SubjectKind, Subject, Severity]]:
        cleared = set(keys)
        for judged in self._bench.before.others:
            if (judged.rule.id, judged.rule.subject, judged.id) in cleared:
                subject = self._findings.subjects.of(judged)
                yield (
                    judged.rule.id,
                    subject.kind,
                    subject,
                    severity_of(judged.rule, judged.verdict),
                )
        ids = {id for _, kind, id in cleared if kind == "mailbox"}
        for group in self._groups_of(ids):
            stand_ins = {each.row.mailboxid for each in self._bench.stand_ins(group.number)}
            for rule_id, verdict in group.verdicts.items():
                if not isinstance(verdict, Fail):
                    continue
                own = {id for id in stand_ins if (rule_id, "mailbox", id) in cleared}
                every = own == stand_ins
                severity = severity_of(self._bench.rules[rule_id], verdict)
                for subject in self._of_group.get(group.number, ()):
                    if subject.id in own or (every and subject.id not in stand_ins):
                        yield rule_id, "mailbox", subject, severity

    def _groups_of(self, ids: set[str]) -> list[MailboxGroup]:
        return [
            group
            for group in in_order(self._bench.before.groups)
            if any(each.row.mailboxid in ids for each in self._bench.stand_ins(group.number))
        ]

    def _named(self, ids: Iterable[str]) -> dict[str, Subject]:
        wanted = set(ids)
        found = {}
        for group in self._groups_of(wanted) if wanted else ():
            for each in self._bench.stand_ins(group.number):
                row = each.row
                found[row.mailboxid] = self._findings.subjects.mailbox(
                    row.mailboxid, row.name, row.emailaddress
                )
        return found

    def _after(self, step: Step, steps: Iterable[Step]) -> Step:
        """A test comes after what changes its mailboxes."""
        if step.reason != UNPROVEN_TEST:
            return step
        ids = {each.id for each in step.subjects}
        before = tuple(
            each.id
            for each in steps
            if each.provable
            and any(c.subject.kind == "mailbox" and c.subject.id in ids for c in each.changes)
        )
        return _replaced(step, after=before)


def plan_of(request: Request, outside: PageSource) -> Plan:
    """The plan of what a place to read from tells. It is read once."""
    planner = planner_of(request, outside)
    return planner.plan()


def planner_of(request: Request, outside: PageSource) -> Planner:
    """A planner of what a place to read from tells, which is read here."""
    verdicts, choice = verdicts_of(request, outside)
    waivers = Waivers(request.waivers, request.environment, request.as_of)
    audit = conclude(request, verdicts, choice, waivers, request.started_at)
    findings = Findings(request.environment, request.url, verdicts, waivers)
    return Planner(request, audit, Bench(request, verdicts), findings)


def _replaced(step: Step, **values: object) -> Step:
    return replace(step, **values)


def _merge(steps: dict[tuple[object, ...], Step], key: tuple[object, ...], step: Step) -> None:
    """Adds the step, to the one of the same changes or remedy where there is one."""
    met = steps.get(key)
    if met is None:
        steps[key] = step
        return
    if step.difference is None or met.difference is None:
        steps[key] = _replaced(
            met,
            causes=met.causes + step.causes,
            repairs=met.repairs + step.repairs,
            subjects=met.subjects + step.subjects,
        )
        return
    if met.changes == step.changes:
        steps[key] = _replaced(met, causes=met.causes + step.causes)
        return
    # Mailboxes of different kinds that the same change repairs, each by itself.
    one, other = met.difference, step.difference
    findings = {each.fingerprint: each for each in (*one.findings, *other.findings)}
    steps[key] = _replaced(
        met,
        causes=met.causes + step.causes,
        changes=met.changes + step.changes,
        undo=step.undo + met.undo,
        repairs=met.repairs + step.repairs,
        difference=Difference(
            old=one.old,
            new=one.new,
            mailboxes=mailboxes_in_order((*one.mailboxes, *other.mailboxes)),
            findings=changes_in_order(findings.values()),
            still=one.still + len(one.findings) - len(findings),
        ),
    )


def _named(step: Step) -> Step:
    """The step with its id: the same in every run, whatever else there is to do."""
    changed = sorted((c.subject.kind, c.subject.id, c.column, repr(c.after)) for c in step.changes)
    told = repr(changed) if changed else repr((step.title, step.statements))
    return _replaced(step, id=f"step-{hashlib.sha256(told.encode()).hexdigest()[:12]}")


def _place(step: Step) -> tuple[object, ...]:
    touched = len({each.subject.id for each in step.changes}) or len(step.subjects) or 1
    return (-step.repairs, not step.provable, touched, len(step.changes), step.id)


def _title(candidates: Sequence[tuple[Candidate, str]], changes: Sequence[Change]) -> str:
    """The step in the words of the forms."""
    told = []
    for candidate, _ in candidates:
        column = columns(candidate.kind)[candidate.column]
        value = "another profile" if column.form == "profile" else column.shown(candidate.value)
        told.append(f"{column.words}: {value}")
    subjects = {each.subject for each in changes}
    if len(subjects) == 1:
        (subject,) = subjects
        name = subject.name or subject.id or "the Exchange Online tenant"
        return f"{_KINDS[subject.kind]} {name}: set {'; '.join(told)}."
    return f"{len(subjects):,} mailboxes: set {'; '.join(told)}."


_KINDS = {
    "profile": "Email server profile",
    "mailbox": "Mailbox",
    "organization": "Organisation",
    "tenant": "Tenant",
}


def _headline(steps: Sequence[Step]) -> str:
    provable = sum(each.provable for each in steps)
    repaired = sum(each.repairs for each in steps if each.provable)
    if not steps:
        return "Nothing fails, so there is nothing to change."
    return (
        f"{counted(len(steps), 'step', 'steps')}, of which {provable:,} "
        f"{'is' if provable == 1 else 'are'} proven. What is proven makes "
        f"{counted(repaired, 'mailbox', 'mailboxes')} work."
    )
