"""What holds for every organisation: made by chance, audited whole.

No organisation breaks an audit, no verdict stands without what it rests on, and neither the order
of the rows nor the sharing of configurations changes what is said.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from auditor.audit import audit, verdicts_of
from auditor.findings.causes import Causes
from auditor.findings.findings import Findings
from auditor.findings.standing import Standings
from auditor.findings.waivers import Waivers
from auditor.judging.bearing import Bearing
from auditor.judging.judge_all import Verdicts
from auditor.judging.mailbox_group import MailboxGroup
from auditor.model import Audit, Finding, RootCause
from auditor.request import Request
from connectors.columnar.page import Page
from connectors.normalisation.mailbox.configurations import Interned, Mailboxes
from rules.edition import EDITIONS, Edition
from rules.rule import catalogue
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict, outcome
from tests.auditor.random_organisations import DAYS, Made, made, shuffled
from tests.auditor.recorded import READ_AT, Recorded, RecordedStream, Told

SEEDS = st.integers(0, 2**32)

few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def audited(organisation: Made) -> Audit:
    return audit(organisation.request, organisation.outside, lambda: READ_AT)


def said(found: Audit) -> dict[str, Any]:
    """All that an audit says but how many configurations there were."""
    return {
        "rules": [(each.rule.id, asdict(each.counts)) for each in found.rules],
        "statements": found.statements,
        "undetermined": found.undetermined,
        "causes": list(found.causes()),
        "mailboxes": list(found.mailboxes()),
        "notes": found.notes,
        "coverage": found.summary.coverage,
        "standing": found.summary.standing,
        "severities": asdict(found.summary.severities),
        "findings": [_without_configurations(each) for each in found.findings()],
    }


def _without_configurations(finding: Finding) -> Finding:
    if finding.affected is None:
        return finding
    return replace(finding, affected=replace(finding.affected, configurations=0))


def _every_verdict(verdicts: Verdicts) -> Iterator[tuple[str, Verdict]]:
    for group in verdicts.groups:
        yield from group.verdicts.items()
    for judged in (*verdicts.others, *verdicts.unread):
        yield judged.rule.id, judged.verdict


@few
@given(SEEDS)
def test_no_organisation_breaks_an_audit_and_no_verdict_stands_alone(seed: int) -> None:
    organisation = made(seed)
    verdicts, choice = verdicts_of(organisation.request, organisation.outside)
    for rule_id, verdict in _every_verdict(verdicts):
        assert verdict.message, rule_id
        if isinstance(verdict, Pass | Fail):
            assert verdict.evidence, rule_id
        if isinstance(verdict, Undetermined):
            assert verdict.remedy, rule_id
            assert verdict.cause or verdict.evidence, rule_id
        if isinstance(choice.edition, Edition):
            named = getattr(verdict, "statements", None) or ()
            assert all(each in choice.edition for each in named), rule_id


@few
@given(SEEDS)
@example(154032)
@example(587)
def test_every_finding_shows_where_it_was_read(seed: int) -> None:
    for finding in audited(made(seed)).findings():
        for evidence in finding.evidence:
            assert evidence.source
            assert evidence.record
            assert evidence.field
        if finding.verdict == "fail":
            assert finding.evidence, finding.rule
            assert any(evidence.read_at for evidence in finding.evidence), finding


@few
@given(SEEDS, SEEDS)
def test_the_order_of_rows_changes_nothing(seed: int, order: int) -> None:
    organisation = made(seed)
    assert said(audited(shuffled(organisation, order))) == said(audited(organisation))


class InPages(Recorded):
    """Mailboxes come three at a time."""

    def open(self, reader: Any, before: Any) -> RecordedStream:
        stream = super().open(reader, before)
        return Paged(stream) if reader.source == "dynamics.mailboxes" else stream


class Paged(RecordedStream):
    def __init__(self, stream: RecordedStream) -> None:
        super().__init__(Told([row for page in stream for row in page.rows], stream.state))

    def __iter__(self) -> Iterator[Page]:
        for page in super().__iter__():
            for at in range(0, len(page.rows), 3):
                yield Page(rows=page.rows[at : at + 3], read_at=page.read_at, digest="")


@few
@given(SEEDS)
def test_the_size_of_pages_changes_nothing(seed: int) -> None:
    organisation = made(seed)
    paged = Made(InPages(organisation.outside.told), organisation.request)
    assert said(audited(paged)) == said(audited(organisation))


def each_its_own(mailboxes: Mailboxes, page: Page) -> Interned:
    """Interning without sharing: each row has a configuration of its own."""
    keyed = mailboxes._keys.of(page)
    first, rows = len(mailboxes.configurations), len(keyed.keys)
    mailboxes.configurations += [
        mailboxes._new(key, first + at) for at, key in enumerate(keyed.keys)
    ]
    return Interned(np.arange(first, first + rows), keyed.digests)


@few
@given(SEEDS)
def test_sharing_configurations_changes_nothing(seed: int) -> None:
    organisation = made(seed)
    shared = audited(organisation)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mailboxes, "intern", each_its_own)
        alone = audited(organisation)
    assert alone.summary.configurations == alone.summary.mailboxes
    assert said(alone) == said(shared)


def _judged(organisation: Made, **changes: Any) -> dict[str, list[Finding | dict[str, int]]]:
    """The counts and findings of each rule, without waivers, which dates move too."""
    asked = replace(organisation.request, waivers=(), **changes)
    found = audit(asked, organisation.outside, lambda: READ_AT)
    said: dict[str, list[Any]] = {each.rule.id: [asdict(each.counts)] for each in found.rules}
    for finding in found.findings():
        said[finding.rule].append(finding)
    return said


@few
@given(SEEDS, st.sampled_from(DAYS))
def test_the_day_changes_only_what_rests_on_dates(seed: int, day: str) -> None:
    organisation = made(seed)
    then = _judged(organisation, as_of=datetime.date.fromisoformat(day))
    now = _judged(organisation)
    differs = {rule_id for rule_id in now if now[rule_id] != then[rule_id]}
    assert differs <= {rule.id for rule in catalogue() if rule.kind == "lifecycle"}


@few
@given(SEEDS, st.sampled_from(EDITIONS))
def test_the_edition_changes_only_rules_on_the_document(seed: int, edition: str) -> None:
    organisation = made(seed)
    by_it, by_own = _judged(organisation, edition=edition), _judged(organisation)
    differs = {rule_id for rule_id in by_own if by_own[rule_id] != by_it[rule_id]}
    assert differs <= {rule.id for rule in catalogue() if rule.statements}


ENOUGH = {"pass": 0.9, "fail": 0.9, "undetermined": 0.9, "not-applicable": 0.8}
"""The share of the rules that some organisation must bring to each outcome."""


def test_chance_reaches_both_sides_of_nearly_every_rule() -> None:
    """What the tests above would not see: rules that no organisation makes pass, or fail.

    The rest need several organisations at once, or more mailboxes; tests/rules reaches them.
    """
    met: set[tuple[str, str]] = set()
    lacking: dict[str, list[str]] = {}
    for seed in range(200):
        organisation = made(seed)
        verdicts, _ = verdicts_of(organisation.request, organisation.outside)
        met.update((rule_id, outcome(verdict)) for rule_id, verdict in _every_verdict(verdicts))
        lacking = {
            word: never
            for word, least in ENOUGH.items()
            if len(never := [rule.id for rule in catalogue() if (rule.id, word) not in met])
            > (1 - least) * len(catalogue())
        }
        if not lacking:
            break
    assert lacking == {}


@few
@given(SEEDS)
def test_standings_causes_and_mailboxes_agree(seed: int) -> None:
    found = audited(made(seed))
    standing, listed = found.summary.standing, list(found.mailboxes())
    causes = list(found.causes())
    counts = Counter(each.standing for each in listed)
    assert counts == {
        word: count
        for word in ("broken", "unknown", "unsupported")
        if (count := getattr(standing, word))
    }
    assert standing.synchronizing == standing.working + len(listed)
    assert len(causes) == found.cause_count
    ids = [each.id for each in causes]
    assert len(ids) == len(set(ids))
    assert {id for each in listed for id in each.causes} <= set(ids)
    assert [each.id for each in listed] == sorted(each.id for each in listed)
    names = Counter(id for each in listed for id in each.causes)
    failing = {each.rule for each in found.findings() if each.verdict == "fail"}
    for each in causes:
        assert names[each.id] <= each.mailboxes <= standing.synchronizing
        assert each.repairs <= names[each.id]
        assert set(each.rules) <= failing
        assert each.remedy == each.steps[0]
    # A broken mailbox is so for a cause, and none stands broken or unsupported without one.
    assert all(each.causes for each in listed if each.standing != "unknown")


def _works(verdicts: Verdicts, request: Request) -> int:
    """How many mailboxes work, by these verdicts."""
    return _standings(verdicts, request).summary().working


def _standings(verdicts: Verdicts, request: Request) -> Standings:
    waivers = Waivers((), request.environment, request.as_of)
    return Standings(verdicts, Findings(request.environment, request.url, verdicts, waivers))


def _without(verdicts: Verdicts, request: Request, cause: RootCause) -> Verdicts:
    """The verdicts without the failures of one cause of something that is no mailbox."""
    subjects = Findings(
        request.environment, request.url, verdicts, Waivers((), "", request.as_of)
    ).subjects
    judged = [
        replace(each, verdict=NotApplicable("Repaired."))
        if each.rule.id in cause.rules and subjects.of(each) == cause.subject
        else each
        for each in verdicts.bearing.judged
    ]
    bearing = Bearing(verdicts.facts, request.thresholds, judged)
    return replace(verdicts, others=judged[: len(verdicts.others)], bearing=bearing)


@few
@given(SEEDS)
def test_what_a_cause_repairs_is_what_a_recount_without_it_finds(seed: int) -> None:
    organisation = made(seed)
    request = organisation.request
    verdicts, _ = verdicts_of(request, organisation.outside)
    causes = list(Causes(_standings(verdicts, request)).in_order())
    before = _works(verdicts, request)
    for cause in causes:
        if cause.subject.kind != "mailbox":
            assert _works(_without(verdicts, request, cause), request) - before == cause.repairs
    # Of mailboxes' own causes, those of a group are repaired together.
    repairs = Counter(each.rules for each in causes if each.subject.kind == "mailbox")
    for rules in repairs:
        of_rules = [
            each for each in causes if each.rules == rules and each.subject.kind == "mailbox"
        ]
        names = {each.subject.id for each in of_rules}
        groups = [_repaired(each, rules) for each in verdicts.groups]
        again = _works(replace(verdicts, groups=groups), request)
        assert again - before == sum(each.repairs for each in of_rules), names


def _repaired(group: MailboxGroup, rules: tuple[str, ...]) -> MailboxGroup:
    """The group without the failures of a cause of its own, where it has that very cause."""
    asked = {rule.id: rule for rule in catalogue()}
    failing = [id for id, verdict in group.verdicts.items() if isinstance(verdict, Fail)]
    alike = {id for id in failing if asked[id].repair == asked[rules[0]].repair}
    if alike != set(rules):
        return group
    verdicts = {
        id: NotApplicable("Repaired.") if id in alike else verdict
        for id, verdict in group.verdicts.items()
    }
    return replace(group, verdicts=verdicts)
