"""Lists every environment of a tenant that has Dataverse (Power Platform admin API).

Whoever may ask it is as powerful as an administrator of the tenant, so it is asked only where the
configuration says so. Source: Power Platform, "List environments"; "Create a service principal
application using PowerShell" (a management application is treated as an administrator).
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from connectors.discovery.organisation import ListedOrganisation
from connectors.odata.completeness import Progression, shortened
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.links import check_follow_up
from connectors.transport.http import SignIn, Transport
from connectors.transport.redaction import Redaction

SOURCE = "power-platform"
PATH = "/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2021-04-01"
_ENABLED = "Ready"
_MOST_NAMED = 5


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
_members = msgspec.json.Decoder(dict[str, Any])


def organisations(
    transport: Transport, signed_in: SignIn, service: str
) -> Iterator[ListedOrganisation]:
    """The organisations of the whole tenant. `service` is the address of the cloud's service.

    Raises `SourceFailed`; what came before it was given.
    """
    first = service + PATH
    url: str | None = first
    seen, progression = {first}, Progression()
    without_address: list[str] = []
    while url:
        answer = transport.get(url, auth=signed_in, source=SOURCE)
        place = Redaction().address(answer.url)
        members = answer.decoded(_members)
        failure = shortened(members, place)
        if failure is not None and "value" not in members:
            raise failure
        listing = answer.decoded(_listing)
        yield from filter(None, map(_listed, listing.value))
        without_address += map(_name, filter(_lacks_address, listing.value))
        link = listing.nextLink
        failure = failure or progression.check(listing.value, place, has_more=bool(link))
        if failure is not None:
            raise failure
        url = check_follow_up(service, link, seen, [first]) if link else None
    failure = progression.ended() or _without_address(service, without_address)
    if failure is not None:
        raise failure


def _without_address(service: str, names: list[str]) -> SourceFailed | None:
    if not names:
        return None
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return SourceFailed(
        f"{service} lists environments with Dataverse and without their address: "
        f"{Redaction().line(', '.join(names[:_MOST_NAMED]))}{more}",
        "One that is being made has its address later. If it stays, see the environment in the "
        "Power Platform admin center, and add it by hand where an address is shown there.",
        "row-without-address",
    )


def _lacks_address(row: EnvironmentRow) -> bool:
    linked = row.properties.linkedEnvironmentMetadata
    return linked is not None and not linked.instanceUrl


def _name(row: EnvironmentRow) -> str:
    return row.properties.displayName or row.name


def _listed(row: EnvironmentRow) -> ListedOrganisation | None:
    linked = row.properties.linkedEnvironmentMetadata
    if linked is None or not linked.instanceUrl:
        return None
    return ListedOrganisation(
        url=linked.instanceUrl.rstrip("/"),
        name=_name(row),
        unique_name=linked.uniqueName,
        id=linked.resourceId,
        tenant_id=row.properties.tenantId,
        version=linked.version,
        stage=row.properties.environmentSku,
        enabled=None if linked.instanceState is None else linked.instanceState == _ENABLED,
    )
