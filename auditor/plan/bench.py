"""Where changes are tried: facts changed in memory, and judged again as far as they reach.

Mailboxes that every rule judges alike are tried together: at most `MOST_ALIKE` of them stand for
all, so that a million mailboxes cost what their configurations cost.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from auditor.findings.standing import standing_of
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
from auditor.plan.memory import Memory, RememberingJudge
from auditor.request import Request
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.alerts import SOURCE as ALERTS
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.exchange_tenant import exchange_tenant
from connectors.normalisation.facts import Facts
from connectors.normalisation.mail_servers.facts import mail_servers
from connectors.normalisation.organization import organization
from connectors.normalisation.profiles import SOURCE as PROFILES
from connectors.normalisation.profiles import profiles
from connectors.sources.readings import Reading
from rules.facts import AddressUse, Every, ExchangeTenant, Mailbox, Organization
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import Verdict, outcome

MOST_ALIKE = 50


class StandIn(Struct, frozen=True):
    """One mailbox that stands for `weight` of its group, itself among them."""

    group: int
    row: MailboxRow
    read_at: str
    weight: int


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
        self.verdicts_before = _by_subject(verdicts.bearing.judged)
        self.outcomes_before = _outcomes(verdicts.others)
        self._memory = Memory()
        self._stand_ins: dict[int, list[StandIn]] | None = None
        self._stood: dict[int, str | None] = {}
        self._shown: dict[int, tuple[MailboxGroup, Mailbox]] = {}
        self._listings: list[Every[Mailbox]] = []
        self._systems: EmailSystems | None = None
        self._alert_index: AlertIndex | None = None

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

    def stand_ins(self, group: int) -> list[StandIn]:
        """The mailboxes that stand for those of a group."""
        if self._stand_ins is None:
            self._stand_ins = self._chosen()
        return self._stand_ins[group]

    def tried(
        self,
        edits: Sequence[Edit],
        groups: Iterable[int] = (),
        *,
        rules: Container[str] | None = None,
        within: int | None = None,
    ) -> World:
        """The world with these edits; those of mailboxes reach all mailboxes of the groups.

        With `rules` only those are asked, and `within` a group only its mailboxes are judged: a
        quick look, whether a target still fails, before everything is judged.
        """
        by_kind: dict[str, list[Edit]] = {}
        for each in edits:
            by_kind.setdefault(each.column.kind, []).append(each)
        facts = self._facts(by_kind)
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
        kept = [each for each in self.before.groups if each.number not in reached and each.count]
        if within is not None:
            # What is no mailbox is not the target, so nothing more is asked of it.
            return World(facts, kept + again, [], self.before.bearing, ended_in, frozenset(reached))
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
        listings = {Every[Mailbox]: self._every(world_groups, facts), **others.listings()}
        reported, beside = others.judged(listings, uses)
        bearing = Bearing(facts, self.request.thresholds, [*reported, *beside])
        return World(facts, world_groups, reported, bearing, ended_in, frozenset(reached))

    @staticmethod
    def _narrowed(rules: Iterable[Rule], ids: Container[str] | None) -> Iterable[Rule]:
        return rules if ids is None else [rule for rule in rules if rule.id in ids]

    def _facts(self, edits: Mapping[str, list[Edit]]) -> Facts:
        facts = self.verdicts.facts
        readings = dict(facts.readings)
        for kind in ("profile", "organization", "tenant"):
            for each in edits.get(kind, ()):
                readings[each.column.source] = _edited(readings[each.column.source], each)
        deployment = self.request.declarations.deployment
        own = organization(readings, deployment) if "organization" in edits else facts.organization
        tenant = facts.tenant
        if "tenant" in edits:
            # What mailboxes say of themselves is in no reading, and no edit changes it.
            tenant = replace(
                exchange_tenant(readings),
                smtp_allowed_for_a_mailbox=facts.tenant.smtp_allowed_for_a_mailbox,
            )
        found = facts.profiles
        if "profile" in edits or "organization" in edits:
            ids = {id for each in edits.get("profile", ()) for id in each.ids}
            reading = readings[PROFILES]
            some = [
                each
                for each in reading.records
                if "organization" in edits or each[0].emailserverprofileid in ids
            ]
            told = {**readings, PROFILES: replace(reading, records=tuple(some))}
            fresh = profiles(
                told, own, self._systems_of(readings), facts.owners.activity, self._alerts(readings)
            )
            found = {
                id: fresh[id] if id in fresh and fresh[id] != each else each
                for id, each in found.items()
            }
        return replace(
            facts,
            organization=own,
            tenant=tenant,
            profiles=found,
            readings=readings,
            mail_servers=mail_servers(readings, found.values()),
            mailboxes=facts.mailboxes.again(found),
        )

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

    def _chosen(self) -> dict[int, list[StandIn]]:
        groups = self.before.groups
        names = MailboxRow.__struct_fields__
        found: dict[int, list[StandIn]] = {group.number: [] for group in groups if group.count}
        kept = {group.number for group in groups if group.kept and group.count}
        if kept:
            for numbers, rows in self.verdicts.kept.by_id(self.verdicts.moved).of(kept, names):
                columns = [rows.columns[name] for name in names]
                for at, number in enumerate(numbers):
                    if len(found[number]) < MOST_ALIKE:
                        row = MailboxRow(*(column[at] for column in columns))
                        found[number].append(StandIn(number, row, rows.read_at[at], 1))
        for group in groups:
            if not group.count:
                continue
            own = found[group.number]
            if not own:
                example = group.example
                own.append(StandIn(group.number, example.row, example.read_at, 1))
            own[0] = replace(own[0], weight=group.count - len(own) + 1)
        return found

    def _systems_of(self, readings: Mapping[str, Reading]) -> EmailSystems:
        if self._systems is None:
            declared = self.request.declarations
            self._systems = EmailSystems(
                dict(readings), declared.builds, declared.providers, self.request.started_at
            )
        return self._systems

    def _alerts(self, readings: Mapping[str, Reading]) -> AlertIndex:
        if self._alert_index is None:
            limits = self.request.thresholds.limits_of("open_error_alert")
            self._alert_index = AlertIndex(readings.get(ALERTS), max(limits, default=0))
        return self._alert_index


def _edited(reading: Reading, edit: Edit) -> Reading:
    is_of_one = edit.column.kind in ("organization", "tenant")
    records = tuple(
        (edited(row, [edit]) if is_of_one or edit.meets(_id_of(row)) else row, read_at)
        for row, read_at in reading.records
    )
    return replace(reading, records=records)


def _id_of(row: Any) -> Any:
    return getattr(row, row.__struct_fields__[0])


class Effect(Struct, frozen=True):
    """What a change would change. Keys are rule, kind and id of the subject.

    `moved` are mailboxes that stand otherwise: before and after, by id.
    """

    cleared: frozenset[tuple[str, str, str]]
    new: frozenset[tuple[str, str, str]]
    opened: frozenset[tuple[str, str, str]]
    """Undetermined now, and decided before."""
    moved: Mapping[str, tuple[str | None, str | None]]
    repairs: int
    worse: int
    idle: int
    """Mailboxes that were meant to synchronize, or a way of theirs, and are not any more."""


_WORSE = (None, "unsupported", "unknown", "broken")


def effect_of(bench: Bench, world: World) -> Effect:
    """What the world's changes change."""
    before = bench.before
    cleared, new, opened = set(), set(), set()

    def note(key: tuple[str, str, str], old: str | None, now: str | None) -> None:
        if old == now:
            return
        if now == "fail":
            new.add(key)
        elif now == "undetermined":
            opened.add(key)
            if old == "fail":
                cleared.discard(key)
        elif old == "fail":
            cleared.add(key)

    was, now = bench.outcomes_before, _outcomes(world.others)
    for key in was.keys() | now.keys():
        note(key, was.get(key), now.get(key))
    others_changed = _changed_subjects(bench.verdicts_before, _by_subject(world.bearing.judged))
    moved: dict[str, tuple[str | None, str | None]] = {}
    repairs = worse = idle = 0
    stands: dict[int, str | None] = {}
    for group in before.groups:
        if not group.count:
            continue
        old_standing = bench.stood(group)
        if group.number not in world.reached:
            if others_changed.isdisjoint(before.bearing.subjects(group.configuration)):
                continue
            new_standing = bench.standing(world, group)
            if new_standing != old_standing:
                repairs += group.count if new_standing is None else 0
                worse += group.count if _is_worse(old_standing, new_standing) else 0
                for each in bench.stand_ins(group.number):
                    moved[each.row.mailboxid] = (old_standing, new_standing)
            continue
        for each in bench.stand_ins(group.number):
            ended = world.ended_in[each.row.mailboxid]
            for rule_id, verdict in ended.verdicts.items():
                old = outcome(group.verdicts[rule_id])
                note((rule_id, "mailbox", each.row.mailboxid), old, outcome(verdict))
            number = id(ended)
            if number not in stands:
                stands[number] = bench.standing(world, ended)
            ways = _ways(group), _ways(ended)
            if ways[1] < ways[0]:
                idle += each.weight
            if stands[number] != old_standing:
                moved[each.row.mailboxid] = (old_standing, stands[number])
                synchronizes = ended.configuration.mailbox.synchronizing is True
                repairs += each.weight if stands[number] is None and synchronizes else 0
                worse += each.weight if _is_worse(old_standing, stands[number]) else 0
    return Effect(
        frozenset(cleared), frozenset(new), frozenset(opened), moved, repairs, worse, idle
    )


