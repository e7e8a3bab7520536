"""Reads the limits and switches of message transport ("Get-TransportConfig")."""

from collections.abc import Iterator

from msgspec import UNSET, Struct

from connectors.columnar.page import Page
from connectors.exchange_online.client import ExchangeOnline
from connectors.exchange_online.permissions import CONFIGURATION, cmdlet_grant
from connectors.exchange_online.values import Flag, Text
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "exchange_online.transport"


class TransportConfigRow(Struct, frozen=True):
    """The organisation. `MaxReceiveSize` such as `36 MB (37,748,736 bytes)`, or `Unlimited`."""

    SmtpClientAuthenticationDisabled: Flag = UNSET
    MaxReceiveSize: Text = UNSET


def read(exchange: ExchangeOnline, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """The one record."""
    return exchange.cmdlet(
        "Get-TransportConfig",
        TransportConfigRow,
        progress,
        source=SOURCE,
        grant=cmdlet_grant(CONFIGURATION),
    )


READER = Reader(
    source=SOURCE,
    section="exchange_online.cmdlets",
    row=TransportConfigRow,
    read=read,
    grant=cmdlet_grant(CONFIGURATION),
)
