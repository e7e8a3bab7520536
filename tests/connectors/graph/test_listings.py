"""What every listing of Microsoft Graph has in common: all pages are read, or none is there."""

import re
from typing import Any

import pytest
import responses

from connectors.graph import conditional_access, organization, service_principals, users
from connectors.sources.source import Reader
from tests.connectors.microsoft_365 import GRAPH, graph, read, rows

LISTINGS: dict[str, tuple[Reader, dict[str, Any]]] = {
    "organization": (organization.READER, {}),
    "users": (users.READER, {"mail": "a@contoso.example", "proxyAddresses": []}),
    "servicePrincipals": (service_principals.READER, {"appId": service_principals.DYNAMICS_APP_ID}),
    "identity/conditionalAccess/policies": (conditional_access.READER, {}),
}
each = pytest.mark.parametrize(
    ("path", "reader", "row"), [(path, *of) for path, of in LISTINGS.items()], ids=LISTINGS
)


def answer(path: str, **content: Any) -> None:
    responses.get(re.compile(re.escape(f"{GRAPH}/v1.0/{path}") + r"\?.*"), json=content)


@each
@responses.activate
def test_every_page_is_read(path: str, reader: Reader, row: dict[str, Any]) -> None:
    second = f"{GRAPH}/v1.0/{path}?$skiptoken=2"
    answer(path, value=[row | {"id": "1"}], **{"@odata.nextLink": second})
    answer(path, value=[row | {"id": "2"}])
    assert [found.id for found in rows(read(reader, graph()))] == ["1", "2"]


@each
@responses.activate
def test_nothing_there_is_a_whole_answer(path: str, reader: Reader, row: dict[str, Any]) -> None:
    answer(path, value=[])
    state = read(reader, graph()).state
    assert (state.status, state.records) == ("read", 0)
