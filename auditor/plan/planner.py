"""From what was judged to a plan: for each cause its smallest repair, or why there is none."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from auditor.audit import verdicts_of
from auditor.findings.findings import Findings
from auditor.findings.repairs import Repair
from auditor.findings.result import conclude
from auditor.findings.waivers import Waivers
from auditor.judging.judge_all import Verdicts
from auditor.model import Audit, Subject
from auditor.plan.aims import Aims
from auditor.plan.candidates import MOVE, Candidate
from auditor.plan.choices import Choices
from auditor.plan.columns import columns
from auditor.plan.in_the_way import in_the_way
from auditor.plan.listed.many import joined
from auditor.plan.listed.moved_mailboxes import MovedMailboxes
from auditor.plan.listed.of_groups import OfGroups
from auditor.plan.listed.step_differences import StepDifferences
from auditor.plan.moves import Move, Moves
from auditor.plan.search import Aim, Found, Search
from auditor.plan.steps import Change, Plan, Step
from auditor.plan.trying.bench import Bench
from auditor.plan.trying.effects import Effect
from auditor.plan.words import headline, step_id, title
from auditor.request import Request
from connectors.sources.live import PageSource

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
MOVED = (
    "It was made in memory and judged again: the cause is gone and nothing new fails. It is not "
    "proven, because not everything could be judged or the profile is not there yet."
)


class _Left(NamedTuple):
    """What is said of aims that nothing was shown to repair: steps of one are alike."""

    words: str
    is_test: bool
    statements: tuple[str, ...]


class Planner:
    """Plans the repair of everything that fails in one audit."""

    def __init__(
        self, request: Request, audit: Audit, bench: Bench, findings: Findings, outside: PageSource
    ) -> None:
        self._request = request
        self._audit = audit
        self._bench = bench
        self._findings = findings
        self._outside = outside
        self.search = Search(bench)
        self._aims = Aims(bench, findings)
        self._moves = Moves(bench)
        self._of_groups = OfGroups(findings, bench.before.groups)
        self._differences = StepDifferences(request.environment, audit, bench, findings)
        self._changed: dict[str, frozenset[int]] = {}
        """By the ids of steps: the groups whose mailboxes they change."""

    @property
    def tried(self) -> int:
        """How many worlds were judged."""
        return self.search.tried

    def aims(self) -> Iterator[tuple[Aim, int, tuple[str, ...]]]:
        """What is to be repaired, with how many mailboxes work then, and the remedies."""
        return self._aims.all()

    def plan(self, wanted: Callable[[Aim], bool] = lambda aim: True) -> Plan:
        """The plan of the audit, or what it says of the aims that are wanted."""
        choices = Choices(self._moves)
        repairs: dict[int, tuple[Aim, int, tuple[str, ...]]] = {}
        for aim, count, remedies in self.aims():
            if wanted(aim):
                repairs[id(aim)] = aim, count, remedies
                choices.add(aim, self.search.smallest(aim) if aim.targets else None)
        provable, moved, unrepaired = choices.settled()
        left: dict[_Left, list[tuple[Aim, int]]] = {}
        for each in unrepaired:
            aim, count, remedies = repairs[id(each)]
            left.setdefault(self._left(aim, remedies), []).append((aim, count))
        steps = [step for each in provable for step in self._steps_of(each)]
        steps += self._moving(moved)
        steps += [self._unprovable(of, each) for of, each in left.items()]
        steps.sort(key=_place)
        return Plan(
            environment=self._request.environment,
            url=self._request.url,
            started_at=self._request.started_at,
            version=self._audit.environment.version or "",
            headline=headline(steps),
            complete=self._audit.complete,
            steps=tuple(steps),
        )

    def _steps_of(self, found: Sequence[tuple[Aim, Found]]) -> Iterator[Step]:
        """The step of one change that repairs these, with what comes of it when all is changed.

        What rests on mailboxes of several kinds is repaired by none of them alone. Where all at
        once do harm, each kind is a step of its own.
        """
        one = found[0][1]
        by_group: dict[int, list[tuple[Aim, Found]]] = {}
        for each in found:
            # What the same step repairs beside its mailboxes goes with the first of them.
            group = each[0].group or found[0][0].group
            by_group.setdefault(-1 if group is None else group.number, []).append(each)
        of_mailboxes = any(candidate.kind == "mailbox" for candidate, _ in one.candidates)
        if not of_mailboxes or len(by_group) == 1:
            yield self._provable(found, one.effect)
            return
        effect = self.search.together([each for each in found if each[0].group is not None])
        if effect.new or effect.opened or effect.worse:
            yield from (self._provable(own, own[0][1].effect) for own in by_group.values())
        else:
            yield self._provable(found, effect)

    def _provable(self, found: Sequence[tuple[Aim, Found]], effect: Effect) -> Step:
        placed = found[0][1].candidates
        aims = [aim for aim, _ in found]
        candidates = [candidate for candidate, _ in placed if candidate.kind == "mailbox"]
        groups = {aim.group.number for aim in aims if aim.group is not None and candidates}
        own = tuple(
            self._change(candidate, id) for candidate, id in placed if candidate.kind != "mailbox"
        )
        of_mailboxes = self._of_groups.changes(candidates, groups)
        back = self._of_groups.changes(candidates, groups, backwards=True)
        id = step_id(own, candidates, self._findings.ids_of(groups).content)
        self._changed[id] = frozenset(groups)
        step = Step(
            id=id,
            causes=self._causes(aims),
            provable=True,
            title=title(placed, own, of_mailboxes, self._bench.verdicts.facts.profiles),
            changes=joined(own, of_mailboxes),
            repairs=effect.repairs,
            improves=effect.improves,
            held=effect.held,
            undo=joined(back, _undone(own)),
            place=_gravity(aims),
        )
        difference, clears = self._differences.of(effect, own, of_mailboxes, candidates, groups)
        return replace(step, difference=difference, clears=clears)

    def _moving(self, moved: Sequence[tuple[Move, list[Aim]]]) -> Iterator[Step]:
        """The steps that move all mailboxes from a profile."""
        to = {aims[0].profile or "": move.to or "" for move, aims in moved if move.proven}
        held = MovedMailboxes(self._outside, self._request, self._findings.subjects, to)
        for move, aims in moved:
            profile = aims[0].profile or ""
            words = self._moves.title(move, self._bench.verdicts.facts.profiles[profile])
            if not move.proven or held.count(profile) != move.mailboxes:
                yield self._unmade(words, move, aims)
                continue
            candidate = Candidate("mailbox", MOVE, move.to)
            own = tuple(self._change(candidate, id) for candidate, id in move.beside)
            mailboxes = held.changes(profile)
            id = step_id(own, [candidate], profile.encode())
            self._changed[id] = move.groups
            step = Step(
                id=id,
                causes=self._causes(aims),
                provable=True,
                title=words,
                # Nobody uses the profile any more when it is deactivated.
                changes=joined(mailboxes, own),
                repairs=move.effect.repairs,
                improves=move.effect.improves,
                held=move.effect.held,
                undo=joined(_undone(own), held.changes(profile, backwards=True)),
                place=_gravity(aims),
            )
            difference, clears = self._differences.of(
                move.effect, own, mailboxes, [candidate], move.groups
            )
            yield replace(step, difference=difference, clears=clears)

    def _unmade(self, words: str, move: Move, aims: Sequence[Aim]) -> Step:
        return Step(
            id=step_id((), [], words.encode()),
            causes=self._causes(aims),
            provable=False,
            title=words,
            repairs=move.effect.repairs,
            reason=MOVED + _left_open(move.effect),
            subjects=tuple(dict.fromkeys(each.subject for each in aims if each.subject)),
            place=_gravity(aims),
        )

    def _left(self, aim: Aim, remedies: Iterable[str]) -> _Left:
        statements = in_the_way(self._bench, aim)
        if all(self._bench.rules[id].repair == TEST for id in aim.rules):
            return _Left("Run Test & Enable Mailbox.", True, statements)
        return _Left(" ".join(dict.fromkeys(remedies)), False, statements)

    def _unprovable(self, left: _Left, aimed: Sequence[tuple[Aim, int]]) -> Step:
        aims = [aim for aim, _ in aimed]
        groups = {aim.group.number for aim in aims if aim.group is not None}
        named = tuple(dict.fromkeys(aim.subject for aim in aims if aim.subject is not None))
        # A test comes after what changes its mailboxes.
        before = [id for id, of in self._changed.items() if left.is_test and of & groups]
        return Step(
            id=step_id((), [], repr((left.words, left.statements)).encode()),
            causes=self._causes(aims),
            provable=False,
            title=left.words,
            after=tuple(before),
            repairs=sum(repairs for _, repairs in aimed),
            reason=UNPROVEN_TEST if left.is_test else UNPROVEN,
            statements=left.statements,
            subjects=joined(named, self._of_groups.subjects(groups)),
            place=_gravity(aims),
        )

    def _causes(self, aims: Iterable[Aim]) -> Collection[str]:
        shared: dict[str, None] = {}
        repairs: dict[int, list[Repair]] = {}
        for aim in aims:
            if aim.group is not None and aim.repair is not None:
                repairs.setdefault(aim.group.number, []).append(aim.repair)
            else:
                shared[aim.cause] = None
        return joined(tuple(shared), self._of_groups.causes(repairs))

    def _change(self, candidate: Candidate, id: str) -> Change:
        column = columns(candidate.kind)[candidate.column]
        before = next(iter(self.search.values(column.source, column.field, id, None)), None)
        return Change(self._subject(candidate.kind, id), candidate.column, before, candidate.value)

    def _subject(self, kind: str, id: str) -> Subject:
        subjects = self._findings.subjects
        if kind == "profile":
            return subjects.profile(id, self._bench.verdicts.facts.profiles[id].name)
        return subjects.organization if kind == "organization" else Subject("tenant", "", "")


def _gravity(aims: Iterable[Aim]) -> tuple[int, ...]:
    """Orders steps by the gravest that they repair, then by how many mailboxes it bears on."""
    return min((*each.gravity, -each.mailboxes) for each in aims)


def _undone(changes: Sequence[Change]) -> tuple[Change, ...]:
    return tuple(each.undone() for each in reversed(changes))


def _place(step: Step) -> tuple[object, ...]:
    records = len(step.changes) or len(step.subjects) or 1
    gain = (-step.repairs, -step.improves)
    return (*gain, step.place[:2], not step.provable, records, step.place[2:], step.id)


def _left_open(effect: Effect) -> str:
    rules = sorted({rule for rule, _, _ in effect.opened})
    return f" What these rules need was not read: {', '.join(rules)}." if rules else ""


def plan_of(request: Request, outside: PageSource) -> Plan:
    """The plan of what a place to read from tells. It is read once."""
    planner, _ = planner_of(request, outside)
    return planner.plan()


def planner_of(request: Request, outside: PageSource) -> tuple[Planner, Verdicts]:
    """A planner of what a place to read from tells, which is read here, and the verdicts."""
    verdicts, choice = verdicts_of(request, outside)
    waivers = Waivers(request.waivers, request.environment, request.as_of)
    audit = conclude(request, verdicts, choice, waivers, request.started_at)
    findings = Findings(request.environment, request.url, verdicts, waivers)
    return Planner(request, audit, Bench(request, verdicts), findings, outside), verdicts
