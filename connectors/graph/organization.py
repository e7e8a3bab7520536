"""Reads the tenant: its id and its verified domains (Microsoft Graph, *organization*)."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.graph.client import Graph
from connectors.graph.permissions import grant
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "graph.organization"
PERMISSION = "Organization.Read.All"


class OrganizationRow(Struct, frozen=True):
    """The tenant."""

    id: str
    verifiedDomains: list[dict[str, Any]] | None | UnsetType = UNSET
    onPremisesSyncEnabled: bool | None | UnsetType = UNSET


def read(graph: Graph, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """The tenant's one record."""
    yield from graph.rows(
        "organization", OrganizationRow, progress, source=SOURCE, permission=PERMISSION
    )


READER = Reader(
    source=SOURCE, section="graph", row=OrganizationRow, read=read, grant=grant(PERMISSION)
)