def _by_subject(judged: Iterable[Judged]) -> dict[tuple[str, str, str], Verdict]:
    return {(each.rule.id, each.rule.subject, each.id): each.verdict for each in judged}


def _outcomes(judged: Iterable[Judged]) -> dict[tuple[str, str, str], str]:
    return {key: outcome(verdict) for key, verdict in _by_subject(judged).items()}


def _changed_subjects(
    before: Mapping[tuple[str, str, str], Verdict], now: Mapping[tuple[str, str, str], Verdict]
) -> frozenset[tuple[str, str]]:
    """Kind and id of what bears on mailboxes and was judged otherwise in any rule."""
    return frozenset(
        (key[1], key[2]) for key in before.keys() | now.keys() if before.get(key) != now.get(key)
    )


def _is_worse(old: str | None, new: str | None) -> bool:
    return _WORSE.index(new) > _WORSE.index(old)


def _ways(group: MailboxGroup) -> frozenset[str]:
    """The ways of synchronizing that mailboxes of a group have."""
    mailbox = group.configuration.mailbox
    if mailbox.synchronizing is not True:
        return frozenset()
    return frozenset(
        name
        for name in ("synchronizes_incoming", "synchronizes_outgoing", "synchronizes_appointments")
        if getattr(mailbox, name) is True
    )
