"""What a change would change: mailboxes that stop using a way are told, and so is what fails."""

from types import SimpleNamespace
from typing import Any

import pytest

from auditor.audit import verdicts_of
from auditor.demo.contoso import DECLARED, contoso
from auditor.judging.mailbox_group import MailboxGroup
from auditor.plan.columns import Value, columns
from auditor.plan.edits import Edit
from auditor.plan.trying import effects
from auditor.plan.trying.bench import Bench
from auditor.plan.trying.effects import UNKNOWN, Effect, effect_of
from rules.rule import catalogue
from rules.verdict import Fail, Pass, Undetermined
from tests.auditor.recorded import NOW, recorded, request


@pytest.fixture(scope="module")
def bench() -> Bench:
    asked = request(catalogue(), DECLARED)
    return Bench(asked, verdicts_of(asked, recorded(contoso(400, NOW)))[0])


@pytest.fixture(scope="module")
def group(bench: Bench) -> MailboxGroup:
    """Mailboxes that are not known to be broken, and synchronize appointments."""
    return next(
        each
        for each in bench.before.groups
        if each.count
        and each.configuration.mailbox.synchronizing is True
        and each.configuration.mailbox.synchronizes_appointments is True
        and bench.stood(each) != "broken"
    )


def tried(bench: Bench, group: MailboxGroup, **values: Value) -> Effect:
    ids = frozenset(each.row.mailboxid for each in bench.stand_ins(group.number))
    edits = [Edit(columns("mailbox")[name], value, None, ids) for name, value in values.items()]
    return effect_of(bench, bench.tried(edits, [group.number]))


def test_mailboxes_that_lose_one_way_or_all_are_idle(bench: Bench, group: MailboxGroup) -> None:
    assert tried(bench, group, actdeliverymethod=2).idle == group.count
    off = dict.fromkeys(("incomingemaildeliverymethod", "outgoingemaildeliverymethod"), 0) | {
        "actdeliverymethod": 2
    }
    assert tried(bench, group, **off).idle == group.count


def test_mailboxes_that_keep_their_ways_are_not(bench: Bench, group: MailboxGroup) -> None:
    found = tried(bench, group, emailrouteraccessapproval=0)
    assert found.idle == 0
    assert found.worse == group.count
    assert {rule for rule, _, _ in found.new} == {"mailbox-not-approved"}
    assert {after for _, after in found.moved.values()} == {"broken"}


def test_nothing_changed_has_no_effect(bench: Bench, group: MailboxGroup) -> None:
    row = bench.stand_ins(group.number)[0].row
    found = tried(bench, group, actdeliverymethod=row.actdeliverymethod)
    assert found == Effect(frozenset(), frozenset(), frozenset(), {}, 0, 0, 0)


def one(
    number: int = 1,
    *,
    standing: str | None = None,
    count: int = 5,
    verdicts: Any = None,
    synchronizing: Any = True,
    ways: int = 3,
) -> Any:
    """A group of mailboxes that stand so."""
    mailbox = SimpleNamespace(
        synchronizing=synchronizing,
        synchronizes_incoming=ways > 0,
        synchronizes_outgoing=ways > 1,
        synchronizes_appointments=ways > 2,
    )
    return SimpleNamespace(
        number=number, count=count, verdicts=verdicts or {}, stands=standing,
        configuration=SimpleNamespace(mailbox=mailbox, number=number),
    )  # fmt: skip


class Small:
    """A bench of few groups whose mailboxes stand as they were told."""

    def __init__(self, *groups: Any, outcomes: Any = None, beside: Any = None) -> None:
        bearing = SimpleNamespace(
            judged=[], on=lambda of: SimpleNamespace(weights={}),
            subjects=lambda of: {("profile", "p-1")},
        )  # fmt: skip
        self.before = SimpleNamespace(groups=list(groups), bearing=bearing)
        self.outcomes_before = outcomes or {}
        self.verdicts_before = beside or {}
        self.rules: dict[str, Any] = {}

    def stood(self, group: Any) -> Any:
        return group.stands

    def standing(self, world: Any, group: Any) -> Any:
        return world.now.get(group.number, group.stands)

    def stand_ins(self, number: int) -> Any:
        return [
            SimpleNamespace(row=SimpleNamespace(mailboxid=f"{number}-{at}"), weight=at + 1)
            for at in range(2)
        ]


