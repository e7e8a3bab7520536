"""Judges facts while mailboxes stream by: each distinct configuration once, then what is left."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from auditor.judging.address_index import AddressIndex
from auditor.judging.bearing import Bearing
from auditor.judging.judged import Judged
from auditor.judging.kept_rows import FindingRows
from auditor.judging.mailbox_group import (
    MailboxGroup,
    Watch,
    Watched,
    in_order,
    is_individual,
)
from auditor.judging.mailbox_judge import MailboxJudge, RuleVerdicts
from auditor.judging.others import Others, missing
from auditor.judging.page_groups import PageGroups, take_page
from auditor.judging.profile_domains import ProfileDomains, with_profile
from auditor.judging.profile_use import profile_uses
from auditor.judging.row_evidence import shown_by
from auditor.judging.shared_addresses import (
    NOT_COMPARED,
    address_use,
    holds_address,
    judge_needing_all_mailboxes,
)
from auditor.selection import EVERYTHING, Selection
from connectors.normalisation.facts import MAILBOXES, Facts
from connectors.normalisation.mailbox.configurations import Configuration
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from connectors.sources.source import SourceState, is_narrowed
from rules.evidence import Cause
from rules.facts import (
    AddressUse,
    Every,
    ExchangeTenant,
    Mailbox,
    Organization,
    ProfileUse,
)
from rules.judge import Judge, undetermined
from rules.rule import Rule
from rules.thresholds import Thresholds
from rules.unknown import Unknown
from rules.verdict import Verdict

F = TypeVar("F")

TakeAddresses: TypeAlias = Callable[[Facts, Sequence[MailboxGroup], AddressIndex], None]
"""Takes the addresses of an audit that is one of several, to compare them with the others'."""


class Verdicts(Struct, frozen=True):
    """Every verdict of an audit."""

    judge: Judge
    facts: Facts
    groups: list[MailboxGroup]
    others: list[Judged]
    unread: list[Judged]
    """One undetermined verdict for each rule on a table of which rows may be missing."""
    kept: FindingRows
    moved: dict[str, int]
    """Mailboxes that share an address, by id, with the group they ended in."""
    uses: dict[str, ProfileUse]
    watched: list[Watched]
    bearing: Bearing


def judge_all(
    facts: Facts,
    rules: Iterable[Rule],
    edition: Any,
    shared: Mapping[Any, object],
    watch: Watch | None = None,
    only: Selection = EVERYTHING,
    unreported: Iterable[Rule] = (),
    take_addresses: TakeAddresses | None = None,
) -> Verdicts:
    """Judges every subject.

    `edition` is the edition or why none could be chosen; `shared` holds the facts that exist
    once, beside those in `facts`. Reads the mailboxes: nothing of them is held but what findings
    need, and those that `watch` asks for. Of what is no mailbox, `only` names what is reported;
    `unreported` rules are asked beside, for they bear on how the mailboxes stand.
    `take_addresses` compares them later: what other environments show is open until then.
    """
    once = {
        Organization: facts.organization,
        type(facts.declared): facts.declared,
        ExchangeTenant: facts.tenant,
        **shared,
    }
    judge = Judge(rules, edition, once)
    others = Others(facts, judge, Judge(unreported, edition, once), only)
    thresholds = shared[Thresholds]
    assert isinstance(thresholds, Thresholds)
    kept = FindingRows()
    with AddressIndex() as addresses:
        watched: list[Watched] = []
        domains = ProfileDomains(facts)
        ahead = Bearing(facts, thresholds, others.ahead(domains.possible()))
        groups, facts = _judge_mailboxes(
            judge, facts, kept, addresses, ahead, domains, watch, watched
        )
        others = others.knowing(facts)
        shown_once = ahead.shown_once
        # What was guessed of each configuration makes room for what is said of it.
        del ahead
        state = facts.stream.state
        uses = profile_uses(facts, in_order(groups))
        of_others = others.listings(uses)
        listings = {Every[Mailbox]: _every_mailbox(groups, state, facts), **of_others}
        judge_of_all = judge.knowing(listings)
        elsewhere = None if take_addresses is None else NOT_COMPARED
        moved = judge_needing_all_mailboxes(judge_of_all, groups, addresses, state, kept, elsewhere)
        if take_addresses is not None:
            take_addresses(facts, groups, addresses)
    reported, beside = others.judged(listings, uses)
    return Verdicts(
        # Every mailbox was asked about, and the listing of them takes a tenth of the memory.
        judge=judge.knowing(of_others),
        facts=facts,
        groups=groups,
        others=reported,
        unread=_judge_unread(judge_of_all, facts, uses),
        kept=kept,
        moved=moved,
        uses=uses,
        watched=watched,
        bearing=Bearing(facts, thresholds, [*reported, *beside], shown_once),
    )


