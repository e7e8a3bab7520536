"""Outsides, readers and realistic rows to write snapshots of."""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec import Struct

from auditor.request import Waiver
from auditor.snapshots import Header, recording
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.tables.systemusers import UserRow
from connectors.normalisation.declared import Declarations
from connectors.sources.catalogue import readers
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader, SourceState
from rules.option_sets import Deployment

HEADER = Header(
    tool_version="0.1.0",
    environment="contoso",
    url="https://contoso.crm.dynamics.com",
    started_at="2026-11-23T08:00:00Z",
    as_of=date(2026, 11, 23),
    declarations=Declarations(
        values={"fips_140_2": False, "fips_compliant_mail_servers": ("mail.contoso.com",)},
        builds={"mail.contoso.com": "15.2.1544.4"},
        providers={"pop.messe.example": "Gmail"},
        deployment=next(iter(Deployment)),
    ),
    thresholds={"synchronization_stale_warning": 3600},
    waivers=(Waiver(rule="duplicate-address", reason="CHG-1", until=date(2027, 3, 31)),),
)
EARLIER = EarlierReadings()
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


class CannedStream:
    """Pages that are there already; the state is final after the last."""

    def __init__(self, name: str, pages: Sequence[Page], state: SourceState | None) -> None:
        self._pages = pages
        records = sum(len(page.rows) for page in pages)
        self._final = state or SourceState(name, "read", records=records, requests=len(pages))
        self.state = SourceState(name, "read")

    def __iter__(self) -> Iterator[Page]:
        yield from self._pages
        self.state = self._final


class Canned:
    """An outside that gives pages by source, and the states that are not plainly `read`."""

    def __init__(
        self,
        pages: Mapping[str, Sequence[Page]],
        states: Mapping[str, SourceState] | None = None,
    ) -> None:
        self._pages = pages
        self._states = states or {}

    def open(self, reader: Reader, earlier: EarlierReadings) -> CannedStream:
        return CannedStream(
            reader.source, self._pages[reader.source], self._states.get(reader.source)
        )


def reader_of(source: str, row: type[Struct]) -> Reader:
    def read(client: Any, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
        raise AssertionError("a snapshot asks no server")

    return Reader(source=source, section="dynamics", row=row, read=read, grant="")


def reader_named(source: str) -> Reader:
    return next(reader for reader in readers() if reader.source == source)


def page(rows: list[Any], number: int = 0) -> Page:
    read_at = (NOW + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Page(rows, read_at, sha256(b"%d" % number).hexdigest())


def write(path: Any, outside: Canned, *wanted: Reader, header: Header = HEADER) -> None:
    """A snapshot of the sources, each read to its end, one after the other."""
    with recording(path, header, outside) as recorder:
        for reader in wanted:
            for _ in recorder.open(reader, EARLIER):
                pass


_FIRST = "Anna Ben Carla David Eva Finn Greta Hugo Ida Jan Klara Leo Mia Noah Olga Paul".split()
_LAST = "Almeida Brandt Costa Dubois Eriksen Fischer Garcia Hansen Ivanov Jensen Keller".split()


def mailbox_rows(count: int, seed: int = 1) -> Iterator[MailboxRow]:
    """Mailboxes as a live organisation has them: random ids, half of them queues, real spread."""
    chance = random.Random(seed)
    profiles = [_guid(chance) for _ in range(4)]
    administrator = _guid(chance)
    for number in range(count):
        of_user = number % 2 == 0
        idle = chance.random() < (0.2 if of_user else 0.9)
        first, last = chance.choice(_FIRST), chance.choice(_LAST)
        owner = _guid(chance)
        yield MailboxRow(
            mailboxid=_guid(chance),
            name=f"{first} {last} {number}" if of_user else f"<{first} {last} {number}>",
            emailaddress=f"{first}.{last}{number}@contoso.com".lower() if of_user else None,
            statecode=0,
            regarding=owner,
            owner=owner if of_user else administrator,
            profile=chance.choice(profiles),
            isforwardmailbox=False,
            incomingemaildeliverymethod=2,
            outgoingemaildeliverymethod=2,
            actdeliverymethod=1 if of_user else 2,
            incomingemailstatus=0 if idle else chance.choices((1, 2), (98, 2))[0],
            outgoingemailstatus=0 if idle else chance.choices((1, 2), (98, 2))[0],
            actstatus=0 if idle else chance.choices((1, 2), (97, 3))[0],
            enabledforincomingemail=not idle,
            enabledforoutgoingemail=not idle,
            enabledforact=not idle and of_user,
            emailrouteraccessapproval=0 if idle else 1,
            isemailaddressapprovedbyo365admin=not idle,
            allowemailconnectortousecredentials=False,
            ispasswordset=False,
            isoauthrefreshtokenset=False,
            oauthtokenexpireson=None,
            processanddeleteemails=False,
            testemailconfigurationscheduled=False,
            testmailboxaccesscompletedon=None if idle else _instant(chance, 86400 * 400),
            lastsuccessfulsynccompletedon=None if idle else _instant(chance, 900),
            processinglastattemptedon=None if idle else _instant(chance, 900),
            postponemailboxprocessinguntil=None if idle else _instant(chance, 900),
            postponesendinguntil=None,
            receivingpostponeduntil=None if idle else _instant(chance, 900),
            receivingpostponeduntilforact=None,
            lastsyncerrorcount=0 if chance.random() < 0.95 else chance.randrange(1, 9),
            lastsyncerroroccurredon=None
            if idle or chance.random() < 0.7
            else _instant(chance, 86400 * 90),
            transientfailurecount=chance.choices((0, 1, 2, 5), (90, 6, 3, 1))[0],
            itemsfailedforlastsync=0,
            processingstatecode=0,
            hostid=None if idle else f"CRMASYNC{chance.randrange(40):03}",
            verboseloggingenabled=0,
            officeappsdeploymentstatus=0 if idle else 1,
            exchangecontactsimportstatus=0 if idle else 1,
            processemailreceivedafter=None,
            ewsurl=None if idle else "https://outlook.office365.com/EWS/Exchange.asmx",
        )


def user_rows(count: int, seed: int = 2) -> Iterator[UserRow]:
    chance = random.Random(seed)
    for number in range(count):
        yield UserRow(systemuserid=_guid(chance), fullname=f"Person {number}", isdisabled=False)


def _guid(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128)))


def _instant(chance: random.Random, within_s: int) -> str:
    return (NOW - timedelta(seconds=chance.randrange(within_s))).strftime("%Y-%m-%dT%H:%M:%SZ")
