"""The audits of a run that other processes do, here or in a cluster: what is asked of them."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec.structs import replace

from auditor.cli.audits.elsewhere.asked import Asked, build
from auditor.cli.audits.tasks import Done, Elsewhere, Task, asked_again
from auditor.cli.options import Options
from auditor.configuration import Configuration, Environment, Network, Secrets
from auditor.configuration.references import references_of
from auditor.connections.connection import Connection
from auditor.process import beginning
from auditor.process.lock import holding
from auditor.resuming import Terms
from auditor.running import now, request_of
from auditor.usage import UsageProblem
from connectors.sources.live import PageSource
from connectors.transport.errors import SourceFailed


def check_options(given: Options, snapshot: str | None, *, resume: bool) -> None:
    """Return where workers can do what is asked. Raises `UsageProblem`."""
    refused = {
        "--snapshot": snapshot is not None,
        "--redact": given.redaction is not None,
        "--resume": resume,
        "--verbose": given.verbose,
    }
    for option, is_given in refused.items():
        if is_given:
            raise UsageProblem(f"{option} cannot be given with --dask: it is for audits done here")


class Workers(Protocol):
    """Processes that do audits for `run`; `processes` of this computer, 0: of a cluster."""

    @property
    def run(self) -> str:
        """What is the same for all audits of the run."""

    @property
    def processes(self) -> int:
        """How many keep the bounds on requests together."""

    def done(self, asked: Asked) -> Done | None:
        """The audit; None: the program is to stop.

        Raises `SourceFailed` where it could not be done, and `BrokenOff`.
        """


def cluster_tasks(
    configuration: Configuration,
    environments: Sequence[Environment],
    given: Options,
    cluster: Workers,
) -> tuple[Task, ...]:
    """Audits of configured environments that the workers of a cluster do.

    No secret is looked up here. Raises `UsageProblem`.
    """

    def task(environment: Environment) -> Task:
        return Task(
            request_of(configuration, environment, given.judging, now()),
            contextlib.nullcontext,
            lambda: holding(environment.name, environment.url),
            again=asked_again(configuration, environment, given),
            is_compared=True,
        )

    tasks = tuple(task(environment) for environment in environments)
    return done_elsewhere(tasks, configuration, given, cluster)


def done_elsewhere(
    tasks: Sequence[Task],
    configuration: Configuration,
    given: Options,
    workers: Workers,
    snapshot: str | None = None,
    terms: Terms | None = None,
) -> tuple[Task, ...]:
    """The same audits, done by other processes. `snapshot` and `terms` as in `live_tasks`."""
    # Another computer has another monotonic clock.
    ended = beginning.ends_at(given.timeout_s)
    ends_at = None if ended is None else ended - time.monotonic() + time.time()

    def elsewhere(task: Task) -> Elsewhere:
        request = task.request
        environment = configuration.environments[request.environment]
        alone = _alone(configuration, environment)

        def do(*, compared: bool, remembered: bool, planned: bool) -> Done | None:
            asked = Asked(
                build=build(),
                run=workers.run,
                run_id=request.run_id,
                started_at=request.started_at,
                configuration=alone,
                # The day is that of the run, though a worker may come to it after midnight.
                judging=replace(given.judging, as_of=request.as_of),
                ends_at=ends_at,
                compared=compared,
                remembered=remembered,
                planned=planned,
                processes=workers.processes,
                snapshot=snapshot,
                terms=terms,
            )
            return workers.done(asked)

        @contextlib.contextmanager
        def failed(failure: SourceFailed) -> Iterator[PageSource]:
            unset = replace(alone, network=Network())
            with Connection(unset, environment, Secrets({}), failure=failure) as connection:
                yield connection.outside()

        return Elsewhere(do, failed)

    # Whoever reads keeps the journal.
    return tuple(
        replace(task, journal=contextlib.nullcontext, elsewhere=elsewhere(task)) for task in tasks
    )


def _alone(configuration: Configuration, environment: Environment) -> Configuration:
    """What the audit of one environment needs of the configuration."""
    references = references_of(configuration, (environment,))
    places = {
        each: configuration.places[each] for each in references if each in configuration.places
    }
    return Configuration(
        path=configuration.path,
        places=places,
        environments={environment.name: environment},
        tls=configuration.tls,
        network=configuration.network,
        thresholds=configuration.thresholds,
        dns=configuration.dns,
        waivers=configuration.waivers,
    )
