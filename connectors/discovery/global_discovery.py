"""Lists the organisations that a signed-in user may enter (Global Discovery Service).

Source: "Discover user organizations" (addresses of the five clouds, what is left out: disabled
users, environments behind a security group, delegated administrators). An application may be
answered with an empty list although it may enter organisations, so an empty or short list proves
nothing of what there is.
"""

from collections.abc import Iterator

from msgspec import UNSET, Struct, UnsetType

from connectors.discovery.organisation import ListedOrganisation
from connectors.odata.paging import pages
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, SignIn, Transport

SOURCE = "global-discovery"
PATH = "/api/discovery/v2.0/Instances"
_ENABLED = 0


class InstanceRow(Struct, frozen=True):
    """One instance. Only what tells an organisation from another is taken."""

    Url: str | None = None
    FriendlyName: str | None = None
    UniqueName: str | None | UnsetType = UNSET
    Id: str | None | UnsetType = UNSET
    TenantId: str | None | UnsetType = UNSET
    Version: str | None | UnsetType = UNSET
    State: int | None | UnsetType = UNSET
    Purpose: str | None | UnsetType = UNSET


def organisations(
    transport: Transport, signed_in: SignIn, service: str
) -> Iterator[ListedOrganisation]:
    """The organisations of one sign-in. `service` is the address of the cloud's service.

    Raises `SourceFailed`; what came before it was given.
    """

    def request(url: str) -> Request:
        return Request(url, auth=signed_in, accept="application/json", source=SOURCE)

    for page in pages(transport, request, [service + PATH], InstanceRow, service):
        for row in page.rows:
            if not row.Url:
                raise SourceFailed(
                    f"{service} lists an organisation without an address",
                    "Run the command again; if it stays, add the environment by hand.",
                    "row-without-address",
                )
            yield ListedOrganisation(
                url=row.Url.rstrip("/"),
                name=row.FriendlyName or row.Url,
                unique_name=row.UniqueName or None,
                id=row.Id or None,
                tenant_id=row.TenantId or None,
                version=row.Version or None,
                stage=row.Purpose or None,
                enabled=row.State == _ENABLED if isinstance(row.State, int) else None,
            )
