"""Reads each mailbox's own switch for Exchange Web Services ("Get-CASMailbox")."""

from collections.abc import Iterator

from msgspec import UNSET, Struct

from connectors.columnar.page import Page
from connectors.exchange_online.client import ExchangeOnline
from connectors.exchange_online.permissions import RECIPIENTS, cmdlet_grant
from connectors.exchange_online.values import Flag, Text, Texts
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "exchange_online.cas-mailboxes"


class CasMailboxRow(Struct, frozen=True):
    """One mailbox. `EwsEnabled` null: never set, which allows."""

    PrimarySmtpAddress: Text = UNSET
    EmailAddresses: Texts = UNSET
    EwsEnabled: Flag = UNSET


def read(exchange: ExchangeOnline, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """All mailboxes, a page at a time."""
    return exchange.cmdlet(
        "Get-CASMailbox",
        CasMailboxRow,
        progress,
        source=SOURCE,
        grant=cmdlet_grant(RECIPIENTS),
        parameters={"ResultSize": "Unlimited"},
    )


READER = Reader(
    source=SOURCE,
    section="exchange_online.cmdlets",
    row=CasMailboxRow,
    looked_up_by=("PrimarySmtpAddress", "EmailAddresses"),
    named_by="PrimarySmtpAddress",
    read=read,
    grant=cmdlet_grant(RECIPIENTS),
)
