"""`--jobs N` on several processors: the audits of a run are done by processes of this computer.

One interpreter computes on one processor at a time, however many audits it does. What is asked and
answered is what a cluster is asked and answers: references to secrets, never a secret.

With real servers: `tests/end_to_end/test_many_processes.py`.
"""

import contextlib
import itertools
import os
import secrets
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from zlib import crc32

from auditor.cli.audits.elsewhere.asked import (
    Answer,
    Asked,
    Broken,
    Refused,
    Stopped,
    answer_in,
    encoded,
)
from auditor.cli.audits.elsewhere.audit_process import AuditProcess, Gone, Lost
from auditor.cli.audits.elsewhere.process_worker import Refusal, Stop
from auditor.cli.audits.elsewhere.receiving import BrokenOff
from auditor.cli.audits.tasks import Done
from auditor.cli.options import Options
from auditor.configuration import Auth, Configuration, Environment
from auditor.configuration.references import references_of
from auditor.configuration.secrets import resolve_path
from auditor.fleet.directories import OF_PEOPLE
from auditor.process.processors import processors
from connectors.transport.closing import Closing
from connectors.transport.errors import SourceFailed
from connectors.transport.shutdown import STOPPING

# This release, whatever else is installed.
_START = (
    "import sys; sys.argv[1] in sys.path or sys.path.insert(0, sys.argv[1]);"
    "from auditor.cli.audits.elsewhere.process_worker import main; main()"
)
_ROOT = str(Path(__file__).parents[4])
_SLICE_S = 0.2
_GRACE_S = 15.0
"""So long after its time is over the answer of a process is still waited for."""


_OF_EACH_PROCESS = 4
"""A process is worth its start and its memory for so many environments, and at the same time. So
many mostly wait for servers together as long as one of them computes."""
_MOST_PROCESSES = 4
"""With more, each would have too few of the requests that one host takes."""


def process_count(
    configuration: Configuration,
    environments: Sequence[Environment],
    at_once: int,
    given: Options,
) -> int:
    """How many processes to do the audits by, so many at the same time; 1: by this one.

    Pseudonyms, and what `--verbose` shows, are made where they are kept together. A person signs in
    at one place, and a secret in a pipe can be read once.
    """
    if given.redaction is not None or given.verbose:
        return 1
    if any(each.method in OF_PEOPLE for of in environments for each in _sign_ins(of)):
        return 1
    if any(map(partial(_is_read_once, configuration), references_of(configuration, environments))):
        return 1
    enough = min(at_once, len(environments)) // _OF_EACH_PROCESS
    return max(1, min(processors(), enough, _MOST_PROCESSES))


def _sign_ins(of: Environment) -> Iterator[Auth]:
    yield of.auth
    for section in (of.graph, of.exchange_online, of.exchange_server):
        if section is not None and section.auth is not None:
            yield section.auth


def _is_read_once(configuration: Configuration, reference: str) -> bool:
    if not reference.startswith("file:"):
        return False
    path = resolve_path(reference, configuration.directory)
    return path.exists() and (not path.is_file() or path.parts[1:2] in _OF_THE_PROCESS)


_OF_THE_PROCESS = (("dev",), ("proc",))


