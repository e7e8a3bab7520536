"""Audits one environment after another, writes their reports and gives the exit code.

Tested in `tests/end_to_end/test_many_environments.py` and `tests/end_to_end/test_exit_codes.py`.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial

import msgspec
from msgspec import Struct

from auditor.audit import audit
from auditor.cli.audits.comparing import concluded, load_baseline
from auditor.cli.audits.journals import checked, journal_of, with_resumption
from auditor.cli.audits.notifying import NOBODY, Receivers
from auditor.cli.audits.remembering import NOTHING_REMEMBERED, Memory, check_new_only
from auditor.cli.audits.settling import Settling
from auditor.cli.audits.side_by_side import Job, all_done
from auditor.cli.audits.timing import Stopwatch
from auditor.cli.options import Options
from auditor.cli.report_files.overviews import Overviews
from auditor.cli.report_files.report_paths import RunOf, file_for, make_directory
from auditor.cli.report_files.targets import Target
from auditor.cli.terminal.incompleteness import unread_line
from auditor.cli.terminal.messages import log_line, report_defect, report_limit
from auditor.cli.terminal.progress import showing_remarks, showing_requests, watching
from auditor.configuration import Configuration, Environment, look_up_what_there_is
from auditor.configuration.problems import Problem
from auditor.connections.connection import Connection
from auditor.differences.baseline import Baseline
from auditor.exit_codes import DEFECT, INCOMPLETE, LOCKED, MISUSED, worst
from auditor.model import Audit
from auditor.process.files import FileNotWritten
from auditor.process.limits import too_few_files, too_little_memory
from auditor.process.lock import Locked, holding
from auditor.process.memory import for_many_records
from auditor.request import Request
from auditor.resuming import Journal, Terms
from auditor.running import header_of, now, request_of
from auditor.snapshots import SnapshotError, recording
from auditor.usage import UsageProblem
from connectors.dynamics.wanted import SubjectPattern
from connectors.odata.decoder_process import Decoding
from connectors.sources.live import PageSource
from connectors.transport.errors import SourceFailed
from connectors.transport.limits import Limits
from connectors.transport.refusals import Refusals
from connectors.transport.shutdown import STOPPING


class Task(Struct, frozen=True):
    """One audit to do: what is asked, and where records come from.

    `held` keeps other runs of the same environment off while it is done. `journal` keeps what is
    read for a run that goes on with this one; it is handed to `opened`. `snapshot` is the path
    asked for where it is to bear pseudonyms. `again` is what `auditor why` is given to ask the same
    records; None: they cannot be asked again. `is_compared` with the other audits of the run: it is
    of another organisation, on the same day.
    """

    request: Request
    opened: Callable[..., AbstractContextManager[PageSource]]
    held: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext
    snapshot: str | None = None
    journal: Callable[[], AbstractContextManager[Journal | None]] = contextlib.nullcontext
    again: tuple[str, ...] | None = None
    is_compared: bool = False


def live_tasks(
    configuration: Configuration,
    environments: Sequence[Environment],
    given: Options,
    snapshot: str | None,
    wanted: tuple[SubjectPattern, ...] = (),
    terms: Terms | None = None,
) -> tuple[Task, ...]:
    """Audits of configured environments. Raises `ConfigurationError`, `UsageProblem`.

    Of mailboxes, those that are `wanted` are asked for, where the request narrows them no
    further; nothing: all. The time limit counts from now on, for all of them together. `terms`
    say whether they go on with runs that did not come to their end; None: nothing is kept for that.
    """
    if refusal := too_few_files() or too_little_memory():
        raise UsageProblem(refusal)
    secrets, lacking = look_up_what_there_is(configuration, environments)
    refusals, limits = Refusals(), Limits()
    ends_at = None if given.timeout_s is None else time.monotonic() + given.timeout_s

    def task(environment: Environment) -> Task:
        request = request_of(configuration, environment, given.judging, now())

        @contextlib.contextmanager
        def opened(journal: Journal | None = None) -> Iterator[PageSource]:
            remaining_s = None if ends_at is None else max(0.0, ends_at - time.monotonic())
            prompt = log_line if sys.stderr.isatty() else None
            with (
                Decoding() as decoding,
                Connection(
                    configuration,
                    environment,
                    secrets,
                    timeout_s=remaining_s,
                    refusals=refusals,
                    limits=limits,
                    prompt=prompt,
                    wanted=request.only.patterns if request.only.of_mailboxes else wanted,
                    decoding=decoding,
                    failure=_not_set_up(lacking.get(environment.name, ())),
                    journal=journal,
                ) as connection,
            ):
                outside = connection.outside()
                if journal is not None:
                    outside = checked(journal, connection, outside)
                if snapshot is None or given.redaction is not None:
                    yield outside
                    return
                path = file_for(
                    snapshot, RunOf(environment.name, request.started_at, request.run_id)
                )
                make_directory(snapshot, path)
                with recording(path, header_of(request), outside) as recorder:
                    yield recorder

        return Task(
            request,
            opened,
            lambda: holding(environment.name, environment.url),
            snapshot,
            lambda: journal_of(configuration, environment, request, given, terms),
            (
                *([environment.name] if len(configuration.environments) > 1 else []),
                *(["--config", str(given.config)] if given.config is not None else []),
            ),
            is_compared=True,
        )

    return tuple(task(environment) for environment in environments)


def _not_set_up(problems: Sequence[Problem]) -> SourceFailed | None:
    """The failure of every source of an environment that lacks a secret; None: it lacks none."""
    if not problems:
        return None
    where = "; ".join(map(str, problems))
    return SourceFailed(
        f"The environment cannot be set up: {where}",
        "Put the secret where the configuration says that it is.",
        "not-set-up",
    )


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
    check_new_only(given, memory)
    baselines = [load_baseline(task.request, given) for task in tasks]
    overviews = overviews or Overviews((), {})
    requests = [task.request for task in tasks if task.is_compared]
    settling = Settling(requests, given)
    work = _Work(targets, given, command, memory, overviews, receivers, settling, len(tasks) == 1)
    codes = []
    try:
        with (
            settling,
            for_many_records(),
            showing_remarks(),
            showing_requests(given.verbose),
        ):
            if work.alone:
                codes = [_performed(tasks[0], work, baselines[0])]
            else:
                jobs = [
                    Job(task.request.environment, partial(_performed, task, work, baseline))
                    for task, baseline in zip(tasks, baselines, strict=True)
                ]
                codes = all_done(jobs, side_by_side, quiet=given.quiet)
                names = [job.name for job in jobs]
                codes = settling.settle(codes, names, targets, overviews)
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


class _Abandoned(Exception):
    """The program was told to stop while another thread than the main one audits."""


def _performed(task: Task, work: _Work, baseline: Baseline | None) -> int:
    try:
        with task.held(), task.journal() as journal:
            return _audited(task, work, baseline, journal)
    except Locked as refusal:
        log_line(str(refusal))
        work.overviews.fail(task.request.environment, LOCKED, str(refusal))
        return LOCKED
    except _Abandoned:
        return INCOMPLETE


def _audited(task: Task, work: _Work, baseline: Baseline | None, journal: Journal | None) -> int:
    given, command = work.given, work.command
    name = task.request.environment
    watch = Stopwatch()
    try:
        with work.memory.settings(task.request, given) as settings:
            with (
                task.opened(*([] if journal is None else [journal])) as outside,
                watching(outside, name, quiet=given.quiet or not work.alone) as shown,
                watch.auditing(shown) as timed,
            ):
                watched = timed if settings is None else settings.watching(timed)
                found = _found(task, watched, given, work.settling)
                if STOPPING.is_set():
                    # Sources failed for that reason alone, so nothing of it is to be kept.
                    raise _Abandoned
            if task.request.only and not any(msgspec.structs.astuple(found.summary.verdicts)):
                log_line(
                    f"{name}: `--only` names nothing that there is; nothing was judged, and no"
                    " report was written"
                )
                return MISUSED
            found = with_resumption(found, journal)
            with watch.remembering():
                difference = work.memory.store(found, settings)
        if given.redaction is None:
            found = msgspec.structs.replace(found, again=task.again)
        found, code, severities = concluded(found, difference, baseline, given)
        if not found.complete:
            log_line(unread_line(found))
        work.overviews.add(found, code, work.targets, difference)
        refused = False
        written = []
        for target in work.targets:
            try:
                with watch.reporting():
                    target.write(found, code)
                if (file := target.file(found)) is not None:
                    written.append(file)
            except FileNotWritten as refusal:
                log_line(str(refusal))
                refused = True
        work.receivers.notify(found, code, written)
        work.settling.keep(task.request, found, severities, baseline)
        if journal is not None and not refused:
            journal.finish()
    except (FileNotWritten, SnapshotError) as refusal:
        log_line(str(refusal))
        return MISUSED
    except _Abandoned:
        raise
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


def _found(task: Task, outside: PageSource, given: Options, settling: Settling) -> Audit:
    if given.redaction is None:
        take = settling.taking(task.request) if task.is_compared else None
        return audit(task.request, outside, now, take)
    from auditor.cli.audits.redacting import audit_redacted

    return audit_redacted(task.request, outside, given.redaction, task.snapshot)


def _is_told_time(work: _Work) -> bool:
    """A closing note is for a person at a terminal or at the demo, and for the log of a fleet."""
    given = work.given
    wanted = work.command == "demo" or not work.alone or sys.stderr.isatty()
    return given.verbose or (wanted and not given.quiet)