def becomes(
    bench: Small,
    *,
    outcomes: Any = None,
    ended: Any = None,
    now: Any = None,
    beside: Any = None,
    keeps: Any = None,
) -> Effect:
    """What a world comes to in which groups end in others, or stand otherwise."""
    told = keeps or {}

    def standing(bearing: Any, group: Any, rules: Any) -> Any:
        kept = told.get(id(group)) or told.get((id(bearing), group.number), ((), False))
        return None, kept[0], kept[1]

    world = SimpleNamespace(
        outcomes=lambda: outcomes or {},
        by_subject=lambda: beside or {},
        reached=frozenset(ended or {}),
        ended_in={f"{n}-{at}": group for n, group in (ended or {}).items() for at in range(2)},
        now=now or {},
        bearing=SimpleNamespace(judged=[], on=lambda of: SimpleNamespace(weights={})),
    )
    with pytest.MonkeyPatch.context() as replaced:
        replaced.setattr(effects, "standing_of", standing)
        return effect_of(bench, world)  # type: ignore[arg-type]


KEY = ("rule", "profile", "p-1")


@pytest.mark.parametrize(
    ("old", "now", "told"),
    [
        ("fail", "pass", "cleared"), ("fail", None, "cleared"), ("pass", "fail", "new"),
        (None, "fail", "new"), ("undetermined", "fail", "new"), ("pass", "undetermined", "opened"),
        ("fail", "undetermined", "opened"), ("undetermined", "pass", ""), ("pass", None, ""),
        ("fail", "fail", ""), ("undetermined", "undetermined", ""),
    ],
)  # fmt: skip
def test_each_verdict_is_cleared_new_or_open(old: Any, now: Any, told: str) -> None:
    was, outcomes = ({} if old is None else {KEY: old}), ({} if now is None else {KEY: now})
    found = becomes(Small(outcomes=was), outcomes=outcomes)
    kinds = {"cleared": found.cleared, "new": found.new, "opened": found.opened}
    assert {kind for kind, keys in kinds.items() if keys} == ({told} if told else set())


OTHER = {KEY: "another verdict"}


@pytest.mark.parametrize(
    ("old", "new", "numbers"),
    [
        ("broken", None, (5, 0, 0)), ("broken", "unknown", (0, 0, 5)),
        ("unknown", "unsupported", (0, 0, 5)), (None, "unsupported", (0, 5, 0)),
        ("unsupported", "unknown", (0, 5, 0)), ("unknown", "broken", (0, 5, 0)),
        ("broken", "broken", (0, 0, 0)), (None, None, (0, 0, 0)),
    ],
)  # fmt: skip
def test_mailboxes_that_no_change_reached_stand_by_what_bears_on_them(
    old: Any, new: Any, numbers: Any
) -> None:
    found = becomes(Small(one(standing=old)), now={1: new}, beside=OTHER)
    assert (found.repairs, found.worse, found.improves) == numbers
    moved = {} if old == new else {"1-0": (old, new), "1-1": (old, new)}
    assert found.moved == moved
    assert found.idle == 0


def test_where_nothing_that_bears_on_them_changed_they_are_not_looked_at() -> None:
    same = Small(one(standing="broken"), beside=OTHER)
    assert becomes(same, now={1: None}, beside=OTHER).moved == {}
    elsewhere = {("rule", "profile", "p-2"): "v"}
    assert becomes(Small(one(standing="broken")), now={1: None}, beside=elsewhere).moved == {}


