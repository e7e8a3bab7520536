"""How the mailboxes that were read use each profile."""

from collections.abc import Callable, Iterable, Iterator

from auditor.judging.mailbox_group import MailboxGroup
from auditor.judging.row_evidence import shown_of
from connectors.columnar.timestamps import moment as moment_of
from connectors.normalisation.facts import MAILBOXES, Facts
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from connectors.normalisation.records import Record, record_of
from connectors.normalisation.tenants_read import EXCHANGE
from connectors.sources.source import SourceState
from rules.evidence import WHOLE_SOURCE, Evidence
from rules.facts import EmailServerProfile, ProfileUse
from rules.option_sets import ActMethod, EmailMethod
from rules.unknown import Unknown, both, either, is_one_of


def profile_uses(facts: Facts, groups: Iterable[MailboxGroup]) -> dict[str, ProfileUse]:
    """The use of every profile that was read, by its id.

    What leaves a count open is told by the first of the groups that do.
    """
    by_profile: dict[str, list[MailboxGroup]] = {id: [] for id in facts.profiles}
    unplaced: list[MailboxGroup] = []
    every = [group for group in groups if group.count]
    for group in every:
        profile_id = group.configuration.profile_id
        if profile_id in by_profile:
            by_profile[profile_id].append(group)
        elif profile_id is None and isinstance(group.configuration.mailbox.profile, Unknown):
            unplaced.append(group)
    reading = facts.readings[PROFILES]
    records = {
        row.emailserverprofileid: record_of(reading, row, read_at, row.emailserverprofileid)
        for row, read_at in reading.records
    }
    state = facts.stream.state
    listed_at = _latest(every)
    return {
        id: _use(records[id], users, state, unplaced, listed_at, facts)
        for id, users in by_profile.items()
    }


def _use(
    record: Record,
    groups: list[MailboxGroup],
    state: SourceState,
    unplaced: list[MailboxGroup],
    listed_at: str,
    facts: Facts,
) -> ProfileUse:
    used = _Counted(_in_use, groups, unplaced, state, facts)
    synchronizing = _Counted(_synchronizes, groups, unplaced, state, facts)
    sending = _Counted(_sends, groups, unplaced, state, facts)
    appointments = _Counted(_synchronizes_appointments, groups, unplaced, state, facts)
    # That no mailbox names the profile is known since the listing was read, or where it is empty,
    # since the profile was.
    read_at = _latest(groups) or listed_at or record.read_at
    evidence = (
        Evidence(MAILBOXES, WHOLE_SOURCE, "_emailserverprofile_value", record.record, read_at),
    )
    names = [name for name in ProfileUse.__struct_fields__ if name != "origins"]
    since_test = _since(_moment(record, "lastteststarttime"), synchronizing, tests=False)
    return ProfileUse(
        mailboxes=used.count(),
        synchronizing_mailboxes=synchronizing.count(),
        receiving_mailboxes=_Counted(_receives, groups, unplaced, state, facts).count(),
        sending_mailboxes=sending.count(),
        sends_in_tenant_read=_in_tenant_read(sending),
        synchronizing_appointments=appointments.count(),
        counted_all=synchronizing.gap or appointments.gap or True,
        tested_or_synchronized_since_change=_since(
            _moment(record, "modifiedon"), synchronizing, tests=True
        ),
        synchronized_since_test=False if since_test is None else since_test,
        origins={
            **dict.fromkeys(names, evidence),
            "sends_in_tenant_read": (*evidence, *_of_domains(facts, read_at)),
            "tested_or_synchronized_since_change": record.evidence("modifiedon") + evidence,
            "synchronized_since_test": record.evidence("lastteststarttime") + evidence,
        },
    )


class _Counted:
    """The mailboxes of one profile that count, and why more of them may be there.

    `gap` None: no more are.
    """

    def __init__(
        self,
        counts: Callable[[MailboxGroup], bool | Unknown],
        groups: list[MailboxGroup],
        unplaced: list[MailboxGroup],
        state: SourceState,
        facts: Facts,
    ) -> None:
        self.groups = [group for group in groups if counts(group) is True]
        self.facts = facts
        open_ones = [
            shown_of(told, group.example.row, group.example.read_at, facts)
            for group, told in _open(counts, groups, unplaced)
        ]
        if not state.whole:
            open_ones.append(state.unknown())
        self.gap: Unknown | None = open_ones[0] if open_ones else None

    def count(self) -> int | Unknown:
        """How many were seen; unknown where none was and some may be there."""
        seen = sum(group.count for group in self.groups)
        return seen or self.gap or 0


