"""Reads what applications of profiles may do (Microsoft Graph, *List appRoleAssignments*).

The names of permissions are those that the tenant itself gives the roles of Microsoft Graph.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.graph.applications import MOST_ASKED, PROFILES, application_ids
from connectors.graph.client import Graph
from connectors.graph.permissions import GRAPH, grant
from connectors.graph.preceding import rest_on
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader, columns_of
from connectors.transport.errors import SourceFailed

SOURCE = "graph.application-permissions"
PERMISSION = "Application.Read.All"


class ApplicationPermissionRow(Struct, frozen=True):
    """One permission of Microsoft Graph that an application was given.

    `permission` None: the tenant knows the application, and gave it none. `accountEnabled` is the
    tenant's own switch of the application.
    """

    appId: str
    principal: str
    permission: str | None = None
    accountEnabled: bool | None | UnsetType = UNSET


class PrincipalRow(Struct, frozen=True):
    """An application in the tenant, with the roles that it offers to others."""

    id: str
    appId: str
    appRoles: list[dict[str, Any]] | None | UnsetType = UNSET
    accountEnabled: bool | None | UnsetType = UNSET


class AssignmentRow(Struct, frozen=True):
    """One role that an application was given, and the application that offers it."""

    id: str
    appRoleId: str | None = None
    resourceId: str | None = None


def read(graph: Graph, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """The permissions of each application; no row for one that the tenant does not know."""
    rest_on(PROFILES, earlier, progress)
    wanted = sorted(application_ids(earlier))
    graph_id, names = _offered(graph, progress) if wanted else ("", {})
    for app_id in wanted[:MOST_ASKED]:
        for principal in _principals(graph, progress, app_id):
            if not _is_id(principal.id):
                raise SourceFailed(
                    "Microsoft Graph answered an application whose id is none.",
                    "Run the audit again; if it stays so, report it.",
                    "invalid-answer",
                )
            yield from _given(graph, progress, principal, graph_id, names)
    progress.columns = columns_of(ApplicationPermissionRow)
    if len(wanted) > MOST_ASKED:
        progress.shorten(
            "bounded",
            f"Profiles name {len(wanted)} applications; no more than {MOST_ASKED} are asked for.",
            "Use one application for several profiles.",
        )


def _offered(graph: Graph, progress: Progress) -> tuple[str, dict[str, str]]:
    """Microsoft Graph's own id in the tenant, and the names of its roles by id."""
    for principal in _principals(graph, progress, GRAPH):
        roles = principal.appRoles if isinstance(principal.appRoles, list) else []
        names = {str(role.get("id")): str(role.get("value")) for role in roles}
        if names:
            return principal.id, names
    # Each tenant has it with its roles: without them no application can be told to lack one.
    raise SourceFailed(
        "Microsoft Graph did not say which roles it offers in the tenant.",
        "Run the audit again; if it stays so, report it.",
        "invalid-answer",
    )


def _principals(graph: Graph, progress: Progress, app_id: str) -> Iterator[PrincipalRow]:
    for page in graph.rows(
        "servicePrincipals",
        PrincipalRow,
        progress,
        source=SOURCE,
        permission=PERMISSION,
        query=f"$filter=appId%20eq%20'{app_id}'",
    ):
        yield from page.rows


def _given(
    graph: Graph, progress: Progress, principal: PrincipalRow, graph_id: str, names: dict[str, str]
) -> Iterator[Page]:
    found = False
    for page in graph.rows(
        f"servicePrincipals/{principal.id}/appRoleAssignments",
        AssignmentRow,
        progress,
        source=SOURCE,
        permission=PERMISSION,
    ):
        rows = [
            ApplicationPermissionRow(
                principal.appId.lower(),
                principal.id,
                names.get(each.appRoleId, each.appRoleId),
                principal.accountEnabled,
            )
            for each in page.rows
            if each.resourceId == graph_id and each.appRoleId
        ]
        found = found or bool(rows)
        last = page
        yield Page(rows, page.read_at, page.digest)
    if not found:
        nothing = ApplicationPermissionRow(
            principal.appId.lower(), principal.id, accountEnabled=principal.accountEnabled
        )
        yield Page([nothing], last.read_at, last.digest)


def _is_id(text: str) -> bool:
    """Whether it is an id, which may stand in an address."""
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


READER = Reader(
    source=SOURCE,
    section="graph",
    row=ApplicationPermissionRow,
    read=read,
    grant=grant(PERMISSION),
    after=(PROFILES,),
)
