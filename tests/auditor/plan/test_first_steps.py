"""What reports show beside the first causes is what the plan proves; they look only so long."""

import re
from collections.abc import Iterable
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from auditor.audit import audit, verdicts_of
from auditor.demo.contoso import DECLARED, contoso
from auditor.findings.findings import Findings
from auditor.findings.waivers import Waivers
from auditor.fleet.kept_audits import KeptAudits
from auditor.model import Audit, FirstChanges, RootCause, Waived
from auditor.plan.first_steps import FirstSteps, with_first_steps
from auditor.plan.planner import plan_of
from auditor.reports.shared import ranking, wording
from auditor.why.why import why
from rules.rule import catalogue
from tests.auditor.recorded import NOW, READ_AT, Recorded, recorded, request
from tests.auditor.reports.audits import CAUSES, audit_of, written

REQUEST = request(catalogue(), DECLARED)


@pytest.fixture(scope="module")
def outside() -> Recorded:
    return recorded(contoso(now=NOW))


@pytest.fixture(scope="module")
def planned(outside: Recorded) -> Audit:
    return audit(REQUEST, outside, lambda: READ_AT, planned=with_first_steps)


def steps_of(outside: Recorded, most: int | None) -> FirstSteps:
    verdicts, _ = verdicts_of(REQUEST, outside)
    waivers = Waivers((), REQUEST.environment, REQUEST.as_of)
    findings = Findings(REQUEST.environment, REQUEST.url, verdicts, waivers)
    return FirstSteps(REQUEST, verdicts, findings, most)


@pytest.fixture(scope="module")
def whole(outside: Recorded, planned: Audit) -> FirstChanges:
    return steps_of(outside, None)(planned.causes())


def test_a_cause_has_a_change_exactly_where_the_plan_proves_a_step(
    outside: Recorded, whole: FirstChanges
) -> None:
    steps = plan_of(REQUEST, outside).steps
    assert set(whole.changes) == {id for each in steps if each.provable for id in each.causes}
    assert not whole.ended


def test_an_audit_still_looks_for_changes_once_every_mailbox_was_judged(planned: Audit) -> None:
    causes = ranking.first_causes(planned, 20)
    assert ranking.first_changes(planned, causes).changes


def test_it_ends_where_the_bound_is_reached_and_says_so(
    outside: Recorded, planned: Audit, whole: FirstChanges
) -> None:
    found = steps_of(outside, 100)(planned.causes())
    assert found.ended
    assert 0 < len(found.changes) < len(whole.changes)


@pytest.mark.parametrize(("most", "looks"), [(7, False), (8, True), (None, True)])
def test_a_move_is_looked_for_until_the_bound_is_reached(most: int | None, looks: bool) -> None:
    asked: list[object] = []
    steps = object.__new__(FirstSteps)
    steps._most, steps._ended, steps._looked = most, False, set()
    bench, moves, aims = SimpleNamespace(judged=7), SimpleNamespace(found=asked.append), Aimless()
    steps._bench, steps._moves, steps._aims = bench, moves, aims  # type: ignore[assignment]
    steps._look_for_a_move(SimpleNamespace(id="c"))  # type: ignore[arg-type]
    assert (asked, steps._looked, steps._ended) == (
        (["the aim of c"], {"c"}, False) if looks else ([], set(), True)
    )


class Aimless:
    def of_cause(self, cause: RootCause) -> str:
        return f"the aim of {cause.id}"


def test_a_waived_cause_is_not_looked_at(outside: Recorded, planned: Audit) -> None:
    causes = [replace(each, waived=Waived("CHG-1", "2030-01-01")) for each in planned.causes()]
    assert steps_of(outside, None)(causes) == FirstChanges({}, ended=False)


def test_a_change_names_the_setting_and_its_values_and_nothing_by_an_id(
    whole: FirstChanges,
) -> None:
    texts = " ".join(whole.changes.values())
    assert "Set Auto Discover Server Location (useautodiscover) to Yes, now No." in texts
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", texts)


def shown(causes: Iterable[RootCause]) -> FirstChanges:
    return FirstChanges({each.id: "Set the switch to Yes." for each in causes}, ended=True)


@pytest.mark.parametrize("format", ["terminal", "html"])
def test_a_report_shows_the_change_beside_its_cause_and_that_it_did_not_look_further(
    format: str,
) -> None:
    text = " ".join(written(format, audit_of(first_steps=shown)).split())
    assert text.count("Set the switch to Yes.") >= len(CAUSES)
    assert "`auditor plan`" in text or "<code>auditor plan</code>" in text
    assert wording.PLAN_ENDED.partition("`")[0].strip() in text
    assert "Set the switch" not in written(format, audit_of())


def test_an_audit_that_is_kept_keeps_the_changes_that_its_reports_showed(planned: Audit) -> None:
    known = ranking.first_changes(planned, ranking.first_causes(planned, ranking.PLANNED))
    with KeptAudits() as kept:
        again = kept.keep(planned)()
        assert again.first_steps is not None
        assert again.first_steps(again.causes()) == known


def test_why_names_the_change_that_mends_a_mailbox(outside: Recorded) -> None:
    (found,) = why(REQUEST, outside, "Alan Rejected").explanations
    first, *others = found.to_repair
    assert first.cause.startswith("mailbox:")
    assert "to Approved (1), now Rejected (3)" in first.change
    assert any(not each.change and each.remedy for each in others)
    (working,) = why(REQUEST, outside, "profile:Microsoft Exchange Online").explanations
    assert working.to_repair == ()
