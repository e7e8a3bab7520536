"""Mailboxes move from a profile that no setting repairs, to one that fits or is yet to be made."""

from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from auditor.audit import audit
from auditor.plan.candidates import DEFAULT, MOVE
from auditor.plan.changed import Changed
from auditor.plan.columns import columns
from auditor.plan.edits import Edit
from auditor.plan.first_steps import with_first_steps
from auditor.plan.moves import NEW, Move, Moves
from auditor.plan.planner import MOVED, plan_of
from auditor.plan.scripts.writes import writes
from auditor.plan.search import Aim
from auditor.plan.steps import Plan, Step
from auditor.plan.trying.effects import Effect
from auditor.request import Request
from connectors.dynamics.tables.tracelogs import AlertRow
from connectors.exchange_online.forwarding import ForwardingRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.graph.message_rules import MessageRulesRow
from connectors.sources.source import SourceState, columns_of
from rules.option_sets import Deployment
from tests.auditor import rows
from tests.auditor.one_fault_each import CLOUD, ELSEWHERE, FAULTS, OF_TENANT, made, merged
from tests.auditor.recorded import READ_AT, Recorded, Told

FAULT = FAULTS["outlook-com-basic-authentication"]
NEW_HOME = rows.profile("profile-3", name="The cloud", **CLOUD)


def organisation(*, profiles: tuple[Struct, ...] = ()) -> tuple[Request, Recorded]:
    """One whose mailboxes live in Exchange Online, behind a profile of Outlook.com."""
    world = replace(merged(FAULT.beside, FAULT.breaks), profiles=profiles)
    asked, outside = made(FAULT.kind, world)
    for name, row in OF_TENANT.items():
        outside = outside.but(name, rows.told(name, row))
    addresses = [
        row.emailaddress
        for row in outside.told["dynamics.mailboxes"].rows
        if row.mailboxid != ELSEWHERE
    ]
    source = "exchange_online.mailboxes"
    first = rows.told(source, ExchangeMailboxRow(addresses[0], [], "UserMailbox"))
    listed = [ExchangeMailboxRow(each, [f"SMTP:{each}"], "UserMailbox") for each in addresses]
    return asked, outside.but(source, Told(listed, replace(first.state, records=len(listed))))


def seen_in_full() -> tuple[Request, Recorded]:
    """The same, where everything that the rules of the new place need was read."""
    asked, outside = organisation(profiles=(NEW_HOME,))
    addresses = [
        row.emailaddress
        for row in outside.told["dynamics.mailboxes"].rows
        if row.mailboxid != ELSEWHERE
    ]
    for source, found in (
        ("graph.message-rules", [MessageRulesRow(each, 200, None, False) for each in addresses]),
        (
            "exchange_online.forwarding",
            [
                ForwardingRow(each, [f"SMTP:{each}"], "UserMailbox", None, None, False, None)
                for each in addresses
            ],
        ),
    ):
        outside = outside.but(source, rows.told(source, *found))
    alerts = SourceState("dynamics.tracelogs", "read", 0, columns=columns_of(AlertRow))
    return asked, outside.but(alerts.name, Told([], alerts))


def step_for(plan: Plan, rule: str) -> Step:
    (step,) = (each for each in plan.steps if f"profile:profile-1:{rule}" in each.causes)
    return step


def test_mailboxes_move_to_a_profile_of_the_place_where_they_live() -> None:
    plan = plan_of(*organisation(profiles=(NEW_HOME,)))
    step = step_for(plan, "email-system")
    assert step.title == (
        "Move the 5 mailboxes of the profile profile-1 to the profile The cloud. "
        "Make it the default profile. Then deactivate profile-1."
    )
    assert (step.provable, step.statements) == (False, ())
    assert step.reason.startswith(f"{MOVED} What these rules need was not read: inbox-rules")


def test_a_move_that_is_seen_in_full_is_proven_and_does_what_it_promises() -> None:
    asked, outside = seen_in_full()
    plan = plan_of(asked, outside)
    step = step_for(plan, "email-system")
    assert step.provable
    # Nobody uses the new profile yet: by another step it would be deactivated.
    assert not [c for each in plan.steps for c in each.changes if c.subject.id == "profile-3"]
    moves = [(c.subject.id, c.column, c.before, c.after) for c in step.changes]
    assert sorted(moves[:5]) == moves[:5]
    assert {each[1:] for each in moves[:5]} == {(MOVE, "profile-1", "profile-3")}
    assert moves[5:] == [
        ("organization-1", DEFAULT, "profile-1", "profile-3"),
        ("profile-1", "statecode", 0, 1),
    ]
    edits = [Edit(columns(c.subject.kind)[c.column], c.after, c.subject.id) for c in step.changes]
    before, after = failing(asked, outside), failing(asked, Changed(outside, edits))
    assert step.difference is not None
    promised = {(each.rule, each.subject.id) for each in step.difference.findings}
    assert promised
    assert after == before - promised
    assert len(step.difference.findings) == len(promised) == sum(step.clears.values())


