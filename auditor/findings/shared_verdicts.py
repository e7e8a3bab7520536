"""What one cause leaves open for many subjects, gathered into one verdict for each rule."""

from collections.abc import Iterable, Mapping
from itertools import chain

from msgspec import Struct
from msgspec.structs import astuple

from auditor.findings.subjects import Subjects
from auditor.judging.judge_all import Verdicts
from auditor.judging.mailbox_group import SAMPLE, Alike, first_named
from auditor.model import SharedCause, Subject, SubjectKind
from rules.evidence import Cause
from rules.rule import Rule
from rules.verdict import Undetermined


class SharedVerdict(Struct):
    """What one cause leaves open for one rule, counted while it is gathered."""

    rule: Rule
    cause: Cause
    verdict: Undetermined
    kind: SubjectKind
    count: int = 0
    configurations: int = 0
    sample: list[Subject] = []


_Found = dict[tuple[str, Cause], SharedVerdict]
"""By rule and cause."""


def shared_verdicts(
    verdicts: Verdicts, by_verdict: Mapping[str, Iterable[Alike]], subjects: Subjects
) -> list[SharedVerdict]:
    """One for each rule and cause, in the order of both.

    `by_verdict`: by rule, each verdict on mailboxes once with the groups that have it.
    """
    rules = {rule.id: rule for rule in verdicts.judge.rules}
    found: _Found = {}
    for id, some in by_verdict.items():
        for cause, alike in _by_cause(some).items():
            _add_mailboxes(found, rules[id], cause, alike, subjects)
    for judged in verdicts.others:
        verdict = judged.verdict
        if isinstance(verdict, Undetermined) and verdict.cause is not None:
            subject = subjects.of(judged)
            shared = _shared(found, judged.rule, verdict, verdict.cause, subject.kind)
            shared.count += 1
            shared.configurations += 1
            shared.sample.append(subject)
    for judged in verdicts.unread:
        verdict = judged.verdict
        assert isinstance(verdict, Undetermined)
        assert verdict.cause is not None
        shared = _shared(found, judged.rule, verdict, verdict.cause, "organization")
        shared.count += 1
    for shared in found.values():
        shared.sample = sorted(shared.sample, key=lambda each: each.id)[:SAMPLE]
    return [found[key] for key in sorted(found, key=lambda key: (key[0], published(key[1]).code))]


def published(cause: Cause) -> SharedCause:
    """A cause as reports show it. The code names the source too, so that no two are alike."""
    code = f"{cause.name}:{cause.code}"
    if cause.kind == "source":
        return SharedCause(code=code, source=cause.name)
    return SharedCause(code=code, declaration=cause.name)


def _add_mailboxes(
    found: _Found, rule: Rule, cause: Cause, alike: Iterable[Alike], subjects: Subjects
) -> None:
    """Counts the mailboxes that one cause leaves open; the first of them says it for all."""
    lists = [(some, each) for each in alike for some in each.lists if some.count]
    if not lists:
        return
    _, first = min(lists, key=lambda each: each[0].first)
    assert isinstance(first.verdict, Undetermined)
    named = first_named(chain.from_iterable(some.named for some, _ in lists))
    shared = _shared(found, rule, first.verdict, cause, "mailbox")
    shared.count = sum(some.count for some, _ in lists)
    shared.configurations = sum(len(some.filled) for some, _ in lists)
    shared.sample = [subjects.mailbox(*astuple(each)) for each in named]


def _shared(
    found: _Found, rule: Rule, verdict: Undetermined, cause: Cause, kind: SubjectKind
) -> SharedVerdict:
    key = (rule.id, cause)
    if key not in found:
        found[key] = SharedVerdict(rule, cause, verdict, kind)
    return found[key]


def _by_cause(alike: Iterable[Alike]) -> dict[Cause, list[Alike]]:
    """The verdicts of one rule that a cause leaves open, by the cause."""
    found: dict[Cause, list[Alike]] = {}
    for each in alike:
        verdict = each.verdict
        if isinstance(verdict, Undetermined) and verdict.cause is not None:
            found.setdefault(verdict.cause, []).append(each)
    return found
