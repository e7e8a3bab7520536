"""Reads whether security defaults are on (*identitySecurityDefaultsEnforcementPolicy*)."""

from collections.abc import Iterator

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.graph.client import Graph
from connectors.graph.permissions import grant
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "graph.security-defaults"
PERMISSION = "Policy.Read.All"


class SecurityDefaultsRow(Struct, frozen=True):
    """The tenant's one switch."""

    isEnabled: bool | None | UnsetType = UNSET


def read(graph: Graph, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """The tenant's one record."""
    yield graph.record(
        "policies/identitySecurityDefaultsEnforcementPolicy",
        SecurityDefaultsRow,
        progress,
        source=SOURCE,
        permission=PERMISSION,
    )


READER = Reader(
    source=SOURCE, section="graph", row=SecurityDefaultsRow, read=read, grant=grant(PERMISSION)
)
