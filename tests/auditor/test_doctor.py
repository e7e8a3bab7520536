"""How each access stands, by what its source answered, and what is allowed in vain."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import UNSET, Struct

from auditor import doctor
from auditor.doctor import (
    DEPTH_UNKNOWN,
    DETAIL,
    MOST_ACCOUNTS,
    MOST_PAGES,
    Access,
    examine,
    missing,
)
from connectors.columnar.page import Page
from connectors.dynamics.tables.organization_detail import OrganizationDetailRow
from connectors.exchange_online import permissions as exchange
from connectors.graph import permissions as graph
from connectors.sources.source import Reader, SourceState
from connectors.transport.errors import SourceFailed


class Row(Struct, frozen=True):
    id: str
    mail: str | None = None


class Stream:
    def __init__(self, state: SourceState, pages: list[Page]) -> None:
        self.state = state
        self._pages = pages
        self.given = 0

    def __iter__(self) -> Iterator[Page]:
        for page in self._pages:
            self.given += 1
            yield page


class Servers:
    """A connection whose sources answer with what they are given."""

    deployment = None

    def __init__(self) -> None:
        self.streams: dict[str, Stream] = {}
        self.earlier: dict[str, Any] = {}
        self.sections: dict[str, Any] = {}
        self.readers: list[Reader] = []

    def source(
        self,
        name: str,
        status: str = "read",
        rows: int = 1,
        *,
        section: str = "graph",
        after: tuple[str, ...] = (),
        pages: list[Page] | None = None,
        **state: Any,
    ) -> None:
        if pages is None:
            pages = [Page([Row(str(n)) for n in range(rows)], "", "")] if rows else []
        records = sum(len(page.rows) for page in pages)
        kept: Any = {"records": records, "requests": 1, **state}
        self.streams[name] = Stream(SourceState(name, status, **kept), pages)  # type: ignore[arg-type]
        reader: Any = Reader(
            source=name, section=section, row=Row, read=None, grant="Read", after=after
        )
        self.readers.append(reader)

    def outside(self) -> "Servers":
        return self

    def open(self, reader: Any, earlier: Any = None) -> Any:
        if isinstance(reader, str):
            client = self.sections[reader]
            if isinstance(client, Exception):
                raise client
            return client
        self.earlier[reader.source] = earlier
        return self.streams[reader.source]


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Servers:
    found = Servers()
    monkeypatch.setattr(doctor, "readers", lambda: found.readers)
    monkeypatch.setattr(doctor, "rules_of", lambda source: (f"rule-of-{source}",))
    monkeypatch.setattr(doctor, "_EXCESSES", {})
    return found


def examined(servers: Servers) -> dict[str, Access]:
    return {each.name: each for each in examine(servers)}  # type: ignore[arg-type]


class TestState:
    @pytest.mark.parametrize(
        ("status", "records", "requests", "state"),
        [
            ("read", 1, 0, "works"),
            ("read", 0, 1, "works"),
            ("read", 0, 0, "not-tried"),
            ("partial", 1, 1, "missing"),
            ("failed", 0, 1, "missing"),
            ("not-configured", 0, 0, "not-configured"),
        ],
    )
    def test_by_what_was_answered(
        self, servers: Servers, status: str, records: int, requests: int, state: str
    ) -> None:
        servers.source("a", status, records, requests=requests, reason="Because.", remedy="Do.")
        access = examined(servers)["a"]
        assert access.state == state
        assert access.remedy == "Do."
        assert access.reason.startswith("Because." if state != "not-tried" else "The few records")
        assert (access.grant, access.unlocks) == ("Read", ("rule-of-a",))

    def test_a_table_of_unknown_depth_was_not_tried(self, servers: Servers) -> None:
        servers.source("a", "partial", code=DEPTH_UNKNOWN, remedy="Do.")
        access = examined(servers)["a"]
        assert (access.state, access.code) == ("not-tried", DEPTH_UNKNOWN)
        assert access.remedy.startswith("See dynamics.")

    @pytest.mark.parametrize(("rows", "state"), [(0, "not-tried"), (1, "works")])
    def test_what_rests_on_another_that_is_lacking_is_not_missing_itself(
        self, servers: Servers, rows: int, state: str
    ) -> None:
        servers.source("a", "failed", 0, reason="It is gone.")
        servers.source("b", "partial", rows, after=("a",), reason="Without a: It is gone.")
        servers.source("c", "failed", 0, after=("a",), reason="Something else.")
        servers.source("d", "failed", 0, reason="Without a: It is gone.")
        found = examined(servers)
        assert [found[name].state for name in "abcd"] == ["missing", state, "missing", "missing"]

    def test_one_that_was_not_tried_is_lacking_too(self, servers: Servers) -> None:
        servers.source("a", "partial", 0, code=DEPTH_UNKNOWN, reason="Depth.")
        servers.source("b", "failed", 0, after=("a",), reason="Depth.")
        servers.source("e", "failed", 0, after=("f",), reason="")
        found = examined(servers)
        assert found["b"].state == "not-tried"
        assert found["e"].state == "missing"

    def test_one_that_works_is_not_lacking(self, servers: Servers) -> None:
        servers.source("a", reason="Fine.")
        servers.source("b", "failed", 0, after=("a",), reason="Fine.")
        assert examined(servers)["b"].state == "missing"


def test_the_version_is_that_of_the_organisation(servers: Servers) -> None:
    row = OrganizationDetailRow(OrganizationId="1", OrganizationVersion="9.2.1")
    servers.source(DETAIL, pages=[Page([row], "", "")])
    servers.source("a")
    found = examined(servers)
    assert found[DETAIL].version == "9.2.1"
    assert found["a"].version is UNSET


def test_without_an_answer_the_version_is_not_known(servers: Servers) -> None:
    servers.source(DETAIL, "failed", 0)
    assert examined(servers)[DETAIL].version is UNSET


def test_three_pages_are_read_at_most(servers: Servers) -> None:
    servers.source("a", pages=[Page([Row(str(n))], "", "") for n in range(MOST_PAGES + 2)])
    examined(servers)
    assert servers.streams["a"].given == MOST_PAGES


def test_the_first_accounts_are_asked_for_by_address_or_id(servers: Servers) -> None:
    rows = [Row(str(n), f"{n}@x" if n % 2 else None) for n in range(MOST_ACCOUNTS + 1)]
    servers.source(doctor.ACCOUNTS, pages=[Page(rows, "", "")])
    servers.source("a")
    examined(servers)
    book = servers.earlier["a"].address_book
    found = list(book.without_mailbox())
    assert found[:2] == [("0", "0"), ("1@x", "1")]
    assert len(found) == MOST_ACCOUNTS
    assert list(book.sampled()) == found


def test_the_little_that_was_read_is_enough_for_those_after_it(servers: Servers) -> None:
    servers.source("a", "partial", 1, code="privilege-depth")
    servers.source("b", "partial", 0, code="privilege-depth")
    servers.source("c")
    examined(servers)
    readings = servers.earlier["c"].readings
    assert (readings["a"].state.status, readings["a"].state.code) == ("read", "")
    assert (readings["b"].state.status, readings["b"].state.code) == ("partial", "privilege-depth")


@pytest.mark.parametrize(
    ("states", "is_missing"),
    [
        ((), False),
        (("works", "not-tried", "more-than-needed", "not-configured"), False),
        (("works", "missing"), True),
    ],
)
def test_an_access_is_missing_where_one_is(states: tuple[Any, ...], is_missing: bool) -> None:
    assert missing(tuple(Access(name="a", state=each) for each in states)) is is_missing


class TestBeyondTheNeed:
    @pytest.fixture
    def beyond(self, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Any:
        """What is said where a section holds so much."""

        def found(held: Any, status: str = "read") -> list[Access]:
            def look(client: Any) -> Any:
                if isinstance(held, Exception):
                    raise held
                return held

            monkeypatch.setattr(doctor, "_EXCESSES", {"graph": look, "dynamics": None})
            servers.sections["graph"] = None
            servers.source("a", status, 1)
            return [each for each in examine(servers) if each.name != "a"]  # type: ignore[arg-type]

        return found

    def test_nothing_is_said_of_what_holds_nothing(self, beyond: Any) -> None:
        assert beyond(()) == []

    def test_what_is_held_in_vain_is_named_with_how_to_take_it_back(self, beyond: Any) -> None:
        (access,) = beyond(("Mail.Send", "User.Write"))
        assert (access.name, access.state) == ("graph", "more-than-needed")
        assert access.reason == "An audit only reads, and does not need Mail.Send, User.Write."
        assert access.remedy.startswith("Remove these permissions from the auditor's application")

    def test_a_token_that_does_not_say_leaves_it_open(self, beyond: Any) -> None:
        (access,) = beyond(None)
        assert (access.state, access.code) == ("not-tried", "opaque-token")
        assert access.reason.endswith("is not known: The token does not say.")

    def test_so_does_a_failure(self, beyond: Any) -> None:
        (access,) = beyond(SourceFailed("refused", "Change it.", "forbidden"))
        assert (access.state, access.code) == ("not-tried", "forbidden")
        assert (access.reason.endswith("refused"), access.remedy) == (True, "Change it.")

    @pytest.mark.parametrize("status", ["failed", "not-configured"])
    def test_nothing_is_looked_at_where_nothing_works(self, beyond: Any, status: str) -> None:
        assert beyond(("Mail.Send",), status) == []


class TestRoles:
    """What an application may, beside what an audit asks of it."""

    @pytest.fixture
    def held(self, monkeypatch: pytest.MonkeyPatch) -> set[str]:
        roles = {*graph.ROLES, exchange.ADMIN_API, exchange.CMDLETS}
        monkeypatch.setattr(doctor, "granted_roles", lambda *given: roles and frozenset(roles))
        return roles

    def client(self, **of: Any) -> Any:
        return SimpleNamespace(sign_in=None, api="api", url="url", **of)

    def test_those_of_both_services_are_needed(self, held: set[str]) -> None:
        assert doctor._beyond_in_graph(self.client()) == ()
        assert doctor._beyond_in_exchange(self.client(cmdlets=True)) == ()

    def test_cmdlets_are_needed_where_they_are_switched_on(self, held: set[str]) -> None:
        assert doctor._beyond_in_exchange(self.client(cmdlets=False)) == (exchange.CMDLETS,)

    def test_others_are_named_in_order(self, held: set[str]) -> None:
        held |= {"Z.Write", "A.Write"}
        assert doctor._beyond_in_graph(self.client()) == ("A.Write", "Z.Write")

    def test_a_token_that_does_not_say_is_unknown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "granted_roles", lambda *given: None)
        assert doctor._beyond_in_graph(self.client()) is None
