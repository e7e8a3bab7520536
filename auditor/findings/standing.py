"""How mailboxes stand, and what would have to change: the one place that tells either.

A standing comes from everything that bears on a mailbox: its own verdicts, and those of its
profile, its mail servers, the tenant and the organisation. It is made for each group of mailboxes
that every rule judges alike; only to name them are mailboxes looked at one by one. A waiver
changes none of it: what is answered for is as it is, and its cause says that it is waived.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from auditor.findings.findings import Findings
from auditor.findings.group_standing import GroupStanding, standing_of
from auditor.findings.repair_order import Kept, Rank, SharedStep, repair_order
from auditor.findings.repairs import Repair, repairs_of
from auditor.findings.subjects import NAMED_BY
from auditor.judging.judge_all import Verdicts
from auditor.judging.mailbox_group import MailboxGroup
from auditor.judging.mailbox_judge import failing
from auditor.model import MailboxEntry, RootCause, Standing, Subject
from rules.facts import Mailbox
from rules.unknown import Unknown
from rules.verdict import EFFECTS, Fail

OwnCauses: TypeAlias = Mapping[int, tuple[int, ...]]
"""Of groups of mailboxes, by number: the places of repairs among those of their own records."""
_KINDS = ("profile", "email-system", "tenant", "organization")


MOST_NAMED = 1000
"""So many mailboxes behind one thing are named at most; the rest is counted."""


class Behind(NamedTuple):
    """The synchronizing mailboxes behind one thing: how many stand how, and those to be named."""

    counts: dict[str, int]
    named: tuple[MailboxEntry, ...]


class Standings:
    """The standing of every synchronizing mailbox of an audit, and the causes behind them."""

    def __init__(self, verdicts: Verdicts, findings: Findings) -> None:
        self._verdicts = verdicts
        self._findings = findings
        self._rules = {rule.id: rule for rule in verdicts.judge.rules}
        self._shared: list[tuple[Subject, Repair]] = []
        self._cause_of: dict[int, int] = {}
        self._asked_for: set[int] = set()
        self._repairs_met: dict[int, tuple[Repair, ...]] = {}
        self._number_shared()
        self._groups = [
            group
            for group in verdicts.groups
            if group.count and group.configuration.mailbox.synchronizing is True
        ]
        self._of_group = {group.number: self._stand(group) for group in self._groups}

    def of(self, group: MailboxGroup) -> GroupStanding | None:
        """How the mailboxes of a group stand; None where they are not meant to synchronize."""
        return self._of_group.get(group.number)

    def summary(self) -> Standing:
        """Every mailbox counted by how its group stands."""
        counts: Counter[str] = Counter()
        idle: Counter[str] = Counter()
        for group in self._verdicts.groups:
            mailbox = group.configuration.mailbox
            if not group.count:
                continue
            if isinstance(mailbox.synchronizing, Unknown):
                counts["undecided"] += group.count
            elif not mailbox.synchronizing:
                idle[_reason(mailbox)] += group.count
            else:
                counts[self._of_group[group.number].standing or "working"] += group.count
        stands = ("working", "broken", "unknown", "unsupported")
        return Standing(
            synchronizing=sum(counts[each] for each in stands),
            **{each: counts[each] for each in stands},
            not_in_use=dict(sorted(idle.items())),
            undecided=counts["undecided"],
        )

    @cached_property
    def cause_count(self) -> int:
        """How many causes there are."""
        own = sum(group.count * len(self._own(group)) for group in self._verdicts.groups)
        return own + sum(map(self._is_told, range(len(self._shared))))

    def _is_told(self, cause: int) -> bool:
        """Whether a shared cause is listed: one that was not asked for, where it bears on some."""
        return cause in self._asked_for or self._causes[cause].mailboxes > 0

    def causes(self) -> Iterator[RootCause]:
        """Every cause, in the order in which a person would repair them."""
        for step in self._steps:
            if isinstance(step, SharedStep):
                yield self._shared_cause(step)
            else:
                yield from self._own_causes(step)

    def shared_causes(self) -> Iterator[RootCause]:
        """The causes of what is no mailbox, in the same order."""
        return (self._shared_cause(each) for each in self._steps if isinstance(each, SharedStep))

    def _shared_cause(self, step: SharedStep) -> RootCause:
        cause = self._causes[step.cause]
        together = step.gain - cause.repairs
        return replace(cause, repairs_together=together) if together else cause

    def digest(self) -> bytes:
        """Another one where other mailboxes do not simply work, or they stand otherwise."""
        groups: dict[str, set[int]] = {}
        for number, stands in self._of_group.items():
            if stands.standing:
                groups.setdefault(stands.standing, set()).add(number)
        found = blake2b(digest_size=16)
        for standing in sorted(groups):
            ids = self._findings.ids_of(groups[standing])
            found.update(b"%b %d\n%b" % (standing.encode(), ids.count, ids.content))
        return found.digest()

    def mailboxes(self) -> Iterator[MailboxEntry]:
        """Every synchronizing mailbox that does not simply work, by id."""
        return self._entries({each for each, stands in self._of_group.items() if stands.standing})

    def _entries(self, numbers: Collection[int]) -> Iterator[MailboxEntry]:
        """The mailboxes of these groups, none of which simply works."""
        named = {number: self._of_group[number] for number in numbers}
        groups = self._verdicts.groups
        shared_ids = [repair.id_of(subject) for subject, repair in self._shared]
        shared = {n: tuple(shared_ids[each] for each in named[n].shared) for n in named}
        for number, subject in self._subjects_of(named):
            stands = named[number]
            assert stands.standing is not None
            yield MailboxEntry(
                subject.id,
                subject.name,
                subject.address,
                groups[number].configuration.profile_id,
                stands.standing,
                (*(each.id_of(subject) for each in stands.own), *shared[number]),
            )

    def causes_of(self, group: MailboxGroup, subject: Subject) -> tuple[RootCause, ...]:
        """What keeps a mailbox of this group from simply working, the gravest first.

        `subject` is the mailbox. None where that is not what it stands by.
        """
        stands = self._of_group.get(group.number)
        if stands is None or stands.standing in (None, "unknown"):
            return ()
        causes = [self._causes[each] for each in stands.keeping]
        for at in stands.own_keeping:
            repair = stands.own[at]
            waived = self._findings.waived(repair.rules, subject)
            causes.append(repair.cause(subject, 1, 0, waived))
        order = tuple(EFFECTS)
        return tuple(sorted(causes, key=lambda each: (order.index(each.effect), each.id)))

    def behind(self, kind: str, id: str) -> Behind:
        """The synchronizing mailboxes that something bears on, of its kind and with its id."""
        bearing = self._verdicts.bearing
        groups = [
            group for group in self._groups if (kind, id) in bearing.subjects(group.configuration)
        ]
        counts = Counter({"working": 0})
        for group in groups:
            counts[self._of_group[group.number].standing or "working"] += group.count
        named = {each.number for each in groups if self._of_group[each.number].standing}
        return Behind(dict(counts), tuple(islice(self._entries(named), MOST_NAMED)))

    def _number_shared(self) -> None:
        """Numbers the causes of what is no mailbox, and notes the cause of each verdict."""
        by_subject: dict[Subject, list[int]] = {}
        judged = self._verdicts.bearing.judged
        for place, each in enumerate(judged):
            if isinstance(each.verdict, Fail):
                by_subject.setdefault(self._findings.subjects.of(each), []).append(place)
        for subject in sorted(by_subject, key=_place_of):
            told = [(judged[place].rule, judged[place].verdict) for place in by_subject[subject]]
            repairs = repairs_of((rule, v) for rule, v in told if isinstance(v, Fail))
            number = {each.name: len(self._shared) + at for at, each in enumerate(repairs)}
            self._shared += [(subject, each) for each in repairs]
            for place in by_subject[subject]:
                cause = self._cause_of[place] = number[judged[place].rule.repair]
                if place < len(self._verdicts.others):
                    self._asked_for.add(cause)

    def _stand(self, group: MailboxGroup) -> GroupStanding:
        bearing = self._verdicts.bearing
        borne = bearing.on(group.configuration)
        own = self._repairs(group)
        standing, weights, is_open = standing_of(bearing, group, self._rules)
        return GroupStanding(
            standing,
            tuple(sorted({self._cause_of[place] for place in borne.verdicts})),
            own,
            frozenset(self._cause_of[place] for place in borne.weights),
            tuple(at for at, each in enumerate(own) if any(id in weights for id in each.rules)),
            is_open,
        )

    @cached_property
    def _causes(self) -> list[RootCause]:
        """The shared causes with their numbers."""
        mailboxes: Counter[int] = Counter()
        repairs: Counter[int] = Counter()
        for group in self._groups:
            stands = self._of_group[group.number]
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
            for number, (subject, repair) in enumerate(self._shared)
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
            for group in self._groups
            if not (each := self._of_group[group.number]).is_open
        ]
        ranks = [
            _rank(repair, self._causes[number].mailboxes)
            for number, (_, repair) in enumerate(self._shared)
        ]
        steps: list[SharedStep | OwnCauses] = []
        for step in repair_order(waiting, ranks):
            if isinstance(step, SharedStep):
                steps.append(step)
            else:
                steps.append({each: self._of_group[each].own_keeping for each in step.groups})
        taken = {step.cause for step in steps if isinstance(step, SharedStep)}
        return (*steps, *self._rest(taken, ranks))

    def _rest(self, taken: set[int], ranks: list[Rank]) -> Iterator[SharedStep | OwnCauses]:
        """Causes that keep no mailbox from working, or none that could work, by their rank."""
        own: dict[Rank, dict[int, tuple[int, ...]]] = {}
        for group in self._verdicts.groups:
            for at, repair in enumerate(self._own(group)):
                stands = self._of_group.get(group.number)
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

    def _own(self, group: MailboxGroup) -> tuple[Repair, ...]:
        """What is to be repaired of the own record of a group's mailboxes."""
        if not group.count:
            return ()
        stands = self._of_group.get(group.number)
        return stands.own if stands else self._repairs(group)

    def _repairs(self, group: MailboxGroup) -> tuple[Repair, ...]:
        """What repairs the failures of a group, made once for all that are judged alike."""
        # The groups hold their verdicts, so that no two have one identity.
        found = self._repairs_met.get(id(group.verdicts))
        if found is None:
            fails = ((self._rules[id], each) for id, each in failing(group.verdicts))
            found = self._repairs_met[id(group.verdicts)] = repairs_of(fails)
        return found

    def _own_causes(self, wanted: OwnCauses) -> Iterator[RootCause]:
        """The causes of these groups' mailboxes, by the places of their repairs."""
        groups = {number: self._own(self._verdicts.groups[number]) for number in wanted}
        for number, subject in self._subjects_of(wanted):
            stands = self._of_group.get(number)
            alone = stands and not stands.is_open and not stands.keeping and stands.own_keeping
            for at in wanted[number]:
                repairs = 1 if alone == (at,) else 0
                is_last = stands and not stands.is_open and stands.own_keeping[-1:] == (at,)
                repair = groups[number][at]
                waived = self._findings.waived(repair.rules, subject)
                together = 1 if is_last and not repairs else 0
                yield repair.cause(subject, 1 if stands else 0, repairs, waived, together)

    def _subjects_of(self, groups: Collection[int]) -> Iterator[tuple[int, Subject]]:
        """The mailboxes that ended in these groups, by id, each with its group."""
        for numbers, rows in self._findings.rows_of(groups, NAMED_BY):
            yield from zip(numbers, self._findings.subjects.mailboxes(rows), strict=True)


def _rank(repair: Repair, mailboxes: int) -> Rank:
    return (*repair.gravity, -mailboxes)


def _place_of(subject: Subject) -> tuple[int, str]:
    return _KINDS.index(subject.kind), subject.id


def _reason(mailbox: Mailbox) -> str:
    if isinstance(mailbox.dormant_kind, str):
        return mailbox.dormant_kind
    return "deactivated" if mailbox.active is False else "no server-side method"
