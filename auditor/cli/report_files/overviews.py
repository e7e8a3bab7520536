"""`--overview FORMAT=PATH`: one page for all environments of a run."""

import os
import posixpath
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from auditor.cli.report_files.report_paths import check_paths
from auditor.cli.report_files.targets import Target
from auditor.cli.terminal.incompleteness import unread_line
from auditor.cli.terminal.messages import log_line
from auditor.configuration import Environment
from auditor.configuration.paths import at_home
from auditor.differences.values import Difference
from auditor.fleet.collector import Collector
from auditor.fleet.comparison import Comparison
from auditor.fleet.overview_formats import FORMATS
from auditor.model import Audit
from auditor.process.files import FileNotWritten
from auditor.process.remote_files import Place, is_address, writing_place
from auditor.running import now
from auditor.usage import UsageProblem, unknown

CONFIGURED = (("html", "overview.html"), ("json", "overview.json"))
"""Overviews that stand beside the reports in the directory of the configuration."""


class Destination(Struct, frozen=True):
    """One overview to write."""

    format: str
    path: Place


class Overviews:
    """Collects the audits of a run, and writes every overview of them."""

    def __init__(
        self,
        destinations: Sequence[Destination],
        labels: Mapping[str, Mapping[str, str]],
        group_by: str | None = None,
    ) -> None:
        self._group_by = group_by
        self._destinations = tuple(destinations)
        self._collector = Collector(labels)

    def add(
        self, audit: Audit, code: int, targets: Sequence[Target], difference: Difference | None
    ) -> None:
        """Notes an audit that ended, with the first report of it that is a file."""
        if self._destinations:
            problem = None if audit.complete else unread_line(audit)
            report = self._report(audit, targets)
            self._collector.add(audit, code, report, difference, problem)

    def fail(self, environment: str, code: int, problem: str) -> None:
        """Notes an environment that was not audited."""
        self._collector.fail(environment, code, problem)

    def compared(self, comparison: Comparison) -> None:
        """Notes what several environments have in common, and which were not compared."""
        self._collector.compare(
            comparison.sharing,
            comparison.not_read,
            comparison.applications,
            comparison.applications_by_environment,
            comparison.accounts,
        )

    def settle(
        self,
        environment: str,
        code: int,
        difference: Difference | None,
        audit: Audit | None = None,
    ) -> None:
        """Notes an audit once it was compared: its exit code, what changed, and what it found.

        `audit` None: its report could not be written again.
        """
        self._collector.settle(environment, code, difference, audit)

    def write(self) -> bool:
        """Write every overview; gives whether all could be written, and says why one was not."""
        written = True
        overview = self._collector.overview(now(), self._group_by)
        for each in self._destinations:
            try:
                with writing_place(each.path) as out:
                    out.write(FORMATS[each.format](overview))
            except FileNotWritten as refusal:
                log_line(str(refusal))
                written = False
        return written

    def _report(self, audit: Audit, targets: Sequence[Target]) -> str | None:
        files = [file for target in targets if (file := target.file(audit)) is not None]
        if not files:
            return None
        shown = next((each for each in files if str(each).endswith(".html")), files[0])
        return _relative(shown, self._destinations[0].path)


def _relative(report: Place, overview: Place) -> str | None:
    """How the overview leads to the report; None: from there nothing leads to it."""
    if isinstance(report, Path) and isinstance(overview, Path):
        return Path(os.path.relpath(report.absolute(), overview.absolute().parent)).as_posix()
    if isinstance(report, Path) or isinstance(overview, Path):
        return None
    if urlsplit(report)[:2] != urlsplit(overview)[:2]:
        return None
    start = posixpath.dirname(urlsplit(overview).path) or "/"
    return posixpath.relpath(urlsplit(report).path or "/", start)


def overviews_of(
    asked: Sequence[str],
    environments: Sequence[Environment],
    directory: Path | None,
    group_by: str | None = None,
) -> Overviews:
    """The overviews that were asked for, and those beside the reports in `directory`.

    Raises `UsageProblem` for an unknown format, a directory that is not there, or a label that no
    environment has.
    """
    keys = sorted({key for each in environments for key in each.labels})
    if group_by is not None and group_by not in keys:
        raise unknown("label", group_by, keys)
    destinations = [_destination(each) for each in asked]
    check_paths([str(each.path) for each in destinations], ["overview"])
    if directory is not None and len(environments) > 1:
        destinations += [Destination(form, directory / name) for form, name in CONFIGURED]
    labels = {each.name: each.labels for each in environments}
    return Overviews(destinations, labels, group_by)


def _destination(asked: str) -> Destination:
    form, equals, path = asked.partition("=")
    if form not in FORMATS:
        raise unknown("overview format", form, FORMATS)
    if not equals or not path.strip():
        raise UsageProblem(f"--overview {asked} names no file; write {form}=PATH")
    return Destination(form, path if is_address(path) else at_home(path))


def labelled(environments: Sequence[Environment], asked: Sequence[str]) -> tuple[Environment, ...]:
    """The environments that have every label asked for, KEY=VALUE. Raises `UsageProblem`."""
    wanted = []
    for each in asked:
        key, equals, value = each.partition("=")
        if not equals or not key:
            raise UsageProblem(f"--label takes KEY=VALUE, such as stage=production, not {each!r}")
        wanted.append((key, value))
    found = tuple(
        each for each in environments if all(each.labels.get(key) == value for key, value in wanted)
    )
    if not found:
        raise UsageProblem(f"no environment has the label {' and '.join(asked)}")
    return found
