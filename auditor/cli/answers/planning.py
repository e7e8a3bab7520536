"""What `auditor what-if`, `plan` and `readiness` read: a snapshot, or servers recorded once."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from auditor.audit import audit
from auditor.cli.audits.replaying import stored_tasks
from auditor.cli.audits.tasks import Task, live_tasks
from auditor.cli.loading import load_configuration
from auditor.cli.options import Options
from auditor.configuration import select
from auditor.exit_codes import Tolerance
from auditor.process.memory import for_many_records
from auditor.process.private_directory import private_directory
from auditor.request import Request
from auditor.running import Judging, header_of, now, replayed
from auditor.snapshots import Snapshot, SnapshotError, open_snapshot, recording
from auditor.usage import UsageProblem


class Source:
    """Where to read from: an environment, or a snapshot. Raises `UsageProblem`."""

    def __init__(
        self,
        environment: str | None,
        snapshot: Path | None,
        config: Path | None,
        timeout_s: float | None = None,
    ) -> None:
        if snapshot is not None and environment is not None:
            raise UsageProblem("name an environment or give --snapshot, not both")
        self._environment = environment
        self._path = snapshot
        self._lent = None
        self._configuration = None
        if snapshot is None:
            self._configuration = load_configuration(config)
        elif config is not None:
            self._lent = load_configuration(config)
        self._config = config
        self._timeout_s = timeout_s

    @contextlib.contextmanager
    def opened(self, judging: Judging) -> Iterator["Stored"]:
        """What was read, to be judged again and again. Raises `UsageProblem`.

        Servers are asked what an audit asks them, once; the answers are kept for the block.
        """
        with for_many_records():
            if self._path is not None:
                task = stored_tasks((self._path,), judging, self._lent)[0]
                with task.opened() as outside, _refusing():
                    assert isinstance(outside, Snapshot)
                    yield Stored(outside, task.request)
                return
            with private_directory() as directory:
                task = self._live(judging)
                path = directory / "read.auditor-snapshot"
                with (
                    task.held(),
                    task.opened() as outside,
                    recording(path, header_of(task.request), outside) as recorder,
                ):
                    audit(task.request, recorder, now)
                with _refusing():
                    yield Stored(open_snapshot(path), task.request)

    def again(self, stored: "Stored", judging: Judging) -> Request:
        """The same, to be judged in another way."""
        lent = self._lent or self._configuration
        return replayed(stored.snapshot.header, judging, lent)

    def _live(self, judging: Judging) -> Task:
        assert self._configuration is not None
        named = (self._environment,) if self._environment else ()
        environments = select(self._configuration, named)
        given = Options(
            config=self._config,
            reports=(),
            judging=judging,
            tolerance=Tolerance(),
            timeout_s=self._timeout_s,
            history=False,
            notify=False,
            verbose=False,
            quiet=True,
            baseline=None,
            new_only=False,
        )
        return live_tasks(self._configuration, environments, given, None)[0]


class Stored:
    """What was read, and what was asked of it."""

    def __init__(self, snapshot: Snapshot, request: Request) -> None:
        self.snapshot = snapshot
        self.request = request


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except SnapshotError as refusal:
        raise UsageProblem(str(refusal)) from refusal
