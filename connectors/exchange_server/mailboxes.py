"""Reads exchange_server.mailboxes: whether mailboxes open on the configured Exchange Server.

The auditor's account opens them for their owners, so it needs impersonation; the configuration
says of how many, and a sample is the same in every run.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from connectors.columnar.page import Page
from connectors.exchange_server.builds import build_of
from connectors.exchange_server.ews import speaking
from connectors.exchange_server.folders import DENIED, NO_MAILBOX, Opened, opened, version_of
from connectors.exchange_server.servers import BUILDS, ExchangeServers
from connectors.sources.readings import EarlierReadings
from connectors.sources.sampling import MOST_ASKED, sample
from connectors.sources.source import Progress, Reader
from connectors.transport.answers import TIME_FORMAT
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import Reachability
from connectors.transport.http import SignIn

SOURCE = "exchange_server.mailboxes"
GRANT = (
    "The role ApplicationImpersonation for the auditor's account, given in the Exchange "
    "Management Shell: `New-ManagementRoleAssignment -Name Auditor -Role ApplicationImpersonation "
    "-User ACCOUNT`."
)
_AT_ONCE = 4
_CONVINCED_AFTER = 3
"""So many refusals to impersonate, and no mailbox opened, are a role that is missing."""


class OpenedRow(Struct, frozen=True):
    """What opening the mailbox of one address showed.

    `code` is the server's where it refused; the counts are None then. `undeliverable_items` None:
    the mailbox has no folder for undeliverable email.
    """

    address: str
    host: str
    code: str | None = None
    inbox_items: int | None = None
    undeliverable_items: int | None = None


def read(servers: ExchangeServers, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """One page, a row for each mailbox asked. Raises `SourceFailed`."""
    page, asked = _opened(servers, earlier, min(servers.mailboxes, MOST_ASKED))
    _tell(progress, page.rows, asked)
    yield page


def _probe(
    servers: ExchangeServers, progress: Progress, earlier: EarlierReadings
) -> Iterator[Page]:
    """A few mailboxes: an answer that there is none shows as well that the account may ask."""
    yield _opened(servers, earlier, _CONVINCED_AFTER)[0]


def _opened(servers: ExchangeServers, earlier: EarlierReadings, most: int) -> tuple[Page, int]:
    """The page, and how many mailboxes it was to have."""
    if servers.sign_in is None:
        raise SourceFailed(
            "Mailboxes of Exchange Server are opened by an account, and none is configured",
            "Add the section `exchange_server.auth`, or leave `mailboxes` out.",
            "incomplete-sign-in",
        )
    known = (each for each in earlier.addresses() if not earlier.address_book.lists_online(each))
    asked = sample(known, most)
    _resolve(servers)
    rows = _Opening(servers, servers.sign_in, earlier).rows(asked)
    page = Page(
        rows=rows,
        read_at=datetime.now(UTC).strftime(TIME_FORMAT),
        digest=sha256(msgspec.json.encode(rows)).hexdigest(),
    )
    return page, len(asked)


def _resolve(servers: ExchangeServers) -> None:
    """Lead every connection to the server to the addresses that its name has now."""
    place = servers.configured
    reached = Reachability().resolve(place.host, place.port, trusted=True, lookup=servers.lookup)
    servers.transport.pins.pin(place.host, reached.addresses)


class _Opening:
    """Opens mailboxes, some at the same time, until the server says that it lets nobody in."""

    def __init__(
        self, servers: ExchangeServers, make: Callable[[str], SignIn], earlier: EarlierReadings
    ) -> None:
        self._servers = servers
        # One for all threads, so that they prove a password to the server once.
        self._sign_in = make(servers.configured.origin)
        self._host = servers.configured.id
        self._build = _build(earlier, self._host)
        self._denied = self._opened = 0
        self._failure: SourceFailed | None = None

    def rows(self, asked: list[str]) -> list[OpenedRow]:
        """A row for each mailbox that could be asked for. Raises `SourceFailed`: none could."""
        parts = [asked[start::_AT_ONCE] for start in range(_AT_ONCE)]
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mailbox") as pool:
            found = [row for rows in pool.map(self._some, parts) for row in rows]
        if self._failure is not None and not found:
            raise self._failure
        if found and self._is_closed():
            raise SourceFailed(
                f"{self._host}: the account may not open the mailboxes of others: the server "
                f"answered {found[0].code} for every one",
                GRANT,
                "impersonation-denied",
                url=self._host,
            )
        return sorted(found, key=lambda row: row.address)

    def _some(self, addresses: list[str]) -> list[OpenedRow]:
        servers = self._servers
        rows: list[OpenedRow] = []
        if not addresses:
            return rows
        try:
            version = version_of(self._build) if self._build is not None else None
            url = servers.configured.url
            with speaking(url, self._sign_in, servers.transport, SOURCE, version) as ews:
                for address in addresses:
                    if self._failure is not None or self._is_closed():
                        break
                    rows.append(self._row(address, opened(ews, address)))
        except SourceFailed as failure:
            self._failure = self._failure or failure
        return rows

    def _row(self, address: str, found: Opened) -> OpenedRow:
        self._opened += found.code is None
        self._denied += found.code in DENIED
        return OpenedRow(
            address, self._host, found.code, found.inbox_items, found.undeliverable_items
        )

    def _is_closed(self) -> bool:
        return not self._opened and self._denied >= _CONVINCED_AFTER


def _build(earlier: EarlierReadings, id: str) -> tuple[int, ...] | None:
    reading = earlier.readings.get(BUILDS)
    rows: Iterable[Any] = (row for row, _ in reading.records) if reading is not None else ()
    return next((build_of(row.build) for row in rows if row.id == id and row.build), None)


def _tell(progress: Progress, rows: Sequence[OpenedRow], asked: int) -> None:
    """Say in the source's state what was left out."""
    if len(rows) < asked:
        progress.shorten(
            "broken-off",
            f"{len(rows)} of {asked} mailboxes were opened before the server could not be asked "
            "any more.",
            "Run the audit again.",
        )
    elif rows and all(row.code == NO_MAILBOX for row in rows):
        # Servers say so too where the account that stands in for others has no mailbox itself.
        progress.shorten(
            "no-mailbox-opened",
            f"The server knows none of the {len(rows)} mailboxes asked for, which it also says "
            "where the auditor's own account has no mailbox.",
            "Give the account a mailbox, or configure the server where the mailboxes are.",
        )


READER = Reader(
    source=SOURCE,
    section="exchange_server.mailboxes",
    row=OpenedRow,
    read=read,
    grant=GRANT,
    probe=_probe,
    after=(BUILDS, "dynamics.systemusers", "dynamics.queues", "exchange_online.mailboxes"),
)
