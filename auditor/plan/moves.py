"""Moving mailboxes from a profile that fails: to another one, or to one that is still to be made.

All mailboxes of the profile are moved in memory, and the profile is deactivated. They may only move
where it is known that they live where the new profile reads.
"""

from collections.abc import Container

from msgspec import UNSET, Struct
from msgspec.structs import fields, replace

from auditor.judging.mailbox_group import MailboxGroup
from auditor.plan.candidates import DEFAULT, MOVE, Candidate
from auditor.plan.columns import columns
from auditor.plan.edits import Edit
from auditor.plan.search import PLACED, Aim
from auditor.plan.trying.bench import Bench
from auditor.plan.trying.effects import Effect, effect_of
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from rules.counting import counted
from rules.facts import EmailServerProfile
from rules.scope import is_online
from rules.verdict import Pass

NEW = "a profile of the type Exchange Online (Server to Server Authentication, Auto Discover)"
NEW_ID = "00000000-0000-0000-0000-00000000000a"
_BUILT_IN = {
    "statecode": 0,
    "servertype": 0,
    "useautodiscover": True,
    "incomingserverlocation": None,
    "outgoingserverlocation": None,
    "incomingportnumber": None,
    "outgoingportnumber": None,
    "incomingauthenticationprotocol": 0,
    "outgoingauthenticationprotocol": 0,
    "incomingcredentialretrieval": 2,
    "outgoingcredentialretrieval": 2,
    "incominguseimpersonation": False,
    "outgoinguseimpersonation": False,
    "usesamesettingsforoutgoingconnections": True,
    "usedefaulttenantid": True,
    "exchangeonlinetenantid": None,
    "incomingusername": None,
    "outgoingusername": None,
    "isincomingpasswordset": False,
    "isoutgoingpasswordset": False,
    "oauthclientid": None,
}
"""What a new profile of Exchange Online holds, as its form makes it."""


class Move(Struct, frozen=True):
    """A move that was shown to repair: to a profile by its id and name, None: one to be made.

    `beside` are the changes that go with it, each with the id of its record, and `groups` those of
    the mailboxes that move.
    """

    to: str | None
    name: str
    mailboxes: int
    effect: Effect
    beside: tuple[tuple[Candidate, str], ...]
    groups: frozenset[int]

    @property
    def proven(self) -> bool:
        """Whether the profile is there, and everything could be judged again."""
        return self.to is not None and not self.effect.opened


class Moves:
    """Tries moves on a bench."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def found(self, aim: Aim, barred: Container[str | None] = ()) -> Move | None:
        """The move that repairs the aim of a profile, the first that is proven; None: none does.

        Nothing moves to `barred` profiles.
        """
        if aim.group is not None or aim.profile is None:
            return None
        groups = [
            group
            for group in self._bench.before.groups
            if group.count and group.configuration.profile_id == aim.profile
        ]
        if not groups:
            return None
        count = sum(group.count for group in groups)
        numbers = frozenset(group.number for group in groups)
        found = []
        for profile in self._bench.targets(aim.profile):
            if profile.id in barred:
                continue
            effect = self._tried(aim, groups, profile.id, None)
            if effect is not None:
                beside = self._beside(aim.profile, profile.id)
                name = profile.name or profile.id
                found.append(Move(profile.id, name, count, effect, beside, numbers))
                if found[-1].proven:
                    return found[-1]
        if found:
            return found[0]
        made = self._made(aim.profile)
        effect = None if made is None else self._tried(aim, groups, NEW_ID, made)
        return None if effect is None else Move(None, "", count, effect, (), numbers)

    def _beside(self, own: str, to: str) -> tuple[tuple[Candidate, str], ...]:
        """What is changed once the mailboxes moved: new ones do not get the profile, nor any."""
        default = ((Candidate("organization", DEFAULT, to), ""),) if self.is_default(own) else ()
        return (*default, (Candidate("profile", "statecode", 1), own))

    def _tried(
        self, aim: Aim, groups: list[MailboxGroup], to: str, made: ProfileRow | None
    ) -> Effect | None:
        """What the move changes; None where it does not repair the aim, or does harm."""
        bench = self._bench
        numbers = [group.number for group in groups]
        rows = [each.row for number in numbers for each in bench.stand_ins(number)]
        moved = frozenset(row.mailboxid for row in rows)
        own = aim.profile or ""
        edits = [Edit(columns("mailbox")[MOVE], to, None, moved)]
        for each, id in self._beside(own, to):
            column = columns(each.kind)[each.column]
            edits.append(Edit(column, each.value, None if id else "*", frozenset({id})))
        for group in groups:
            # Most moves end here: nothing but where these mailboxes live is asked.
            world = bench.tried(
                edits[:1], [group.number], rules=frozenset({PLACED}), within=group.number, made=made
            )
            ended = (world.ended_in[e.row.mailboxid] for e in bench.stand_ins(group.number))
            placed = [each.verdicts.get(PLACED) for each in ended]
            is_used = group.configuration.mailbox.synchronizing is not False
            if is_used and not all(isinstance(each, Pass) for each in placed):
                return None
        world = bench.tried(edits, numbers, made=made)
        effect = effect_of(bench, world)
        # The new place has rules that the old one had not. What they need may not have been read:
        # the step names them.
        harm = effect.new or effect.worse or effect.idle
        return None if harm or not aim.targets <= effect.cleared else effect

    def is_default(self, profile: str) -> bool:
        """Whether new mailboxes get the profile."""
        own = self._bench.verdicts.facts.profiles.get(profile)
        return own is not None and own.is_default is True

    def title(self, move: Move, profile: EmailServerProfile) -> str:
        """The step that a move from a profile is, in words."""
        name = profile.name or profile.id
        many = counted(move.mailboxes, "mailbox", "mailboxes")
        first = f"Make {NEW}. " if move.to is None else ""
        to = "it" if move.to is None else f"the profile {move.name}"
        default = " Make it the default profile." if self.is_default(profile.id) else ""
        return (
            f"{first}Move the {many} of the profile {name} to {to}.{default} "
            f"Then deactivate {name}."
        )

    def _made(self, like: str) -> ProfileRow | None:
        """A new profile beside the one that fails, which has the columns of this version."""
        facts = self._bench.verdicts.facts
        if is_online(facts.organization) is not True:
            return None
        rows: list[ProfileRow] = [row for row, _ in facts.readings[PROFILES].records]
        row = next((row for row in rows if row.emailserverprofileid == like), None)
        if row is None:
            return None
        values = {
            each.name: _BUILT_IN[each.name]
            for each in fields(row)
            if each.name in _BUILT_IN and getattr(row, each.name) is not UNSET
        }
        return replace(row, emailserverprofileid=NEW_ID, name="new profile", **values)
