"""Every fault at every request: what may come of an audit that a server disturbs.

A disturbed audit may leave open what the undisturbed one decided, and nothing else: it turns no
verdict over, decides nothing that was open, and finds nothing new.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from auditor.audit import verdicts_of
from auditor.configuration import load, look_up_secrets
from auditor.connections.connection import Connection
from auditor.demo import dns, mail_servers
from auditor.demo.schema import TableDefinition
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.demo.spoiled import NEVER_ENDING
from auditor.demo.state import APPLICATION_PERMISSIONS
from auditor.demo.tables import TABLES
from auditor.findings.result import conclude
from auditor.findings.waivers import Waivers
from auditor.model import Audit
from auditor.running import Judging, now, request_of
from connectors.columnar.page import Page
from connectors.normalisation.facts import MAILBOXES
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState
from tests.auditor.recorded import Outcomes, outcomes
from tests.end_to_end.fault_kinds import (
    AT_ONCE,
    DENIED,
    KINDS,
    MAIL_SERVERS,
    NAME_SERVER,
    OF_A_TABLE,
    OF_A_VERSION,
    PERMISSION,
    is_of_one_record,
    meets,
)
from tests.end_to_end.fault_settings import SETTINGS, Setting

UNDISTURBED_TIMEOUT_S = 600.0
"""Never reached, however much else the computer does."""
TIMEOUT_S = 20.0
NEVER_ENDING_TIMEOUT_S = 4.0
GRACE_S = 5.0

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_METADATA = re.compile(r"LogicalName='\w+'")

_DATA = re.compile(r"(/\w+)?/api/data/v\d\.\d/")


class Cell(Struct, frozen=True, order=True):
    """One fault at the requests of one path; `path` is a shell pattern, or names servers."""

    path: str
    fault: str

    @property
    def never_ends(self) -> bool:
        return self.fault in NEVER_ENDING

    @property
    def takes_time(self) -> bool:
        """Whether much of it is waiting, which measures the machine as much as the program."""
        waits = self.path == NAME_SERVER and self.fault not in AT_ONCE
        return self.never_ends or waits or self.path == MAIL_SERVERS


class Run(Struct, frozen=True):
    """What one audit ended in."""

    outcomes: Outcomes
    unread: frozenset[str]
    states: dict[str, SourceState]
    audit: Audit
    standings: dict[str, str]
    seconds: float


class Remembering:
    """A place to read from that shows the pages of mailboxes once more."""

    def __init__(self, outside: PageSource) -> None:
        self._outside = outside
        self._pages: list[Page] = []

    def open(self, reader: Reader, earlier: EarlierReadings | None) -> Any:
        if earlier is None:
            return self._pages
        stream = self._outside.open(reader, earlier)
        return _Remembered(stream, self._pages) if reader.source == MAILBOXES else stream


class _Remembered:
    def __init__(self, stream: Stream, pages: list[Page]) -> None:
        self._stream = stream
        self._pages = pages

    def __iter__(self) -> Iterator[Page]:
        for page in self._stream:
            self._pages.append(page)
            yield page

    @property
    def state(self) -> SourceState:
        return self._stream.state


def shape(path: str) -> str:
    """The shell pattern of all paths that differ from this one in ids alone, or in a table."""
    return _METADATA.sub("LogicalName='*'", _ID.sub("*", path)).replace("[", "?")


class Matrix:
    """A tenant, what an undisturbed audit of it ends in, and every cell that there is."""

    def __init__(self, directory: Path, setting: Setting = SETTINGS["online"]) -> None:
        self._probes = setting.probes
        self.tenant = SimulatedTenant(setting.organisation())
        path = directory / "auditor.toml"
        path.write_text(configuration_of(self.tenant, setting.declared), "utf-8")
        path.chmod(0o600)
        self._configuration = load(path)
        (environment,) = self._configuration.environments.values()
        if not setting.probes:
            environment = structs.replace(environment, mail_servers=None)
        self._environment = environment
        self.clean = self.run(UNDISTURBED_TIMEOUT_S)
        self.places = sorted({shape(each.path) for each in self.tenant.requests})

    def cells(self) -> list[Cell]:
        found = [Cell(NAME_SERVER, fault) for fault in dns.FAILING]
        if self._probes:
            return found + [Cell(MAIL_SERVERS, fault) for fault in mail_servers.FAILING]
        found += [
            Cell(path, fault) for path in self.places for fault in KINDS if meets(path, fault)
        ]
        found += [Cell(path, fault) for path in self.places if _table(path) for fault in OF_A_TABLE]
        if self.tenant.tenant_id:
            permissions = sorted(APPLICATION_PERMISSIONS)
            found += [Cell(PERMISSION + each, DENIED) for each in permissions]
        return found

    def run(self, timeout_s: float) -> Run:
        """One audit of the tenant as it is."""
        began = time.monotonic()
        secrets = look_up_secrets(self._configuration, (self._environment,))
        request = request_of(self._configuration, self._environment, Judging(), now())
        with Connection(
            self._configuration, self._environment, secrets, timeout_s=timeout_s
        ) as connection:
            outside = Remembering(connection.outside())
            found, choice = verdicts_of(request, outside)
            waivers = Waivers(request.waivers, request.environment, request.as_of)
            audit = conclude(request, found, choice, waivers, now())
            return Run(
                outcomes(found, outside),  # type: ignore[arg-type]
                frozenset(each.rule.id for each in found.unread),
                {each.name: each for each in found.facts.states()},
                audit,
                {each.id: each.standing for each in audit.mailboxes()},
                time.monotonic() - began,
            )

    def disturbed(self, cell: Cell) -> tuple[Run, int]:
        """One audit under a fault, and how many requests the fault could meet."""
        self.tenant.requests.clear()
        self._switch_on(cell)
        try:
            run = self.run(NEVER_ENDING_TIMEOUT_S if cell.never_ends else TIMEOUT_S)
        finally:
            self.tenant.faults.clear()
        if cell.path in (NAME_SERVER, MAIL_SERVERS):
            changed = self.clean.outcomes.items() - run.outcomes.items()
            return run, len(changed)
        if cell.path.startswith(PERMISSION):
            return run, sum(state.status != "read" for state in run.states.values())
        return run, sum(shape(each.path) == cell.path for each in self.tenant.requests)

    def _switch_on(self, cell: Cell) -> None:
        switch = self.tenant.faults
        if cell.path.startswith(PERMISSION):
            switch.denied_permissions.add(cell.path.removeprefix(PERMISSION))
        elif cell.path == NAME_SERVER:
            switch.name_server = cell.fault
        elif cell.path == MAIL_SERVERS:
            switch.mail_servers = cell.fault
        elif (table := _table(cell.path)) is not None and cell.fault in OF_A_TABLE:
            OF_A_TABLE[cell.fault](switch, table)
        else:
            switch.add(structs.replace(KINDS[cell.fault], path=cell.path))

    def close(self) -> None:
        self.tenant.close()


def _table(path: str) -> TableDefinition | None:
    """The table of Dynamics 365 that a path lists."""
    found = _DATA.match(path)
    return TABLES.get(path[found.end() :]) if found else None


def late(run: Run, cell: Cell) -> list[str]:
    """What it says of a run that took longer than its deadline allows."""
    limit_s = (NEVER_ENDING_TIMEOUT_S if cell.never_ends else TIMEOUT_S) + GRACE_S
    if run.seconds <= limit_s:
        return []
    return [f"it took {run.seconds:.1f} s, and {limit_s:.0f} s were given"]


ALLOWED = {
    ("pass", "undetermined"),
    ("fail", "undetermined"),
    ("not-applicable", "undetermined"),
    # What is unknown passes where it would pass whatever it is; what is known may be out of scope.
    ("not-applicable", "pass"),
    ("pass", "not-applicable"),
}


def _is_worse(word: str, now: str, cell: Cell) -> bool:
    """Whether a mailbox may not stand so, where it stands as the word says without the fault."""
    if now in (word, "unknown"):
        return False
    # What a version has no column for is not asked: a mailbox stands by the rest.
    return not (cell.fault in OF_A_TABLE and (word, now) == ("broken", "unsupported"))


def _told(state: SourceState) -> tuple[object, ...]:
    """What tells that a source is not all that it could be."""
    return (state.status, state.code, state.absent, state.secured, state.refused, state.odd)


def wrong(clean: Run, disturbed: Run, cell: Cell) -> list[str]:
    """What the disturbed audit may not have said, a line each."""
    faults = [
        f"{key}: {word} became {disturbed.outcomes[key]}"
        for key, word in clean.outcomes.items()
        if key in disturbed.outcomes
        and disturbed.outcomes[key] != word
        and (word, disturbed.outcomes[key]) not in ALLOWED
    ]
    open_sources = [
        each for each in disturbed.states.values() if each.status in ("partial", "failed")
    ]
    known = {key[1:] for key in clean.outcomes}
    for key, word in disturbed.outcomes.items():
        if key not in clean.outcomes and word in ("pass", "fail") and key[1:] not in known:
            faults.append(f"{key}: {word} of a subject that there is not")
    lost = {
        key
        for key, word in clean.outcomes.items()
        if word == "fail" and key not in disturbed.outcomes and key[0] not in disturbed.unread
    }
    faults += [f"{key}: its failure fell silent" for key in sorted(lost)]
    faults += [
        f"{id}: {word} became {disturbed.standings[id]}"
        for id, word in clean.standings.items()
        if id in disturbed.standings and _is_worse(word, disturbed.standings[id], cell)
    ]
    working, before = (each.audit.summary.standing.working for each in (disturbed, clean))
    # As above: what a version has no column for stops no mailbox.
    if working > before and cell.fault not in OF_A_VERSION:
        faults.append("more mailboxes work than without the fault")
    silent = [
        name for name, each in disturbed.states.items() if _told(each) != _told(clean.states[name])
    ]
    is_told = silent or is_of_one_record(cell.path, cell.fault)
    if disturbed.outcomes != clean.outcomes and not is_told:
        faults.append("verdicts differ, and every source is told as read")
    faults += [
        f"{each.name} is {each.status} without a reason"
        for each in open_sources
        if not (each.reason and each.remedy)
    ]
    return faults
