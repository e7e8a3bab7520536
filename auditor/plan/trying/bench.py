"""Where changes are tried: facts changed in memory, and judged again as far as they reach."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from auditor.findings.group_standing import standing_of
from auditor.judging.bearing import Bearing
from auditor.judging.judge_all import Verdicts
from auditor.judging.judged import Judged
from auditor.judging.kept_rows import FindingRows
from auditor.judging.mailbox_group import MailboxGroup, in_order, judged_by
from auditor.judging.others import Others
from auditor.judging.page_groups import PageGroups, take_page
from auditor.judging.profile_use import profile_uses
from auditor.judging.row_evidence import shown_by
from auditor.judging.shared_addresses import address_use, holds_address
from auditor.plan.edits import Edit, edited
from auditor.plan.trying.edited_facts import EditedFacts
from auditor.plan.trying.memory import Memory, RememberingJudge
from auditor.plan.trying.stand_ins import StandIn, StandIns
from auditor.request import Request
from connectors.columnar.page import Page
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.normalisation.facts import Facts
from rules.facts import AddressUse, EmailServerProfile, Every, ExchangeTenant, Mailbox, Organization
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import Fail, Undetermined, Verdict, outcome

MOST_TARGETS = 3
"""So many profiles are tried as those that mailboxes may move to."""

Key = tuple[str, str, str]
"""A verdict's rule, and the kind and id of its subject."""


class World(NamedTuple):
    """Everything judged: as it was read, or with changes."""

    facts: Facts
    groups: list[MailboxGroup]
    others: list[Judged]
    bearing: Bearing
    ended_in: Mapping[str, MailboxGroup]
    """Of stand-ins that a change reached, by mailbox id: the group that they ended in."""
    reached: frozenset[int]
    """The groups of before whose mailboxes are judged again."""

    def by_subject(self) -> dict[Key, Verdict]:
        """Every verdict on what is no mailbox, also those that are not reported."""
        return _by_subject(self.bearing.judged)

    def outcomes(self) -> dict[Key, str]:
        """How each reported verdict on what is no mailbox ended."""
        return {key: outcome(verdict) for key, verdict in _by_subject(self.others).items()}


def _by_subject(judged: Iterable[Judged]) -> dict[Key, Verdict]:
    return {(each.rule.id, each.rule.subject, each.id): each.verdict for each in judged}


