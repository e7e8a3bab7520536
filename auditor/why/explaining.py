"""One subject explained: all its facts and verdicts, and what fails of all that bears on it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from auditor.findings.causes import Causes
from auditor.findings.findings import Findings
from auditor.findings.standing import Standings
from auditor.findings.waivers import Waivers
from auditor.judging.bearing import effect_of, severity_of
from auditor.judging.judge_all import Verdicts
from auditor.judging.judged import Judged
from auditor.judging.mailbox_group import Watched
from auditor.judging.row_evidence import resolve, shown_by
from auditor.model import Subject
from auditor.plan.first_steps import FirstSteps
from auditor.why.answer import Explanation, Judgement, Known, ToRepair
from connectors.normalisation.facts import Facts
from connectors.sources.source import is_narrowed
from rules.evidence import Evidence
from rules.facts import Fact, ProfileUse
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import EFFECTS, Pass, Undetermined, Verdict, outcome


def subject_of(findings: Findings, watched: Watched) -> Subject:
    """A mailbox as reports call it."""
    row = watched.row
    return findings.subjects.mailbox(row.mailboxid, row.name, row.emailaddress)


def of_mailbox(
    verdicts: Verdicts,
    findings: Findings,
    causes: Causes,
    steps: FirstSteps | None,
    watched: Watched,
) -> Explanation:
    """A mailbox, with the failing verdicts of all that bears on it.

    `steps` tells the smallest change that repairs each cause; None: none is looked for.
    """
    group = verdicts.groups[verdicts.moved.get(watched.row.mailboxid, watched.group)]
    mailbox = shown_by(group.configuration.mailbox, watched.row, watched.read_at, verdicts.facts)
    rules = {rule.id: rule for rule in verdicts.judge.rules}
    judgements = [
        _judgement(rules[id], verdict, watched, verdicts.facts)
        for id, verdict in group.verdicts.items()
    ]
    stands = causes.standings.of(group)
    if stands is not None:
        bearing = verdicts.bearing
        for place in bearing.on(group.configuration).verdicts:
            judged = bearing.judged[place]
            judgement = _judgement(judged.rule, judged.verdict, None, verdicts.facts)
            judgements.append(replace(judgement, about=findings.subjects.of(judged)))
        judgements += _open_alone(verdicts, findings, group.configuration.profile_id)
    subject = subject_of(findings, watched)
    return Explanation(
        subject,
        tuple(_facts(mailbox)),
        _ordered(judgements),
        standing="" if stands is None else stands.standing or "working",
        to_repair=tuple(
            ToRepair(
                each.id, each.subject, "" if steps is None else steps.look(each, group), each.remedy
            )
            for each in causes.of(group, subject)
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


def of_other(
    verdicts: Verdicts, standings: Standings, subject: Subject, facts: tuple[Fact, ...]
) -> Explanation:
    """A profile, host, tenant or organisation, with the mailboxes behind it."""
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
        value = getattr(fact, field.name)
        if isinstance(value, Mapping):
            # Where facts come from, and what a profile would be in another use: no fact itself.
            continue
        name = prefix + field.name
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


def with_waivers(explanation: Explanation, waivers: Waivers) -> Explanation:
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


def with_names(explanation: Explanation, names: dict[str, str]) -> Explanation:
    """The same, with the names of the records that its evidence stands in."""
    told: tuple[Known | Judgement, ...] = (*explanation.facts, *explanation.judgements)
    met = {evidence.record for each in told for evidence in each.evidence}
    return replace(explanation, names={id: names[id] for id in names if id in met})
