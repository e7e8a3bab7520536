"""Reads each mailbox's own switches for Exchange Web Services and SMTP ("Get-CASMailbox").

Each goes before that of the organisation. Sources: "Set-CASMailbox"; "Enable or disable
authenticated client SMTP submission (SMTP AUTH) in Exchange Online".
"""

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
    """One mailbox. A null was never set: Exchange Web Services are allowed then, without a policy
    on client names, and the organisation's switch counts for SMTP.
    """

    PrimarySmtpAddress: Text = UNSET
    EmailAddresses: Texts = UNSET
    EwsEnabled: Flag = UNSET
    EwsApplicationAccessPolicy: Text = UNSET
    SmtpClientAuthenticationDisabled: Flag = UNSET


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
