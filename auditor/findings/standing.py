"""How mailboxes stand: the one place that tells it. What would have to change is in `causes.py`.

A standing comes from everything that bears on a mailbox: its own verdicts, and those of its
profile, its mail servers, the tenant and the organisation. It is made for each group of mailboxes
that every rule judges alike; only to name them are mailboxes looked at one by one. A waiver
changes none of it: what is answered for is as it is.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from auditor.findings.findings import Findings
from auditor.findings.group_standing import GroupStanding, standing_of
from auditor.findings.repairs import Repair, repairs_of
from auditor.findings.subjects import NAMED_BY
from auditor.judging.judge_all import Verdicts
from auditor.judging.mailbox_group import MailboxGroup
from auditor.judging.mailbox_judge import failing
from auditor.model import MailboxEntry, Standing, Subject
from rules.facts import Mailbox
from rules.unknown import Unknown
from rules.verdict import Fail

_KINDS = ("profile", "email-system", "tenant", "organization")

MOST_NAMED = 1000
"""So many mailboxes behind one thing are named at most; the rest is counted."""


class Behind(NamedTuple):
    """The synchronizing mailboxes behind one thing: how many stand how, and those to be named."""

    counts: dict[str, int]
    named: tuple[MailboxEntry, ...]


class Standings:
    """The standing of every synchronizing mailbox of an audit."""

    def __init__(self, verdicts: Verdicts, findings: Findings) -> None:
        self.verdicts = verdicts
        self.findings = findings
        self._rules = {rule.id: rule for rule in verdicts.judge.rules}
        self.shared: list[tuple[Subject, Repair]] = []
        """What repairs something else than a mailbox, by the numbers of shared causes."""
        self._cause_of: dict[int, int] = {}
        self.asked_for: set[int] = set()
        """The shared causes that a rule of the request found; others are told if they bear."""
        self._repairs_met: dict[int, tuple[Repair, ...]] = {}
        self._number_shared()
        self.synchronizing = [
            (group, self._stand(group))
            for group in verdicts.groups
            if group.count and group.configuration.mailbox.synchronizing is True
        ]
        """The groups whose mailboxes are meant to synchronize, each with how they stand."""
        self._of_group = {group.number: stands for group, stands in self.synchronizing}

    def of(self, group: MailboxGroup) -> GroupStanding | None:
        """How the mailboxes of a group stand; None where they are not meant to synchronize."""
        return self._of_group.get(group.number)

    def summary(self) -> Standing:
        """Every mailbox counted by how its group stands."""
        counts: Counter[str] = Counter()
        idle: Counter[str] = Counter()
        for group in self.verdicts.groups:
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

    def digest(self) -> bytes:
        """Another one where other mailboxes do not simply work, or they stand otherwise.

        So it is where it is unknown of others whether they are meant to synchronize.
        """
        groups: dict[str, set[int]] = {}
        for number, stands in self._of_group.items():
            if stands.standing:
                groups.setdefault(stands.standing, set()).add(number)
        if undecided := self._undecided:
            groups["undecided"] = undecided
        found = blake2b(digest_size=16)
        for standing in sorted(groups):
            ids = self.findings.ids_of(groups[standing])
            found.update(b"%b %d\n%b" % (standing.encode(), ids.count, ids.content))
        return found.digest()

    def mailboxes(self) -> Iterator[MailboxEntry]:
        """Every synchronizing mailbox that does not simply work, by id."""
        return self._entries({each for each, stands in self._of_group.items() if stands.standing})

    def undecided(self) -> Iterator[MailboxEntry]:
        """Every mailbox of which it is unknown whether it is meant to synchronize, by id."""
        groups = self.verdicts.groups
        for number, each in self.subjects_of(self._undecided):
            profile = groups[number].configuration.profile_id
            yield MailboxEntry(each.id, each.name, each.address, profile, "unknown", ())

    @property
    def _undecided(self) -> set[int]:
        """The groups of these mailboxes."""
        return {
            group.number
            for group in self.verdicts.groups
            if group.count and isinstance(group.configuration.mailbox.synchronizing, Unknown)
        }

    def _entries(self, numbers: Collection[int]) -> Iterator[MailboxEntry]:
        """The mailboxes of these groups, none of which simply works."""
        named = {number: self._of_group[number] for number in numbers}
        groups = self.verdicts.groups
        shared_ids = [repair.id_of(subject) for subject, repair in self.shared]
        shared = {n: tuple(shared_ids[each] for each in named[n].shared) for n in named}
        for number, subject in self.subjects_of(named):
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

    def behind(self, kind: str, id: str) -> Behind:
        """The synchronizing mailboxes that something bears on, of its kind and with its id."""
        bearing = self.verdicts.bearing
        found = [
            (group, stands)
            for group, stands in self.synchronizing
            if (kind, id) in bearing.subjects(group.configuration)
        ]
        counts = Counter({"working": 0})
        for group, stands in found:
            counts[stands.standing or "working"] += group.count
        named = {group.number for group, stands in found if stands.standing}
        return Behind(dict(counts), tuple(islice(self._entries(named), MOST_NAMED)))

    def _number_shared(self) -> None:
        """Numbers the causes of what is no mailbox, and notes the cause of each verdict."""
        by_subject: dict[Subject, list[int]] = {}
        judged = self.verdicts.bearing.judged
        for place, each in enumerate(judged):
            if isinstance(each.verdict, Fail):
                by_subject.setdefault(self.findings.subjects.of(each), []).append(place)
        for subject in sorted(by_subject, key=_place_of):
            told = [(judged[place].rule, judged[place].verdict) for place in by_subject[subject]]
            repairs = repairs_of((rule, v) for rule, v in told if isinstance(v, Fail))
            number = {each.name: len(self.shared) + at for at, each in enumerate(repairs)}
            self.shared += [(subject, each) for each in repairs]
            for place in by_subject[subject]:
                cause = self._cause_of[place] = number[judged[place].rule.repair]
                if place < len(self.verdicts.others):
                    self.asked_for.add(cause)

    def _stand(self, group: MailboxGroup) -> GroupStanding:
        bearing = self.verdicts.bearing
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

    def own(self, group: MailboxGroup) -> tuple[Repair, ...]:
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

    def subjects_of(self, groups: Collection[int]) -> Iterator[tuple[int, Subject]]:
        """The mailboxes that ended in these groups, by id, each with its group."""
        for numbers, rows in self.findings.rows_of(groups, NAMED_BY):
            yield from zip(numbers, self.findings.subjects.mailboxes(rows), strict=True)


def _place_of(subject: Subject) -> tuple[int, str]:
    return _KINDS.index(subject.kind), subject.id


def _reason(mailbox: Mailbox) -> str:
    if isinstance(mailbox.dormant_kind, str):
        return mailbox.dormant_kind
    return "deactivated" if mailbox.active is False else "no server-side method"
