"""How the mailboxes that were read use each profile."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from auditor.gathering import MAILBOXES, Facts
from connectors.dynamics.profile_facts import SOURCE as PROFILES
from connectors.records import Record
from connectors.sources import SourceState
from rules.evidence import Evidence
from rules.facts import ProfileUse
from rules.option_sets import ActMethod, EmailMethod
from rules.unknown import Unknown, both, either, is_one_of

if TYPE_CHECKING:
    from auditor.judging import Group


def profile_uses(facts: Facts, groups: Iterable["Group"]) -> dict[str, ProfileUse]:
    """The use of every profile that was read, by its id."""
    by_profile: dict[str, list[Group]] = {id: [] for id in facts.profiles}
    unplaced: list[Group] = []
    every = list(groups)
    for group in every:
        if not group.count:
            continue
        profile_id = group.configuration.profile_id
        if profile_id in by_profile:
            by_profile[profile_id].append(group)
        elif isinstance(group.configuration.mailbox.profile, Unknown):
            unplaced.append(group)
    reading = facts.readings[PROFILES]
    records = {
        row.emailserverprofileid: reading.record(row, read_at, row.emailserverprofileid)
        for row, read_at in reading.records
    }
    state = facts.stream.state
    listed_at = _latest(every)
    return {
        id: _use(records[id], users, state, unplaced, listed_at) for id, users in by_profile.items()
    }


def _use(
    record: Record,
    groups: list["Group"],
    state: SourceState,
    unplaced: list["Group"],
    listed_at: str,
) -> ProfileUse:
    in_use = [(group, _in_use(group)) for group in groups]
    synchronizing = [(group, group.configuration.mailbox.synchronizing) for group in groups]
    appointments = [
        (
            group,
            both(
                group.configuration.mailbox.synchronizing,
                is_one_of(group.configuration.mailbox.act_method, ActMethod.SERVER_SIDE),
            ),
        )
        for group in groups
    ]
    open_ones = [group.configuration.mailbox.profile for group in unplaced]
    # That no mailbox names the profile is known since the listing was read, or where it is empty,
    # since the profile was.
    read_at = _latest(groups) or listed_at or record.read_at
    evidence = (Evidence(MAILBOXES, "", "_emailserverprofile_value", record.record, read_at),)
    names = [name for name in ProfileUse.__struct_fields__ if name != "origins"]
    return ProfileUse(
        mailboxes=_count(in_use, state, open_ones),
        synchronizing_mailboxes=_count(synchronizing, state, open_ones),
        synchronizing_appointments=_count(appointments, state, open_ones),
        tested_or_synchronized_since_change=_since(record, "modifiedon", groups, state, tests=True),
        synchronized_since_test=_since(record, "lastteststarttime", groups, state, tests=False)
        is True,
        origins={
            **dict.fromkeys(names, evidence),
            "tested_or_synchronized_since_change": record.evidence("modifiedon") + evidence,
            "synchronized_since_test": record.evidence("lastteststarttime") + evidence,
        },
    )


def _in_use(group: "Group") -> bool | Unknown:
    mailbox = group.configuration.mailbox
    return both(
        mailbox.active,
        either(
            is_one_of(mailbox.incoming_method, EmailMethod.SERVER_SIDE),
            is_one_of(mailbox.outgoing_method, EmailMethod.SERVER_SIDE),
            is_one_of(mailbox.act_method, ActMethod.SERVER_SIDE),
        ),
    )


def _count(
    groups: list[tuple["Group", bool | Unknown]],
    state: SourceState,
    unplaced: Sequence[object],
) -> int | Unknown:
    """How many mailboxes, at the least; unknown where none is sure and some are open."""
    sure = sum(group.count for group, counts in groups if counts is True)
    if sure:
        return sure
    for _, counts in groups:
        if isinstance(counts, Unknown):
            return counts
    for reason in unplaced:
        if isinstance(reason, Unknown):
            return reason
    return 0 if state.whole else state.unknown()


def _since(
    record: Record, column: str, groups: list["Group"], state: SourceState, *, tests: bool
) -> bool | None | Unknown:
    """Whether a synchronizing mailbox succeeded, or was tested, after the date in the column."""
    users = [group for group in groups if group.configuration.mailbox.synchronizing is True]
    moment = record.optional(column, str)
    if moment is None or isinstance(moment, Unknown):
        return moment
    latest = max((group.latest_success for group in users), default="")
    if tests:
        latest = max([latest, *(group.latest_test for group in users)])
    if latest > moment:
        return True
    if not state.whole:
        return state.unknown()
    return False if users else None


def _latest(groups: list["Group"]) -> str:
    return max((each.read_at for group in groups for each in group.sample), default="")
