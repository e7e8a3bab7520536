"""What a change would change, against the organisation as it was read.

The verdicts that it clears, adds and opens, the mailboxes that stand otherwise, and those that
would not synchronize any more.
"""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from auditor.findings.group_standing import standing_of
from auditor.judging.mailbox_group import MailboxGroup
from auditor.plan.trying.bench import Bench, Key, World
from rules.verdict import Verdict, outcome


class Effect(Struct, frozen=True):
    """What a change would change."""

    cleared: frozenset[Key]
    new: frozenset[Key]
    opened: frozenset[Key]
    """Undetermined now, and decided before."""
    moved: Mapping[str, tuple[str | None, str | None]]
    """How mailboxes stand that stand otherwise: before and after, by id."""
    repairs: int
    worse: int
    idle: int
    """Mailboxes that were meant to synchronize, or a way of theirs, and are not any more."""
    improves: int = 0
    """Mailboxes that stand better and do not work yet."""
    held: Mapping[str, int] = {}
    """Of mailboxes that less keeps from working, and that do not work yet: how many each rule that
    is left keeps from it; `UNKNOWN`: what was not read."""


UNKNOWN = ""
_WORSE = (None, "unsupported", "unknown", "broken")


def effect_of(bench: Bench, world: World) -> Effect:
    """What the world's changes change."""
    before = bench.before
    cleared, new, opened = set(), set(), set()

    def note(key: Key, old: str | None, now: str | None) -> None:
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

    was, now = bench.outcomes_before, world.outcomes()
    for key in was.keys() | now.keys():
        note(key, was.get(key), now.get(key))
    others_changed = _changed_subjects(bench.verdicts_before, world.by_subject())
    moved: dict[str, tuple[str | None, str | None]] = {}
    repairs = worse = idle = improves = 0
    stands: dict[int, str | None] = {}
    held: Counter[str] = Counter()
    for group in before.groups:
        if not group.count:
            continue
        old_standing = bench.stood(group)
        if group.number not in world.reached:
            if others_changed.isdisjoint(before.bearing.subjects(group.configuration)):
                continue
            new_standing = bench.standing(world, group)
            for rule in _held(bench, world, group, group) if new_standing else ():
                held[rule] += group.count
            if new_standing != old_standing:
                repairs += group.count if new_standing is None else 0
                worse += group.count if _is_worse(old_standing, new_standing) else 0
                improves += group.count if _is_better(old_standing, new_standing) else 0
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
            if old_standing and stands[number]:
                for rule in _held(bench, world, group, ended):
                    held[rule] += each.weight
            if stands[number] != old_standing:
                moved[each.row.mailboxid] = (old_standing, stands[number])
                synchronizes = ended.configuration.mailbox.synchronizing is True
                repairs += each.weight if stands[number] is None and synchronizes else 0
                worse += each.weight if _is_worse(old_standing, stands[number]) else 0
                improves += each.weight if _is_better(old_standing, stands[number]) else 0
    return Effect(
        frozenset(cleared),
        frozenset(new),
        frozenset(opened),
        moved,
        repairs,
        worse,
        idle,
        improves,
        dict(sorted(held.items())),
    )


def _held(bench: Bench, world: World, group: MailboxGroup, ended: MailboxGroup) -> frozenset[str]:
    """What still keeps mailboxes from working of which the change took something away."""
    left = _keeping(bench, world, ended)
    return left if _keeping(bench, bench.before, group) - left else frozenset()


def _keeping(bench: Bench, world: World, group: MailboxGroup) -> frozenset[str]:
    """The ids of the rules that keep the mailboxes of a group from working."""
    if group.configuration.mailbox.synchronizing is not True:
        return frozenset()
    _, own, is_open = standing_of(world.bearing, group, bench.rules)
    borne = world.bearing.on(group.configuration)
    rules = {world.bearing.judged[place].rule.id for place in borne.weights}
    return frozenset((*own, *rules, *([UNKNOWN] if is_open else ())))


def _changed_subjects(
    before: Mapping[Key, Verdict], now: Mapping[Key, Verdict]
) -> frozenset[tuple[str, str]]:
    """Kind and id of what bears on mailboxes and was judged otherwise in any rule."""
    return frozenset(
        (key[1], key[2]) for key in before.keys() | now.keys() if before.get(key) != now.get(key)
    )


def _is_worse(old: str | None, new: str | None) -> bool:
    return _WORSE.index(new) > _WORSE.index(old)


def _is_better(old: str | None, new: str | None) -> bool:
    return new is not None and _is_worse(new, old)


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
