"""A new table is one new file: its privilege is asked for, and the simulated tenant has it."""

from collections.abc import Iterator

import pytest
from msgspec import Struct

from auditor.demo import tables as simulated
from connectors.dynamics import privileges
from connectors.dynamics.column_types import Text
from connectors.dynamics.table import Table
from connectors.sources import catalogue


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