def _open(
    counts: Callable[[MailboxGroup], bool | Unknown],
    groups: list[MailboxGroup],
    unplaced: list[MailboxGroup],
) -> Iterator[tuple[MailboxGroup, Unknown]]:
    """The groups that may count too, each with why that is open; the first one will do."""
    for group in groups:
        told = counts(group)
        if isinstance(told, Unknown):
            yield group, told
            return
    for group in unplaced:
        profile = group.configuration.mailbox.profile
        if counts(group) is not False and isinstance(profile, Unknown):
            yield group, profile
            return


def _in_use(group: MailboxGroup) -> bool | Unknown:
    mailbox = group.configuration.mailbox
    return both(
        mailbox.active,
        either(
            is_one_of(mailbox.incoming_method, EmailMethod.SERVER_SIDE),
            is_one_of(mailbox.outgoing_method, EmailMethod.SERVER_SIDE),
            is_one_of(mailbox.act_method, ActMethod.SERVER_SIDE),
        ),
    )


def _synchronizes(group: MailboxGroup) -> bool | Unknown:
    return group.configuration.mailbox.synchronizing


def _synchronizes_appointments(group: MailboxGroup) -> bool | Unknown:
    mailbox = group.configuration.mailbox
    return both(mailbox.synchronizing, is_one_of(mailbox.act_method, ActMethod.SERVER_SIDE))


def _receives(group: MailboxGroup) -> bool | Unknown:
    mailbox = group.configuration.mailbox
    return both(
        mailbox.synchronizing,
        either(mailbox.synchronizes_incoming, mailbox.synchronizes_appointments),
    )


def _sends(group: MailboxGroup) -> bool | Unknown:
    mailbox = group.configuration.mailbox
    return both(mailbox.synchronizing, mailbox.synchronizes_outgoing)


def _in_tenant_read(sending: _Counted) -> bool | Unknown:
    """Whether the tenant that Exchange Online was read of has the domain of every one of them.

    It is known by that domain even where its id is not: then both are unknown for one reason.
    """
    read = sending.facts.tenants[EXCHANGE].id
    tenants = [group.configuration.mailbox.exchange.tenant_of_domain for group in sending.groups]
    return both(*(_is_same(each, read) for each in tenants), sending.gap or True)


def _of_domains(facts: Facts, read_at: str) -> Iterator[Evidence]:
    """What tells the tenants of mailboxes: their addresses, and the domains of the one read."""
    yield Evidence(MAILBOXES, WHOLE_SOURCE, "emailaddress", None, read_at)
    if facts.tenants[EXCHANGE].domains is not None:
        yield facts.tenants[EXCHANGE].shown


def _is_same(one: str | Unknown, other: str | Unknown) -> bool | Unknown:
    if one == other:
        return True
    unknown = [each for each in (one, other) if isinstance(each, Unknown)]
    return unknown[0] if unknown else False


def as_used(profile: EmailServerProfile, use: ProfileUse) -> EmailServerProfile:
    """The profile with the one direction that its mailboxes use, where they use but one."""
    receiving, sending = use.receiving_mailboxes, use.sending_mailboxes
    if isinstance(receiving, Unknown) or isinstance(sending, Unknown):
        return profile
    if bool(receiving) is bool(sending):
        return profile
    return profile.used_for("incoming" if receiving else "outgoing")


def _moment(record: Record, column: str) -> str | Unknown:
    date = record.date(column)
    return record.required(column, str) if date is None else date


def _since(moment: str | Unknown, synchronizing: _Counted, *, tests: bool) -> bool | None | Unknown:
    """Whether a synchronizing mailbox succeeded, or was tested, after the moment.

    None: no mailbox synchronizes.
    """
    users = synchronizing.groups
    if not users and synchronizing.gap is None:
        return None
    if isinstance(moment, Unknown):
        return moment
    latest = [
        group.latest_success
        for group in users
        if not isinstance(group.configuration.mailbox.since_success_s, Unknown)
    ]
    if tests:
        latest += [
            group.latest_test
            for group in users
            if not isinstance(group.configuration.mailbox.tested, Unknown)
        ]
    if max(latest, default=0) > moment_of(moment):
        return True
    if synchronizing.gap is not None:
        return synchronizing.gap
    return _untold(synchronizing, tests=tests) or False


def _untold(synchronizing: _Counted, *, tests: bool) -> Unknown | None:
    """Why a date that is not there does not mean never; None: each one is there, or never was."""
    for group in synchronizing.groups:
        mailbox = group.configuration.mailbox
        dates = (mailbox.since_success_s, mailbox.tested) if tests else (mailbox.since_success_s,)
        for date in dates:
            if isinstance(date, Unknown):
                example = group.example
                return shown_of(date, example.row, example.read_at, synchronizing.facts)
    return None


def _latest(groups: list[MailboxGroup]) -> str:
    return max((group.latest_read for group in groups), default="")
