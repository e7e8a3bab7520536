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
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.faults import Fault
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.demo.spoiled import NEVER_ENDING, SPOILED
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

TIMEOUT_S = 20.0
NEVER_ENDING_TIMEOUT_S = 4.0
GRACE_S = 5.0

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_METADATA = re.compile(r"LogicalName='\w+'")

KINDS: dict[str, Fault] = {
    "429, integer": Fault("throttled", times=1, retry_after="1"),
    "429, decimal": Fault("throttled", times=1, retry_after="0.4"),
    "429, date": Fault("throttled", times=1, retry_after="Thu, 01 Jan 2015 00:00:00 GMT"),
    "429, nothing": Fault("throttled", times=1, retry_after=None),
    "429, a day, for ever": Fault("throttled", retry_after="86400"),
    "429, for ever": Fault("throttled", retry_after="0"),
    "500, once": Fault("server-error", times=1, status=500, retry_after=None),
    "500, for ever": Fault("server-error", status=500, retry_after=None),
    "502, for ever": Fault("server-error", status=502, retry_after=None),
    "503, once": Fault("server-error", times=1, retry_after="0"),
    "401, once": Fault("unauthorized", times=1),
    "401, for ever": Fault("unauthorized"),
    "403": Fault("forbidden"),
    "HTML": Fault("html"),
    "redirect to another host": Fault("redirected"),
    "redirect to http": Fault("redirected", location="http://127.0.0.1:9/"),
    "reset, once": Fault("reset", times=1),
    "reset, for ever": Fault("reset"),
    "truncated, once": Fault("truncated", times=1),
    "truncated, for ever": Fault("truncated"),
    "truncated gzip": Fault("truncated-gzip"),
    **{how: Fault("spoiled", how=how) for how in SPOILED},
}
"""Every fault by the name that the table shows."""


class Cell(Struct, frozen=True, order=True):
    """One fault at the requests of one path; `path` is a shell pattern."""

    path: str
    fault: str

    @property
    def never_ends(self) -> bool:
        return self.fault in NEVER_ENDING


class Run(Struct, frozen=True):
    """What one audit ended in."""

    outcomes: Outcomes
    unread: frozenset[str]
    states: dict[str, SourceState]
    audit: Audit
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

    def __init__(self, directory: Path) -> None:
        self.tenant = SimulatedTenant(contoso(0))
        path = directory / "auditor.toml"
        path.write_text(configuration_of(self.tenant, DECLARED), "utf-8")
        self._configuration = load(path)
        (environment,) = self._configuration.environments.values()
        # Mail servers and name servers have no requests, and probing takes longer than the rest.
        self._environment = structs.replace(environment, mail_servers=None)
        self.clean = self.run(60.0)
        self.places = sorted({shape(each.path) for each in self.tenant.requests})

    def cells(self) -> list[Cell]:
        return [Cell(path, fault) for path in self.places for fault in KINDS]

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
                time.monotonic() - began,
            )

    def disturbed(self, cell: Cell) -> tuple[Run, int]:
        """One audit under a fault, and how many requests the fault could meet."""
        before = len(self.tenant.requests)
        fault = Fault(
            **{name: getattr(KINDS[cell.fault], name) for name in Fault.__struct_fields__}
        )
        fault.path = cell.path
        self.tenant.faults.add(fault)
        try:
            run = self.run(NEVER_ENDING_TIMEOUT_S if cell.never_ends else TIMEOUT_S)
        finally:
            self.tenant.faults.clear()
        shapes = [
            _ID.sub("*", each.path).replace("[", "?") for each in self.tenant.requests[before:]
        ]
        return run, shapes.count(cell.path)

    def close(self) -> None:
        self.tenant.close()


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
    clean_standing, standing = clean.audit.summary.standing, disturbed.audit.summary.standing
    for name in ("working", "broken", "unsupported"):
        now_many, many = getattr(standing, name, 0), getattr(clean_standing, name, 0)
        if now_many > many:
            faults.append(f"{now_many} mailboxes are {name}, and {many} are without the fault")
    if disturbed.outcomes != clean.outcomes and not open_sources:
        faults.append("verdicts differ, and every source is told as read")
    faults += [
        f"{each.name} is {each.status} without a reason"
        for each in open_sources
        if not (each.reason and each.remedy)
    ]
    return faults