class Processes(Closing):
    """So many processes, from the beginning on. For several threads.

    An audit whose process is lost is done once more by a process of its own, which stands for the
    lost one meanwhile: so audits beside one that ends its process are not told as its fault.
    """

    def __init__(self, count: int) -> None:
        self.processes = count
        self.run = str(uuid.uuid4())
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._numbers = itertools.count()
        self._pool: list[AuditProcess] = []
        self._to_do_again = 0
        self._refusals: list[Refusal] = []
        # Alike, so that what they compare by digests can be compared.
        self._variables = {**os.environ, "PYTHONHASHSEED": str(secrets.randbits(32))}
        # Up by the time that they are asked; where none can be started, each audit says so.
        with contextlib.suppress(SourceFailed):
            self._process_for(None)

    def close(self) -> None:
        """Let every process end."""
        with self._lock:
            left, self._pool = self._pool, []
        for each in left:
            each.close()

    def done(self, asked: Asked) -> Done | None:
        """The audit, once a process has done it; None: the program is to stop.

        Raises `SourceFailed` where no process could do it, and `BrokenOff`.
        """
        match self._answer(asked):
            case Refused():
                raise _not_done(
                    "The program was changed while the run went on.", "Run the audit again."
                )
            case Broken() as broken:
                raise BrokenOff(broken.words, is_defect=broken.is_defect)
            case Stopped() | None:
                return None
            case Done() as done:
                return done

    def learn(self, refusal: Refusal, by: AuditProcess) -> None:
        """Tell all others what one was refused, and those that are yet to be started."""
        with self._lock:
            self._refusals.append(refusal)
            others = [each for each in self._pool if each is not by]
        for each in others:
            each.say(refusal)

    def lose(self, process: AuditProcess, audits: int) -> None:
        """Ask a process that has ended nothing more; so many audits are to be done again."""
        with self._lock:
            if process in self._pool:
                self._pool.remove(process)
                self._to_do_again += audits

    def _answer(self, asked: Asked) -> Answer | None:
        while True:
            try:
                return self._waited_for(self._process_for(asked), asked)
            except Gone:
                continue
            except Lost:
                break
        try:
            with self._one_at_a_time:
                if STOPPING.is_set():
                    return None
                with self._started() as own:
                    return self._waited_for(own, asked)
        except Lost as lost:
            raise _not_done(
                f"The process that audited it ended twice before it was done ({lost.how}).",
                "Look in the system's log whether memory ran out. Give this computer more, or audit"
                " fewer environments at the same time with --jobs.",
            ) from None
        finally:
            with self._lock:
                self._to_do_again -= 1

    def _process_for(self, asked: Asked | None) -> AuditProcess:
        """The least busy one; for all environments with one account the same one.

        So a wrong password is tried once, and no account is locked.
        """
        account = None if asked is None else _account(asked)
        with self._lock:
            most = max(1, self.processes - bool(self._to_do_again))
            while len(self._pool) < most:
                self._pool.append(self._started())
            if account is not None:
                return self._pool[crc32(account.encode()) % len(self._pool)]
            return min(self._pool, key=len)

    def _started(self) -> AuditProcess:
        words = [_ROOT, self.run, str(self.processes)]
        try:
            made = AuditProcess([sys.executable, "-P", "-c", _START, *words], self._variables, self)
        except OSError as refusal:
            raise _not_done(
                f"No process could be started for it ({refusal.strerror}).",
                "Audit fewer environments at the same time with --jobs.",
            ) from None
        for each in self._refusals:
            made.say(each)
        return made

    def _waited_for(self, process: AuditProcess, asked: Asked) -> Answer | None:
        number = next(self._numbers)
        future = process.ask(number, encoded(asked))
        over_since: float | None = None
        while True:
            with contextlib.suppress(TimeoutError):
                return answer_in(future.result(_SLICE_S))
            process.expect_sign_of_life()
            is_late = asked.ends_at is not None and time.time() > asked.ends_at
            if not is_late and not STOPPING.is_set():
                continue
            if STOPPING.is_set():
                process.say(Stop())
            if over_since is None:
                over_since = time.monotonic()
            elif time.monotonic() > over_since + _GRACE_S:
                process.kill(number)
                if STOPPING.is_set():
                    return None
                raise _not_done(
                    "The process that audited it did not end within the time limit.",
                    "Raise --timeout.",
                    "deadline",
                )


def _account(asked: Asked) -> str | None:
    """The account whose password the environment signs in with; None: it has none."""
    (environment,) = asked.configuration.environments.values()
    names = [each.username.casefold() for each in _sign_ins(environment) if each.username]
    return min(names, default=None)


def _not_done(reason: str, remedy: str, code: str = "not-done") -> SourceFailed:
    return SourceFailed(reason, remedy, code)
