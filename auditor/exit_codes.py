"""What the outcome of a run means for who called the program: the exit code."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from auditor.model import Audit

FailOn: TypeAlias = Literal["error", "warning", "note", "never"]

NOTHING, FINDINGS, MISUSED, INCOMPLETE, FINDINGS_AND_INCOMPLETE = 0, 1, 2, 3, 4
DEFECT, LOCKED = 70, 75
_WORST_FIRST = (DEFECT, MISUSED, FINDINGS_AND_INCOMPLETE, LOCKED, FINDINGS, INCOMPLETE)


class Tolerance(Struct, frozen=True, kw_only=True):
    """What a run may leave without an exit code that says so."""

    fail_on: FailOn = "error"
    allow_incomplete: bool = False
    strict: bool = False


def exit_code(audit: Audit, tolerance: Tolerance) -> int:
    """What the outcome of one audit means for who called the program."""
    severities = audit.summary.severities
    counted = {
        "never": 0,
        "error": severities.error,
        "warning": severities.error + severities.warning,
        "note": severities.error + severities.warning + severities.note,
    }
    is_open = not audit.complete or (tolerance.strict and audit.undetermined_open)
    is_told = is_open and not tolerance.allow_incomplete
    if counted[tolerance.fail_on]:
        return FINDINGS_AND_INCOMPLETE if is_told else FINDINGS
    return INCOMPLETE if is_told else NOTHING


def worst(codes: Iterable[int]) -> int:
    """The exit code of several audits.

    Findings of one and an incomplete reading of another are both told: neither hides the other.
    """
    met = set(codes)
    if {FINDINGS, INCOMPLETE} <= met:
        met.add(FINDINGS_AND_INCOMPLETE)
    return next((code for code in _WORST_FIRST if code in met), NOTHING)
