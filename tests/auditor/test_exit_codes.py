"""What an outcome means: neither findings nor openness hides the other; a defect comes first."""

import pytest
from msgspec.structs import replace

from auditor.exit_codes import (
    FINDINGS,
    FINDINGS_AND_INCOMPLETE,
    INCOMPLETE,
    NOTHING,
    Tolerance,
    exit_code,
    worst,
)
from auditor.model import Audit, Severities
from tests.auditor.reports.audits import audit_of


def outcome(complete: bool = True, undetermined_open: bool = False, **counts: int) -> Audit:
    audit = audit_of()
    summary = replace(audit.summary, severities=replace(Severities(0, 0, 0), **counts))
    return replace(audit, summary=summary, complete=complete, undetermined_open=undetermined_open)


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("error", "error", FINDINGS),
        ("warning", "error", NOTHING),
        ("warning", "warning", FINDINGS),
        ("note", "warning", NOTHING),
        ("note", "note", FINDINGS),
        ("error", "note", FINDINGS),
        ("error", "never", NOTHING),
    ],
)
def test_findings_of_the_asked_severity_and_above_count(severity, fail_on, code) -> None:
    assert exit_code(outcome(**{severity: 1}), Tolerance(fail_on=fail_on)) == code


def test_an_incomplete_audit_is_not_a_clean_one() -> None:
    incomplete = outcome(complete=False)
    assert exit_code(incomplete, Tolerance()) == INCOMPLETE
    assert exit_code(incomplete, Tolerance(fail_on="never")) == INCOMPLETE
    assert exit_code(incomplete, Tolerance(allow_incomplete=True)) == NOTHING


def test_undetermined_findings_count_as_incomplete_where_strict() -> None:
    undetermined = outcome(undetermined_open=True)
    assert exit_code(undetermined, Tolerance()) == NOTHING
    assert exit_code(undetermined, Tolerance(strict=True)) == INCOMPLETE
    assert exit_code(undetermined, Tolerance(strict=True, allow_incomplete=True)) == NOTHING


def test_findings_and_openness_are_both_told() -> None:
    both = outcome(complete=False, error=1)
    assert exit_code(both, Tolerance()) == FINDINGS_AND_INCOMPLETE
    assert exit_code(both, Tolerance(allow_incomplete=True)) == FINDINGS
    assert exit_code(both, Tolerance(fail_on="never")) == INCOMPLETE
    undetermined = outcome(undetermined_open=True, error=1)
    assert exit_code(undetermined, Tolerance()) == FINDINGS
    assert exit_code(undetermined, Tolerance(strict=True)) == FINDINGS_AND_INCOMPLETE


@pytest.mark.parametrize(
    ("codes", "one"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 3], 3),
        ([3, 1, 0], 4),
        ([1, 0], 1),
        ([3, 4, 0], 4),
        ([75, 1, 0], 75),
        ([75, 3], 75),
        ([75, 3, 1], 4),
        ([75, 4], 4),
        ([3, 2, 1], 2),
        ([0, 70, 1, 3, 4, 75], 70),
    ],
)
def test_worst_of_several(codes: list[int], one: int) -> None:
    assert worst(codes) == one


def test_only_errors_count_where_nothing_is_said() -> None:
    assert exit_code(outcome(error=1), Tolerance()) == FINDINGS
    assert exit_code(outcome(warning=1), Tolerance()) == NOTHING
