"""The smallest changes that repair a cause, found by trying what the rules that fail name."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations

from msgspec import Struct

from auditor.findings.repairs import Repair
from auditor.judging.mailbox_group import MailboxGroup
from auditor.model import Subject
from auditor.plan.candidates import CANDIDATES, DEFAULT, MOVE, SERVER_TO_SERVER, Candidate
from auditor.plan.columns import Kind, Value, columns
from auditor.plan.edits import Edit
from auditor.plan.trying.bench import Bench
from auditor.plan.trying.effects import Effect, effect_of
from rules.email_systems import Protocol
from rules.verdict import Pass, Verdict, outcome

MOST = 2
"""Changes that are tried together, at most."""
PLACED = "mailbox-on-wrong-profile"
"""The rule that tells whether mailboxes live where their profile reads."""
Key = tuple[str, str, str]


class Aim(Struct, frozen=True):
    """What is to be repaired: failing rules of one subject, or of mailboxes that are alike.

    `targets` are the verdicts that must not fail any more. `cause` is the id of one subject's
    cause; of mailboxes that are alike, `repair` gives the id of each and `group` is theirs.
    `profile` is the id of the profile that may be changed for it, `gravity` orders by effect and
    severity, and `mailboxes` counts the synchronizing ones that it bears on.
    """

    rules: tuple[str, ...]
    subject: Subject | None
    targets: frozenset[Key]
    gravity: tuple[int, int] = (0, 0)
    mailboxes: int = 0
    cause: str = ""
    repair: Repair | None = None
    group: MailboxGroup | None = None
    profile: str | None = None
    most: int = 0
    """How many mailboxes its repair can make work: who reaches it, need not look for better."""


class Found(Struct, frozen=True):
    """Changes that repair it: each a candidate with its record's id, empty for the only one."""

    candidates: tuple[tuple[Candidate, str], ...]
    effect: Effect


class SearchEnded(Exception):
    """So much was judged again as was allowed, and nothing can be said of what is left."""


