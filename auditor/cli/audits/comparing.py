"""What counts of an audit, beside what was there before: the notes and the exit code."""

from typing import TYPE_CHECKING

from msgspec import structs

from auditor.cli.options import Options
from auditor.cli.report_files.report_paths import RunOf, file_for
from auditor.differences import compared
from auditor.differences.baseline import Baseline, baseline_of, since_the_last_run
from auditor.exit_codes import exit_code
from auditor.model import Audit
from auditor.reports.published.loading import ReportNotRead, load_report
from auditor.request import Request
from auditor.usage import UsageProblem

if TYPE_CHECKING:
    from auditor.differences import Difference

NOT_KNOWN = "What is new is not known, so that every finding is shown and counts."


def load_baseline(request: Request, given: Options) -> Baseline | None:
    """What was there in the report that `--baseline` names; None: it names none.

    Raises `UsageProblem`.
    """
    if given.baseline is None:
        return None
    of = RunOf(request.environment, request.started_at, request.run_id)
    path = file_for(given.baseline, of)
    try:
        report = load_report(path)
    except ReportNotRead as refusal:
        raise UsageProblem(f"--baseline {refusal}") from refusal
    if report.environment.name != request.environment:
        raise UsageProblem(
            f"--baseline {path} is of the environment {report.environment.name}, not of"
            f" {request.environment}; put {{environment}} in its path"
        )
    return baseline_of(f"in the baseline of {report.started_at}", report.findings())


def concluded(
    audit: Audit, difference: "Difference | None", baseline: Baseline | None, given: Options
) -> tuple[Audit, int]:
    """The audit as reports show it, with what changed, and the exit code."""
    found = compared(audit, difference)
    if baseline is None and given.new_only and difference is not None:
        baseline = since_the_last_run(difference)
    if baseline is None:
        if given.new_only:
            found = structs.replace(found, notes=(*found.notes, NOT_KNOWN))
        return found, exit_code(audit, given.tolerance)
    fresh = baseline.counted(audit)
    summary = structs.replace(audit.summary, severities=fresh)
    code = exit_code(structs.replace(audit, summary=summary), given.tolerance)
    return baseline.told(found, fresh, new_only=given.new_only), code
