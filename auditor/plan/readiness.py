"""By which ways an organisation reaches mail, what ends them, and what is missing on a day.

It agrees with the lifecycle rules, because what is missing is what they say fails.

Tested in `tests/auditor/plan/test_readiness.py`.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from auditor.findings.subjects import Subjects
from auditor.judging.bearing import severity_of
from auditor.judging.judged import Judged
from auditor.judging.mailbox_group import MailboxGroup
from auditor.model import Subject
from auditor.plan.planner import planner_of
from auditor.plan.search import Aim
from auditor.plan.steps import Step
from auditor.request import Request
from connectors.sources.live import PageSource
from rules.counting import counted
from rules.dates import load_dates
from rules.directions import by_application
from rules.email_systems import Protocol
from rules.facts import EmailServerProfile
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import Fail, Pass, Undetermined, Verdict


class End(Struct, frozen=True, order=True):
    """A day (ISO 8601) and what happens on it."""

    date: str
    what: str


class PlanStep(Struct, frozen=True):
    """A step of the plan, by its id there; `provable` as there."""

    id: str
    title: str
    provable: bool


class Way(Struct, frozen=True):
    """One way to mail. `kind` is built-in, cross-tenant, own-application, exchange, password-mail
    or other; for what no profile is, it is the kind of the subject, and "mailboxes" for mailboxes.

    `questions` are asked where something could not be seen, each with who can answer it.
    `plan` are the steps of the plan that repair what is missing.
    """

    kind: str
    subject: Subject
    ends: tuple[End, ...]
    in_place: tuple[str, ...]
    missing: tuple[str, ...]
    steps: tuple[str, ...]
    questions: tuple[str, ...]
    plan: tuple[PlanStep, ...] = ()


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
    planner, verdicts = planner_of(request, outside)
    subjects = Subjects(request.url, verdicts.facts.organization)
    by_subject: dict[Subject, list[Judged]] = {}
    for judged in verdicts.others:
        if judged.rule.kind == "lifecycle":
            by_subject.setdefault(subjects.of(judged), []).append(judged)
    rules = [rule for rule in verdicts.judge.about("mailbox") if rule.kind == "lifecycle"]
    of_mailboxes = [
        (rule, group.verdicts[rule.id], group)
        for group in verdicts.groups
        for rule in rules
        if group.count
    ]
    every = [(rule, verdict) for rule, verdict, _ in of_mailboxes]
    every += [(each.rule, each.verdict) for own in by_subject.values() for each in own]
    failing = {severity_of(rule, verdict) for rule, verdict in every if isinstance(verdict, Fail)}
    lifecycle = {rule.id for rule in verdicts.judge.rules if rule.kind == "lifecycle"}
    mailboxes_fail = any(isinstance(verdict, Fail) for _, verdict, _ in of_mailboxes)

    def wanted(aim: Aim) -> bool:
        # What repairs mailboxes is one step with what repairs others in the same way.
        return mailboxes_fail if aim.group is not None else not lifecycle.isdisjoint(aim.rules)

    told = [(subject, each.rule) for subject, own in by_subject.items() for each in own]
    told += [(_example(subjects, each), each[0]) for each in of_mailboxes]
    # A step names the cause of each mailbox: only these are asked for.
    asked = {_cause(subject, rule) for subject, rule in told}
    steps = {id: s for s in planner.plan(wanted).steps for id in s.causes if id in asked}
    ways = [
        _way(
            subject.kind
            if subject.kind != "profile"
            else kind_of(verdicts.facts.profiles[subject.id]),
            subject,
            [(each.rule, each.verdict) for each in own],
            _planned(steps, ((subject, each.rule, each.verdict) for each in own)),
        )
        for subject, own in by_subject.items()
    ]
    ways += _of_mailboxes(subjects, of_mailboxes, steps)
    return Readiness(
        environment=request.environment,
        as_of=request.as_of.isoformat(),
        ready=failing <= {"note"},
        undetermined=any(isinstance(verdict, Undetermined) for _, verdict in every),
        complete=all(s.status in ("read", "not-configured") for s in verdicts.facts.states()),
        ways=tuple(sorted(filter(_is_told, ways), key=_place)),
    )


def _is_told(way: Way) -> bool:
    return bool(way.ends or way.missing or way.questions or way.in_place)


def _place(way: Way) -> tuple[bool, bool]:
    """Ways that lack something come first, then those of which something is not known."""
    return not way.missing, not way.questions


def _of_mailboxes(
    subjects: Subjects,
    judged: Iterable[tuple[Rule, Verdict, MailboxGroup]],
    steps: Mapping[str, Step],
) -> Iterator[Way]:
    """What is missing of mailboxes themselves, counted, for each rule."""
    by_rule: dict[str, list[tuple[Rule, Verdict, MailboxGroup]]] = {}
    for each in judged:
        if isinstance(each[1], Fail | Undetermined):
            by_rule.setdefault(each[0].id, []).append(each)
    for own in by_rule.values():
        failing = [each for each in own if isinstance(each[1], Fail)]
        way = _way(
            "mailboxes",
            subjects.organization,
            [(rule, verdict) for rule, verdict, _ in own],
            _planned(steps, ((_example(subjects, each), each[0], each[1]) for each in failing)),
        )
        count = counted(sum(group.count for _, _, group in failing), "mailbox", "mailboxes")
        missing = tuple(dict.fromkeys(f"{count}: {each}" for each in way.missing))
        yield replace(way, missing=missing, questions=tuple(dict.fromkeys(way.questions)))


def _example(subjects: Subjects, judged: tuple[Rule, Verdict, MailboxGroup]) -> Subject:
    row = judged[2].example.row
    return subjects.mailbox(row.mailboxid, row.name, row.emailaddress)


def _planned(
    steps: Mapping[str, Step], judged: Iterable[tuple[Subject, Rule, Verdict]]
) -> tuple[PlanStep, ...]:
    """The steps of the plan that repair what fails, each once."""
    found: dict[str, PlanStep] = {}
    for subject, rule, verdict in judged:
        step = steps.get(_cause(subject, rule))
        if step is not None and isinstance(verdict, Fail):
            found[step.id] = PlanStep(step.id, step.title, step.provable)
    return tuple(found.values())


def _cause(subject: Subject, rule: Rule) -> str:
    return f"{subject.kind}:{subject.id}:{rule.repair}"


def _way(
    kind: str,
    subject: Subject,
    own: Iterable[tuple[Rule, Verdict]],
    planned: tuple[PlanStep, ...],
) -> Way:
    ends: set[End] = set()
    in_place, missing, steps, questions = [], [], [], []
    for rule, verdict in own:
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
            steps.append(verdict.remedy or rule.remedy)
        elif isinstance(verdict, Undetermined):
            questions.append(f"{verdict.message} {verdict.remedy}")
    return Way(
        kind,
        subject,
        tuple(sorted(ends)),
        tuple(in_place),
        tuple(missing),
        tuple(dict.fromkeys(steps)),
        tuple(dict.fromkeys(questions)),
        planned,
    )


def kind_of(profile: EmailServerProfile) -> str:
    """The kind of the way that a profile is."""
    if isinstance(profile.incoming.protocol, Unknown):
        return "other"
    if profile.incoming.protocol is not Protocol.EWS:
        return "password-mail"
    if by_application(profile):
        return "own-application"
    if profile.incoming.reaches_exchange_online is True:
        return "built-in" if profile.same_tenant is True else "cross-tenant"
    return "exchange"
