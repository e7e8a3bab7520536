"""Reads which organisation this is: its version, its tenant, whether it is in production."""

from collections.abc import Iterator

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from connectors.columnar.page import Page
from connectors.dynamics.client import Dynamics
from connectors.dynamics.column_types import Text
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed


class OrganizationDetailRow(Struct, frozen=True):
    """What `RetrieveCurrentOrganization` and `RetrieveVersion` answer, in one row."""

    OrganizationId: Text = UNSET
    UniqueName: Text = UNSET
    FriendlyName: Text = UNSET
    OrganizationVersion: Text = UNSET
    TenantId: Text = UNSET
    EnvironmentId: Text = UNSET
    OrganizationType: str | int | None | UnsetType = UNSET


SOURCE = "dynamics.organization-detail"
_TYPE = "Microsoft.Dynamics.CRM.EndpointAccessType'Default'"
_PATHS = (
    f"RetrieveCurrentOrganization(AccessType=@p1)?@p1={_TYPE}",
    f"RetrieveCurrentOrganization(AccessType={_TYPE})",
    "RetrieveCurrentOrganization(AccessType='Default')",
)
"""The ways in which servers take the parameter, most usual first."""
_ABSENT = frozenset({400, 404, 501})
_REMEDY = (
    "No privilege is missing: see in Dynamics 365 that the auditor's user is enabled and has a "
    "security role."
)


class _Current(Struct):
    Detail: OrganizationDetailRow


def read(dynamics: Dynamics, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """One page with one row. A server without the function still tells its version."""
    for path in _PATHS:
        answer = _asked(dynamics, path)
        if answer.status not in _ABSENT:
            break
    row = OrganizationDetailRow(OrganizationVersion=dynamics.version)
    if answer.status not in _ABSENT:
        detail = dynamics.decoded(answer, _Current).Detail
        row = replace(detail, OrganizationVersion=dynamics.version)
    yield Page(rows=[row], read_at=dynamics.now(), digest=answer.digest)


def _asked(dynamics: Dynamics, path: str) -> Answer:
    try:
        return dynamics.get(path, source=SOURCE, accepted=_ABSENT)
    except SourceFailed as failure:
        if failure.status != 403:
            raise
        raise failure.but(remedy=_REMEDY) from failure


READER = Reader(
    source=SOURCE,
    section="dynamics",
    row=OrganizationDetailRow,
    read=read,
    grant="No privilege: any user of the organisation may ask.",
)
