"""Reads the application of Dynamics 365 in the tenant (Microsoft Graph, *servicePrincipal*)."""

from collections.abc import Iterator

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.graph.client import Graph
from connectors.graph.permissions import grant
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "graph.service-principals"
PERMISSION = "Application.Read.All"
DYNAMICS_APP_ID = "00000007-0000-0000-c000-000000000000"
"""The application as which Dynamics 365 signs in server-to-server."""


class ServicePrincipalRow(Struct, frozen=True):
    """One application in the tenant."""

    id: str
    appId: str
    displayName: str | None | UnsetType = UNSET
    accountEnabled: bool | None | UnsetType = UNSET


def read(graph: Graph, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """The application of Dynamics 365; no row where the tenant has none."""
    yield from graph.rows(
        "servicePrincipals",
        ServicePrincipalRow,
        progress,
        source=SOURCE,
        permission=PERMISSION,
        query=f"$filter=appId%20eq%20'{DYNAMICS_APP_ID}'",
    )


READER = Reader(
    source=SOURCE, section="graph", row=ServicePrincipalRow, read=read, grant=grant(PERMISSION)
)
