"""Reads the domains whose email Exchange Online accepts ("Admin API: AcceptedDomain")."""

from collections.abc import Iterator

from msgspec import UNSET, Struct

from connectors.columnar.page import Page
from connectors.exchange_online.client import ExchangeOnline
from connectors.exchange_online.permissions import CONFIGURATION, admin_grant
from connectors.exchange_online.values import Text
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "exchange_online.accepted-domains"
AUTHORITATIVE, EXTERNAL_RELAY = "Authoritative", "ExternalRelay"
"""Types of a domain: all its mailboxes are in the organisation, none is ("Set-AcceptedDomain")."""


class AcceptedDomainRow(Struct, frozen=True):
    """One domain. `DomainType`: Authoritative, InternalRelay or ExternalRelay."""

    DomainName: str
    DomainType: Text = UNSET


def read(exchange: ExchangeOnline, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """All accepted domains."""
    return exchange.admin(
        "Get-AcceptedDomain",
        AcceptedDomainRow,
        progress,
        source=SOURCE,
        grant=admin_grant(CONFIGURATION),
    )


READER = Reader(
    source=SOURCE,
    section="exchange_online",
    row=AcceptedDomainRow,
    looked_up_by=("DomainName",),
    named_by="DomainName",
    read=read,
    grant=admin_grant(CONFIGURATION),
)
