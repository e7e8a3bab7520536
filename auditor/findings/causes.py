"""What would have to change so that mailboxes work, in the order in which a person would repair it.

A cause is shared by the mailboxes that something bears on, such as their profile, or is one of a
mailbox's own record. A waiver changes none of it: its cause says that it is waived.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from msgspec.structs import replace

from auditor.findings.repair_order import Kept, Rank, SharedStep, repair_order
from auditor.findings.repairs import Repair
from auditor.findings.standing import Standings
from auditor.judging.mailbox_group import MailboxGroup
from auditor.model import RootCause, Subject
from rules.verdict import EFFECTS

OwnCauses: TypeAlias = Mapping[int, tuple[int, ...]]
"""Of groups of mailboxes, by number: the places of repairs among those of their own records."""


class Causes:
    """The causes behind the standings of an audit."""

    def __init__(self, standings: Standings) -> None:
        self.standings = standings
        self._groups = standings.verdicts.groups
        self._findings = standings.findings

    @cached_property
    def count(self) -> int:
        """How many causes there are."""
        own = sum(group.count * len(self.standings.own(group)) for group in self._groups)
        return own + sum(map(self._is_told, range(len(self.standings.shared))))

    def _is_told(self, cause: int) -> bool:
        """Whether a shared cause is listed: one that was not asked for, where it bears on some."""
        return cause in self.standings.asked_for or self._causes[cause].mailboxes > 0

    def in_order(self) -> Iterator[RootCause]:
        """Every cause, in the order in which a person would repair them."""
        for step in self._steps:
            if isinstance(step, SharedStep):
                yield self._shared_cause(step)
            else:
                yield from self._own_causes(step)

    def shared(self) -> Iterator[RootCause]:
        """The causes of what is no mailbox, in the same order."""
        return (self._shared_cause(each) for each in self._steps if isinstance(each, SharedStep))

    def _shared_cause(self, step: SharedStep) -> RootCause:
        cause = self._causes[step.cause]
        together = step.gain - cause.repairs
        return replace(cause, repairs_together=together) if together else cause

    def of(self, group: MailboxGroup, subject: Subject) -> tuple[RootCause, ...]:
        """What keeps a mailbox of this group from simply working, the gravest first.

        `subject` is the mailbox. None where that is not what it stands by.
        """
        stands = self.standings.of(group)
        if stands is None or stands.standing in (None, "unknown"):
            return ()
        causes = [self._causes[each] for each in stands.keeping]
        for at in stands.own_keeping:
            repair = stands.own[at]
            waived = self._findings.waived(repair.rules, subject)
            causes.append(repair.cause(subject, 1, 0, waived))
        order = tuple(EFFECTS)
        return tuple(sorted(causes, key=lambda each: (order.index(each.effect), each.id)))

    @cached_property
    def _causes(self) -> list[RootCause]:
        """The shared causes with their numbers."""
        mailboxes: Counter[int] = Counter()
        repairs: Counter[int] = Counter()
        for group, stands in self.standings.synchronizing:
            for cause in stands.shared:
                mailboxes[cause] += group.count
            if not stands.is_open and not stands.own_keeping and len(stands.keeping) == 1:
                (cause,) = stands.keeping
                repairs[cause] += group.count
        return [
            repair.cause(
                subject,
                mailboxes[number],
                repairs[number],
                self._findings.waived(repair.rules, subject),
            )
            for number, (subject, repair) in enumerate(self.standings.shared)
        ]

    @cached_property
    def _steps(self) -> tuple[SharedStep | OwnCauses, ...]:
        """What is repaired in turn: a shared cause, or causes of some mailboxes' own."""
        waiting = [
            Kept(
                each.keeping,
                tuple(_rank(each.own[at], 1) for at in each.own_keeping),
                group.count,
                group.number,
            )
            for group, each in self.standings.synchronizing
            if not each.is_open
        ]
        ranks = [
            _rank(repair, self._causes[number].mailboxes)
            for number, (_, repair) in enumerate(self.standings.shared)
        ]
        own_keeping = {
            group.number: each.own_keeping for group, each in self.standings.synchronizing
        }
        steps: list[SharedStep | OwnCauses] = []
        for step in repair_order(waiting, ranks):
            if isinstance(step, SharedStep):
                steps.append(step)
            else:
                steps.append({each: own_keeping[each] for each in step.groups})
        taken = {step.cause for step in steps if isinstance(step, SharedStep)}
        return (*steps, *self._rest(taken, ranks))

    def _rest(self, taken: set[int], ranks: list[Rank]) -> Iterator[SharedStep | OwnCauses]:
        """Causes that keep no mailbox from working, or none that could work, by their rank."""
        own: dict[Rank, dict[int, tuple[int, ...]]] = {}
        for group in self._groups:
            for at, repair in enumerate(self.standings.own(group)):
                stands = self.standings.of(group)
                if stands and not stands.is_open and at in stands.own_keeping:
                    continue
                of_rank = own.setdefault(_rank(repair, 1 if stands else 0), {})
                of_rank[group.number] = (*of_rank.get(group.number, ()), at)
        rest: list[tuple[Rank, SharedStep | OwnCauses]] = [
            ((*rank, 0), SharedStep(number, 0))
            for number, rank in enumerate(ranks)
            if number not in taken and self._is_told(number)
        ]
        rest += [((*rank, 1), groups) for rank, groups in own.items()]
        for _, step in sorted(rest, key=lambda each: each[0]):
            yield step

    def _own_causes(self, wanted: OwnCauses) -> Iterator[RootCause]:
        """The causes of these groups' mailboxes, by the places of their repairs."""
        groups = self._groups
        own = {number: self.standings.own(groups[number]) for number in wanted}
        stood = {number: self.standings.of(groups[number]) for number in wanted}
        for number, subject in self.standings.subjects_of(wanted):
            stands = stood[number]
            alone = stands and not stands.is_open and not stands.keeping and stands.own_keeping
            for at in wanted[number]:
                repairs = 1 if alone == (at,) else 0
                is_last = stands and not stands.is_open and stands.own_keeping[-1:] == (at,)
                repair = own[number][at]
                waived = self._findings.waived(repair.rules, subject)
                together = 1 if is_last and not repairs else 0
                yield repair.cause(subject, 1 if stands else 0, repairs, waived, together)


def _rank(repair: Repair, mailboxes: int) -> Rank:
    return (*repair.gravity, -mailboxes)
