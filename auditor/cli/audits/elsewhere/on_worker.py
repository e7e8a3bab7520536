"""One audit, done by a worker of a cluster, or by another process here, for the run that asks.

Everything that is asked and answered is bytes. What is asked holds references to secrets alone:
they are looked up here, and neither they nor what servers answered is written or logged.
"""

import contextlib
import logging
import platform
import threading
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from auditor.audit import audit
from auditor.cli.audits.elsewhere.asked import (
    Asked,
    Broken,
    Refused,
    Stopped,
    asked_in,
    build,
    encoded,
)
from auditor.cli.audits.journals import journal_of, with_resumption
from auditor.cli.audits.tasks import Done, not_set_up, reading
from auditor.cli.audits.timing import Stopwatch
from auditor.configuration import (
    ConfigurationError,
    Environment,
    Network,
    Secrets,
    look_up_what_there_is,
)
from auditor.connections.connection import Connection
from auditor.differences.settings import RecordSettings
from auditor.fleet.compared_environments import compared_of
from auditor.fleet.sent_audits import SentAddresses, SentAudit, sent_audit
from auditor.judging.address_index import AddressIndex, sent
from auditor.judging.judge_all import TakeAddresses
from auditor.judging.mailbox_group import MailboxGroup
from auditor.plan.first_steps import with_first_steps
from auditor.process.crash import write_crash_report
from auditor.process.files import FileNotWritten
from auditor.process.limits import told as limit_of
from auditor.process.memory import Garbage, for_many_records
from auditor.request import Request
from auditor.resuming import Journal
from auditor.running import now, request_of
from auditor.snapshots import SnapshotError
from connectors.normalisation.facts import Facts
from connectors.odata.decoder_process import Decoding
from connectors.transport.limits import MOST_OF_A_HOST, MOST_OF_A_RUN, Limits
from connectors.transport.redaction import KNOWN
from connectors.transport.refusals import Refusals
from connectors.transport.sessions import Trust

log = logging.getLogger("connectors")


def answer(content: bytes) -> bytes:
    """Do the audit that is asked. Never raises: what an exception says may quote records."""
    asked = None
    try:
        asked = asked_in(content)
    except msgspec.MsgspecError:
        return encoded(Refused(build()))
    if asked.build != build():
        return encoded(Refused(build()))
    try:
        with _WORK, _remarks() as remarks:
            found = _audited(asked)
        if found is None:
            return encoded(Stopped())
        return encoded(Done(found, tuple(dict.fromkeys(remarks))))
    except Exception as error:
        return encoded(_broken(error, "" if asked.processes else f" on {platform.node()}"))
    finally:
        _GARBAGE.tidy()


def _broken(error: Exception, place: str) -> Broken:
    is_own = isinstance(error, (FileNotWritten, SnapshotError))
    words = str(error) if is_own else limit_of(error)
    if words is not None:
        return Broken(f"{place.strip()}: {words}" if place else words, is_defect=False)
    path = write_crash_report(error, "run")
    there = " there" if place else ""
    where = f"a report without any record is in {path}{there}" if path else "no report was written"
    return Broken(
        f"a defect of the program itself ({type(error).__name__}){place}; {where}", is_defect=True
    )


def _audited(asked: Asked) -> SentAudit | None:
    (environment,) = asked.configuration.environments.values()
    configuration = asked.configuration
    request = replace(
        request_of(configuration, environment, asked.judging, asked.started_at),
        run_id=asked.run_id,
    )
    failure = None
    try:
        secrets, _ = look_up_what_there_is(configuration, (environment,))
    except ConfigurationError as refusal:
        there = "" if asked.processes else f" on {platform.node()}"
        failure = not_set_up(refusal.problems, there)
        secrets, configuration = Secrets({}), replace(configuration, network=Network())
    shared = shared_by(asked.run, asked.processes)
    remaining_s = None if asked.ends_at is None else max(0.0, asked.ends_at - time.time())
    with (
        journal_of(configuration, environment, request, asked.terms, log.warning) as journal,
        Decoding() if asked.processes else contextlib.nullcontext() as decoding,
        Connection(
            configuration,
            environment,
            secrets,
            timeout_s=remaining_s,
            refusals=shared.refusals,
            limits=shared.limits,
            trust=shared.trust,
            stopped=shared.stopped,
            wanted=request.only.patterns if request.only.of_mailboxes else (),
            decoding=decoding,
            failure=failure,
            journal=journal,
        ) as connection,
    ):
        found = _read_and_judged(asked, request, environment, connection, journal)
        if found is not None and journal is not None:
            journal.finish()
        return found


def _read_and_judged(
    asked: Asked,
    request: Request,
    environment: Environment,
    connection: Connection,
    journal: Journal | None = None,
) -> SentAudit | None:
    """The audit; None for one that was cut short, for its run was told to stop."""
    addresses: list[SentAddresses] = []

    def take(facts: Facts, groups: Sequence[MailboxGroup], index: AddressIndex) -> None:
        compared = compared_of(facts, groups, environment.url)
        pages = tuple(map(sent, index.of_groups(compared.uses)))
        addresses.append(SentAddresses(compared, pages))

    take_addresses: TakeAddresses | None = take if asked.compared else None
    watch = Stopwatch()
    with contextlib.closing(RecordSettings()) as settings:
        with (
            reading(connection, request, journal, asked.snapshot) as servers,
            watch.auditing(servers) as outside,
        ):
            watched = settings.watching(outside) if asked.remembered else outside
            planned = with_first_steps if asked.planned else None
            found = audit(request, watched, now, take_addresses, planned)
        if not found.complete and shared_by(asked.run, asked.processes).stopped.is_set():
            return None
        found = with_resumption(found, journal)
        _GARBAGE.add(sum(each.records for each in found.sources))
        return sent_audit(
            found,
            addresses[0] if addresses else None,
            settings.sent() if asked.remembered else None,
            reading_s=watch.reading_s,
            judging_s=watch.judging_s,
        )


class Shared:
    """What the audits of one run that this process does have in common.

    The process is one of so many `processes` that keep the bounds on requests together. Once
    `stopped` is set nobody waits for them.
    """

    def __init__(self, processes: int) -> None:
        self.refusals = Refusals()
        self.limits = Limits(MOST_OF_A_RUN // processes, MOST_OF_A_HOST // processes)
        self.trust = Trust()
        self.stopped = threading.Event()


@lru_cache(maxsize=8)
def shared_by(run: str, processes: int) -> Shared:
    """What the audits of one run that this process does have in common; `processes` as asked."""
    return Shared(max(1, processes))


def stop(run: str) -> None:
    """End what this worker of a cluster does of the run."""
    shared_by(run, 0).stopped.set()


class _Work:
    """The audits that the process does now: the first one begins it, the last one ends it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._around = contextlib.ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            self._count += 1
            if self._count == 1:
                self._around.callback(KNOWN.forget)
                self._around.enter_context(for_many_records())

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._count -= 1
            if not self._count:
                self._around.close()


_WORK = _Work()
_GARBAGE = Garbage()


class _Remarks(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(KNOWN.masked(record.getMessage()))


@contextlib.contextmanager
def _remarks() -> Iterator[list[str]]:
    """What parts of the program that know no command line have to say within the block."""
    log = logging.getLogger("connectors")
    handler = _Remarks()
    log.addHandler(handler)
    try:
        yield handler.said
    finally:
        log.removeHandler(handler)