def test_a_move_that_is_proven_is_in_the_scripts_and_beside_its_cause() -> None:
    asked, outside = seen_in_full()
    plan = plan_of(asked, outside)
    written = [each["record"] for each in writes(plan)]
    assert written.index("mailboxes(whole)") < written.index("emailserverprofiles(profile-1)")
    audited = audit(asked, outside, lambda: READ_AT, planned=with_first_steps)
    (cause,) = (each for each in audited.causes() if each.id == "profile:profile-1:email-system")
    assert audited.first_steps is not None
    told = audited.first_steps([cause]).changes[cause.id]
    assert told.startswith("Move the 5 mailboxes of the profile profile-1 to the profile The cloud")


def test_where_no_profile_fits_one_is_to_be_made() -> None:
    step = step_for(plan_of(*organisation()), "email-system")
    assert step.title.startswith("Make a profile of the type Exchange Online (Server to Server")
    assert "Move the 5 mailboxes of the profile profile-1 to it." in step.title
    assert step.reason.startswith(MOVED)


def test_a_move_does_what_it_says_when_it_is_made() -> None:
    """The same made by hand, and audited as if the servers had told it."""
    asked, outside = organisation(profiles=(NEW_HOME,))
    edits = [
        Edit(columns("mailbox")[MOVE], "profile-3", "*", frozenset()),
        Edit(columns("profile")["statecode"], 1, None, frozenset({"profile-1"})),
        Edit(columns("organization")[DEFAULT], "profile-3", "*"),
    ]
    # The one mailbox that has another profile keeps it.
    edits.insert(1, Edit(columns("mailbox")[MOVE], "profile-2", None, frozenset({ELSEWHERE})))
    before = failing(asked, outside)
    after = failing(asked, Changed(outside, edits))
    assert after < before
    assert not {each for each in after if each[1] == "profile-1"}


def test_mailboxes_that_nobody_knows_to_live_there_do_not_move() -> None:
    asked, outside = organisation(profiles=(NEW_HOME,))
    unread = Recorded({k: v for k, v in outside.told.items() if k != "exchange_online.mailboxes"})
    step = step_for(plan_of(asked, unread), "email-system")
    assert MOVED not in step.reason
    assert step.statements


def failing(asked: Request, outside: object) -> set[tuple[str, str]]:
    found = audit(asked, outside, lambda: READ_AT).findings()  # type: ignore[arg-type]
    return {(each.rule, each.subject.id) for each in found if each.verdict == "fail"}


NO_EFFECT = Effect(frozenset(), frozenset(), frozenset(), {}, 0, 0, 0)


def small(*, is_default: bool = False, deployment: Any = Deployment.ON_PREMISES) -> Any:
    """A bench of one profile, in which nothing can be tried."""
    own = SimpleNamespace(id="p-1", name="Old", is_default=is_default)
    facts = SimpleNamespace(
        profiles={"p-1": own}, organization=SimpleNamespace(deployment=deployment)
    )
    group = SimpleNamespace(number=1, count=2, configuration=SimpleNamespace(profile_id="p-1"))
    return SimpleNamespace(
        before=SimpleNamespace(groups=[group]),
        verdicts=SimpleNamespace(facts=facts),
        targets=lambda own: [],
    )


def test_nothing_moves_for_mailboxes_or_what_is_no_profile() -> None:
    bench: Any = SimpleNamespace()
    aim = Aim((), None, frozenset())
    assert Moves(bench).found(aim) is None
    group: Any = SimpleNamespace()
    assert Moves(bench).found(replace(aim, group=group, profile="p-1")) is None


def test_nothing_moves_from_a_profile_without_a_mailbox() -> None:
    bench = small()
    bench.targets = None
    assert Moves(bench).found(Aim((), None, frozenset(), profile="p-2")) is None
    bench.before.groups[0].count = 0
    assert Moves(bench).found(Aim((), None, frozenset(), profile="p-1")) is None


def test_a_new_profile_is_one_of_exchange_online() -> None:
    assert Moves(small()).found(Aim((), None, frozenset(), profile="p-1")) is None


@pytest.mark.parametrize(
    ("to", "is_default", "count", "said"),
    [
        ("p-2", False, 1, "Move the 1 mailbox of the profile Old to the profile New. "),
        (
            "p-2", True, 2,
            "Move the 2 mailboxes of the profile Old to the profile New. Make it the default"
            " profile. ",
        ),
        (None, False, 2, f"Make {NEW}. Move the 2 mailboxes of the profile Old to it. "),
    ],
)  # fmt: skip
def test_a_move_is_said_in_words(to: Any, is_default: bool, count: int, said: str) -> None:
    bench = small(is_default=is_default)
    move = Move(to, "New", count, NO_EFFECT, (), frozenset())
    profile = bench.verdicts.facts.profiles["p-1"]
    assert Moves(bench).title(move, profile) == f"{said}Then deactivate Old."
    assert Moves(bench).is_default("p-1") is is_default
    assert not Moves(bench).is_default("p-9")


def test_a_move_to_what_is_there_and_could_be_judged_is_proven() -> None:
    move = Move("p-2", "New", 1, NO_EFFECT, (), frozenset())
    assert move.proven
    assert not replace(move, to=None).proven
    opened = replace(NO_EFFECT, opened=frozenset([("r", "profile", "p-2")]))
    assert not replace(move, effect=opened).proven
