"""`--overview FORMAT=PATH`: one page for all environments of a run.

Tested in `tests/end_to_end/test_many_environments.py`.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from auditor.cli.report_files.report_paths import check_paths
from auditor.cli.report_files.targets import Target
from auditor.cli.terminal.incompleteness import unread_line
from auditor.cli.terminal.messages import log_line
from auditor.configuration import Environment
from auditor.differences.values import Difference
from auditor.fleet.comparison import Sharing
from auditor.fleet.overview import Collector
from auditor.fleet.overview_formats import FORMATS
from auditor.model import Audit
from auditor.process.files import FileNotWritten, writing_bytes
from auditor.running import now
from auditor.usage import UsageProblem, unknown

CONFIGURED = (("html", "overview.html"), ("json", "overview.json"))
"""Overviews that stand beside the reports in the directory of the configuration."""


class Destination(Struct, frozen=True):
    """One overview to write."""

    format: str
    path: Path


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

    def compared(self, sharing: Sequence[Sharing], not_compared: Sequence[str]) -> None:
        """Notes which environments synchronize the same addresses, and which were not compared."""
        self._collector.compare(sharing, not_compared)

    def settle(self, environment: str, code: int) -> None:
        """Notes the exit code of an audit that the comparison may have changed."""
        self._collector.settle(environment, code)

    def write(self) -> bool:
        """Write every overview; gives whether all could be written, and says why one was not."""
        written = True
        overview = self._collector.overview(now(), self._group_by)
        for each in self._destinations:
            try:
                with writing_bytes(each.path) as out:
                    out.write(FORMATS[each.format](overview))
            except FileNotWritten as refusal:
                log_line(str(refusal))
                written = False
        return written

    def _report(self, audit: Audit, targets: Sequence[Target]) -> str | None:
        files = [file for target in targets if (file := target.file(audit)) is not None]
        shown = next((each for each in files if each.suffix == ".html"), next(iter(files), None))
        if shown is None:
            return None
        start = self._destinations[0].path.absolute().parent
        return Path(os.path.relpath(shown.absolute(), start)).as_posix()


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
    return Destination(form, Path(path).expanduser())


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
