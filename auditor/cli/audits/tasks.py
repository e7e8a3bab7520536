"""The audits of a run: what is asked of each, and where its records come from."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from auditor.cli.audits.journals import checked, journal_of
from auditor.cli.options import Options
from auditor.cli.report_files.report_paths import RunOf, file_for, make_directory
from auditor.cli.terminal.messages import log_line
from auditor.configuration import (
    Configuration,
    Environment,
    Problem,
    look_up_what_there_is,
)
from auditor.connections.connection import Connection
from auditor.fleet.sent_audits import SentAudit
from auditor.process import beginning
from auditor.process.limits import too_few_files, too_little_memory
from auditor.process.lock import holding
from auditor.request import Request
from auditor.resuming import Journal, Terms
from auditor.running import header_of, now, request_of
from auditor.snapshots import recording
from auditor.usage import UsageProblem
from connectors.dynamics.wanted import SubjectPattern
from connectors.odata.decoder_process import Decoding
from connectors.sources.live import PageSource
from connectors.transport.errors import SourceFailed
from connectors.transport.limits import Limits
from connectors.transport.refusals import Refusals
from connectors.transport.sessions import Trust


class Done(Struct, frozen=True, tag="done"):
    """The audit, and what was remarked while it was done."""

    sent: SentAudit
    remarks: tuple[str, ...] = ()


class Do(Protocol):
    """Has an audit done; None: the program is to stop.

    `compared`, `remembered` and `planned` as in `Asked`. Raises `SourceFailed`, `BrokenOff`.
    """

    def __call__(self, *, compared: bool, remembered: bool, planned: bool) -> Done | None:
        """What was done."""


class Elsewhere(Struct, frozen=True):
    """An audit that another process does; `failed` is where records come from if none could."""

    do: Do
    failed: Callable[[SourceFailed], AbstractContextManager[PageSource]]


class Task(Struct, frozen=True):
    """One audit to do: what is asked, and where records come from.

    `held` keeps other runs of the same environment off while it is done. `journal` keeps what is
    read for a run that goes on with this one; it is handed to `opened`. `snapshot` is the path
    asked for where it is to bear pseudonyms. `again` is what `auditor why` is given to ask the same
    records; None: they cannot be asked again. `is_compared` with the other audits of the run: it is
    of another organisation, on the same day. `elsewhere` is there where it is not done here.
    """

    request: Request
    opened: Callable[..., AbstractContextManager[PageSource]]
    held: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext
    snapshot: str | None = None
    journal: Callable[[], AbstractContextManager[Journal | None]] = contextlib.nullcontext
    again: tuple[str, ...] | None = None
    is_compared: bool = False
    elsewhere: Elsewhere | None = None


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
    further; nothing: all. The time limit counts from the beginning of the command, for all
    of them together. `terms` say whether they go on with runs that did not come to their end; None:
    nothing is kept for that.
    """
    if refusal := too_few_files() or too_little_memory():
        raise UsageProblem(refusal)
    secrets, lacking = look_up_what_there_is(configuration, environments)
    refusals, limits, trust = Refusals(), Limits(), Trust()
    ends_at = beginning.ends_at(given.timeout_s)
    pseudonyms = given.redaction is not None

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
                    trust=trust,
                    prompt=prompt,
                    wanted=request.only.patterns if request.only.of_mailboxes else wanted,
                    decoding=decoding,
                    failure=not_set_up(lacking.get(environment.name, ())),
                    journal=journal,
                ) as connection,
            ):
                recorded = None if pseudonyms else snapshot
                with reading(connection, request, journal, recorded) as outside:
                    yield outside

        return Task(
            request,
            opened,
            lambda: holding(environment.name, environment.url),
            snapshot,
            lambda: journal_of(configuration, environment, request, terms, pseudonyms=pseudonyms),
            asked_again(configuration, environment, given),
            is_compared=True,
        )

    return tuple(task(environment) for environment in environments)


@contextlib.contextmanager
def reading(
    connection: Connection, request: Request, journal: Journal | None, snapshot: str | None
) -> Iterator[PageSource]:
    """The servers of an environment, with what `journal` has of an earlier run.

    What is read is stored at `snapshot` too, a path as it was given; None: nowhere.
    """
    outside = connection.outside()
    if journal is not None:
        outside = checked(journal, connection, outside)
    if snapshot is None:
        yield outside
        return
    path = file_for(snapshot, RunOf(request.environment, request.started_at, request.run_id))
    make_directory(snapshot, path)
    with recording(path, header_of(request), outside) as recorder:
        yield recorder


def asked_again(
    configuration: Configuration, environment: Environment, given: Options
) -> tuple[str, ...]:
    """What `auditor why` is given beside a subject to ask the environment again."""
    return (
        *([environment.name] if len(configuration.environments) > 1 else []),
        *(["--config", str(given.config)] if given.config is not None else []),
    )


def not_set_up(problems: Sequence[Problem], where: str = "") -> SourceFailed | None:
    """The failure of every source of an environment that lacks a secret; None: it lacks none."""
    if not problems:
        return None
    lacking = "; ".join(map(str, problems))
    return SourceFailed(
        f"The environment cannot be set up{where}: {lacking}",
        "Put the secret where the configuration says that it is.",
        "not-set-up",
    )
