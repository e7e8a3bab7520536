"""Where reports go: what `--report FORMAT[=PATH]` asks for, refused before anything is read."""

import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from auditor.cli.report_files.kept_reports import keep_copy
from auditor.cli.report_files.report_paths import (
    ENVIRONMENT,
    RunOf,
    check_paths,
    file_for,
    make_directory,
)
from auditor.cli.terminal.output import while_somebody_reads
from auditor.model import Audit
from auditor.process.files import FileNotWritten, writing_bytes
from auditor.reports import Writer, formats, writer
from auditor.usage import UsageProblem, unknown

STANDARD_OUTPUT = ("", "-")
_ONE_AT_A_TIME = threading.Lock()


class Target(Struct, frozen=True):
    """One report to write; `path` None stands for standard output.

    `keep`: so many stay beside the latest, each under the time of its run.
    """

    writer: Writer
    path: str | None = None
    keep: int = 0

    def file(self, audit: Audit) -> Path | None:
        """The file for one audit."""
        if self.path is None:
            return None
        return file_for(self.path, RunOf(audit.environment.name, audit.started_at, audit.run_id))

    def write(self, audit: Audit, exit_code: int | None) -> None:
        """Write the report of one audit. Raises `FileNotWritten`."""
        file = self.file(audit)
        if file is not None:
            assert self.path is not None
            make_directory(self.path, file)
            with writing_bytes(file) as out:
                self.writer.write(audit, out, exit_code=exit_code)
            if self.keep:
                keep_copy(file, audit.started_at, self.keep)
            return
        # Audits that go on side by side write one report after the other.
        with _ONE_AT_A_TIME, while_somebody_reads():
            sys.stdout.flush()
            self.writer.write(audit, sys.stdout.buffer, exit_code=exit_code)
            sys.stdout.buffer.flush()


def targets_of(asked: Sequence[str], environments: Sequence[str]) -> tuple[Target, ...]:
    """The reports asked for, those into files first; none asked for: the screen.

    Raises `UsageProblem` for an unknown format, for reports that would overwrite one another, and
    for a directory that is not there.
    """
    targets = [_target(each) for each in asked]
    on_output = [target for target in targets if target.path is None]
    if len(on_output) > 1:
        raise UsageProblem(
            "two reports cannot share standard output; give all but one a path: FORMAT=PATH"
        )
    if on_output and len(environments) > 1:
        name = on_output[0].writer.format
        raise UsageProblem(
            f"several environments cannot share standard output; write --report "
            f"{name}={ENVIRONMENT}.{on_output[0].writer.extension}"
        )
    check_paths([target.path for target in targets if target.path is not None], environments)
    if not targets:
        return (Target(writer("terminal")),)
    return tuple(sorted(targets, key=lambda target: target.path is None))


def _target(asked: str) -> Target:
    name, equals, path = asked.partition("=")
    if name not in formats():
        raise unknown("report format", name, formats())
    if equals and not path.strip():
        raise UsageProblem(f"--report {asked} names no file; write {name}=PATH, or {name} alone")
    return Target(writer(name), None if path in STANDARD_OUTPUT else path)


def configured_targets(names: Iterable[str], directory: Path, keep: int = 0) -> tuple[Target, ...]:
    """The reports that the configuration asks of every run, in a directory made where missing.

    `keep`: so many of each stay beside the latest. Raises `FileNotWritten`.
    """
    targets = []
    for name in names:
        found = writer(name)
        targets.append(Target(found, f"{directory}/{ENVIRONMENT}.{_extension(found)}", keep))
    if targets:
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as refusal:
            reason = refusal.strerror or type(refusal).__name__
            raise FileNotWritten(directory, f"{reason.lower()}; name another directory") from None
    return tuple(targets)


def _extension(of: Writer) -> str:
    """The file's extension, which also distinguishes formats that share one."""
    return of.extension if of.extension == of.format else f"{of.format}.{of.extension}"
