"""Judges facts while mailboxes stream by: each distinct configuration once, then what is left."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from auditor.addresses import AddressIndex, Holder
from auditor.gathering import MAILBOXES, Facts
from auditor.kept import KeptRows
from auditor.only import EVERYTHING, Only
from auditor.profile_use import profile_uses
from auditor.receipts import shown_by
from auditor.shared_causes import with_shared_cause
from connectors.dynamics.mailbox_facts import Configuration, Interned
from connectors.dynamics.owners import Owners
from connectors.dynamics.profile_facts import SOURCE as PROFILES
from connectors.dynamics.rows import MailboxRow
from connectors.mail_server_facts import untold_server
from connectors.sources import NARROWED, Page, SourceState
from rules.evidence import OF_THE_SUBJECT, Cause, Evidence
from rules.facts import (
    AddressUse,
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Mailbox,
    MailServer,
    Organization,
    OwnerKind,
    ProfileUse,
)
from rules.judge import Judge, undetermined
from rules.option_sets import FilteringMethod
from rules.people import belongs_to_a_person
from rules.rule import Rule
from rules.unknown import Unknown, both, either, is_one_of
from rules.verdict import Fail, Undetermined, Verdict

F = TypeVar("F")

SAMPLE = 10
"""At most so many subjects are named where many share one cause."""
LAST = chr(0x10FFFF)
"""Comes after every id."""


class Sampled(Struct, frozen=True):
    """One mailbox of a group, kept to name it and to show its values."""

    row: MailboxRow
    read_at: str


class Watched(Struct, frozen=True):
    """One mailbox that was asked for by name, with the group it was met in."""

    group: int
    row: MailboxRow
    read_at: str


Watch: TypeAlias = Callable[[MailboxRow, Owners], bool]
"""Of a mailbox, with the users and queues: whether it was asked for."""


class Group(Struct):
    """Mailboxes that no rule can tell apart, with their verdicts.

    `kept` says that each of them is a finding of its own, so that its row is kept in full.
    `sample` are those with the smallest ids; of them `moved` ended in another group.
    """

    number: int
    configuration: Configuration
    count: int
    verdicts: dict[str, Verdict]
    kept: bool
    sample: list[Sampled] = []
    """Those with the smallest ids, whatever the order in which they come."""
    last_sampled: str = LAST
    """Only an id before this one changes the sample."""
    latest_success: str = ""
    latest_test: str = ""

    def keep_sample(self, sampled: Sampled) -> None:
        """Adds one mailbox to the sample, which keeps its size."""
        self.sample.append(sampled)
        self.sample.sort(key=lambda each: each.row.mailboxid)
        del self.sample[SAMPLE:]
        if len(self.sample) == SAMPLE:
            self.last_sampled = self.sample[-1].row.mailboxid

    moved: set[str] = set()

    @property
    def named(self) -> list[Sampled]:
        """The mailboxes of the sample that ended in this group."""
        return [each for each in self.sample if each.row.mailboxid not in self.moved]

    @property
    def first(self) -> str:
        """The smallest id of its mailboxes: an order that no server's order changes."""
        return self.sample[0].row.mailboxid


def in_order(groups: Iterable[Group]) -> list[Group]:
    """The groups that hold a mailbox, in an order that is the same in every run."""
    return sorted((group for group in groups if group.count), key=lambda group: group.first)


class Judged(Struct, frozen=True):
    """One verdict on a subject that is not a mailbox; `id` is empty for the organisation."""

    rule: Rule
    id: str
    name: str
    verdict: Verdict


class Verdicts(Struct, frozen=True):
    """Every verdict of an audit."""

    judge: Judge
    facts: Facts
    groups: list[Group]
    others: list[Judged]
    unread: list[Judged]
    """One undetermined verdict for each rule on a table of which rows may be missing."""
    kept: KeptRows
    moved: dict[str, int]
    """Mailboxes that share an address, by id, with the group they ended in."""
    uses: dict[str, ProfileUse]
    watched: list[Watched]


