"""Everything known and judged about one mailbox, profile, user, queue or address.

Tested in `tests/end_to_end/test_why.py`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from auditor.audit import verdicts_of
from auditor.findings.findings import Findings
from auditor.findings.record_names import record_names
from auditor.findings.waivers import Waivers
from auditor.judging.bearing import severity_of
from auditor.judging.judge_all import Verdicts
from auditor.judging.judged import Judged
from auditor.judging.mailbox_group import Watched
from auditor.judging.row_evidence import resolve, shown_by
from auditor.model import Subject, Waived
from auditor.request import Request
from connectors.columnar.id_index import id_digests, places_of
from connectors.columnar.page import Page
from connectors.normalisation.facts import Facts
from connectors.normalisation.mailbox.owners import Owners
from connectors.sources.live import PageSource
from rules.evidence import Evidence
from rules.facts import Fact, ProfileUse
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import Pass, Undetermined, Verdict, outcome

KINDS = ("mailbox", "profile", "user", "queue", "address")


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
    """What one rule says of the subject."""

    rule: str
    title: str
    severity: str
    outcome: str
    message: str
    remedy: str
    statements: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    waived: Waived | None = None


class Explanation(Struct, frozen=True):
    """One subject with all its facts and verdicts; findings first.

    `names` are what people call the records that evidence tells by id.
    """

    subject: Subject
    facts: tuple[Known, ...]
    judgements: tuple[Judgement, ...]
    names: dict[str, str] = {}


class Answer(Struct, frozen=True):
    """Every subject that was named, and the sources that could not be read in full."""

    explanations: tuple[Explanation, ...]
    unread: tuple[str, ...]


def why(request: Request, outside: PageSource, text: str) -> Answer:
    """Explains every subject that `text` names; none where nothing is known of it.

    `text` is an id, name or address, case ignored; `KIND:` before it narrows it to one of KINDS.
    """
    kind, wanted = _asked(text)

    def watch(page: Page, owners: Owners) -> set[int]:
        return _places(page, owners, wanted) if kind != "profile" and page.rows else set()

    verdicts, _ = verdicts_of(request, outside, watch)
    with verdicts.kept:
        waivers = Waivers(request.waivers, request.environment, request.as_of)
        findings = Findings(request.environment, request.url, verdicts, waivers)
        found = [_mailbox(verdicts, findings, each) for each in verdicts.watched]
        if kind in (None, "profile"):
            for id, profile in verdicts.facts.profiles.items():
                if wanted in (id.casefold(), profile.name.casefold()):
                    found.append(_profile(verdicts, findings, id))
        names = record_names(verdicts.facts)
        found = [_with_names(_with_waivers(each, waivers), names) for each in found]
        states = verdicts.facts.states()
    unread = tuple(each.name for each in states if each.status in ("partial", "failed"))
    return Answer(tuple(found), unread)


def _with_waivers(explanation: Explanation, waivers: Waivers) -> Explanation:
    """The same, each finding with the waiver that covers it."""
    return replace(
        explanation,
        judgements=tuple(
            replace(each, waived=waivers(each.rule, explanation.subject))
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


def _asked(text: str) -> tuple[str | None, str]:
    kind, separator, rest = text.partition(":")
    if separator and kind.casefold() in KINDS:
        return kind.casefold(), rest.strip().casefold()
    return None, text.strip().casefold()


def _places(page: Page, owners: Owners, wanted: str) -> set[int]:
    """The mailboxes of a page that go by an id, name or address, or whose owner has it."""
    found = {
        at
        for name in ("emailaddress", "name", "mailboxid", "regarding")
        for at, value in enumerate(page.columns[name])
        if value and value.casefold() == wanted
    }
    if "@" in wanted:
        addresses = owners.find(id_digests(page, "regarding")).addresses
        found.update(places_of(wanted, addresses))
    return found


def _mailbox(verdicts: Verdicts, findings: Findings, watched: Watched) -> Explanation:
    group = verdicts.groups[verdicts.moved.get(watched.row.mailboxid, watched.group)]
    mailbox = shown_by(group.configuration.mailbox, watched.row, watched.read_at, verdicts.facts)
    rules = {rule.id: rule for rule in verdicts.judge.rules}
    judgements = [
        _judgement(rules[id], verdict, watched, verdicts.facts)
        for id, verdict in group.verdicts.items()
    ]
    row = watched.row
    subject = findings.subjects.mailbox(row.mailboxid, row.name, row.emailaddress)
    return Explanation(subject, tuple(_facts(mailbox)), _ordered(judgements))


def _profile(verdicts: Verdicts, findings: Findings, id: str) -> Explanation:
    profile = verdicts.facts.profiles[id]
    use: ProfileUse = verdicts.uses[id]
    judged: list[Judged] = [
        each for each in verdicts.others if each.rule.subject == "profile" and each.id == id
    ]
    return Explanation(
        findings.subjects.profile(id, profile.name),
        (*_facts(profile), *_facts(use, "use.")),
        _ordered([_judgement(each.rule, each.verdict, None, verdicts.facts) for each in judged]),
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
        # Both directions of a profile may rest on one column: it is shown once.
        evidence=tuple(dict.fromkeys(evidence)),
    )


def _ordered(judgements: list[Judgement]) -> tuple[Judgement, ...]:
    order = ("fail", "undetermined", "pass", "not-applicable")
    severities = ("error", "warning", "note")
    return tuple(
        sorted(
            judgements,
            key=lambda each: (
                order.index(each.outcome),
                severities.index(each.severity),
                each.rule,
            ),
        )
    )
