"""Reads mail_servers.probe: the mail servers that active profiles name, looked at from outside.

So many servers are looked at as `connectors/sources/named_servers.py` allows.
"""

import itertools
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import replace

from connectors.columnar.page import Page
from connectors.dynamics.tables import emailserverprofiles, organization_detail, organizations
from connectors.mail_servers.encryption import Trust
from connectors.mail_servers.probe import Probe
from connectors.mail_servers.rows import NAMES_UNANSWERED, NO_WAY_OUT, PROBE, ProbeRow, Target
from connectors.sources.named_servers import NamedServer, NamedServers, bounded
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import Reachability

SIDE_BY_SIDE = 16
"""Servers looked at at the same time."""
LONGEST_S = 120.0
"""For all servers together; and never more than half of what the run has left."""

SEVERAL = 3
"""Hosts of which one at least answers, unless something between keeps this computer from all."""

PROFILES = emailserverprofiles.TABLE.source


class MailServers:
    """What looks at mail servers for one environment.

    `remaining_s` gives the seconds until the run's deadline, None without one.
    """

    def __init__(
        self,
        make: Callable[[Callable[[], None]], Probe],
        reach: Reachability,
        remaining_s: Callable[[], float | None] = lambda: None,
    ) -> None:
        self.reach = reach
        self.remaining_s = remaining_s
        self._lock = threading.Lock()
        self._connections = 0
        self.probe = make(self._count)

    @property
    def connections(self) -> int:
        """Connections that were tried so far."""
        return self._connections

    def reach_of(self, servers: NamedServers) -> Reachability:
        """Where records may lead: on premises into private networks too."""
        return replace(self.reach, private=self.reach.private or servers.on_premises)

    def _count(self) -> None:
        with self._lock:
            self._connections += 1


def trusted_by(ca_bundle: Path | None) -> Trust:
    """Whom certificates are compared with. Raises `SourceFailed`: `unusable-ca-bundle`."""
    try:
        return Trust(ca_bundle)
    except (OSError, ssl.SSLError) as error:
        raise SourceFailed(
            f"the CA bundle {ca_bundle} cannot be used",
            "Point `[tls] ca_bundle` at a readable file of PEM certificates.",
            "unusable-ca-bundle",
        ) from error


def targets(servers: Iterable[NamedServer]) -> list[Target]:
    """Each host and port that an active profile names, once, by id."""
    found: dict[str, Target] = {}
    for each in servers:
        if each.is_used:
            target = Target(each.host, each.port, each.protocol)
            found.setdefault(target.id, target)
    return [found[id] for id in sorted(found)]


def read(client: MailServers, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """One page, a row for each host and port. Raises `SourceFailed`: which were not read."""
    state = earlier.readings[PROFILES].state
    if state.status in ("failed", "not-configured"):
        raise SourceFailed(
            f"Which mail servers the profiles name is not known: {state.reason}",
            state.remedy,
            state.code,
        )
    if not state.whole:
        progress.shorten(state.code, state.reason, state.remedy)
    named = earlier.servers()
    kept = targets(bounded(named.servers))
    left_out = len(targets(named.servers)) - len(kept)
    if left_out:
        progress.shorten(
            "too-many-hosts",
            f"The profiles name {len(kept) + left_out} mail servers; {len(kept)} were looked at.",
            "Deactivate profiles that nobody uses.",
        )
    rows = _weighed(_looked_at(client, kept, client.reach_of(named), progress), progress)
    body = msgspec.json.encode(rows)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield Page(rows=rows, read_at=at, digest=sha256(body).hexdigest())


def _looked_at(
    client: MailServers, found: list[Target], reach: Reachability, progress: Progress
) -> list[ProbeRow]:
    """The rows in the order of the targets, as many as the run's deadline allows."""
    rows: dict[str, ProbeRow] = {}
    queue = iter(found)
    whole_s = client.remaining_s()
    end = time.monotonic() + (LONGEST_S if whole_s is None else min(LONGEST_S, whole_s / 2))
    pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="probe")
    try:
        running: set[Future[ProbeRow]] = set()
        while True:
            # No more than there are threads for, so that a deadline leaves nothing waiting.
            remaining_s = end - time.monotonic()
            for target in itertools.islice(queue, SIDE_BY_SIDE - len(running)):
                running.add(pool.submit(client.probe.look, target, reach, remaining_s))
            if not running:
                break
            if remaining_s <= 0:
                progress.shorten(
                    "deadline",
                    f"The time for mail servers was over when {len(rows)} of {len(found)} had "
                    "been looked at.",
                    "Give the run more time.",
                )
                break
            done, running = wait_for(running, timeout=0.25, return_when="FIRST_COMPLETED")
            for each in done:
                row = each.result()
                rows[row.id] = row
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return [rows[target.id] for target in found if target.id in rows]


def _weighed(rows: list[ProbeRow], progress: Progress) -> list[ProbeRow]:
    """The rows; where none of several servers could be reached, that is told of this computer."""
    if rows and all(row.code == NAMES_UNANSWERED for row in rows):
        progress.shorten(
            NAMES_UNANSWERED,
            f"None of {len(rows)} names of mail servers could be looked up: {rows[0].problem}",
            str(rows[0].remedy or "Check this computer's name servers."),
        )
    tried = {row.host for row in rows if row.connected is not None}
    if len(tried) < SEVERAL or any(row.connected for row in rows):
        return rows
    reason = "no mail server takes a connection from this computer, so it says nothing of theirs."
    remedy = "Let this computer connect to the ports of mail, or run the audit where it may."
    progress.shorten(NO_WAY_OUT, reason.capitalize(), remedy)
    return [
        row
        if row.connected is None
        else replace(
            row, connected=None, code=NO_WAY_OUT, problem=f"{row.id}: {reason}", remedy=remedy
        )
        for row in rows
    ]


READER = Reader(
    source=PROBE,
    section="mail_servers",
    row=ProbeRow,
    read=read,
    grant="Connections from this computer to the mail servers that profiles name.",
    after=(PROFILES, organization_detail.SOURCE, organizations.TABLE.source),
)