def judge_all(
    facts: Facts,
    rules: Iterable[Rule],
    edition: Any,
    shared: Mapping[Any, object],
    watch: Watch | None = None,
    only: Only = EVERYTHING,
) -> Verdicts:
    """Judges every subject.

    `edition` is the edition or why none could be chosen; `shared` holds the facts that exist
    once, beside those in `facts`. Reads the mailboxes: nothing of them is held but what findings
    need, and those that `watch` asks for. Of what is no mailbox, `only` names what is judged.
    """
    judge = Judge(
        rules,
        edition,
        {
            Organization: facts.organization,
            type(facts.declared): facts.declared,
            ExchangeTenant: facts.tenant,
            **shared,
        },
    )
    kept = KeptRows()
    with AddressIndex() as addresses:
        watched: list[Watched] = []
        groups = _judge_mailboxes(judge, facts, kept, addresses, watch, watched)
        state = facts.stream.state
        judge.shared[Every[Mailbox]] = _every_mailbox(groups, state, facts)
        missing = _missing(facts)
        judge.shared[Every[EmailServerProfile]] = _every(
            missing["profile"], facts.profiles.values()
        )
        judge.shared[Every[MailServer]] = _every(missing["email-system"], facts.mail_servers)
        moved = _judge_late(judge, groups, addresses, state, kept)
    uses = profile_uses(facts, in_order(groups))
    return Verdicts(
        judge=judge,
        facts=facts,
        groups=groups,
        others=_judge_others(judge, facts, uses, only),
        unread=_judge_unread(judge, facts),
        kept=kept,
        moved=moved,
        uses=uses,
        watched=watched,
    )


def _judge_mailboxes(
    judge: Judge,
    facts: Facts,
    kept: KeptRows,
    addresses: AddressIndex,
    watch: Watch | None,
    watched: list[Watched],
) -> list[Group]:
    rules = judge.about("mailbox", late=False)
    late = judge.about("mailbox", late=True)
    groups: list[Group] = []
    for page, interned in facts.pages():
        for configuration in facts.mailboxes.configurations[len(groups) :]:
            groups.append(_group(judge, rules, late, configuration))
        if watch is not None:
            watched += [
                Watched(number, row, page.read_at)
                for number, row in zip(interned.numbers, page.rows, strict=True)
                if watch(row, facts.owners)
            ]
        _take_page(page, interned, groups, kept, addresses)
        # Pages are large, so nothing of one is held on to while the next one is made.
        del page, interned
    return groups


def _take_page(
    page: Page, interned: Interned, groups: list[Group], kept: KeptRows, addresses: AddressIndex
) -> None:
    """Counts the mailboxes of one page, and keeps what findings will need of them."""
    numbers, column = interned.numbers, page.columns
    counts = Counter(numbers)
    for number, count in counts.items():
        groups[number].count += count
    kept_here = {number for number in counts if groups[number].kept}
    if kept_here:
        for row, number in zip(page.rows, numbers, strict=True):
            if number in kept_here:
                kept.add(number, row, page.read_at)
    for at, (number, id, success, test) in enumerate(
        zip(
            numbers,
            column["mailboxid"],
            column["lastsuccessfulsynccompletedon"],
            column["testmailboxaccesscompletedon"],
            strict=True,
        )
        if numbers
        else ()
    ):
        group = groups[number]
        if success and success > group.latest_success:
            group.latest_success = success
        if test and test > group.latest_test:
            group.latest_test = test
        if id < group.last_sampled:
            group.keep_sample(Sampled(page.rows[at], page.read_at))
    holders = {number for number in counts if _holds_address(groups[number].configuration.mailbox)}
    addresses.add(page, interned, holders)


def _group(
    judge: Judge, rules: tuple[Rule, ...], late: tuple[Rule, ...], configuration: Configuration
) -> Group:
    facts = {Mailbox: configuration.mailbox}
    verdicts = _verdicts(judge, rules, facts)
    # What the mailbox itself leaves open for a late rule is a finding of its own too, and its
    # rows pass only now.
    ahead = _verdicts(judge, late, {**facts, AddressUse: address_use(False)})
    return Group(
        number=configuration.number,
        configuration=configuration,
        count=0,
        verdicts=verdicts,
        kept=any(map(is_own, (*verdicts.values(), *ahead.values()))),
    )


