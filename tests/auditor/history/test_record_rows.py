"""The settings of records from night to night: rows for what changed, and what they held before."""

from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from auditor.differences import Run
from auditor.differences.settings_changes import RecordChanges
from auditor.history import record_rows
from auditor.history.record_rows import changes_of, profile_of, store_records
from auditor.history.tables import ENVIRONMENTS, RECORDS, SHAPES
from tests.auditor import rows as made
from tests.auditor.history.memory import (
    MAILBOXES,
    PROFILES,
    context,
    memory,
    noted,
    rows,
    started,
)
from tests.auditor.reports.audits import PROFILE, mailbox

ANNA = made.mailbox(mailbox(1).id, name="Anna", profile=PROFILE.id)
BOB = made.mailbox(mailbox(2).id, name="Bob", profile=None)
OWN = made.profile(PROFILE.id, name="Own")
KEY = (MAILBOXES, mailbox(1).id)


class Nights:
    """Nights that are stored one after the other."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.digests: dict[str, str] = {}
        self.number = 0
        connection.execute(sa.insert(ENVIRONMENTS).values(name="contoso", url=""))

    def context(self, number: int) -> Any:
        old = Run(f"night-{number - 1}", started(number - 1), "", "") if number > 1 else None
        return context(self.connection, number, old)

    def store(
        self,
        *records: Struct,
        whole: tuple[str, ...] = (MAILBOXES, PROFILES),
        read_at: str = started(1),
    ) -> RecordChanges:
        self.number += 1
        with closing(noted(*records, whole=whole, read_at=read_at)) as settings:
            return store_records(self.context(self.number), settings, self.digests)

    def count(self) -> int:
        return len(rows(self.connection, RECORDS, "row"))


@pytest.fixture
def nights() -> Iterator[Nights]:
    with memory() as connection:
        yield Nights(connection)


def test_of_a_first_night_nothing_is_a_change(nights):
    changes = nights.store(ANNA, BOB)
    assert (changes.known, changes.before, changes.after) == (False, {}, {})
    assert rows(nights.connection, RECORDS, "source", "id", "begin", "until", "read_at") == [
        (MAILBOXES, mailbox(1).id, 1, None, started(1)),
        (MAILBOXES, mailbox(2).id, 1, None, started(1)),
    ]


def test_a_night_whose_settings_nobody_knows_changes_nothing(nights):
    nights.store(ANNA)
    digests = dict(nights.digests)
    changes = store_records(nights.context(2), None, nights.digests)
    assert (changes.known, changes.before, changes.after) == (False, {}, {})
    assert nights.digests == digests


def test_the_same_settings_add_no_row(nights):
    nights.store(ANNA, OWN)
    changes = nights.store(ANNA, OWN)
    assert (changes.known, changes.before, changes.after) == (True, {}, {})
    assert nights.count() == 2


def test_a_source_that_is_the_same_is_not_looked_at(nights):
    nights.store(ANNA, OWN)
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    sa.event.listen(nights.connection, "before_cursor_execute", note)
    nights.store(ANNA, OWN)
    assert statements == []


def test_a_record_that_changed_ends_one_row_and_begins_another(nights):
    nights.store(ANNA, BOB, OWN)
    changes = nights.store(replace(ANNA, name="Anne"), BOB, OWN)
    assert set(changes.before) == set(changes.after) == {KEY}
    before, after = changes.before[KEY], changes.after[KEY]
    assert (before.values["name"], before.read_at) == ("Anna", started(1))
    assert (after.values["name"], after.read_at) == ("Anne", started(1))
    assert rows(nights.connection, RECORDS, "id", "begin", "until") == [
        (mailbox(1).id, 1, 2),
        (mailbox(2).id, 1, None),
        (PROFILE.id, 1, None),
        (mailbox(1).id, 2, None),
    ]


def test_what_held_before_was_so_until_the_last_night(nights):
    nights.store(ANNA)
    nights.store(ANNA)
    assert nights.store(replace(ANNA, name="Anne")).before[KEY].read_at == started(2)


def test_what_the_last_run_itself_noted_was_read_when_it_was(nights: Nights) -> None:
    nights.store(ANNA, read_at=started(1).replace("00:00Z", "00:07Z"))
    before = nights.store(replace(ANNA, name="Anne")).before[KEY]
    assert before.read_at == started(1).replace("00:00Z", "00:07Z")


@pytest.mark.parametrize(("whole", "is_gone"), [((MAILBOXES,), True), ((PROFILES,), False)])
def test_a_record_is_gone_where_all_of_its_source_was_read(nights, whole, is_gone):
    nights.store(ANNA, BOB)
    changes = nights.store(BOB, whole=whole)
    assert changes.is_gone(mailbox(1)) is is_gone
    ends = [until for _, until in rows(nights.connection, RECORDS, "id", "until")]
    assert ends == ([2, None] if is_gone else [None, None])


def test_in_a_source_that_was_read_in_part_a_change_is_told(nights):
    nights.store(ANNA, BOB)
    changes = nights.store(replace(ANNA, name="Anne"), whole=(PROFILES,))
    assert set(changes.before) == set(changes.after) == {KEY}


def test_digests_are_left_of_sources_that_were_read_whole(nights):
    nights.store(ANNA, OWN)
    assert set(nights.digests) == {MAILBOXES, PROFILES}
    before = dict(nights.digests)
    nights.store(ANNA, OWN, whole=(PROFILES,))
    assert nights.digests == {MAILBOXES: "", PROFILES: before[PROFILES]}
    assert nights.count() == 2


BOTH = (MAILBOXES, PROFILES)


@pytest.mark.parametrize(
    ("readings", "is_new"),
    [
        ([BOTH], True),
        # Where it was read in full once, what was there since is known.
        ([BOTH, (PROFILES,)], True),
        ([BOTH, (PROFILES,), (PROFILES,)], True),
        # All of it may have been there before.
        ([(PROFILES,)], False),
        ([(PROFILES,), (PROFILES,)], False),
        ([(PROFILES,), BOTH], True),
    ],
)
def test_a_record_is_new_where_its_source_was_read_in_full_before(nights, readings, is_new):
    for whole in readings:
        nights.store(ANNA, OWN, whole=whole)
    changes = nights.store(ANNA, BOB, OWN)
    assert set(changes.after) == ({(MAILBOXES, mailbox(2).id)} if is_new else set())
    assert nights.count() == 3


def test_a_change_is_told_where_no_reading_was_in_full(nights):
    nights.store(ANNA, whole=(PROFILES,))
    changes = nights.store(replace(ANNA, name="Anne"), BOB, whole=(PROFILES,))
    assert set(changes.before) == set(changes.after) == {KEY}


def test_of_another_environment_nothing_is_known(nights):
    nights.store(ANNA)
    other = replace(nights.context(2), environment=2)
    nights.connection.execute(sa.insert(ENVIRONMENTS).values(name="fabrikam", url=""))
    with closing(noted(BOB)) as settings:
        changes = store_records(other, settings, {})
    assert changes.before == {}
    assert profile_of(other, mailbox(1).id) is None


def test_many_records_are_written_some_at_a_time(nights, monkeypatch):
    monkeypatch.setattr(record_rows, "_BATCH", 2)
    flushed = []
    flush = record_rows._Writer.flush

    def note(self: Any) -> None:
        flushed.append(len(self._waiting))
        flush(self)

    monkeypatch.setattr(record_rows._Writer, "flush", note)
    nights.store(*(made.mailbox(mailbox(number).id) for number in range(5)))
    assert flushed == [2, 2, 1]
    assert nights.count() == 5


def test_values_in_common_are_stored_once(nights):
    nights.store(ANNA, BOB)
    nights.store(replace(ANNA, name="Anne"), replace(BOB, statecode=1))
    assert len(rows(nights.connection, SHAPES, "id")) == 3


class TestShapes:
    """Another run may have stored the same shape at the same time; SQLite has one writer."""

    @staticmethod
    def inserted(dialect: str) -> str:
        asked: list[Any] = []

        def execute(statement: Any) -> Any:
            asked.append(statement)
            return SimpleNamespace(scalar=lambda: None, scalar_one=lambda: 7)

        connection: Any = SimpleNamespace(dialect=SimpleNamespace(name=dialect), execute=execute)
        writer = record_rows._Writer(context(connection))
        assert writer._stored(b"digest", "{}") == 7
        return str(asked[1].compile(dialect=postgresql.dialect()))

    def test_postgresql_is_asked_to_leave_one_that_is_there(self):
        assert "ON CONFLICT DO NOTHING" in self.inserted("postgresql")

    def test_sqlite_is_not(self):
        assert "ON CONFLICT" not in self.inserted("sqlite")


class TestProfile:
    def test_it_is_that_of_the_mailbox_now(self, nights):
        nights.store(ANNA, BOB)
        assert profile_of(nights.context(1), mailbox(1).id) == PROFILE.id
        assert profile_of(nights.context(1), mailbox(2).id) is None
        assert profile_of(nights.context(1), mailbox(3).id) is None
        nights.store(replace(ANNA, profile="p-2"), BOB)
        assert profile_of(nights.context(2), mailbox(1).id) == "p-2"

    def test_another_record_of_the_same_id_is_no_mailbox(self, nights):
        nights.store(made.profile(mailbox(1).id))
        assert profile_of(nights.context(1), mailbox(1).id) is None


class TestLookingBack:
    def test_a_night_knows_what_it_found_otherwise(self, nights):
        nights.store(ANNA, BOB)
        told = nights.store(replace(ANNA, name="Anne"), OWN)
        nights.store(ANNA, OWN)
        found = changes_of(nights.context(2), BOTH)
        assert found.known
        assert (found.before, found.after) == (told.before, told.after)
        assert set(found.before) == {KEY, (MAILBOXES, mailbox(2).id)}
        assert set(found.after) == {KEY, (PROFILES, PROFILE.id)}

    def test_of_a_first_night_nothing_is_a_change(self, nights):
        nights.store(ANNA)
        found = changes_of(nights.context(1), BOTH)
        assert (found.known, found.before, found.after) == (False, {}, {})
