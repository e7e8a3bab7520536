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
    make_directory,
    place_for,
)
from auditor.cli.terminal.output import while_somebody_reads
from auditor.model import Audit
from auditor.process.files import FileNotWritten
from auditor.process.remote_files import Place, writing_place
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

    def file(self, audit: Audit) -> Place | None:
        """The file for one audit; of a directory the one where a reader begins."""
        place = self._place(audit)
        if isinstance(place, Path) and self.writer.write_directory is not None:
            return place / self.writer.index
        return place

    def write(self, audit: Audit, exit_code: int | None) -> str:
        """Write the report of one audit; gives what changed in a directory, in words.

        Raises `FileNotWritten`.
        """
        place = self._place(audit)
        if place is not None:
            assert self.path is not None
            if isinstance(place, Path):
                make_directory(self.path, place)
                if self.writer.write_directory is not None:
                    return self.writer.write_directory(audit, place)
            with writing_place(place) as out:
                self.writer.write(audit, out, exit_code=exit_code)
            if self.keep and isinstance(place, Path):
                keep_copy(place, audit.started_at, self.keep)
            return ""
        # Audits that go on side by side write one report after the other.
        with _ONE_AT_A_TIME, while_somebody_reads():
            sys.stdout.flush()
            self.writer.write(audit, sys.stdout.buffer, exit_code=exit_code)
            sys.stdout.buffer.flush()
        return ""

    def _place(self, audit: Audit) -> Place | None:
        if self.path is None:
            return None
        return place_for(self.path, RunOf(audit.environment.name, audit.started_at, audit.run_id))


def check_whole(targets: Iterable[Target], *, narrowed: bool) -> None:
    """Return where what is left out of a report closes nothing. Raises `UsageProblem`."""
    for each in targets:
        if narrowed and each.path is not None and each.writer.write_directory is not None:
            raise UsageProblem(
                f"{each.writer.format} are of everything: leave out --only and --new-only"
            )


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
    paths = {target.path: target.writer for target in targets if target.path is not None}
    check_paths(
        [target.path for target in targets if target.path is not None],
        environments,
        {path for path, of in paths.items() if of.write_directory is not None},
    )
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
    if of.write_directory is not None:
        return of.format
    return of.extension if of.extension == of.format else f"{of.format}.{of.extension}"
