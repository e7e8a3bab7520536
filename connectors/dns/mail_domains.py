"""Reads dns.mail-domains: who takes the mail of the domains that Dynamics knows addresses of."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from connectors.columnar.addresses import ascii_domain
from connectors.columnar.page import Page
from connectors.dns.lookups import Lookups
from connectors.dns.names import NameNotFound, Names, NoAnswer
from connectors.dns.rows import MailDomainRow
from connectors.dynamics.tables import queues, systemusers
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader
from connectors.transport.errors import SourceFailed

SOURCE = "dns.mail-domains"
MOST_DOMAINS = 200
SIDE_BY_SIDE = 16
LONGEST_S = 60.0
"""For all domains together."""
_LONGEST_DOMAIN = 253
_CONVINCED_AFTER = 8
"""Where the first so many domains have no answer, the name servers answer nobody."""
_DOMAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")


def read(lookups: Lookups, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """One page, the domain of most addresses first.

    Raises `SourceFailed` with code `dns-unanswered` where no domain could be looked up.
    """
    counted = domains_of(earlier.addresses())
    kept = sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:MOST_DOMAINS]
    for source in (systemusers.TABLE.source, queues.TABLE.source):
        state = earlier.readings[source].state
        if not state.whole and not progress.code:
            progress.shorten(state.code, state.reason, state.remedy)
    if len(counted) > len(kept):
        progress.shorten(
            "too-many-domains",
            f"The addresses are of {len(counted)} domains; the {len(kept)} of most addresses were "
            "looked up.",
            "Look the others up yourself.",
        )
    rows = _looked_up(lookups, kept)
    if len(rows) < len(kept):
        progress.shorten(
            "deadline",
            f"The time for mail domains was over when {len(rows)} of {len(kept)} had "
            "been looked up.",
            "Give the run more time.",
        )
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield Page(rows=rows, read_at=at, digest=sha256(msgspec.json.encode(rows)).hexdigest())


def _looked_up(lookups: Lookups, kept: list[tuple[str, int]]) -> list[MailDomainRow]:
    """A row for each domain that was looked up in time, in their order. Raises `SourceFailed`."""
    end = time.monotonic() + LONGEST_S

    def in_time(domain: str, addresses: int) -> MailDomainRow | None:
        if lookups.is_late() or time.monotonic() > end:
            return None
        return look_up(lookups.names, domain, addresses)

    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="dns") as pool:
        # Each begins when one before it ends, so that a silent domain holds up no other.
        futures = [pool.submit(in_time, *each) for each in kept]
        first = [each.result() for each in futures[:_CONVINCED_AFTER]]
        silent = [row for row in first if row is not None and row.resolution == "unknown"]
        if silent and len(silent) == len(first):
            pool.shutdown(wait=False, cancel_futures=True)
            raise SourceFailed(
                f"No mail domain could be looked up: {silent[0].problem}",
                "Check this computer's name servers, or set `servers` in the section `dns`.",
                "dns-unanswered",
            )
        return [row for each in futures if (row := each.result()) is not None]


def domains_of(addresses: Iterable[str]) -> Counter[str]:
    """How many addresses are of each domain, in lower case and in the form that DNS knows."""
    counted: Counter[str] = Counter()
    for address in addresses:
        _, at, domain = address.rpartition("@")
        if at:
            counted[domain.strip().rstrip(".")] += 1
    found: Counter[str] = Counter()
    for domain, count in counted.items():
        spelt = ascii_domain(domain)
        if _DOMAIN.fullmatch(spelt) and len(spelt) <= _LONGEST_DOMAIN:
            found[spelt] += count
    return found


def look_up(names: Names, domain: str, addresses: int) -> MailDomainRow:
    """Who takes the mail of one domain."""
    try:
        exchangers = names.mail_exchangers(domain)
        resolution = "found" if exchangers else "not-found"
    except NameNotFound:
        exchangers, resolution = (), "not-found"
    except NoAnswer as error:
        return MailDomainRow(
            domain=domain, addresses=addresses, resolution="unknown", problem=str(error)
        )
    return MailDomainRow(
        domain=domain, addresses=addresses, resolution=resolution, exchangers=exchangers
    )


READER = Reader(
    source=SOURCE,
    section="dns",
    row=MailDomainRow,
    read=read,
    grant="Name servers that answer this computer.",
    after=(systemusers.TABLE.source, queues.TABLE.source),
)
