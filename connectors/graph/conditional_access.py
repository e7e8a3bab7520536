"""Reads the conditional access policies (Microsoft Graph, *conditionalAccessPolicy*)."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.graph.client import Graph
from connectors.graph.permissions import grant
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "graph.conditional-access"
PERMISSION = "Policy.Read.All"


class PolicyRow(Struct, frozen=True):
    """One policy."""

    id: str
    displayName: str | None | UnsetType = UNSET
    state: str | None | UnsetType = UNSET
    conditions: dict[str, Any] | None | UnsetType = UNSET
    grantControls: dict[str, Any] | None | UnsetType = UNSET


def read(graph: Graph, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """All policies, those that are off included."""
    yield from graph.rows(
        "identity/conditionalAccess/policies",
        PolicyRow,
        progress,
        source=SOURCE,
        permission=PERMISSION,
    )


READER = Reader(source=SOURCE, section="graph", row=PolicyRow, read=read, grant=grant(PERMISSION))
