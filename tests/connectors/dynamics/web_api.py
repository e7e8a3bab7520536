"""A Web API whose answers are canned, for the readers of single tables."""

import json
import re
from typing import Any
from urllib.parse import unquote

import responses

from connectors.dynamics.client import Dynamics
from connectors.sources.readings import Reading
from connectors.sources.source import Reader
from tests.connectors import microsoft_365
from tests.connectors.microsoft_365 import SignedIn, transport

URL = "https://contoso.crm.dynamics.com"
API = f"{URL}/api/data/v9.2"
USER = "11111111-0000-0000-0000-000000000001"
_HELD = (
    f"systemusers({USER})/Microsoft.Dynamics.CRM."
    "RetrieveUserSetOfPrivilegesByNames(PrivilegeNames=@p1)"
)
MISSING = {"error": {"code": "0x8006088a", "message": "Resource not found."}}


class WebApi:
    """Answers what it is given; whatever else is asked for it does not know.

    To be made where `responses` are active.
    """

    def __init__(self, *, depth: str = "Global") -> None:
        self._depth = depth
        self._answers: dict[str, list[tuple[int, Any]]] = {}
        responses.add_callback("GET", re.compile(re.escape(API)), self._answer)
        self.gives("RetrieveVersion()", {"Version": "9.2.24104.195"})
        self.gives("WhoAmI()", {"UserId": USER})
        self.dynamics = Dynamics(URL, transport(), SignedIn())

    def gives(self, path: str, answer: Any, status: int = 200) -> None:
        """Answers a path below the version's address, whatever its query; the last one stays."""
        self._answers.setdefault(path, []).append((status, answer))

    def gives_pages(self, path: str, rows: list[dict[str, Any]]) -> None:
        """Answers a path with one row a page, each but the last with the address of the next."""
        for number, row in enumerate(rows, 1):
            link = {"@odata.nextLink": f"{API}/{path}?page={number}"}
            self.gives(path, {"value": [row], **(link if number < len(rows) else {})})

    def has(self, table: str, *columns: str) -> None:
        """The columns of a table in the metadata."""
        attributes = [{"LogicalName": each, "IsValidForRead": True} for each in columns]
        path = f"EntityDefinitions(LogicalName='{table}')/Attributes"
        self.gives(path, {"value": attributes})

    def holds(self, *privileges: str) -> None:
        """The privileges of the auditor's user, at the depth of its role."""
        held = [{"PrivilegeName": e, "Depth": self._depth, "PrivilegeId": ""} for e in privileges]
        self.gives(_HELD, {"RolePrivileges": held})

    def read(self, reader: Reader, readings: dict[str, Reading] | None = None) -> Reading:
        """Everything that the reader gives, and how it ended."""
        self.holds(reader.privilege)
        return microsoft_365.read(reader, self.dynamics, readings)

    def _answer(self, request: Any) -> tuple[int, dict[str, str], str]:
        path = unquote(str(request.url)).removeprefix(f"{API}/").partition("?")[0]
        left = self._answers.get(path, [])
        status, answer = left.pop(0) if len(left) > 1 else left[0] if left else (404, MISSING)
        return status, {"Content-Type": "application/json"}, json.dumps(answer)

    def asked(self, entity_set: str) -> list[str]:
        """The queries to an entity set, in their order, as text."""
        start = f"{API}/{entity_set}?"
        urls = [unquote(str(call.request.url)) for call in responses.calls]
        return [url.removeprefix(start) for url in urls if url.startswith(start)]


def reads_all(reader: Reader, table: str, entity_set: str, row: dict[str, Any]) -> None:
    """Asserts that all rows come, with the columns that this version has and no others."""
    api = WebApi()
    api.has(table, *(each.removeprefix("_").removesuffix("_value") for each in row))
    api.gives(entity_set, {"value": [row]})
    reading = api.read(reader)
    assert reading.state.status == "read", reading.state.reason
    assert len(reading.records) == 1
    assert reading.state.columns == tuple(each for each in reader.columns if each in row)
    assert set(reading.state.absent) == set(reader.columns) - set(row)
    (query,) = [each for each in api.asked(entity_set) if "$select" in each]
    assert query.partition("&")[0] == f"$select={','.join(reading.state.columns)}"


def hides_rows_of_others(reader: Reader, table: str, entity_set: str, row: dict[str, Any]) -> None:
    """Asserts that a role of too little depth leaves the source partial, with its remedy."""
    api = WebApi(depth="Local")
    api.has(table, *(each.removeprefix("_").removesuffix("_value") for each in row))
    api.gives(entity_set, {"value": [row]})
    state = api.read(reader).state
    assert (state.status, state.code, state.records) == ("partial", "privilege-depth", 1)
    assert reader.privilege in state.remedy


def names_its_privilege(reader: Reader, table: str, entity_set: str, privilege: str) -> None:
    """Asserts that a refusal fails the source and that the remedy names the privilege."""
    api = WebApi()
    api.has(table, *reader.columns)
    api.gives(entity_set, {"error": {"code": "0x80040220", "message": "No."}}, 403)
    state = api.read(reader).state
    assert state.status == "failed"
    assert privilege in state.remedy


def ends_at_its_bound(
    reader: Reader, table: str, entity_set: str, row: dict[str, Any], most_pages: int
) -> None:
    """Asserts that so many pages are all of it, and that of one more the source is partial."""
    for pages, status, code in (
        (most_pages, "read", ""),
        (most_pages + 1, "partial", "too-many-records"),
    ):
        responses.reset()
        api = WebApi()
        api.has(table, *(each.removeprefix("_").removesuffix("_value") for each in row))
        key = reader.columns[0]
        api.gives_pages(entity_set, [row | {key: f"{number}"} for number in range(pages)])
        state = api.read(reader).state
        assert (state.status, state.code) == (status, code)
        assert state.records == min(pages, most_pages)


def may_lack_its_table(reader: Reader) -> None:
    """Asserts that in a version without the table none of its columns is there, and no row."""
    state = WebApi().read(reader).state
    assert (state.status, state.records) == ("read", 0)
    assert state.absent == reader.columns
