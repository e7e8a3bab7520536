"""Judges facts while mailboxes stream by: each distinct configuration once, then what is left."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from auditor.judging.address_index import AddressIndex
from auditor.judging.kept_rows import FindingRows
from auditor.judging.mailbox_group import (
    MailboxGroup,
    Watch,
    Watched,
    in_order,
    is_individual,
    judged,
    judged_by,
)
from auditor.judging.page_groups import PageGroups, take_page
from auditor.judging.profile_use import as_used, profile_uses
from auditor.judging.row_evidence import shown_by
from auditor.judging.shared_addresses import address_use, holds_address, judge_needing_all_mailboxes
from auditor.selection import EVERYTHING, Selection
from connectors.normalisation.facts import MAILBOXES, Facts
from connectors.normalisation.mail_servers import untold_server
from connectors.normalisation.mailbox.configurations import Configuration
from connectors.normalisation.profiles import SOURCE as PROFILES
from connectors.sources.source import NARROWED, SourceState
from rules.evidence import Cause
from rules.facts import (
    AddressUse,
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Mailbox,
    MailServer,
    Organization,
    ProfileUse,
)
from rules.judge import Judge, undetermined
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import Verdict

F = TypeVar("F")


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
    groups: list[MailboxGroup]
    others: list[Judged]
    unread: list[Judged]
    """One undetermined verdict for each rule on a table of which rows may be missing."""
    kept: FindingRows
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
    only: Selection = EVERYTHING,
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
    kept = FindingRows()
    with AddressIndex() as addresses:
        watched: list[Watched] = []
        groups = _judge_mailboxes(judge, facts, kept, addresses, watch, watched)
        state = facts.stream.state
        missing = _missing(facts)
        judge_of_all = judge.knowing(
            {
                Every[Mailbox]: _every_mailbox(groups, state, facts),
                Every[EmailServerProfile]: _every(missing["profile"], facts.profiles.values()),
                Every[MailServer]: _every(missing["email-system"], facts.mail_servers),
            }
        )
        moved = judge_needing_all_mailboxes(judge_of_all, groups, addresses, state, kept)
    uses = profile_uses(facts, in_order(groups))
    return Verdicts(
        judge=judge_of_all,
        facts=facts,
        groups=groups,
        others=_judge_others(judge_of_all, facts, uses, only),
        unread=_judge_unread(judge_of_all, facts),
        kept=kept,
        moved=moved,
        uses=uses,
        watched=watched,
    )


def _judge_mailboxes(
    judge: Judge,
    facts: Facts,
    kept: FindingRows,
    addresses: AddressIndex,
    watch: Watch | None,
    watched: list[Watched],
) -> list[MailboxGroup]:
    rules = judge.about("mailbox", needs_all_mailboxes=False)
    needing_all = judge.about("mailbox", needs_all_mailboxes=True)
    groups: list[MailboxGroup] = []
    for page, interned in facts.pages():
        for configuration in facts.mailboxes.configurations[len(groups) :]:
            groups.append(_group(judge, rules, needing_all, configuration))
        if watch is not None:
            places = sorted(watch(page, facts.owners))
            watched += [
                Watched(int(interned.numbers[at]), row, page.read_at)
                for at, row in zip(places, page.at(places), strict=True)
            ]
        here = PageGroups(interned.numbers, groups)
        take_page(page, here, kept)
        addresses.add(page, interned, here.flags("holds_address"))
        # Pages are large, so nothing of one is held on to while the next one is made.
        del page, interned, here
    return groups


def _group(
    judge: Judge,
    rules: tuple[Rule, ...],
    needing_all: tuple[Rule, ...],
    configuration: Configuration,
) -> MailboxGroup:
    facts = {Mailbox: configuration.mailbox}
    verdicts = judged_by(judge, rules, facts)
    # What the mailbox itself leaves open for a rule that needs all mailboxes is a finding of its
    # own too, and its rows pass only now.
    ahead = judged_by(judge, needing_all, {**facts, AddressUse: address_use(False)})
    return MailboxGroup(
        number=configuration.number,
        configuration=configuration,
        count=0,
        verdicts=verdicts,
        kept=any(map(is_individual, (*verdicts.values(), *ahead.values()))),
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
    judge: Judge, facts: Facts, uses: dict[str, ProfileUse], only: Selection
) -> list[Judged]:
    found: list[Judged] = []
    own = facts.organization
    # One whose name could not be read may be the one that is meant.
    is_meant = not own.name or only.names("organization", own.name, own.id)
    for rule in judge.about("organization") if is_meant else ():
        verdict = judged(judge, rule, {Organization: facts.organization})
        found.append(Judged(rule, "", facts.organization.name, verdict))
    used = {id: as_used(profile, uses[id]) for id, profile in facts.profiles.items()}
    for rule in judge.about("profile"):
        for id, profile in facts.profiles.items():
            if not only.names("profile", profile.name, id):
                continue
            known = {EmailServerProfile: used[id], ProfileUse: uses[id]}
            found.append(Judged(rule, id, profile.name, judged(judge, rule, known)))
    for rule in judge.about("email-system"):
        for server in facts.mail_servers:
            if not only.names("email-system", server.id):
                continue
            found.append(
                Judged(rule, server.id, server.id, judged(judge, rule, {MailServer: server}))
            )
    for rule in judge.about("tenant"):
        verdict = judged(judge, rule, {ExchangeTenant: facts.tenant})
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
