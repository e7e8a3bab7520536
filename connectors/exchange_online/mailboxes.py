"""Reads every mailbox that lives in Exchange Online ("Admin API: Mailbox")."""

from collections.abc import Iterator

from msgspec import UNSET, Struct

from connectors.columnar.page import Page
from connectors.exchange_online.client import ExchangeOnline
from connectors.exchange_online.permissions import RECIPIENTS, admin_grant
from connectors.exchange_online.values import Text, Texts
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "exchange_online.mailboxes"


class ExchangeMailboxRow(Struct, frozen=True):
    """One mailbox. `RecipientTypeDetails` tells what it is for, such as SharedMailbox."""

    PrimarySmtpAddress: Text = UNSET
    EmailAddresses: Texts = UNSET
    RecipientTypeDetails: Text = UNSET


def read(exchange: ExchangeOnline, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """All mailboxes, a page at a time; those on Exchange Server are not among them."""
    return exchange.admin(
        "Get-Mailbox",
        ExchangeMailboxRow,
        progress,
        source=SOURCE,
        grant=admin_grant(RECIPIENTS),
    )


READER = Reader(
    source=SOURCE,
    section="exchange_online",
    row=ExchangeMailboxRow,
    looked_up_by=("PrimarySmtpAddress", "EmailAddresses"),
    named_by="PrimarySmtpAddress",
    read=read,
    grant=admin_grant(RECIPIENTS),
)