class Bench:
    """The organisation as it was read and judged, and what it would be with changes."""

    def __init__(self, request: Request, verdicts: Verdicts) -> None:
        self.request = request
        self.verdicts = verdicts
        self.rules = {rule.id: rule for rule in verdicts.judge.rules}
        self.before = World(
            verdicts.facts,
            verdicts.groups,
            verdicts.others,
            verdicts.bearing,
            {},
            frozenset(),
        )
        # Every change is compared with these.
        self.verdicts_before = self.before.by_subject()
        self.outcomes_before = self.before.outcomes()
        self._memory = Memory()
        self._stand_ins = StandIns(verdicts)
        self._stood: dict[int, str | None] = {}
        self._shown: dict[int, tuple[MailboxGroup, Mailbox]] = {}
        self._facts = EditedFacts(request, verdicts.facts)
        self._targets: list[EmailServerProfile] | None = None
        self.judged = 0
        """So many mailboxes, profiles and other subjects were judged again, rule by rule."""

    def targets(self, own: str | None) -> list[EmailServerProfile]:
        """Profiles that mailboxes may move to: active, and no error fails in them; the first few.

        The default one comes first, then those of which least is left open; `own` is the one that
        they have.
        """
        if self._targets is None:
            failing = {
                each.id
                for each in self.before.others
                if each.rule.subject == "profile"
                and each.rule.severity == "error"
                and isinstance(each.verdict, Fail)
            }
            found = [
                each
                for each in self.verdicts.facts.profiles.values()
                if each.active is True and each.id not in failing
            ]
            left_open = Counter(
                each.id
                for each in self.before.others
                if each.rule.subject == "profile" and isinstance(each.verdict, Undetermined)
            )
            found.sort(
                key=lambda each: (
                    each.is_default is not True,
                    left_open[each.id],
                    each.name,
                    each.id,
                )
            )
            self._targets = found
        return [each for each in self._targets if each.id != own][:MOST_TARGETS]

    def stood(self, group: MailboxGroup) -> str | None:
        """How the mailboxes of a group stand as it was read."""
        if group.number not in self._stood:
            self._stood[group.number] = self.standing(self.before, group)
        return self._stood[group.number]

    def standing(self, world: World, group: MailboxGroup) -> str | None:
        """How the mailboxes of a group stand, None: they work, or are not meant to synchronize."""
        if group.configuration.mailbox.synchronizing is not True:
            return None
        return standing_of(world.bearing, group, self.rules)[0]

    def stand_ins(self, group: int) -> Sequence[StandIn]:
        """The mailboxes that stand for those of a group."""
        return self._stand_ins.of(group)

    def group_of(self, mailbox: str) -> MailboxGroup | None:
        """The group of a mailbox that stands for others, by its id; None: it stands for none."""
        number = self._stand_ins.group_of(mailbox)
        return None if number is None else self.before.groups[number]

    def tried(
        self,
        edits: Sequence[Edit],
        groups: Iterable[int] = (),
        *,
        rules: Container[str] | None = None,
        within: int | None = None,
        made: ProfileRow | None = None,
    ) -> World:
        """The world with these edits; those of mailboxes reach all mailboxes of the groups.

        With `rules` only those are asked, and `within` a group only its mailboxes are judged: a
        quick look, whether a target still fails, before everything is judged. `made` is a profile
        that there is not yet.
        """
        by_kind: dict[str, list[Edit]] = {}
        for each in edits:
            by_kind.setdefault(each.column.kind, []).append(each)
        facts = self._facts.of(by_kind, made)
        every = "organization" in by_kind or "tenant" in by_kind
        changed = {id for each in by_kind.get("profile", ()) for id in each.ids}
        reached = {
            group.number
            for group in self.before.groups
            if group.count and (every or group.configuration.profile_id in changed)
        } | set(groups)
        if within is not None:
            reached &= {within}
        known: dict[Any, object] = dict(self.verdicts.judge.shared)
        known.update({Organization: facts.organization, ExchangeTenant: facts.tenant})
        judge = RememberingJudge(
            self._narrowed(self.verdicts.judge.rules, rules),
            self.verdicts.judge.edition,
            known,
            self._memory,
        )
        again, ended_in = self._judged_again(
            judge, facts, sorted(reached), by_kind.get("mailbox", ())
        )
        self.judged += sum(len(self.stand_ins(number)) for number in reached)
        kept = [each for each in self.before.groups if each.number not in reached and each.count]
        if within is not None:
            # What is no mailbox is not the target, so nothing more is asked of it.
            return World(facts, kept + again, [], self.before.bearing, ended_in, frozenset(reached))
        self.judged += len(facts.profiles) + len(facts.mail_servers)
        world_groups = kept + again
        uses = profile_uses(facts, in_order(world_groups))
        others = Others(
            facts,
            judge,
            RememberingJudge(
                self._narrowed(self.request.unreported, rules),
                judge.edition,
                judge.shared,
                self._memory,
            ),
            self.request.only,
        )
        listings = {Every[Mailbox]: self._every(world_groups, facts), **others.listings(uses)}
        reported, beside = others.judged(listings, uses)
        bearing = Bearing(facts, self.request.thresholds, [*reported, *beside])
        return World(facts, world_groups, reported, bearing, ended_in, frozenset(reached))

    @staticmethod
    def _narrowed(rules: Iterable[Rule], ids: Container[str] | None) -> Iterable[Rule]:
        return rules if ids is None else [rule for rule in rules if rule.id in ids]

    def _judged_again(
        self,
        judge: RememberingJudge,
        facts: Facts,
        reached: Sequence[int],
        edits: Sequence[Edit],
    ) -> tuple[list[MailboxGroup], dict[str, MailboxGroup]]:
        """The groups that stand-ins of these groups end in, and the one of each stand-in."""
        rules = judge.about("mailbox", needs_all_mailboxes=False)
        needing = judge.about("mailbox", needs_all_mailboxes=True)
        alone = address_use(False if facts.stream.state.whole else facts.stream.state.unknown())
        found: list[MailboxGroup] = []
        ended_in: dict[str, MailboxGroup] = {}
        by_use: dict[Any, list[StandIn]] = {}
        for number in reached:
            use = self.before.groups[number].use
            for each in self.stand_ins(number):
                by_use.setdefault((id(use), each.read_at), []).append(each)
        uses = {id(group.use): group.use for group in self.before.groups}
        for (use_id, read_at), stand_ins in by_use.items():
            rows = [
                edited(each.row, [e for e in edits if e.meets(each.row.mailboxid)])
                for each in stand_ins
            ]
            page = Page(rows, read_at, "")
            again = facts.mailboxes.again(facts.profiles)
            numbers = again.intern(page).numbers
            own: list[MailboxGroup] = []
            for configuration in again.configurations:
                known: dict[Any, object] = {Mailbox: configuration.mailbox}
                use = uses[use_id]
                asked: dict[Any, object] = {**known, AddressUse: alone if use is None else use}
                own.append(
                    MailboxGroup(
                        number=configuration.number,
                        configuration=configuration,
                        count=0,
                        verdicts={
                            **judged_by(judge, rules, known),
                            **judged_by(judge, needing, asked),
                        },
                        kept=False,
                        holds_address=holds_address(configuration.mailbox),
                        use=use,
                    )
                )
            take_page(page, PageGroups(numbers, own), FindingRows())
            weights: Counter[int] = Counter()
            for number, each in zip(numbers.tolist(), stand_ins, strict=True):
                group = own[number]
                weights[number] += each.weight
                was = self.before.groups[each.group]
                group.latest_success = max(group.latest_success, was.latest_success)
                group.latest_test = max(group.latest_test, was.latest_test)
                ended_in[each.row.mailboxid] = group
            for number, group in enumerate(own):
                group.count = weights[number]
            found += own
        return found, ended_in

    def _every(self, groups: Sequence[MailboxGroup], facts: Facts) -> Every[Mailbox] | Unknown:
        state = facts.stream.state
        if not state.whole:
            return state.unknown()
        counted = []
        for group in in_order(groups):
            met = self._shown.get(id(group))
            if met is None or met[0] is not group:
                example = group.example
                shown = shown_by(group.configuration.mailbox, example.row, example.read_at, facts)
                met = self._shown[id(group)] = (group, shown)
            counted.append((met[1], group.count))
        return Every(counted=tuple(counted))
