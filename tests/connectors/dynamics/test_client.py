"""The Web API as many servers speak it: paging, links, privileges, and one failure for many."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import responses

from connectors.dynamics.client import Dynamics
from connectors.dynamics.tables import emailserverprofiles, mailboxes, queues
from connectors.normalisation.records import record_of
from connectors.sources.readings import Reading
from connectors.transport.errors import SourceFailed
from rules.unknown import Unknown
from tests.connectors.microsoft_365 import SignedIn, read, rows, transport

URL = "https://contoso.crm.dynamics.com"
API = f"{URL}/api/data/v9.2"
DEPTH = "Global"
PRIVILEGE = "11111111-0000-0000-0000-000000000001"


@pytest.fixture
def server() -> Iterator[None]:
    """What a server tells before the first row, with every privilege organisation-wide."""
    with responses.mock:
        responses.get(f"{API}/RetrieveVersion()", json={"Version": "9.2.1.1"})
        responses.get(f"{API}/WhoAmI()", json={"UserId": "auditor"})
        names = [{"LogicalName": name} for name in ("queueid", "name", "emailserverprofileid")]
        responses.get(re.compile(rf"{API}/EntityDefinitions"), json={"value": names})
        yield


def grant(*privileges: dict[str, Any]) -> None:
    path = rf"{API}/systemusers\(auditor\)/Microsoft\.Dynamics\.CRM\.RetrieveUserSetOf"
    responses.get(re.compile(path), json={"RolePrivileges": list(privileges)})


def page(*ids: str, following: str | None = None) -> dict[str, Any]:
    link = {"@odata.nextLink": following} if following else {}
    return {"value": [{"queueid": id, "name": id} for id in ids], **link}


def read_queues() -> Reading:
    return read(queues.READER, Dynamics(URL, transport(), SignedIn()))


def ids_of(reading: Reading) -> list[str]:
    return [row.queueid for row in rows(reading)]


def test_pages_follow_the_link_until_there_is_none(server: None) -> None:
    grant({"PrivilegeName": "prvReadQueue", "Depth": DEPTH})
    responses.get(f"{API}/queues", json=page("a", "b", following=f"{API}/queues?$skiptoken=2"))
    responses.get(f"{API}/queues?$skiptoken=2", json=page("c", following=f"{API}/queues?x=3"))
    responses.get(f"{API}/queues?x=3", json=page())
    reading = read_queues()
    assert ids_of(reading) == ["a", "b", "c"]
    assert reading.state.status == "read"


@pytest.mark.parametrize(
    "pages",
    [
        (["a", "b"], ["b", "c"], ["d"]),
        (["a", "a", "b"], ["c"], ["d"]),
        (["a", "b"], ["a", "b"], ["c", "d", "c"]),
    ],
)
def test_a_row_that_comes_twice_counts_once_and_leaves_the_table_in_doubt(
    server: None, pages: tuple[list[str], list[str], list[str]]
) -> None:
    """Where one row is given twice, another may have slipped through."""
    grant({"PrivilegeName": "prvReadQueue", "Depth": DEPTH})
    first, second, third = pages
    responses.get(f"{API}/queues", json=page(*first, following=f"{API}/queues?$skiptoken=2"))
    responses.get(f"{API}/queues?$skiptoken=2", json=page(*second, following=f"{API}/queues?x=3"))
    responses.get(f"{API}/queues?x=3", json=page(*third))
    reading = read_queues()
    assert ids_of(reading) == ["a", "b", "c", "d"]
    assert (reading.state.status, reading.state.code) == ("partial", "rows-repeated")
    assert reading.state.records == 4


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://elsewhere.example/api/data/v9.2/queues?$skiptoken=2", "foreign-link"),
        (f"{URL}:444/api/data/v9.2/queues?$skiptoken=2", "foreign-link"),
        (f"{API.replace('https', 'http')}/queues?$skiptoken=2", "foreign-link"),
        (f"{URL}/api/data/v9.1/queues?$skiptoken=2", "foreign-link"),
        (f"{API}/queues?$skiptoken=1", "repeated-link"),
    ],
)
def test_what_came_before_a_link_that_is_not_followed_is_kept(
    server: None, link: str, code: str
) -> None:
    first = f"{API}/queues?$skiptoken=1"
    responses.get(f"{API}/queues", json=page("a", following=first))
    responses.get(first, json=page("b", following=link))
    reading = read_queues()
    assert ids_of(reading) == ["a", "b"]
    assert (reading.state.status, reading.state.code) == ("partial", code)
    assert {requests.utils.urlparse(call.request.url or "").netloc for call in responses.calls} == {
        "contoso.crm.dynamics.com"
    }


@pytest.mark.parametrize("name", ["prvReadQueue", "", None])
@pytest.mark.parametrize(("depth", "status"), [("Global", "read"), (3, "read"), (1, "partial")])
def test_privileges_may_be_told_by_name_or_by_id_alone(
    server: None, name: str | None, depth: str | int, status: str
) -> None:
    grant({"PrivilegeName": name, "PrivilegeId": PRIVILEGE.upper(), "Depth": depth})
    known = {"privilegeid": PRIVILEGE, "name": "prvReadQueue"}
    responses.get(re.compile(rf"{API}/privileges"), json={"value": [known]})
    responses.get(f"{API}/queues", json=page("a"))
    assert read_queues().state.status == status


def test_what_settles_an_unknown_depth_is_what_lets_privileges_be_read(server: None) -> None:
    """The role on the table may be right already."""
    path = rf"{API}/systemusers\(auditor\)/Microsoft\.Dynamics\.CRM\.RetrieveUserSetOf"
    responses.get(re.compile(path), status=403, json={"error": {"message": "no"}})
    responses.get(re.compile(rf"{API}/systemusers\(auditor\)/Micro"), status=403, json={})
    responses.get(f"{API}/queues", json=page("a"))
    reading = read_queues()
    assert (reading.state.status, reading.state.code) == ("partial", "privilege-depth-unknown")
    assert "prvReadQueue" not in reading.state.remedy
    assert reading.state.remedy


def test_one_failure_for_many_sources_is_told_to_each_in_its_own_words() -> None:
    with responses.mock:
        refusal = {"error": {"code": "0x80040220", "message": "no"}}
        responses.get(f"{API}/RetrieveVersion()", json=refusal, status=403)
        dynamics = Dynamics(URL, transport(), SignedIn())
        told = [read(each.READER, dynamics).state for each in (queues, emailserverprofiles, queues)]
    assert ["prvReadQueue" in each.remedy for each in told] == [True, False, True]
    assert "prvReadEmailServerProfile" in told[1].remedy
    with pytest.raises(SourceFailed) as caught:
        _ = dynamics.version
    assert "prvRead" not in caught.value.remedy


def test_every_query_says_which_columns_and_how_many_rows(server: None) -> None:
    grant({"PrivilegeName": "prvReadQueue", "Depth": DEPTH})
    responses.get(f"{API}/queues", json=page("a"))
    read_queues()
    (asked,) = (call.request for call in responses.calls if "/queues" in str(call.request.url))
    assert str(asked.url).endswith("queues?$select=queueid,name")
    assert asked.headers["Prefer"] == "odata.maxpagesize=5000"


WAIT_S = 60.0


def answered_once(happened: threading.Event, content: Any, told: list[bool]) -> Callable[..., Any]:
    """An answer that is held back until something else happened; notes whether it did."""

    def answer(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        told.append(happened.wait(WAIT_S))
        return 200, {}, json.dumps(content)

    return answer


def noting(happened: threading.Event, content: Any) -> Callable[..., Any]:
    """An answer that lets those go on that are held back until it was asked for."""

    def answer(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        happened.set()
        return 200, {}, json.dumps(content)

    return answer


def test_how_far_a_role_reads_is_asked_while_rows_are_on_their_way(server: None) -> None:
    asked, told = threading.Event(), list[bool]()
    held = {"RolePrivileges": [{"PrivilegeName": "prvReadQueue", "Depth": DEPTH}]}
    path = rf"{API}/systemusers\(auditor\)/Microsoft\.Dynamics\.CRM\.RetrieveUserSetOf"
    responses.add_callback("GET", re.compile(path), noting(asked, held))
    responses.add_callback("GET", f"{API}/queues", answered_once(asked, page("a"), told))
    assert read_queues().state.status == "read"
    assert told == [True]


def test_the_columns_of_a_large_table_are_asked_for_while_it_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, told = threading.Event(), list[bool]()
    names = {"value": [{"LogicalName": "mailboxid"}]}
    with responses.mock:
        responses.get(f"{API}/RetrieveVersion()", json={"Version": "9.2.1.1"})
        responses.get(f"{API}/WhoAmI()", json={"UserId": "auditor"})
        grant({"PrivilegeName": "prvReadMailbox", "Depth": DEPTH})
        responses.add_callback("GET", re.compile(f"{API}/EntityDefinitions"), noting(asked, names))
        counted = answered_once(asked, {"value": [{"rows": 1}]}, told)
        responses.add_callback("GET", re.compile(rf"{API}/mailboxes\?\$apply"), counted)
        responses.get(f"{API}/mailboxes", json={"value": [{"mailboxid": "a"}]})
        dynamics = Dynamics(URL, transport(), SignedIn())
        monkeypatch.setattr(Dynamics, "latency_s", 0.2)
        assert read(mailboxes.READER, dynamics).state.status == "read"
        urls = [str(call.request.url) for call in responses.calls]
    assert sum("EntityDefinitions" in url for url in urls) == 1
    assert told
    assert all(told)


NO_PROPERTY = "Could not find a property named '{}' on type 'Microsoft.Dynamics.CRM.queue'."
NO_ATTRIBUTE = (
    "'Queue' entity doesn't contain attribute with Name = '{}' and NameMapping = 'Logical'."
)


def refusing(words: str, *columns: str) -> Callable[[Any], tuple[int, dict[str, str], str]]:
    """A table that refuses the first of these columns that it is asked for, and then the next."""

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        asked = request.params["$select"].split(",")
        bad = next((each for each in columns if each in asked), None)
        if bad is None:
            row = dict.fromkeys(asked, None) | {"queueid": "q"}
            return 200, {}, json.dumps({"value": [row]})
        error = {"code": "0x80041103", "message": words.format(bad)}
        return 400, {}, json.dumps({"error": error})

    return answer


@pytest.mark.parametrize("words", [NO_PROPERTY, NO_ATTRIBUTE])
@pytest.mark.parametrize("columns", [("name",), ("name", "emailaddress")])
def test_a_column_of_the_metadata_that_the_server_refuses_costs_itself_alone(
    words: str, columns: tuple[str, ...]
) -> None:
    with responses.mock:
        responses.get(f"{API}/RetrieveVersion()", json={"Version": "9.2.1.1"})
        responses.get(f"{API}/WhoAmI()", json={"UserId": "auditor"})
        names = [{"LogicalName": name} for name in ("queueid", "name", "emailaddress")]
        responses.get(re.compile(rf"{API}/EntityDefinitions"), json={"value": names})
        grant({"PrivilegeName": "prvReadQueue", "Depth": DEPTH})
        responses.add_callback("GET", f"{API}/queues", refusing(words, *columns))
        reading = read_queues()
    assert ids_of(reading) == ["q"]
    assert reading.state.status == "read"
    assert reading.state.refused == columns
    assert not set(columns) & set(reading.state.columns)
    ((row, at),) = reading.records
    found = record_of(reading, row, at, row.queueid).raw("name")
    assert isinstance(found, Unknown)
    assert "refuses to give name" in found.reason


def test_a_refusal_that_names_no_column_is_the_failure_of_the_table() -> None:
    with responses.mock:
        responses.get(f"{API}/RetrieveVersion()", json={"Version": "9.2.1.1"})
        names = [{"LogicalName": name} for name in ("queueid", "name")]
        responses.get(re.compile(rf"{API}/EntityDefinitions"), json={"value": names})
        responses.add_callback(
            "GET", f"{API}/queues", refusing("Syntax error at 'queues'.", "name")
        )
        reading = read_queues()
    assert reading.state.status == "failed"


def test_only_a_refusal_of_the_question_costs_a_column(server: None) -> None:
    """What refuses the user may name a column too, and the table is not readable then."""
    grant({"PrivilegeName": "prvReadQueue", "Depth": DEPTH})
    error = {"code": "0x80040220", "message": "You may not read 'name'."}
    responses.get(f"{API}/queues", json={"error": error}, status=403)
    reading = read_queues()
    assert (reading.state.status, reading.state.refused) == ("failed", ())
    assert len([each for each in responses.calls if "/queues?" in str(each.request.url)]) == 1


def test_the_latency_is_that_of_the_quickest_answer() -> None:
    moments = iter([0.0, 0.3, 1.0, 1.2, 2.0, 2.9])
    network = SimpleNamespace(
        policy=SimpleNamespace(clock=lambda: next(moments)), ask=lambda request: None
    )
    # Made without the questions that a client asks as soon as it is there.
    client = Dynamics.__new__(Dynamics)
    vars(client).update(_transport=network, _sign_in=SignedIn(), _latencies_s=[float("inf")])
    found = []
    for _ in range(3):
        client._ask(f"{API}/WhoAmI()")
        found.append(client._latencies_s[0])
    assert found == pytest.approx([0.3, 0.2, 0.2])
