"""Audits one environment after another, writes their reports and gives the exit code."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import msgspec
from msgspec import Struct

from auditor.audit import Planned, audit
from auditor.cli.audits.announcing import announce
from auditor.cli.audits.comparing import concluded, load_baseline
from auditor.cli.audits.elsewhere.receiving import BrokenOff, received
from auditor.cli.audits.journals import with_resumption
from auditor.cli.audits.notifying import NOBODY, Receivers
from auditor.cli.audits.remembering import NOTHING_REMEMBERED, Memory, check_new_only
from auditor.cli.audits.settling import Settling
from auditor.cli.audits.side_by_side import Job, all_done
from auditor.cli.audits.tasks import Task
from auditor.cli.audits.timing import Stopwatch
from auditor.cli.options import Options
from auditor.cli.report_files.overviews import Overviews
from auditor.cli.report_files.targets import Target, check_whole
from auditor.cli.terminal.incompleteness import unread_line
from auditor.cli.terminal.messages import log_line, report_defect, report_limit
from auditor.cli.terminal.progress import showing_remarks, showing_requests, watching
from auditor.differences.baseline import Baseline
from auditor.differences.settings import RecordSettings
from auditor.exit_codes import DEFECT, INCOMPLETE, LOCKED, MISUSED, worst
from auditor.model import Audit
from auditor.process import beginning
from auditor.process.files import FileNotWritten
from auditor.process.lock import Locked
from auditor.process.memory import Garbage, for_many_records
from auditor.process.private_directory import remove_abandoned_directories
from auditor.process.remote_files import Place
from auditor.resuming import Journal
from auditor.running import now
from auditor.snapshots import SnapshotError
from connectors.sources.live import PageSource
from connectors.transport.errors import SourceFailed
from connectors.transport.shutdown import STOPPING

SHOW_CHANGES = ("terminal", "html")
"""The formats that show what would repair the first causes."""


def perform(
    tasks: Sequence[Task],
    targets: Sequence[Target],
    given: Options,
    command: str,
    side_by_side: int = 1,
    memory: Memory = NOTHING_REMEMBERED,
    overviews: Overviews | None = None,
    receivers: Receivers = NOBODY,
) -> int:
    """Audit each and write every report of it; one that fails does not stop the others.

    Raises `UsageProblem` before anything is read.
    """
    remove_abandoned_directories()
    check_new_only(given, memory)
    check_whole(targets, narrowed=given.new_only or any(each.request.only for each in tasks))
    baselines = [load_baseline(task.request, given) for task in tasks]
    overviews = overviews or Overviews((), {})
    requests = [task.request for task in tasks if task.is_compared]
    settling = Settling(requests, given, memory)
    work = _Work(
        targets, given, command, memory, overviews, receivers, settling, len(tasks) == 1, Garbage()
    )
    codes = []
    try:
        with (
            settling,
            for_many_records(),
            showing_remarks(),
            showing_requests(given.verbose),
        ):
            if work.alone:
                code = _performed(tasks[0], work, baselines[0])
                codes = [INCOMPLETE if code is None else code]
            else:
                jobs = [
                    Job(task.request.environment, partial(_performed, task, work, baseline))
                    for task, baseline in zip(tasks, baselines, strict=True)
                ]
                try:
                    ends_at = beginning.ends_at(given.timeout_s)
                    codes = all_done(jobs, side_by_side, quiet=given.quiet, ends_at=ends_at)
                except BaseException:
                    settling.leave(targets, receivers)
                    raise
                work.garbage.give_back()
                names = [job.name for job in jobs]
                codes = settling.settle(codes, names, targets, overviews, receivers)
    finally:
        # Whoever ends the program early still has what was finished by then.
        if not overviews.write():
            codes.append(MISUSED)
    return worst(codes)


class _Work(Struct, frozen=True):
    """What is done with every audit; `alone`: there is one, so that it shows its own progress."""

    targets: Sequence[Target]
    given: Options
    command: str
    memory: Memory
    overviews: Overviews
    receivers: Receivers
    settling: Settling
    alone: bool
    garbage: Garbage


class _Abandoned(Exception):
    """The program was told to stop while another thread than the main one audits."""


def _performed(task: Task, work: _Work, baseline: Baseline | None) -> int | None:
    """The exit code of one audit; None: it was given up, for the program is to stop."""
    try:
        with task.held(), task.journal() as journal:
            return _audited(task, work, baseline, journal)
    except Locked as refusal:
        log_line(str(refusal))
        work.overviews.fail(task.request.environment, LOCKED, str(refusal))
        return LOCKED
    except _Abandoned:
        return None
    finally:
        if not work.alone:
            work.garbage.tidy()


def _audited(task: Task, work: _Work, baseline: Baseline | None, journal: Journal | None) -> int:
    given, command = work.given, work.command
    name = task.request.environment
    watch = Stopwatch()
    try:
        with work.memory.settings(task.request, given) as settings:
            found = _found(task, work, journal, settings, watch)
            if task.request.only and not any(msgspec.structs.astuple(found.summary.verdicts)):
                log_line(
                    f"{name}: `--only` names nothing that there is; nothing was judged, and no"
                    " report was written"
                )
                return MISUSED
            work.garbage.add(sum(each.records for each in found.sources))
            found = with_resumption(found, journal)
            if given.redaction is None:
                found = msgspec.structs.replace(found, again=task.again)
            # What cannot be taken back waits until the environments are compared.
            waits = task.is_compared and work.settling.is_wanted
            difference = None
            if not waits:
                with watch.remembering():
                    found, difference = work.memory.store(found, settings)
            shown, code = concluded(found, difference, baseline, given)
            if not found.complete:
                log_line(unread_line(found))
            work.overviews.add(shown, code, work.targets, difference)
            written, refused = _written(shown, code, work, watch, waits=waits)
            if waits:
                work.settling.keep(task.request, found, settings, code, baseline, written)
            else:
                announce(
                    shown,
                    difference,
                    code,
                    written,
                    work.receivers,
                    work.memory,
                    is_written=not refused,
                )
        if journal is not None and not refused:
            journal.finish()
    except (FileNotWritten, SnapshotError) as refusal:
        log_line(str(refusal))
        return MISUSED
    except _Abandoned:
        raise
    except BrokenOff as words:
        log_line(f"{name}: {words}")
        code = DEFECT if words.is_defect else MISUSED
        work.overviews.fail(name, code, f"It was not audited to its end: {words}.")
        return code
    except Exception as error:
        if journal is not None:
            journal.discard()
        problem = f"It was not audited to its end ({type(error).__name__})."
        work.overviews.fail(name, DEFECT, problem)
        if report_limit(error, name):
            return MISUSED
        return report_defect(error, command, name)
    if _is_told_time(work):
        log_line(f"{name} {watch.told()}")
    return MISUSED if refused else code


def _written(
    found: Audit, code: int, work: _Work, watch: Stopwatch, *, waits: bool
) -> tuple[list[Place], bool]:
    """The files of the reports that were written, and whether one was refused.

    `waits`: nothing is shown on standard output yet.
    """
    written: list[Place] = []
    refused = False
    for target in work.targets:
        if waits and target.path is None:
            continue
        try:
            with watch.reporting():
                changed = target.write(found, code)
            if changed and not work.given.quiet:
                log_line(f"{found.environment.name}: {changed}")
            if (file := target.file(found)) is not None:
                written.append(file)
        except FileNotWritten as refusal:
            log_line(str(refusal))
            refused = True
    return written, refused


def _found(
    task: Task,
    work: _Work,
    journal: Journal | None,
    settings: "RecordSettings | None",
    watch: Stopwatch,
) -> Audit:
    """The audit, done here or elsewhere. Raises `_Abandoned`, `BrokenOff`."""
    if task.elsewhere is None:
        with _read_here(task, work, journal, settings, watch) as outside:
            return _judged(task, outside, work)
    try:
        planned = _planned(work.targets) is not None
        found = received(task, settings, work.settling, watch, planned=planned)
    except SourceFailed as failure:
        with task.elsewhere.failed(failure) as outside:
            return _judged(task, outside, work)
    if found is None:
        raise _Abandoned
    return found


@contextmanager
def _read_here(
    task: Task,
    work: _Work,
    journal: Journal | None,
    settings: "RecordSettings | None",
    watch: Stopwatch,
) -> Iterator[PageSource]:
    quiet = work.given.quiet or not work.alone
    with (
        task.opened(*([] if journal is None else [journal])) as outside,
        watching(outside, task.request.environment, quiet=quiet) as shown,
        watch.auditing(shown) as timed,
    ):
        yield timed if settings is None else settings.watching(timed)
        if STOPPING.is_set():
            # Sources failed for that reason alone, so nothing of it is to be kept.
            raise _Abandoned


def _judged(task: Task, outside: PageSource, work: _Work) -> Audit:
    given = work.given
    planned = _planned(work.targets)
    if given.redaction is None:
        take = work.settling.taking(task.request) if task.is_compared else None
        return audit(task.request, outside, now, take, planned)
    from auditor.cli.audits.redacting import audit_redacted

    return audit_redacted(task.request, outside, given.redaction, task.snapshot, planned)


def _planned(targets: Sequence[Target]) -> Planned | None:
    """What lets a report ask for the changes that repair the first causes; None: none asks."""
    if not any(each.writer.format in SHOW_CHANGES for each in targets):
        return None
    from auditor.plan.first_steps import with_first_steps

    return with_first_steps


def _is_told_time(work: _Work) -> bool:
    """A closing note is for a person at a terminal or at the demo, and for the log of a fleet."""
    given = work.given
    wanted = work.command == "demo" or not work.alone or sys.stderr.isatty()
    return given.verbose or (wanted and not given.quiet)
