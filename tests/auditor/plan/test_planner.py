"""A plan promises what judging again shows, and no less than trying everything would find."""

from itertools import combinations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auditor.audit import audit
from auditor.demo.contoso import DECLARED, contoso
from auditor.differences.compare import compare
from auditor.model import Audit
from auditor.plan.candidates import CANDIDATES, MOVE
from auditor.plan.changed import Changed
from auditor.plan.columns import columns
from auditor.plan.edits import Edit
from auditor.plan.planner import Planner, plan_of, planner_of
from auditor.plan.steps import Plan, Step
from auditor.request import Request
from rules.rule import catalogue
from tests.auditor.random_organisations import made
from tests.auditor.recorded import NOW, READ_AT, Recorded, recorded, request

REQUEST = request(catalogue(), DECLARED)
few = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def outside() -> Recorded:
    return recorded(contoso(now=NOW))


@pytest.fixture(scope="module")
def plan(outside: Recorded) -> Plan:
    return plan_of(REQUEST, outside)


def audited(asked: Request, outside: object) -> Audit:
    return audit(asked, outside, lambda: READ_AT)  # type: ignore[arg-type]


def edits_of(step: Step) -> list[Edit]:
    return [
        Edit(columns(c.subject.kind)[c.column], c.after, None, frozenset({c.subject.id}))
        for c in step.changes
    ]


def promise_and_truth(
    step: Step, asked: Request, outside: Recorded, before: Audit
) -> tuple[set[str], set[str]]:
    """The failures that a step promises to clear, and those that are gone; nothing else fails.

    What was open and is open for another reason is no promise.
    """
    after = audited(asked, Changed(outside, edits_of(step)))
    found = compare(before, after)
    assert not [each for each in found.findings if each.verdict == "fail"], step.title
    assert step.difference is not None
    promised = {each.fingerprint for each in step.difference.of("fixed")}
    failed = {each.fingerprint for each in before.findings() if each.verdict == "fail"}
    return promised, failed - {each.fingerprint for each in after.findings()}


def test_every_proven_step_of_the_demo_clears_what_it_promises(
    outside: Recorded, plan: Plan
) -> None:
    before = audited(REQUEST, outside)
    # One of each kind: steps of the same columns differ in the mailboxes that they reach.
    steps = {
        frozenset((c.subject.kind, c.column, repr(c.after)) for c in each.changes): each
        for each in plan.steps
        if each.provable
    }
    assert len(steps) > 10
    for step in steps.values():
        promised, cleared = promise_and_truth(step, REQUEST, outside, before)
        assert promised == cleared, step.title


def test_every_cause_is_in_exactly_one_step(outside: Recorded, plan: Plan) -> None:
    causes = [each.id for each in audited(REQUEST, outside).causes()]
    assert sorted(id for step in plan.steps for id in step.causes) == sorted(causes)


def test_what_only_a_test_settles_is_one_step_that_is_not_provable(plan: Plan) -> None:
    (test,) = [each for each in plan.steps if each.title == "Run Test & Enable Mailbox."]
    assert not test.provable
    assert test.reason
    assert test.difference is None


def test_the_undo_goes_back(plan: Plan) -> None:
    for step in plan.steps:
        assert [(c.before, c.after) for c in reversed(step.undo)] == [
            (c.after, c.before) for c in step.changes
        ]


def test_what_cannot_be_proven_says_why_and_what_stands_in_the_way(plan: Plan) -> None:
    assert all(each.reason for each in plan.steps if not each.provable)
    assert any("CUR-36" in each.statements for each in plan.steps)


def test_steps_that_repair_most_come_first(plan: Plan) -> None:
    repairs = [each.repairs for each in plan.steps]
    assert repairs == sorted(repairs, reverse=True)


@few
@example(99)
@example(472581)
@example(1171)
@given(st.integers(0, 2**32))
def test_every_proven_step_of_any_organisation_clears_what_it_promises(seed: int) -> None:
    organisation = made(seed)
    before = audited(organisation.request, organisation.outside)
    for step in plan_of(organisation.request, organisation.outside).steps:
        if step.provable:
            promised, cleared = promise_and_truth(
                step, organisation.request, organisation.outside, before
            )
            assert promised == cleared, step.title


def every_candidate(planner: Planner, kind: str) -> list[tuple[object, str]]:
    candidates = {
        candidate for each in CANDIDATES.values() for candidate in each if candidate.kind == kind
    }
    return sorted(
        ((candidate, "") for candidate in candidates if candidate.column != MOVE), key=repr
    )


def test_no_smaller_change_repairs_what_the_plan_repairs(outside: Recorded) -> None:
    """Every candidate of any rule, alone and two at a time, on profiles with a cause."""
    planner, _ = planner_of(REQUEST, outside)
    search = planner.search
    larger = planned = 0
    for aim, _, _ in planner.aims():
        if aim.profile is None or aim.group is not None:
            continue
        found = search.smallest(aim)
        if found is None:
            continue
        candidates = [
            (candidate, aim.profile) for candidate, _ in every_candidate(planner, "profile")
        ]
        planned += 1
        larger += any(
            search.attempt(aim, chosen)  # type: ignore[arg-type]
            for size in range(1, len(found.candidates))
            for chosen in combinations(candidates, size)
        )
    assert planned > 5
    assert larger <= planned * 0.05
