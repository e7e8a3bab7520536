"""Two reports or snapshots, read and compared."""

import contextlib
from pathlib import Path

from auditor.audit import audit
from auditor.cli.loading import load_configuration
from auditor.configuration import Configuration
from auditor.differences import Difference
from auditor.differences.compare import compare
from auditor.differences.settings import RecordSettings
from auditor.model import Audit
from auditor.reports.published.loading import ReportNotRead, load_report
from auditor.running import Judging, now, replayed
from auditor.snapshots import SnapshotError, is_snapshot, open_snapshot
from auditor.usage import UsageProblem


def difference_between(old: Path, new: Path, config: Path | None) -> Difference:
    """What changed from one file to the other. Raises `UsageProblem`."""
    kinds = is_snapshot(old), is_snapshot(new)
    if kinds == (False, False):
        return _checked(_report(old), _report(new))
    if not all(kinds):
        raise UsageProblem("give two JSON reports or two snapshots, not one of each")
    configuration = None if config is None else load_configuration(config)
    with (
        contextlib.closing(RecordSettings()) as old_settings,
        contextlib.closing(RecordSettings()) as new_settings,
    ):
        try:
            before = _judged(old, old_settings, configuration)
            after = _judged(new, new_settings, configuration)
        except SnapshotError as refusal:
            raise UsageProblem(str(refusal)) from refusal
        return _checked(before, after, old_settings, new_settings)


def _judged(path: Path, settings: RecordSettings, lent: Configuration | None) -> Audit:
    snapshot = open_snapshot(path)
    return audit(replayed(snapshot.header, Judging(), lent), settings.watching(snapshot), now)


def _report(path: Path) -> Audit:
    try:
        return load_report(path)
    except ReportNotRead as refusal:
        raise UsageProblem(str(refusal)) from refusal


def _checked(
    old: Audit,
    new: Audit,
    old_settings: RecordSettings | None = None,
    new_settings: RecordSettings | None = None,
) -> Difference:
    names = old.environment.name, new.environment.name
    if names[0] != names[1]:
        raise UsageProblem(
            f"the two are of different environments, {names[0]} and {names[1]}; give two of one"
        )
    return compare(old, new, old_settings, new_settings)
