"""Everything known and judged about one mailbox, profile, user, queue or address."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from auditor.audit import verdicts_of
from auditor.findings.findings import Findings
from auditor.findings.record_names import record_names
from auditor.findings.standing import Standings
from auditor.findings.waivers import Waivers
from auditor.judging.bearing import effect_of, severity_of
from auditor.judging.judge_all import Verdicts
from auditor.judging.judged import Judged
from auditor.judging.mailbox_group import Watched
from auditor.judging.row_evidence import resolve, shown_by
from auditor.model import MailboxEntry, Subject, Waived
from auditor.plan.first_steps import FirstSteps
from auditor.request import Request
from connectors.columnar.addresses import matched
from connectors.columnar.id_index import id_digests, places_of
from connectors.columnar.page import Page
from connectors.dynamics.wanted import SubjectPattern
from connectors.normalisation.facts import Facts
from connectors.normalisation.mailbox.owners import Owners
from connectors.sources.live import PageSource
from connectors.sources.source import is_narrowed
from rules.evidence import Evidence
from rules.facts import ExchangeTenant, Fact, ProfileUse
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import EFFECTS, Pass, Undetermined, Verdict, outcome

KINDS = (
    "mailbox",
    "profile",
    "user",
    "queue",
    "address",
    "email-system",
    "tenant",
    "organization",
)
_OF_MAILBOXES = ("mailbox", "user", "queue", "address")
SUGGESTED = 20
"""So many mailboxes and profiles that a text names in part are suggested at most."""


class Known(Struct, frozen=True):
    """One fact: its value, or why it is unknown, and where it was read.

    `name` is the path of the fact, such as `owner.enabled`.
    """

    name: str
    value: Any
    reason: str
    remedy: str
    evidence: tuple[Evidence, ...]


class Judgement(Struct, frozen=True):
    """What one rule says of the subject, or of `about`, which bears on it."""

    rule: str
    title: str
    severity: str
    outcome: str
    message: str
    remedy: str
    statements: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    waived: Waived | None = None
    effect: str = ""
    about: Subject | None = None


class ToRepair(Struct, frozen=True):
    """One cause that keeps a mailbox from simply working.

    `change` is the smallest change of settings that was shown to repair it, in words; empty where
    none is known. `remedy` is what its gravest rule asks for.
    """

    cause: str
    subject: Subject
    change: str
    remedy: str


class Explanation(Struct, frozen=True):
    """One subject with all its facts and verdicts; findings first.

    Those of a mailbox hold the failing ones of all that bears on it; `standing` says how it
    stands, empty where it is not meant to synchronize, and `to_repair` what keeps it from simply
    working. Of anything else `behind` counts the mailboxes that it bears on by how they stand, and
    `mailboxes` names those that do not simply work, a thousand at most. `names` are what people
    call the records that evidence tells by id.
    """

    subject: Subject
    facts: tuple[Known, ...]
    judgements: tuple[Judgement, ...]
    names: dict[str, str] = {}
    standing: str = ""
    behind: dict[str, int] = {}
    mailboxes: tuple[MailboxEntry, ...] = ()
    to_repair: tuple[ToRepair, ...] = ()


class Answer(Struct, frozen=True):
    """Every subject that was named, and the sources that could not be read in full.

    `suggestions` are subjects whose name, address or id holds the text, where none is it.
    """

    explanations: tuple[Explanation, ...]
    unread: tuple[str, ...]
    suggestions: tuple[Subject, ...] = ()


def why(request: Request, outside: PageSource, text: str) -> Answer:
    """Explains every subject that `text` names; none where nothing is known of it.

    `text` is an id, name or address, case ignored; `KIND:` before it narrows it to one of KINDS.
    Where it is none of one, but part of that of a single mailbox or profile, that one is meant.
    """
    kind, wanted = _asked(text)
    in_part: set[str] = set()

    def watch(page: Page, owners: Owners) -> set[int]:
        if kind not in (None, *_OF_MAILBOXES) or not page.rows:
            return set()
        return _places(page, owners, wanted, in_part)

    verdicts, _ = verdicts_of(request, outside, watch)
    with verdicts.kept:
        found, suggestions = _found(request, verdicts, kind, wanted, in_part)
        states = verdicts.facts.states()
    unread = tuple(each.name for each in states if each.status in ("partial", "failed"))
    return Answer(tuple(found), unread, suggestions)


def _found(
    request: Request, verdicts: Verdicts, kind: str | None, wanted: str, in_part: set[str]
) -> tuple[list[Explanation], tuple[Subject, ...]]:
    waivers = Waivers(request.waivers, request.environment, request.as_of)
    findings = Findings(request.environment, request.url, verdicts, waivers)
    standings = Standings(verdicts, findings)
    mailboxes = [each for each in verdicts.watched if each.row.mailboxid not in in_part]
    others = list(_others(verdicts, findings, kind, wanted))
    suggestions: tuple[Subject, ...] = ()
    if not mailboxes and not others:
        mailboxes = verdicts.watched
        others = list(_others(verdicts, findings, kind, wanted, in_part=True))
        if len(mailboxes) + len(others) > 1:
            suggestions = (
                *(_subject(findings, each) for each in mailboxes),
                *(subject for subject, _ in others),
            )[:SUGGESTED]
            mailboxes, others = [], []
    steps = FirstSteps(request, verdicts, findings) if mailboxes else None
    found = [_mailbox(verdicts, findings, standings, steps, each) for each in mailboxes]
    found += [_other(verdicts, standings, *each) for each in others]
    names = record_names(verdicts.facts)
    return [_with_names(_with_waivers(each, waivers), names) for each in found], suggestions


def _others(
    verdicts: Verdicts,
    findings: Findings,
    kind: str | None,
    wanted: str,
    *,
    in_part: bool = False,
) -> Iterator[tuple[Subject, tuple[Fact, ...]]]:
    """What is no mailbox and goes by the text, or by a part of it, with its facts."""
    facts, subjects = verdicts.facts, findings.subjects

    def is_meant(of: str, *texts: str) -> bool:
        if kind not in (None, of) or not wanted:
            return False
        folded = [matched(each) for each in texts]
        return any(wanted in each for each in folded) if in_part else wanted in folded

    for id, profile in facts.profiles.items():
        if is_meant("profile", id, profile.name):
            yield subjects.profile(id, profile.name), (profile, verdicts.uses[id])
    for server in facts.mail_servers:
        if is_meant("email-system", server.id, server.host):
            yield Subject("email-system", server.id, server.id), (server,)
    own = facts.organization
    tenant = own.tenant_id if isinstance(own.tenant_id, str) else ""
    if is_meant("tenant", "tenant", tenant) and isinstance(facts.tenant, ExchangeTenant):
        yield Subject("tenant", ""), (facts.tenant,)
    if is_meant("organization", "organization", own.id, own.name):
        yield subjects.organization, (own,)


def _with_waivers(explanation: Explanation, waivers: Waivers) -> Explanation:
    """The same, each finding with the waiver that covers it."""
    return replace(
        explanation,
        judgements=tuple(
            replace(each, waived=waivers(each.rule, each.about or explanation.subject))
            if each.outcome in ("fail", "undetermined")
            else each
            for each in explanation.judgements
        ),
    )


def _with_names(explanation: Explanation, names: dict[str, str]) -> Explanation:
    """The same, with the names of the records that its evidence stands in."""
    told: tuple[Known | Judgement, ...] = (*explanation.facts, *explanation.judgements)
    met = {evidence.record for each in told for evidence in each.evidence}
    return replace(explanation, names={id: names[id] for id in names if id in met})


def named_by_id(text: str) -> tuple[SubjectPattern, ...]:
    """What to ask servers for where the text is an id, so that one mailbox costs one mailbox.

    Nothing where it is a name or an address: these are searched for among all. What rests on every
    mailbox is undetermined then.
    """
    kind, wanted = _asked(text)
    try:
        id = str(UUID(wanted))
    except ValueError:
        return ()
    narrowed = kind in (None, "mailbox", "user", "queue") and id == wanted
    return (SubjectPattern(kind or "mailbox", id),) if narrowed else ()


def _asked(text: str) -> tuple[str | None, str]:
    kind, separator, rest = text.partition(":")
    if separator and kind.casefold() in KINDS:
        return kind.casefold(), matched(rest.strip())
    return None, matched(text.strip())


def _places(page: Page, owners: Owners, wanted: str, in_part: set[str]) -> set[int]:
    """The mailboxes of a page that go by an id, name or address, or whose owner has it.

    Those that only go by it in part are there too, some of them, and noted by their ids.
    """
    found: set[int] = set()
    holding: set[int] = set()
    for name in ("emailaddress", "name", "mailboxid", "regarding"):
        for at, value in enumerate(page.columns[name]):
            if value and wanted in (folded := matched(value)):
                (found if folded == wanted else holding).add(at)
    if "@" in wanted:
        addresses = owners.find(id_digests(page, "regarding")).addresses
        found.update(places_of(wanted, addresses))
    some = sorted(holding - found)[: max(SUGGESTED - len(in_part), 0)] if wanted else []
    in_part.update(page.pick("mailboxid", some))
    return found | set(some)


def _subject(findings: Findings, watched: Watched) -> Subject:
    row = watched.row
    return findings.subjects.mailbox(row.mailboxid, row.name, row.emailaddress)


def _mailbox(
    verdicts: Verdicts,
    findings: Findings,
    standings: Standings,
    steps: FirstSteps | None,
    watched: Watched,
) -> Explanation:
    group = verdicts.groups[verdicts.moved.get(watched.row.mailboxid, watched.group)]
    mailbox = shown_by(group.configuration.mailbox, watched.row, watched.read_at, verdicts.facts)
    rules = {rule.id: rule for rule in verdicts.judge.rules}
    judgements = [
        _judgement(rules[id], verdict, watched, verdicts.facts)
        for id, verdict in group.verdicts.items()
    ]
    stands = standings.of(group)
    if stands is not None:
        bearing = verdicts.bearing
        for place in bearing.on(group.configuration).verdicts:
            judged = bearing.judged[place]
            judgement = _judgement(judged.rule, judged.verdict, None, verdicts.facts)
            judgements.append(replace(judgement, about=findings.subjects.of(judged)))
        judgements += _open_alone(verdicts, findings, group.configuration.profile_id)
    subject = _subject(findings, watched)
    return Explanation(
        subject,
        tuple(_facts(mailbox)),
        _ordered(judgements),
        standing="" if stands is None else stands.standing or "working",
        to_repair=tuple(
            ToRepair(
                each.id, each.subject, "" if steps is None else steps.look(each, group), each.remedy
            )
            for each in standings.causes_of(group, subject)
        ),
    )


def _open_alone(
    verdicts: Verdicts, findings: Findings, profile_id: str | None
) -> Iterator[Judgement]:
    """What is open on what bears on the mailbox, for the mailbox was read alone."""
    for judged in verdicts.others:
        cause = judged.verdict.cause if isinstance(judged.verdict, Undetermined) else None
        if cause is None or not is_narrowed(cause.code):
            continue
        if judged.rule.subject in ("tenant", "organization") or judged.id == profile_id:
            judgement = _judgement(judged.rule, judged.verdict, None, verdicts.facts)
            yield replace(judgement, about=findings.subjects.of(judged))


def _other(
    verdicts: Verdicts, standings: Standings, subject: Subject, facts: tuple[Fact, ...]
) -> Explanation:
    id = "" if subject.kind in ("organization", "tenant") else subject.id
    judged: list[Judged] = [
        each for each in verdicts.others if each.rule.subject == subject.kind and each.id == id
    ]
    behind = standings.behind(subject.kind, id)
    known = [each for each in facts if not isinstance(each, ProfileUse)]
    uses = [each for each in facts if isinstance(each, ProfileUse)]
    return Explanation(
        subject,
        (
            *(told for each in known for told in _facts(each)),
            *(told for each in uses for told in _facts(each, "use.")),
        ),
        _ordered([_judgement(each.rule, each.verdict, None, verdicts.facts) for each in judged]),
        behind=behind.counts,
        mailboxes=behind.named,
    )


def _facts(fact: Fact, prefix: str = "") -> Iterator[Known]:
    for field in msgspec.structs.fields(fact):
        if field.name == "origins":
            continue
        name = prefix + field.name
        value = getattr(fact, field.name)
        evidence = fact.origins.get(field.name, ())
        if isinstance(value, Fact):
            yield from _facts(value, f"{name}.")
        elif isinstance(value, Unknown):
            yield Known(name, None, value.reason, value.remedy, evidence)
        else:
            yield Known(name, _plain(value), "", "", evidence)


def _plain(value: Any) -> Any:
    return getattr(value, "name", value) if not isinstance(value, str | tuple) else value


def _judgement(rule: Rule, verdict: Verdict, watched: Watched | None, facts: Facts) -> Judgement:
    evidence: Iterable[Evidence] = getattr(verdict, "evidence", ())
    if watched is not None:
        evidence = (resolve(each, watched.row, watched.read_at, facts) for each in evidence)
    settled = isinstance(verdict, Pass) or outcome(verdict) == "not-applicable"
    own = verdict.remedy if isinstance(verdict, Undetermined) else getattr(verdict, "remedy", None)
    return Judgement(
        rule=rule.id,
        title=rule.title,
        severity=severity_of(rule, verdict),
        outcome=outcome(verdict),
        message=verdict.message,
        remedy="" if settled else own or rule.remedy,
        statements=getattr(verdict, "statements", None) or (),
        effect=effect_of(rule, verdict),
        # Both directions of a profile may rest on one column: it is shown once.
        evidence=tuple(dict.fromkeys(evidence)),
    )


def _ordered(judgements: list[Judgement]) -> tuple[Judgement, ...]:
    order = ("fail", "undetermined", "pass", "not-applicable")
    severities = ("error", "warning", "note")
    effects = tuple(EFFECTS)
    return tuple(
        sorted(
            judgements,
            key=lambda each: (
                order.index(each.outcome),
                effects.index(each.effect) if each.outcome == "fail" else 0,
                severities.index(each.severity),
                each.rule,
            ),
        )
    )
