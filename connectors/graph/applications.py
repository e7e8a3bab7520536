"""Reads the applications that profiles sign in as (Microsoft Graph, *application*).

Only the ids and ends of credentials are kept; Graph never gives a secret itself.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.graph.client import Graph
from connectors.graph.permissions import grant
from connectors.graph.preceding import rest_on
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader, columns_of

SOURCE = "graph.applications"
PERMISSION = "Application.Read.All"
PROFILES = "dynamics.emailserverprofiles"
MOST_ASKED = 200


class Credential(Struct, frozen=True):
    """When one secret or certificate runs out (UTC, ISO 8601)."""

    endDateTime: str | None = None


class ApplicationRow(Struct, frozen=True):
    """One registered application with the ends of its credentials."""

    id: str
    appId: str
    passwordCredentials: list[Credential] | None | UnsetType = UNSET
    keyCredentials: list[Credential] | None | UnsetType = UNSET


def read(graph: Graph, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """The applications that profiles name; no row for one that is of another tenant."""
    progress.columns = columns_of(ApplicationRow)
    rest_on(PROFILES, earlier, progress)
    wanted = sorted(application_ids(earlier))
    for id in wanted[:MOST_ASKED]:
        yield from graph.rows(
            "applications",
            ApplicationRow,
            progress,
            source=SOURCE,
            permission=PERMISSION,
            query=f"$filter=appId%20eq%20'{id}'",
        )
    if len(wanted) > MOST_ASKED:
        progress.shorten(
            "bounded",
            f"Profiles name {len(wanted)} applications; no more than {MOST_ASKED} are asked for.",
            "Use one application for several profiles.",
        )


def application_ids(earlier: EarlierReadings) -> set[str]:
    """The ids that profiles hold, lower-case; what is no id stays out of any address."""
    found = set()
    reading = earlier.readings.get(PROFILES)
    for row, _ in reading.records if reading is not None else ():
        client_id: Any = row.oauthclientid
        try:
            found.add(str(uuid.UUID(client_id)))
        except (ValueError, TypeError, AttributeError):
            continue
    return found


READER = Reader(
    source=SOURCE,
    section="graph",
    row=ApplicationRow,
    read=read,
    grant=grant(PERMISSION),
    after=(PROFILES,),
)
