"""A new table is one new file: its privilege is asked for, and the simulated tenant has it."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct

from auditor.demo import tables as simulated
from connectors.columnar.page import Page
from connectors.dynamics import privileges
from connectors.dynamics import table as module
from connectors.dynamics.column_types import Text
from connectors.dynamics.table import Table
from connectors.dynamics.wanted import SubjectPattern
from connectors.sources import catalogue
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import NARROWED, Progress
from connectors.transport.errors import SourceFailed


class SyncErrorRow(Struct, frozen=True):
    syncerrorid: str
    name: Text
    _regardingobjectid_value: Text


NEW = Table(
    source="dynamics.syncerrors",
    logical_name="syncerror",
    entity_set="syncerrors",
    privilege="prvReadSyncError",
    row=SyncErrorRow,
    title="the synchronization errors",
).reader()


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    every = (*catalogue.readers(), NEW)
    monkeypatch.setattr(catalogue, "readers", lambda: every)
    monkeypatch.setattr(simulated, "readers", lambda: every)
    privileges.needed.cache_clear()
    yield
    privileges.needed.cache_clear()


def test_the_privilege_of_a_new_table_is_asked_for(added: None) -> None:
    assert "prvReadSyncError" in privileges.needed()


def test_the_one_row_of_the_organisation_shows_at_any_depth() -> None:
    assert "prvReadOrganization" not in privileges.needed()
    assert "prvReadMailbox" in privileges.needed()


def test_the_simulated_tenant_has_the_columns_that_a_new_reader_asks_for(added: None) -> None:
    (table,) = simulated._further(simulated.TABLES)
    assert (table.name, table.key, table.privilege) == (
        "syncerror",
        "syncerrorid",
        "prvReadSyncError",
    )
    assert {"syncerrorid", "name", "_regardingobjectid_value"} <= table.by_wire_name.keys()


FORBIDDEN = SourceFailed("refused: is missing prvReadOther privilege", "look", "no", status=403)
GLOBAL, DEEP = "Global", "Deep"


class Dynamics:
    """A Web API that gives pages of so many rows, and says what privileges there are."""

    wanted: tuple[SubjectPattern, ...] = ()

    def __init__(self, *pages: Any, depth: Any = GLOBAL, counted: Any = None) -> None:
        self.pages, self.depth, self.counted = pages, depth, counted
        self.asked: dict[str, Any] = {}
        self.aheads = 0
        self.given = 0

    def rows(self, *told: Any, **asked: Any) -> Iterator[Page]:
        told[3].columns = ("syncerrorid",)
        self.asked = asked
        for each in self.pages:
            if isinstance(each, SourceFailed):
                raise each
            self.given += 1
            yield Page([SyncErrorRow(id, "", "") for id in each], "2026-11-23T12:00:00Z", "")

    def ahead(self, ask: Any) -> None:
        self.aheads += 1

    def decided_once(self, key: str, kind: Any, decide: Any) -> Any:
        return (
            kind(("filter",), ("counted",), self.counted, 2) if self.counted is not None else None
        )

    def remember(self, key: str, make: Any) -> Any:
        if key == "wanted":
            return {"syncerrors": "id eq 1"}
        if isinstance(self.depth, SourceFailed):
            raise self.depth
        return {"prvReadSyncError": self.depth}


def table(**changes: Any) -> Table:
    usual: dict[str, Any] = {
        "source": "dynamics.syncerrors",
        "logical_name": "syncerror",
        "entity_set": "syncerrors",
        "privilege": "prvReadSyncError",
        "row": SyncErrorRow,
        "title": "the synchronization errors",
        "query": "$orderby=x",
    }
    return Table(**usual | changes)


def ids(own: Any, dynamics: Any, how: str = "read") -> tuple[list[str], Progress]:
    progress = Progress()
    read = getattr(own, how)(dynamics, progress, EarlierReadings())
    return [row.syncerrorid for page in read for row in page.rows], progress


@pytest.mark.parametrize(
    ("changes", "privilege", "grant"),
    [
        ({}, "prvReadSyncError", "The privilege prvReadSyncError at organisation depth"),
        ({"one_row": True}, "", "The privilege prvReadSyncError at any depth"),
        ({"privilege": ""}, "", "No privilege: every user of the organisation may read it"),
    ],
)
def test_a_reader_names_the_privilege_that_shows_the_whole_table(
    changes: dict[str, Any], privilege: str, grant: str
) -> None:
    reader = table(**changes).reader()
    assert reader.privilege == privilege
    assert reader.grant.startswith(grant)


def test_a_table_is_read_whole_by_its_own_query() -> None:
    dynamics = Dynamics(["1"], ["2", "3"])
    found, progress = ids(table(), dynamics)
    assert (found, progress.code) == (["1", "2", "3"], "")
    assert dynamics.asked["query"] == "$orderby=x"
    assert (dynamics.asked["filters"], dynamics.asked["side_by_side"]) == ((), 1)
    assert dynamics.asked["is_kept"] is False
    assert dynamics.aheads == 1


@pytest.mark.parametrize("how", ["read", "probe"])
@pytest.mark.parametrize(
    ("depth", "code", "words"),
    [
        (GLOBAL, "", ""),
        (DEEP, "privilege-depth", "has prvReadSyncError at depth Deep, not organisation-wide"),
        ("None", "privilege-depth", "has prvReadSyncError at none, not organisation-wide"),
        (SourceFailed("refused", "ask", "no"), "privilege-depth-unknown", "shown: refused"),
    ],
)
def test_a_role_of_too_little_depth_leaves_rows_out(
    depth: Any, code: str, words: str, how: str
) -> None:
    _, progress = ids(table(), Dynamics(["1"], depth=depth), how)
    assert progress.code == code
    assert words in progress.reason


def test_the_depth_of_one_row_is_not_asked_for() -> None:
    dynamics = Dynamics(["1"], depth=DEEP)
    assert ids(table(one_row=True), dynamics)[1].code == ""
    assert dynamics.aheads == 0


def test_a_probe_takes_one_page() -> None:
    dynamics = Dynamics(["1"], ["2"])
    assert ids(table(), dynamics, "probe")[0] == ["1"]
    assert dynamics.given == 1
    assert dynamics.asked["query"] == "$top=50"


@pytest.mark.parametrize("how", ["read", "probe"])
@pytest.mark.parametrize(
    ("changes", "failure", "remedy"),
    [
        ({}, FORBIDDEN, "with prvReadOther at organisation depth."),
        ({"one_row": True}, FORBIDDEN, "with prvReadOther at organisation depth."),
        ({}, SourceFailed("no", "look", "no", status=403), "with prvReadSyncError at org"),
        (
            {"one_row": True},
            SourceFailed("is missing prvReadSyncError privilege", "look", "no", status=403),
            "with prvReadSyncError at any depth.",
        ),
        ({}, SourceFailed("no", "look", "no", status=500), "look"),
        ({"privilege": "", "one_row": True}, FORBIDDEN, "with prvReadOther at organisation"),
        (
            {"privilege": "", "one_row": True},
            SourceFailed("no", "look", "no", status=403),
            "any lets it read the synchronization errors.",
        ),
    ],
)
def test_a_refusal_names_the_privilege_that_is_missing(
    changes: dict[str, Any], failure: SourceFailed, remedy: str, how: str
) -> None:
    with pytest.raises(SourceFailed) as caught:
        ids(table(**changes), Dynamics(failure), how)
    assert remedy in caught.value.remedy
    assert caught.value.reason == failure.reason


def test_rows_that_came_twice_are_given_once() -> None:
    found, progress = ids(table(), Dynamics(["1", "2"], ["2", "3"]), "read_once")
    assert found == ["1", "2", "3"]
    assert progress.code == "rows-repeated"
    assert "gave 1 rows of the synchronization errors twice" in progress.reason
    assert ids(table(), Dynamics(["1"], ["2"]), "read_once")[1].code == ""
    short = Dynamics(["1"], ["1"], depth=DEEP)
    assert ids(table(), short, "read_once")[1].code == "privilege-depth"


def test_what_is_named_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dynamics, "wanted", (SubjectPattern("mailbox", "ann"),))
    dynamics = Dynamics(["1"], counted=9)
    _, progress = ids(table(large=True), dynamics)
    assert dynamics.asked["query"] == "$filter=id eq 1"
    assert dynamics.asked["filters"] == ()
    assert dynamics.asked["is_kept"] is False
    assert progress.code == NARROWED
    assert ids(table(), Dynamics(["1"], depth=DEEP))[1].code == "privilege-depth"


@pytest.mark.parametrize(
    ("rows", "first", "then", "code"),
    [
        (3, 3, None, ""),
        (3, 2, 3, ""),
        (3, 2, 4, ""),
        (3, 4, 4, "ranges-incomplete"),
        (3, 2, 2, "ranges-incomplete"),
    ],
)
def test_a_large_table_in_ranges_has_as_many_rows_as_the_server_counts(
    rows: int, first: int, then: int | None, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "counted", lambda *_, **__: then)
    dynamics = Dynamics([str(at) for at in range(rows)], counted=first)
    _, progress = ids(table(large=True), dynamics)
    assert (dynamics.asked["filters"], dynamics.asked["side_by_side"]) == (("filter",), 2)
    assert dynamics.asked["is_kept"] is True
    assert progress.code == code
    if code:
        assert f"where the server counts {then}." in progress.reason