def _verdict(judge: Judge, rule: Rule, facts: Mapping[Any, object]) -> Verdict:
    return with_shared_cause(rule, judge.judge(rule, facts))


def _verdicts(
    judge: Judge, rules: Iterable[Rule], facts: Mapping[Any, object]
) -> dict[str, Verdict]:
    return {rule.id: _verdict(judge, rule, facts) for rule in rules}


def is_own(verdict: Verdict) -> bool:
    """Whether each subject with this verdict is a finding of its own."""
    return isinstance(verdict, Fail) or (
        isinstance(verdict, Undetermined) and verdict.cause is None
    )


def _judge_late(
    judge: Judge,
    groups: list[Group],
    addresses: AddressIndex,
    state: SourceState,
    kept: KeptRows,
) -> dict[str, int]:
    """Rules that need every mailbox; mailboxes that share an address get a group of their own."""
    rules = judge.about("mailbox", late=True)
    alone = address_use(False if state.whole else state.unknown())
    for group in groups:
        facts = {Mailbox: group.configuration.mailbox, AddressUse: alone}
        group.verdicts.update(_verdicts(judge, rules, facts))
    moved: dict[str, int] = {}
    split: dict[tuple[int, bool | Unknown, bool | Unknown], Group] = {}
    for holders in addresses.shared():
        for holder in holders:
            use = _use_among(holder, holders, groups, alone)
            if use is alone:
                continue
            key = (
                holder.group,
                use.shared_in_same_direction,
                use.shared_by_user_and_open_queue,
            )
            base = groups[holder.group]
            if key not in split:
                split[key] = _split(judge, rules, base, use, len(groups))
                groups.append(split[key])
            _move(holder, base, split[key], kept)
            moved[holder.mailboxid] = split[key].number
    return moved


def _split(
    judge: Judge, rules: tuple[Rule, ...], base: Group, use: AddressUse, number: int
) -> Group:
    facts = {Mailbox: base.configuration.mailbox, AddressUse: use}
    verdicts = {**base.verdicts, **_verdicts(judge, rules, facts)}
    return Group(
        number=number,
        configuration=base.configuration,
        count=0,
        verdicts=verdicts,
        kept=any(is_own(verdict) for verdict in verdicts.values()),
        latest_success=base.latest_success,
        latest_test=base.latest_test,
    )


def _move(holder: Holder, base: Group, group: Group, kept: KeptRows) -> None:
    """Takes one mailbox over; what its rows have in common is that of the group it leaves."""
    example = base.sample[0]
    row = replace(
        example.row,
        mailboxid=holder.mailboxid,
        name=holder.name,
        emailaddress=holder.address,
        regarding=holder.regarding,
        owner=holder.owner,
    )
    base.count -= 1
    base.moved.add(holder.mailboxid)
    group.count += 1
    if group.kept and not base.kept:
        kept.add(group.number, row, holder.read_at)
    group.keep_sample(Sampled(row, holder.read_at))


def address_use(alone: bool | Unknown) -> AddressUse:
    """The use of an address that no other mailbox was seen to have: shared, or not known."""
    names = [name for name in AddressUse.__struct_fields__ if name != "origins"]
    evidence = (Evidence(MAILBOXES, OF_THE_SUBJECT, "emailaddress"),)
    return AddressUse(
        shared_in_same_direction=alone,
        shared_by_user_and_open_queue=alone,
        synchronizes_in_another_organization=False,
        synchronizes_in_production=False,
        origins=dict.fromkeys(names, evidence),
    )


def _use_among(
    holder: Holder, holders: list[Holder], groups: list[Group], alone: AddressUse
) -> AddressUse:
    own = groups[holder.group].configuration.mailbox
    others = [
        groups[each.group].configuration.mailbox
        for each in holders
        if each.mailboxid != holder.mailboxid
    ]
    same = either(*(_collide(own, other) for other in others))
    exposed = either(*(either(_exposes(own, other), _exposes(other, own)) for other in others))
    if same is False and exposed is False:
        return alone
    return replace(
        alone,
        shared_in_same_direction=either(same, alone.shared_in_same_direction),
        shared_by_user_and_open_queue=either(exposed, alone.shared_by_user_and_open_queue),
    )


