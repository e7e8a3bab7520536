"""Lists every environment of a tenant that has Dataverse (Power Platform admin API).

Whoever may ask it is as powerful as an administrator of the tenant, so it is asked only where the
configuration says so. Source: Power Platform, "List environments"; "Create a service principal
application using PowerShell" (a management application is treated as an administrator).
"""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from connectors.discovery.organisation import ListedOrganisation
from connectors.transport.guard.links import check_follow_up
from connectors.transport.http import SignIn, Transport

SOURCE = "power-platform"
PATH = "/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2021-04-01"
_ENABLED = "Ready"


class _Metadata(Struct, frozen=True):
    instanceUrl: str | None = None
    uniqueName: str | None = None
    resourceId: str | None = None
    version: str | None = None
    instanceState: str | None = None


class _Properties(Struct, frozen=True):
    displayName: str | None = None
    environmentSku: str | None = None
    tenantId: str | None = None
    linkedEnvironmentMetadata: _Metadata | None = None


class EnvironmentRow(Struct, frozen=True):
    """One environment; one without Dataverse has no linked metadata."""

    name: str = ""
    properties: _Properties = _Properties()


class _Listing(Struct, frozen=True):
    value: list[EnvironmentRow]
    # This service names the next page without the prefix of OData.
    nextLink: str | None = None


_listing = msgspec.json.Decoder(_Listing)


def organisations(
    transport: Transport, signed_in: SignIn, service: str
) -> Iterator[ListedOrganisation]:
    """The organisations of the whole tenant. `service` is the address of the cloud's service.

    Raises `SourceFailed`; what came before it was given.
    """
    url: str | None = service + PATH
    seen = {url or ""}
    while url:
        listing = transport.get(url, auth=signed_in, source=SOURCE).decoded(_listing)
        yield from filter(None, map(_listed, listing.value))
        url = check_follow_up(service, listing.nextLink, seen) if listing.nextLink else None


def _listed(row: EnvironmentRow) -> ListedOrganisation | None:
    linked = row.properties.linkedEnvironmentMetadata
    if linked is None or not linked.instanceUrl:
        return None
    return ListedOrganisation(
        url=linked.instanceUrl.rstrip("/"),
        name=row.properties.displayName or row.name,
        unique_name=linked.uniqueName,
        id=linked.resourceId,
        tenant_id=row.properties.tenantId,
        version=linked.version,
        stage=row.properties.environmentSku,
        enabled=None if linked.instanceState is None else linked.instanceState == _ENABLED,
    )