def _judge_mailboxes(
    judge: Judge,
    facts: Facts,
    kept: FindingRows,
    addresses: AddressIndex,
    ahead: Bearing,
    domains: ProfileDomains,
    watch: Watch | None,
    watched: list[Watched],
) -> tuple[list[MailboxGroup], Facts]:
    """Every group, and the facts with the profiles of which their own mailboxes decide."""
    rules = judge.about("mailbox", needs_all_mailboxes=False)
    needing_all = judge.about("mailbox", needs_all_mailboxes=True)
    # What the mailbox itself leaves open for a rule that needs all mailboxes is a finding of its
    # own too, and its rows pass only now.
    asked = MailboxJudge(judge, rules)
    alone = {AddressUse: address_use(False)}
    guessed = MailboxJudge(judge, needing_all, alone, asked.values)
    met: dict[tuple[int, int], _Together] = {}
    by_id = {rule.id: rule for rule in (*rules, *needing_all)}
    place_of = {id: place for place, id in enumerate(by_id)}
    groups: list[MailboxGroup] = []
    for page, interned in facts.pages():
        for configuration in facts.mailboxes.configurations[len(groups) :]:
            together = _together(asked, guessed, configuration, met, place_of)
            # A profile that is decided once all rows passed must find the rows that it needs.
            later = (
                _together(asked, guessed, each, met, place_of)
                for each in domains.possible_of(configuration)
            )
            groups.append(_group(together, later, by_id, configuration, ahead))
        if watch is not None:
            places = sorted(watch(page, facts.owners))
            watched += [
                Watched(int(interned.numbers[at]), row, page.read_at)
                for at, row in zip(places, page.at(places), strict=True)
            ]
        here = PageGroups(interned.numbers, groups)
        take_page(page, here, kept)
        domains.take(page, here)
        addresses.add(page, interned, here.flags("holds_address"))
        # Pages are large, so nothing of one is held on to while the next one is made.
        del page, interned, here
    decided = domains.decided()
    if decided is not None:
        for group in groups:
            id = group.configuration.profile_id
            if id is not None and id in decided.mail_domains:
                configuration = with_profile(group.configuration, decided.profiles[id])
                facts.mailboxes.configurations[group.number] = group.configuration = configuration
                together = _together(asked, guessed, configuration, met, place_of)
                group.verdicts = together.verdicts
    return groups, decided or facts


class _Together(NamedTuple):
    """What is said of mailboxes: for good, guessed at, and both by the ids of rules.

    `is_individual`: each of them is a finding of its own.
    """

    verdicts: RuleVerdicts
    guessed: RuleVerdicts
    every: Mapping[str, Verdict]
    is_individual: bool


def _together(
    asked: MailboxJudge,
    guessed: MailboxJudge,
    configuration: Configuration,
    met: dict[tuple[int, int], _Together],
    place_of: Mapping[str, int],
) -> _Together:
    """What is said of the mailboxes of one configuration: one object for all that are judged alike.

    `met` has those that were made before; `place_of` says where each rule's verdict stands.
    """
    mailbox = configuration.mailbox
    verdicts, guess = asked.verdicts(mailbox), guessed.verdicts(mailbox)
    found = met.get((id(verdicts), id(guess)))
    if found is None:
        # As many of these as of distinct verdicts live until the last page: no dictionaries.
        every = RuleVerdicts(place_of, (*verdicts.values(), *guess.values()))
        own = any(map(is_individual, every.values()))
        found = met[id(verdicts), id(guess)] = _Together(verdicts, guess, every, own)
    return found


def _group(
    together: _Together,
    later: Iterable[_Together],
    rules: Mapping[str, Rule],
    configuration: Configuration,
    bearing: Bearing,
) -> MailboxGroup:
    synchronizes = configuration.mailbox.synchronizing is True
    return MailboxGroup(
        number=configuration.number,
        configuration=configuration,
        count=0,
        verdicts=together.verdicts,
        kept=together.is_individual
        or bearing.keeps(configuration, together.every, rules)
        or any(
            each.is_individual or (synchronizes and bearing.is_open(each.every, rules))
            for each in later
        ),
        holds_address=holds_address(configuration.mailbox),
    )


def _every_mailbox(
    groups: list[MailboxGroup], state: SourceState, facts: Facts
) -> Every[Mailbox] | Unknown:
    """Each configuration with its count, in an order that is the same in every run."""
    if not state.whole:
        return state.unknown()
    return Every(
        counted=tuple(
            (
                shown_by(
                    group.configuration.mailbox,
                    group.example.row,
                    group.example.read_at,
                    facts,
                ),
                group.count,
            )
            for group in in_order(groups)
        )
    )


def _judge_unread(judge: Judge, facts: Facts, uses: Mapping[str, ProfileUse]) -> list[Judged]:
    """What may be missing of a table is a subject that nobody looked at."""
    found = []
    for kind, unknown in missing(facts, uses).items():
        if unknown is None or (unknown.cause is not None and is_narrowed(unknown.cause.code)):
            continue
        source = MAILBOXES if kind == "mailbox" else PROFILES
        cause = unknown.cause or Cause("source", source, "subject-not-told")
        for rule in judge.about(kind):
            if judge.speaks(rule):
                verdict = replace(undetermined(unknown), cause=cause, statements=judge.reach(rule))
                found.append(Judged(rule, "", "", verdict))
    return found