def _collide(own: Mailbox, other: Mailbox) -> bool | Unknown:
    return both(
        own.synchronizing,
        other.synchronizing,
        either(
            both(own.synchronizes_incoming, other.synchronizes_incoming),
            both(own.synchronizes_outgoing, other.synchronizes_outgoing),
            both(own.synchronizes_appointments, other.synchronizes_appointments),
        ),
    )


def _holds_address(mailbox: Mailbox) -> bool:
    """Whether it may matter to others that the mailbox has its address."""
    return mailbox.synchronizing is not False or belongs_to_a_person(mailbox.owner) is not False


def _exposes(queue: Mailbox, user: Mailbox) -> bool | Unknown:
    return both(
        queue.synchronizing,
        is_one_of(queue.owner.kind, OwnerKind.QUEUE),
        is_one_of(queue.owner.filtering, FilteringMethod.ALL),
        queue.synchronizes_incoming,
        belongs_to_a_person(user.owner),
    )


def _every_mailbox(
    groups: list[Group], state: SourceState, facts: Facts
) -> Every[Mailbox] | Unknown:
    """Each configuration with its count, in an order that is the same in every run."""
    if not state.whole:
        return state.unknown()
    return Every(
        counted=tuple(
            (
                shown_by(
                    group.configuration.mailbox,
                    group.sample[0].row,
                    group.sample[0].read_at,
                    facts,
                ),
                group.count,
            )
            for group in in_order(groups)
        )
    )


def _every(missing: Unknown | None, found: Iterable[F]) -> Every[F] | Unknown:
    """A listing, whole where none of its kind may be missing."""
    return missing or Every(counted=tuple((each, 1) for each in found))


def _missing(facts: Facts) -> dict[str, Unknown | None]:
    """For each kind of subject why one may be missing; None: none is.

    The mailboxes' is final once their pages were read.
    """
    profiles, mailboxes = facts.readings[PROFILES].state, facts.stream.state
    unread = None if profiles.whole else profiles.unknown()
    return {
        "profile": unread,
        "email-system": unread or untold_server(facts.profiles.values()),
        "mailbox": None if mailboxes.whole else mailboxes.unknown(),
    }


def _judge_others(
    judge: Judge, facts: Facts, uses: dict[str, ProfileUse], only: Only
) -> list[Judged]:
    found: list[Judged] = []
    own = facts.organization
    # One whose name could not be read may be the one that is meant.
    is_meant = not own.name or only.names("organization", own.name, own.id)
    for rule in judge.about("organization") if is_meant else ():
        verdict = _verdict(judge, rule, {Organization: facts.organization})
        found.append(Judged(rule, "", facts.organization.name, verdict))
    for rule in judge.about("profile"):
        for id, profile in facts.profiles.items():
            if not only.names("profile", profile.name, id):
                continue
            known = {EmailServerProfile: profile, ProfileUse: uses[id]}
            found.append(Judged(rule, id, profile.name, _verdict(judge, rule, known)))
    for rule in judge.about("email-system"):
        for server in facts.mail_servers:
            if not only.names("email-system", server.id):
                continue
            found.append(
                Judged(rule, server.id, server.id, _verdict(judge, rule, {MailServer: server}))
            )
    for rule in judge.about("tenant"):
        verdict = _verdict(judge, rule, {ExchangeTenant: facts.tenant})
        found.append(Judged(rule, "", "", verdict))
    return found


def _judge_unread(judge: Judge, facts: Facts) -> list[Judged]:
    """What may be missing of a table is a subject that nobody looked at."""
    found = []
    for kind, unknown in _missing(facts).items():
        if unknown is None or (unknown.cause is not None and unknown.cause.code == NARROWED):
            continue
        source = MAILBOXES if kind == "mailbox" else PROFILES
        cause = unknown.cause or Cause("source", source, "subject-not-told")
        for rule in judge.about(kind):
            if judge.speaks(rule):
                verdict = replace(undetermined(unknown), cause=cause, statements=judge.reach(rule))
                found.append(Judged(rule, "", "", verdict))
    return found
