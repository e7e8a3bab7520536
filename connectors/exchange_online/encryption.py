"""Reads which Customer Key policies there are, and which one the whole tenant is assigned.

Sources: "Get-DataEncryptionPolicy"; "Get-M365DataAtRestEncryptionPolicyAssignment".
"""

from collections.abc import Iterator

from msgspec import UNSET, Struct, structs

from connectors.columnar.page import Page
from connectors.exchange_online.client import ExchangeOnline
from connectors.exchange_online.permissions import CONFIGURATION, cmdlet_grant
from connectors.exchange_online.values import Flag, Text
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "exchange_online.encryption"
OF_MAILBOXES, OF_THE_TENANT = (
    "Get-DataEncryptionPolicy",
    ("Get-M365DataAtRestEncryptionPolicyAssignment"),
)


class EncryptionPolicyRow(Struct, frozen=True):
    """One policy, or the tenant's assignment; `cmdlet` tells which."""

    Name: Text = UNSET
    Enabled: Flag = UNSET
    cmdlet: str = ""


def read(exchange: ExchangeOnline, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """All policies for mailboxes, then the assignment of the tenant."""
    for cmdlet in (OF_MAILBOXES, OF_THE_TENANT):
        for page in exchange.cmdlet(
            cmdlet,
            EncryptionPolicyRow,
            progress,
            source=SOURCE,
            grant=cmdlet_grant(CONFIGURATION),
        ):
            rows = [structs.replace(row, cmdlet=cmdlet) for row in page.rows]
            yield Page(rows, page.read_at, page.digest)


READER = Reader(
    source=SOURCE,
    section="exchange_online.cmdlets",
    row=EncryptionPolicyRow,
    read=read,
    grant=cmdlet_grant(CONFIGURATION),
)
