"""Reads where mailboxes forward to, and mail users whose mailbox is elsewhere.

Sources: "Set-Mailbox" (ForwardingSmtpAddress, DeliverToMailboxAndForward); "Get-Recipient".
"""

from collections.abc import Iterator

from msgspec import UNSET, Struct

from connectors.columnar.page import Page
from connectors.exchange_online.client import ExchangeOnline
from connectors.exchange_online.permissions import RECIPIENTS, cmdlet_grant
from connectors.exchange_online.values import Flag, Text, Texts
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "exchange_online.forwarding"


class ForwardingRow(Struct, frozen=True):
    """One mailbox or mail user; a mail user has an `ExternalEmailAddress` and no mailbox here.

    `ForwardingAddress` names a recipient of the organisation, `ForwardingSmtpAddress` any address.
    """

    PrimarySmtpAddress: Text = UNSET
    EmailAddresses: Texts = UNSET
    RecipientTypeDetails: Text = UNSET
    ForwardingAddress: Text = UNSET
    ForwardingSmtpAddress: Text = UNSET
    DeliverToMailboxAndForward: Flag = UNSET
    ExternalEmailAddress: Text = UNSET


def read(exchange: ExchangeOnline, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """All mailboxes, then all mail users."""
    for cmdlet, parameters in (
        ("Get-Mailbox", {}),
        ("Get-Recipient", {"RecipientTypeDetails": ["MailUser"]}),
    ):
        yield from exchange.cmdlet(
            cmdlet,
            ForwardingRow,
            progress,
            source=SOURCE,
            grant=cmdlet_grant(RECIPIENTS),
            parameters={"ResultSize": "Unlimited", **parameters},
        )


READER = Reader(
    source=SOURCE,
    section="exchange_online.cmdlets",
    row=ForwardingRow,
    looked_up_by=("PrimarySmtpAddress", "EmailAddresses"),
    named_by="PrimarySmtpAddress",
    read=read,
    grant=cmdlet_grant(RECIPIENTS),
)
