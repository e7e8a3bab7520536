"""Reads every account of the tenant (Microsoft Graph, *user*)."""

from collections.abc import Iterator

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.graph.client import Graph
from connectors.graph.permissions import grant
from connectors.graph.plans import Plan
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "graph.users"
PERMISSION = "User.Read.All"
PAGE_SIZE = 999


class UserRow(Struct, frozen=True):
    """One account; `proxyAddresses` name the primary address with `SMTP:` in capitals."""

    id: str
    mail: str | None | UnsetType = UNSET
    userPrincipalName: str | None | UnsetType = UNSET
    proxyAddresses: list[str] | None | UnsetType = UNSET
    accountEnabled: bool | None | UnsetType = UNSET
    assignedPlans: list[Plan] | None | UnsetType = UNSET
    onPremisesSyncEnabled: bool | None | UnsetType = UNSET
    userType: str | None | UnsetType = UNSET


def read(graph: Graph, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """All accounts, a page at a time."""
    if graph.inbox_rules:
        # One more than will be asked shows that there are more.
        earlier.address_book.take_sample(graph.inbox_rules + 1)
    yield from graph.rows(
        "users",
        UserRow,
        progress,
        source=SOURCE,
        permission=PERMISSION,
        query=f"$top={PAGE_SIZE}",
        is_kept=True,
    )


READER = Reader(
    source=SOURCE,
    section="graph",
    row=UserRow,
    looked_up_by=("mail", "proxyAddresses"),
    read=read,
    grant=grant(PERMISSION),
    after=("dynamics.systemusers", "dynamics.queues", "exchange_online.mailboxes"),
)
