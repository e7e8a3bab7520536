"""Reads dns.tenants: the tenant of each mail domain that Exchange Online takes the mail of.

Source: Microsoft Learn "OpenID Connect on the Microsoft identity platform" (metadata document).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from connectors.columnar.page import Page
from connectors.dns.lookups import TENANTS, Lookups
from connectors.dns.mail_domains import SOURCE as MAIL_DOMAINS
from connectors.dns.rows import TenantRow
from connectors.known_systems import known_systems
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader
from connectors.transport.errors import SourceFailed
from rules.email_systems import Product

_MOST_FAILURES = 3
"""In a row; the authority is then not asked again."""


def read(lookups: Lookups, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """One page, a row for each domain. Raises `SourceFailed` where the first cannot be asked."""
    reading = earlier.readings[MAIL_DOMAINS]
    state = reading.state
    if state.status in ("failed", "not-configured"):
        raise SourceFailed(
            f"Which mail domains there are is not known: {state.reason}", state.remedy, state.code
        )
    if not state.whole:
        progress.shorten(state.code, state.reason, state.remedy)
    known = known_systems()
    rows: list[TenantRow] = []
    failures = 0
    for row, _ in reading.records:
        if known.taker(row.exchangers) is not Product.EXCHANGE_ONLINE:
            continue
        try:
            rows.append(lookups.tenant_of(row.domain))
            failures = 0
        except SourceFailed as failure:
            failures += 1
            progress.shorten(failure.code, failure.reason, failure.remedy)
            if not rows or failures == _MOST_FAILURES or failure.code == "deadline":
                if rows:
                    break
                raise
            rows.append(TenantRow(domain=row.domain, problem=failure.reason))
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield Page(rows=rows, read_at=at, digest=sha256(msgspec.json.encode(rows)).hexdigest())


READER = Reader(
    source=TENANTS,
    section="dns",
    row=TenantRow,
    read=read,
    grant="The authority's public descriptions; nobody signs in.",
    after=(MAIL_DOMAINS,),
)
