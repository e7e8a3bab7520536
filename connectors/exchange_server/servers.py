"""Reads which Exchange Servers stand behind the addresses that profiles name, and their builds."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from connectors.columnar.page import Page
from connectors.dynamics.tables import emailserverprofiles, organization_detail, organizations
from connectors.exchange_server.answers import FRONT_END_HEADER, build_told, judge, schemes_of
from connectors.exchange_server.ews import server_build
from connectors.exchange_server.hosts import Place
from connectors.known_systems import known_systems
from connectors.sources.named_servers import NamedServer, bounded
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader
from connectors.transport.answers import TIME_FORMAT
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import (
    Lookup,
    Reachability,
    is_loopback_host,
)
from connectors.transport.http import SignIn, Transport
from rules.email_systems import Protocol

BUILDS = "exchange_server.builds"

LONGEST_S = 300.0
"""For all hosts together that the configuration does not name, however slowly these answer."""
_AT_ONCE = 8
# The transport repeats these before it gives up.
_PASSING = frozenset({429, 502, 503, 504})
_ACCEPTED = frozenset(range(200, 600)) - _PASSING
_OFFERED_AS = {
    "ntlm": ("ntlm", "negotiate"),
    "negotiate": ("negotiate",),
    "basic": ("basic",),
    "client-secret": ("bearer",),
}
"""By way to sign in, the schemes of which a server must offer one."""


class HostRow(Struct, frozen=True):
    """One host that was asked; None: not told, or not found out.

    `schemes` are the offered ways to sign in, lower-case, with commas between; empty for none.
    `learned` names what told the build. `code`, `reason` and `remedy` are set where it could not
    be read.
    """

    id: str
    host: str
    port: int
    host_found: bool | None = None
    public: bool | None = None
    connects: bool | None = None
    schemes: str | None = None
    front_end: str | None = None
    build: str | None = None
    learned: str | None = None
    signed_in: bool | None = None
    code: str | None = None
    reason: str | None = None
    remedy: str | None = None


class ExchangeServers(Struct, frozen=True, kw_only=True):
    """What the configuration says of Exchange Server, and the way there.

    `configured` is the address that it names. `trusted` are the hosts that it names, and the only
    ones that may be given the credentials; `sign_in` makes those (None: there are none) and
    `method` is how. `private`: profiles may name addresses of private networks; None: as far as
    the organisation is on premises. `mailboxes`: so many are opened at most.
    """

    transport: Transport
    configured: Place
    trusted: frozenset[Place]
    environment_host: str
    method: str = ""
    sign_in: Callable[[str], SignIn] | None = None
    private: bool | None = None
    lookup: Lookup | None = None
    mailboxes: int = 0


def read(servers: ExchangeServers, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """One page with a row for each host, however its asking ended."""
    named = earlier.servers()
    asked = sorted({servers.configured, *_places(bounded(named.servers))})
    rest = _places(named.servers) - set(asked)
    private = named.on_premises if servers.private is None else servers.private
    reach = Reachability(loopback=is_loopback_host(servers.environment_host), private=private)
    hurried = _hurried(servers.transport)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="exchange") as pool:
        rows = list(pool.map(lambda place: _Asking(servers, reach, place, hurried).row(), asked))
    _tell(progress, earlier, rows, len(rest))
    yield Page(
        rows=rows,
        read_at=datetime.now(UTC).strftime(TIME_FORMAT),
        digest=sha256(msgspec.json.encode(rows)).hexdigest(),
    )


READER = Reader(
    source=BUILDS,
    section="exchange_server",
    row=HostRow,
    read=read,
    grant="An account that may sign in to Exchange Web Services; it needs no mailbox and no role.",
    after=(
        emailserverprofiles.TABLE.source,
        organization_detail.SOURCE,
        organizations.TABLE.source,
    ),
)


def _places(servers: Iterable[NamedServer]) -> set[Place]:
    online = known_systems()
    return {
        Place(each.host, each.port or 443)
        for each in servers
        if each.protocol is Protocol.EWS and not online.is_exchange_online(each.host)
    }


def _hurried(transport: Transport) -> Transport:
    """The same for hosts that records name: without a limit for the run, one could hold it up."""
    policy = transport.policy
    end = policy.clock() + LONGEST_S
    return transport.until(end if policy.deadline is None else min(end, policy.deadline))


class _Asking:
    """One host: asked without credentials first, then with them where they may go there.

    `hurried` asks the hosts that the configuration does not name.
    """

    def __init__(
        self, servers: ExchangeServers, reach: Reachability, place: Place, hurried: Transport
    ) -> None:
        self._servers = servers
        self._transport = servers.transport if place in servers.trusted else hurried
        self._reach = reach
        self._place = place

    def row(self) -> HostRow:
        """What came of it; no failure escapes."""
        place = self._place
        row = HostRow(id=place.id, host=place.host, port=place.port)
        try:
            reached = self._reach.resolve(
                place.host,
                place.port,
                trusted=place in self._servers.trusted,
                lookup=self._servers.lookup,
                own_ports=(place.port,),
            )
            self._transport.pins.pin(place.host, reached.addresses)
        except SourceFailed as failure:
            found = False if failure.code == "name-not-resolved" else None
            return _failed(replace(row, host_found=found), failure)
        row = replace(row, host_found=True, public=reached.public)
        try:
            row, offered = self._anonymous(row)
        except SourceFailed as failure:
            failure = self._of_own_time(failure)
            return _failed(replace(row, connects=_connects(failure)), failure)
        if row.code or self._servers.sign_in is None or place not in self._servers.trusted:
            return row
        return self._signed_in(row, offered, self._servers.sign_in)

    def _of_own_time(self, failure: SourceFailed) -> SourceFailed:
        """The failure; where only the time for hosts of profiles was over, that is said."""
        remaining_s = self._servers.transport.policy.remaining_s()
        if failure.code != "deadline" or (remaining_s is not None and remaining_s <= 0):
            return failure
        return SourceFailed(
            f"{self._place.id}: no answer in the {LONGEST_S:.0f} seconds that all servers of "
            "profiles have together",
            "Check the server location in the profile, or name the host in the configuration.",
            "timeout",
            url=failure.url,
        )

    def _anonymous(self, row: HostRow) -> tuple[HostRow, tuple[str, ...]]:
        url = self._place.url
        answer = self._transport.get(url, accept="*/*", source=BUILDS, accepted=_ACCEPTED)
        schemes = schemes_of(answer)
        build = build_told(answer)
        redaction = self._transport.redaction
        row = replace(
            row,
            connects=True,
            schemes=", ".join(schemes),
            build=build,
            learned="X-OWA-Version" if build else None,
            front_end=redaction.line(answer.headers.get(FRONT_END_HEADER, ""), 80) or None,
        )
        if answer.status != 401:
            failure = judge(answer, redaction.address(url), redaction)
            if failure is not None:
                row = _failed(row, failure)
        return row, schemes

    def _signed_in(
        self, row: HostRow, offered: tuple[str, ...], make: Callable[[str], SignIn]
    ) -> HostRow:
        url = self._place.url
        wanted = _OFFERED_AS.get(self._servers.method, ())
        if offered and not set(wanted) & set(offered):
            return replace(
                row,
                code="sign-in-not-offered",
                reason=f"{self._place.id}: the server offers {', '.join(offered)}, so nothing was "
                f"sent to sign in by {self._servers.method}",
                remedy="Set `method` in the section `exchange_server.auth` to one that it offers.",
            )
        try:
            build = server_build(url, make(self._place.origin), self._transport, BUILDS)
        except SourceFailed as failure:
            return _failed(replace(row, signed_in=False), failure)
        return replace(row, signed_in=True, build=build, learned="ServerVersionInfo")


def _connects(failure: SourceFailed) -> bool | None:
    """Whether the server takes a connection: only its refusal, or no answer to it, proves that not.

    None: what went wrong came later, or on this computer.
    """
    if failure.status is not None:
        return True
    return False if failure.code in ("refused", "no-connection") else None


def _failed(row: HostRow, failure: SourceFailed) -> HostRow:
    return replace(row, code=failure.code, reason=failure.reason, remedy=failure.remedy)


def _tell(progress: Progress, earlier: EarlierReadings, rows: list[HostRow], left_out: int) -> None:
    """Say in the source's state what could not be read."""
    state = earlier.readings[emailserverprofiles.TABLE.source].state
    failed = [row for row in rows if row.code]
    if failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        progress.shorten(
            str(failed[0].code),
            f"{len(failed)} of {len(rows)} Exchange Servers could not be read: "
            f"{failed[0].reason}{more}",
            str(failed[0].remedy),
            silent=not any(row.connects for row in rows),
        )
    elif left_out:
        progress.shorten(
            "too-many-hosts",
            f"Profiles name {len(rows) + left_out} Exchange Servers; {len(rows)} were asked.",
            "Remove profiles that nobody uses.",
        )
    elif not state.whole:
        progress.shorten(
            "profiles-not-read",
            "Which Exchange Servers there are is not known, since the profiles were not all read.",
            state.remedy,
        )
