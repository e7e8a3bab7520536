"""By which ways an organisation reaches mail, what ends them, and what is missing on a day.

It agrees with the lifecycle rules, because what is missing is what they say fails.

Tested in `tests/auditor/plan/test_readiness.py`.
"""

from msgspec import Struct

from auditor.audit import verdicts_of
from auditor.findings.subjects import Subjects
from auditor.judging.bearing import severity_of
from auditor.judging.judged import Judged
from auditor.model import Subject
from auditor.request import Request
from connectors.sources.live import PageSource
from rules.dates import load_dates
from rules.email_systems import Protocol
from rules.facts import EmailServerProfile
from rules.unknown import Unknown
from rules.verdict import Fail, Pass, Undetermined


class End(Struct, frozen=True, order=True):
    """A day (ISO 8601) and what happens on it."""

    date: str
    what: str


class Way(Struct, frozen=True):
    """One way to mail. `kind` is built-in, cross-tenant, own-application, exchange, password-mail
    or other; for what no profile is, it is the kind of the subject.

    `questions` are asked where something could not be seen, each with who can answer it.
    """

    kind: str
    subject: Subject
    ends: tuple[End, ...]
    in_place: tuple[str, ...]
    missing: tuple[str, ...]
    steps: tuple[str, ...]
    questions: tuple[str, ...]


class Readiness(Struct, frozen=True):
    """`ready` is false exactly where a lifecycle rule of severity error or warning fails.

    `undetermined`: some lifecycle rule is, so that "nothing fails" is not known to mean ready.
    `as_of` is the day that dates were judged against, ISO 8601.
    """

    environment: str
    as_of: str
    ready: bool
    undetermined: bool
    complete: bool
    ways: tuple[Way, ...]


def readiness_of(request: Request, outside: PageSource) -> Readiness:
    """The readiness of what a place to read from holds. It is read once."""
    verdicts, _ = verdicts_of(request, outside)
    subjects = Subjects(request.url, verdicts.facts.organization)
    by_subject: dict[Subject, list[Judged]] = {}
    for judged in verdicts.others:
        if judged.rule.kind == "lifecycle":
            by_subject.setdefault(subjects.of(judged), []).append(judged)
    judged_alike = [
        (rule, group.verdicts[rule.id])
        for group in verdicts.groups
        for rule in verdicts.judge.about("mailbox")
        if group.count and rule.kind == "lifecycle"
    ]
    every = judged_alike + [
        (each.rule, each.verdict) for own in by_subject.values() for each in own
    ]
    failing = {severity_of(rule, verdict) for rule, verdict in every if isinstance(verdict, Fail)}
    ways = [_way(subject, own, verdicts.facts.profiles) for subject, own in by_subject.items()]
    return Readiness(
        environment=request.environment,
        as_of=request.as_of.isoformat(),
        ready=failing <= {"note"},
        undetermined=any(isinstance(verdict, Undetermined) for _, verdict in every),
        complete=all(s.status in ("read", "not-configured") for s in verdicts.facts.states()),
        ways=tuple(each for each in ways if each.ends or each.missing or each.questions),
    )


def _way(subject: Subject, own: list[Judged], profiles: dict[str, EmailServerProfile]) -> Way:
    ends: set[End] = set()
    in_place, missing, steps, questions = [], [], [], []
    for each in own:
        verdict = each.verdict
        if isinstance(verdict, Pass | Fail):
            ends |= {
                End(str(shown.value), load_dates()[shown.record].what)
                for shown in verdict.evidence
                if shown.source == "lifecycle"
            }
        if isinstance(verdict, Pass):
            in_place.append(verdict.message)
        elif isinstance(verdict, Fail):
            missing.append(verdict.message)
            steps.append(verdict.remedy or each.rule.remedy)
        elif isinstance(verdict, Undetermined):
            questions.append(f"{verdict.message} {verdict.remedy}")
    kind = subject.kind if subject.kind != "profile" else _kind(profiles[subject.id])
    return Way(
        kind,
        subject,
        tuple(sorted(ends)),
        tuple(in_place),
        tuple(missing),
        tuple(dict.fromkeys(steps)),
        tuple(dict.fromkeys(questions)),
    )


def _kind(profile: EmailServerProfile) -> str:
    if isinstance(profile.incoming.protocol, Unknown):
        return "other"
    if profile.incoming.protocol is not Protocol.EWS:
        return "password-mail"
    if profile.is_exchange_online is True:
        return "built-in" if profile.same_tenant is True else "cross-tenant"
    return "exchange"