def test_a_group_without_a_mailbox_is_none() -> None:
    assert becomes(Small(one(standing="broken", count=0)), now={1: None}, beside=OTHER).moved == {}


@pytest.mark.parametrize(
    ("old", "new", "numbers"),
    [
        ("broken", None, (3, 0, 0)), ("broken", "unknown", (0, 0, 3)), (None, "broken", (0, 3, 0)),
        ("broken", "broken", (0, 0, 0)),
    ],
)  # fmt: skip
def test_mailboxes_that_a_change_reached_count_by_what_they_stand_for(
    old: Any, new: Any, numbers: Any
) -> None:
    found = becomes(Small(one(standing=old)), ended={1: one(9, standing=new)})
    assert (found.repairs, found.worse, found.improves) == numbers
    assert len(found.moved) == (0 if old == new else 2)


def test_one_that_does_not_synchronize_any_more_is_not_repaired() -> None:
    off = one(9, synchronizing=False)
    found = becomes(Small(one(standing="broken")), ended={1: off})
    assert (found.repairs, found.idle, found.improves) == (0, 3, 0)
    assert set(found.moved.values()) == {("broken", None)}


@pytest.mark.parametrize(("before", "after", "idle"), [(3, 2, 3), (2, 3, 0), (3, 3, 0), (2, 0, 3)])
def test_those_that_lose_a_way_are_idle(before: int, after: int, idle: int) -> None:
    assert becomes(Small(one(ways=before)), ended={1: one(9, ways=after)}).idle == idle


def test_their_own_verdicts_are_told_of_each() -> None:
    bench = Small(one(verdicts={"rule": Fail("", ()), "other": Pass("", ())}))
    ended = one(9, verdicts={"rule": Pass("", ()), "other": Undetermined("", "")})
    found = becomes(bench, ended={1: ended})
    assert found.cleared == {("rule", "mailbox", "1-0"), ("rule", "mailbox", "1-1")}
    assert found.opened == {("other", "mailbox", "1-0"), ("other", "mailbox", "1-1")}
    assert found.new == frozenset()


class TestHeld:
    def test_it_is_what_is_left_where_something_was_taken_away(self) -> None:
        group, ended = one(standing="broken"), one(9, standing="broken")
        keeps = {id(group): (("a", "b"), False), id(ended): (("b",), True)}
        found = becomes(Small(group), ended={1: ended}, keeps=keeps)
        assert found.held == {UNKNOWN: 3, "b": 3}

    def test_where_nothing_was_taken_away_it_is_nothing(self) -> None:
        group, ended = one(standing="broken"), one(9, standing="broken")
        keeps = {id(group): (("a",), False), id(ended): (("a", "b"), False)}
        assert becomes(Small(group), ended={1: ended}, keeps=keeps).held == {}

    @pytest.mark.parametrize(("old", "new"), [(None, "broken"), ("broken", None)])
    def test_of_those_that_worked_or_work_it_is_nothing(self, old: Any, new: Any) -> None:
        group, ended = one(standing=old), one(9, standing=new)
        keeps = {id(group): (("a", "b"), False), id(ended): (("b",), False)}
        assert becomes(Small(group), ended={1: ended}, keeps=keeps).held == {}

    def test_one_that_is_not_to_synchronize_is_kept_by_nothing(self) -> None:
        group = one(standing="broken")
        off = one(9, standing="broken", synchronizing=False)
        keeps = {id(group): (("a",), False), id(off): (("b",), False)}
        assert becomes(Small(group), ended={1: off}, keeps=keeps).held == {}

    def test_of_mailboxes_that_no_change_reached_all_count(self) -> None:
        group = one(standing="broken")
        bench = Small(group)
        keeps = {(id(bench.before.bearing), 1): (("a", "b"), False)}
        found = becomes(bench, now={1: "unknown"}, beside=OTHER, keeps=keeps)
        assert found.held == {}
        assert found.improves == 5
