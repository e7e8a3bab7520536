"""What the outcome of a run means for who called the program: the exit code."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from auditor.model import Audit

FailOn: TypeAlias = Literal["error", "warning", "note", "never"]

NOTHING, FINDINGS, MISUSED, INCOMPLETE, DEFECT = 0, 1, 2, 3, 70
_WORST_FIRST = (DEFECT, MISUSED, FINDINGS, INCOMPLETE)


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
    if counted[tolerance.fail_on]:
        return FINDINGS
    is_open = not audit.complete or (tolerance.strict and audit.undetermined_open)
    return INCOMPLETE if is_open and not tolerance.allow_incomplete else NOTHING


def worst(codes: Iterable[int]) -> int:
    """The exit code of several audits."""
    met = set(codes)
    return next((code for code in _WORST_FIRST if code in met), NOTHING)