class Search:
    """Tries candidates on a bench, until `most` subjects were judged again; None: without end."""

    def __init__(self, bench: Bench, most: int | None = None) -> None:
        self._bench = bench
        self._most = most
        self.tried = 0
        self._met: dict[tuple[object, ...], Effect] = {}

    def smallest(self, aim: Aim) -> Found | None:
        """The fewest changes that repair the aim, those that repair most first; None: none do."""
        candidates = list(self._candidates(aim))
        for size in range(1, MOST + 1):
            fitting = []
            beside = self._beside(aim, candidates) if size == MOST else ()
            for chosen in chain(combinations(candidates, size), beside):
                found = self.attempt(aim, chosen)
                if found is None:
                    continue
                if found.effect.repairs >= aim.most:
                    return found
                fitting.append(found)
            if fitting:
                return min(fitting, key=lambda each: -each.effect.repairs)
        return None

    def _beside(
        self, aim: Aim, candidates: Sequence[tuple[Candidate, str]]
    ) -> Iterator[tuple[tuple[Candidate, str], ...]]:
        """What repairs the aim and does harm, each with what may repair that harm."""
        for one in candidates:
            # It was tried alone before; what left a target failing was not judged further.
            effect = self._met.get(self._key(aim, (one,)))
            if effect is None or not aim.targets <= effect.cleared:
                continue
            for rule in sorted({rule for rule, _, _ in effect.new}):
                for each in CANDIDATES.get(rule, ()):
                    for other in self.placed(each, aim) if not each.idles else ():
                        if other not in candidates:
                            yield one, other

    def attempt(self, aim: Aim, chosen: Sequence[tuple[Candidate, str]]) -> Found | None:
        """What these changes repair of the aim; None where they do not, or do harm."""
        places = [(candidate.kind, id, candidate.column) for candidate, id in chosen]
        if len(set(places)) < len(places):
            return None
        effect = self._effect(aim, chosen)
        if effect is None:
            return None
        may_idle = all(candidate.idles for candidate, _ in chosen)
        if not aim.targets <= effect.cleared or effect.new or effect.opened or effect.worse:
            return None
        if effect.idle and not may_idle:
            return None
        return Found(tuple(chosen), effect)

    def together(self, found: Sequence[tuple[Aim, Found]]) -> Effect:
        """What the repairs of several aims come to when all are made at once."""
        edits = [each for aim, one in found for each in self.edits(one.candidates, aim.group)]
        groups = {aim.group.number for aim, _ in found if aim.group is not None}
        return effect_of(self._bench, self._bench.tried(edits, groups))

    def edits(
        self, chosen: Iterable[tuple[Candidate, str]], group: MailboxGroup | None
    ) -> list[Edit]:
        """The changes as edits of the records that stand for all."""
        found = []
        for candidate, id in chosen:
            ids = {id}
            if candidate.kind == "mailbox":
                assert group is not None
                ids = {each.row.mailboxid for each in self._bench.stand_ins(group.number)}
            found.append(
                Edit(
                    columns(candidate.kind)[candidate.column], candidate.value, None, frozenset(ids)
                )
            )
        return found

    def _effect(self, aim: Aim, chosen: Sequence[tuple[Candidate, str]]) -> Effect | None:
        """What the changes come to; None where they change nothing or a target still fails."""
        key = self._key(aim, chosen)
        number = key[0]
        met = self._met.get(key)
        if met is None:
            if not all(self._is_change(candidate, id, aim.group) for candidate, id in chosen):
                return None
            if self._most is not None and self._bench.judged >= self._most:
                raise SearchEnded
            edits = self.edits(chosen, aim.group)
            groups = () if number is None else (number,)
            moves = any(candidate.column == MOVE for candidate, _ in chosen)
            if not self._may_do(aim, edits, groups, moves=moves):
                return None
            world = self._bench.tried(edits, groups)
            met = self._met[key] = effect_of(self._bench, world)
        return met

    @staticmethod
    def _key(
        aim: Aim, chosen: Sequence[tuple[Candidate, str]]
    ) -> tuple[int | None, tuple[tuple[Candidate, str], ...]]:
        """What an effect goes by: the changes, and the group whose mailboxes they change."""
        of_mailboxes = any(candidate.kind == "mailbox" for candidate, _ in chosen)
        return aim.group.number if of_mailboxes and aim.group is not None else None, tuple(chosen)

    def _may_do(
        self, aim: Aim, edits: Sequence[Edit], groups: Sequence[int], *, moves: bool
    ) -> bool:
        """Whether no target fails, whatever else the changes do: most candidates end here.

        Mailboxes may only be moved where it is known that they live where the profile reads.
        """
        self.tried += 1
        number = None if aim.group is None else aim.group.number
        rules = frozenset((*aim.rules, PLACED))
        world = self._bench.tried(edits, groups, rules=rules, within=number)
        verdicts: dict[Key, Verdict] = {
            (each.rule.id, each.rule.subject, each.id): each.verdict for each in world.others
        }
        if aim.group is not None:
            for each in self._bench.stand_ins(aim.group.number):
                id = each.row.mailboxid
                own = world.ended_in.get(id, aim.group).verdicts
                if moves and not isinstance(own.get(PLACED), Pass):
                    return False
                verdicts.update({(rule, "mailbox", id): own[rule] for rule in own})
        return not any(outcome(verdicts[key]) == "fail" for key in aim.targets if key in verdicts)

    def _is_change(self, candidate: Candidate, id: str, group: MailboxGroup | None) -> bool:
        """Whether the column was answered and holds another value."""
        column = columns(candidate.kind)[candidate.column]
        values = list(self.values(column.source, column.field, id, group))
        return bool(values) and any(
            value != candidate.value or type(value) is not type(candidate.value) for value in values
        )

    def values(
        self, source: str, field: str, id: str, group: MailboxGroup | None
    ) -> Iterator[Value]:
        """What the records hold that a change would change; none where it was not answered."""
        if source == "dynamics.mailboxes":
            assert group is not None
            rows = [each.row for each in self._bench.stand_ins(group.number)]
        else:
            reading = self._bench.verdicts.facts.readings[source]
            rows = [
                row
                for row, _ in reading.records
                if not id or getattr(row, row.__struct_fields__[0]) == id
            ]
        for row in rows:
            value = getattr(row, field)
            if value is None or isinstance(value, str | int):
                yield value

    def _candidates(self, aim: Aim) -> Iterator[tuple[Candidate, str]]:
        met: set[tuple[Candidate, str]] = set()
        own = [each for rule in aim.rules for each in CANDIDATES.get(rule, ())]
        repairs = {self._bench.rules[id].repair for id in aim.rules}
        if aim.group is not None and repairs != {"test"}:
            own.append(Candidate("mailbox", MOVE, None))
        if aim.profile is not None and aim.group is None and not self._is_used(aim.profile):
            own.append(Candidate("profile", "statecode", 1))
            profile = self._bench.verdicts.facts.profiles.get(aim.profile)
            if profile is not None and profile.is_default is True:
                # New mailboxes get it: another one is to be the default then.
                own.append(Candidate("organization", DEFAULT, None))
        for candidate in own:
            for each in self.placed(candidate, aim):
                if each not in met:
                    met.add(each)
                    yield each

    def _is_used(self, profile: str) -> bool:
        groups = self._bench.before.groups
        return any(each.count and each.configuration.profile_id == profile for each in groups)

    def placed(self, candidate: Candidate, aim: Aim) -> Iterator[tuple[Candidate, str]]:
        """The candidate on the records that it may be tried on."""
        kind: Kind = candidate.kind
        if kind == "mailbox":
            # Who else has the address would have to be asked again.
            if aim.group is None or (aim.group.use is not None and candidate.column != MOVE):
                return
            if candidate.column == MOVE:
                yield from ((candidate._replace(value=id), "") for id in self._profiles(aim))
            else:
                yield candidate, ""
        elif kind == "profile":
            if aim.profile and self._fits(candidate, aim.profile):
                yield candidate, aim.profile
        elif columns(kind)[candidate.column].form == "profile":
            yield from ((candidate._replace(value=id), "") for id in self._profiles(aim))
        else:
            yield candidate, ""

    def _fits(self, candidate: Candidate, id: str) -> bool:
        """Whether a profile may hold it: only Exchange knows sign-in from server to server."""
        if candidate not in SERVER_TO_SERVER:
            return True
        profile = self._bench.verdicts.facts.profiles.get(id)
        return profile is not None and profile.incoming.protocol is Protocol.EWS

    def _profiles(self, aim: Aim) -> Iterator[str]:
        """Profiles that mailboxes may move to, the default one first."""
        own = aim.group.configuration.profile_id if aim.group is not None else None
        yield from (each.id for each in self._bench.targets(own))


def keys_of(rules: Iterable[str], subject: Subject) -> frozenset[Key]:
    """The verdicts of rules on a subject that is no mailbox, as effects name them."""
    id = "" if subject.kind in ("organization", "tenant") else subject.id
    return frozenset((rule, subject.kind, id) for rule in rules)
