"""Reads the organisation's configuration: whether Exchange Web Services are on, and for whom.

The list of allowed applications is told by the cmdlet endpoint only. Sources: "Exchange Online
Admin API: OrganizationConfig"; "Set-OrganizationConfig".
"""

from collections.abc import Iterator

from msgspec import UNSET, Struct

from connectors.columnar.page import Page
from connectors.exchange_online.client import ExchangeOnline
from connectors.exchange_online.permissions import CONFIGURATION, admin_grant, cmdlet_grant
from connectors.exchange_online.values import Flag, Text, Texts
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "exchange_online.organization"
CMDLET = "Get-OrganizationConfig"


class OrganizationConfigRow(Struct, frozen=True):
    """The organisation. `EwsAllowedAppIDs` is one text with commas."""

    Name: Text = UNSET
    Guid: Text = UNSET
    EwsEnabled: Flag = UNSET
    EwsAllowedAppIDs: Text = UNSET
    EwsApplicationAccessPolicy: Text = UNSET
    EwsAllowList: Texts = UNSET


def read(exchange: ExchangeOnline, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """The one record, with the list of applications where the cmdlet endpoint may be asked."""
    if exchange.cmdlets:
        return exchange.cmdlet(
            CMDLET,
            OrganizationConfigRow,
            progress,
            source=SOURCE,
            grant=cmdlet_grant(CONFIGURATION),
            parameters={"RetrieveEwsOperationAccessPolicy": True},
        )
    return exchange.admin(
        CMDLET, OrganizationConfigRow, progress, source=SOURCE, grant=admin_grant(CONFIGURATION)
    )


READER = Reader(
    source=SOURCE,
    section="exchange_online",
    row=OrganizationConfigRow,
    read=read,
    grant=admin_grant(CONFIGURATION),
)
