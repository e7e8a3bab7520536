"""Rules that need every mailbox: who shares an address with whom, and what follows from it."""

from collections.abc import Mapping

from msgspec.structs import replace

from auditor.judging.address_index import AddressIndex, Holder
from auditor.judging.kept_rows import FindingRows
from auditor.judging.mailbox_group import Example, MailboxGroup, Sampled, is_individual, judged_by
from auditor.judging.mailbox_judge import MailboxJudge, RuleVerdicts
from connectors.columnar.page import Page
from connectors.normalisation.facts import MAILBOXES
from connectors.sources.source import SourceState
from rules.evidence import OF_THE_SUBJECT, Cause, Evidence
from rules.facts import AddressUse, Mailbox, OwnerKind
from rules.judge import Judge
from rules.option_sets import FilteringMethod
from rules.people import belongs_to_a_person
from rules.rule import Rule
from rules.unknown import Unknown, both, either, is_one_of
from rules.verdict import Verdict

NOT_COMPARED = Unknown(
    "The addresses were not compared with those of the run's other environments yet.",
    "Wait for the end of the run, which writes this report again. If the run was ended early, "
    "repeat it.",
    Cause("source", "environments", "not-compared"),
)
"""What an address is in other environments until all of a run were read."""


def judge_needing_all_mailboxes(
    judge: Judge,
    groups: list[MailboxGroup],
    addresses: AddressIndex,
    state: SourceState,
    kept: FindingRows,
    elsewhere: Unknown | None = None,
) -> dict[str, int]:
    """Rules that need every mailbox; mailboxes that share an address get a group of their own.

    `elsewhere`: why it is open what other environments of the run do; None: there is none.
    """
    rules = judge.about("mailbox", needs_all_mailboxes=True)
    alone = address_use(False if state.addresses_whole else state.unknown(), elsewhere)
    asked = MailboxJudge(judge, rules, {AddressUse: alone})
    places: dict[str, int] = {}
    met: dict[tuple[int, int], tuple[Mapping[str, Verdict], RuleVerdicts, RuleVerdicts]] = {}
    for group in groups:
        own, later = group.verdicts, asked.verdicts(group.configuration.mailbox)
        places = places or {id: place for place, id in enumerate((*own, *later))}
        pair = id(own), id(later)
        if pair not in met:
            # Both are held, for an id is that of one object as long as it lives.
            together = RuleVerdicts(places, (*own.values(), *later.values()))
            met[pair] = own, later, together
        group.verdicts = met[pair][-1]
    moved: dict[str, int] = {}
    split: dict[tuple[int, bool | Unknown, bool | Unknown], MailboxGroup] = {}
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
    judge: Judge, rules: tuple[Rule, ...], base: MailboxGroup, use: AddressUse, number: int
) -> MailboxGroup:
    facts = {Mailbox: base.configuration.mailbox, AddressUse: use}
    verdicts = {**base.verdicts, **judged_by(judge, rules, facts)}
    return MailboxGroup(
        number=number,
        configuration=base.configuration,
        count=0,
        verdicts=verdicts,
        kept=base.kept or any(is_individual(verdict) for verdict in verdicts.values()),
        holds_address=base.holds_address,
        use=use,
        latest_success=base.latest_success,
        latest_test=base.latest_test,
    )


def _move(holder: Holder, base: MailboxGroup, group: MailboxGroup, kept: FindingRows) -> None:
    """Takes one mailbox over; what its rows have in common is that of the group it leaves."""
    row = replace(
        base.example.row,
        mailboxid=holder.mailboxid,
        name=holder.name,
        emailaddress=holder.address,
        regarding=holder.regarding,
        owner=holder.owner,
    )
    base.count -= 1
    if any(each.id == holder.mailboxid for each in base.sample):
        base.moved |= {holder.mailboxid}
    group.count += 1
    if group.kept and not base.kept:
        kept.add(Page([row], holder.read_at, ""), [0], [group.number])
    group.keep_samples([Sampled(row.mailboxid, row.name, row.emailaddress)])
    group.keep_example(Example(row, holder.read_at))
    group.latest_read = max(group.latest_read, holder.read_at)


def address_use(alone: bool | Unknown, elsewhere: Unknown | None = None) -> AddressUse:
    """The use of an address that no other mailbox was seen to have: shared, or not known."""
    in_others = False if elsewhere is None else elsewhere
    names = [name for name in AddressUse.__struct_fields__ if name != "origins"]
    evidence = (Evidence(MAILBOXES, OF_THE_SUBJECT, "emailaddress"),)
    return AddressUse(
        shared_in_same_direction=alone,
        shared_by_user_and_open_queue=alone,
        synchronizes_in_another_organization=in_others,
        synchronizes_in_production=in_others,
        synchronizes_in_another_environment=elsewhere,
        origins=dict.fromkeys(names, evidence),
    )


def _use_among(
    holder: Holder, holders: list[Holder], groups: list[MailboxGroup], alone: AddressUse
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


def holds_address(mailbox: Mailbox) -> bool:
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
