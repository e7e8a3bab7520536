"""Reads where mailboxes forward to, mail users whose mailbox is elsewhere, and groups.

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


MAIL_USER = "MailUser"
GROUPS = (
    "DynamicDistributionGroup",
    "GroupMailbox",
    "MailNonUniversalGroup",
    "MailUniversalDistributionGroup",
    "MailUniversalSecurityGroup",
)
"""Recipients that no account is: lists and Microsoft 365 groups have no mailbox of a person."""


class ForwardingRow(Struct, frozen=True):
    """One mailbox, group or mail user.

    A mail user has an `ExternalEmailAddress` and no mailbox here, a group has neither.

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
    """All mailboxes, then all mail users and groups."""
    for cmdlet, parameters in (
        ("Get-Mailbox", {}),
        ("Get-Recipient", {"RecipientTypeDetails": [MAIL_USER, *GROUPS]}),
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
