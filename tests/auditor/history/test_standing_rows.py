"""How mailboxes stand from night to night: rows for those that stand otherwise."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from auditor.differences import MailboxChange, Moved, Run
from auditor.history import standing_rows
from auditor.history.standing_rows import changes_of, store_standings
from auditor.history.tables import ENVIRONMENTS, STANDINGS
from auditor.model import MailboxEntry
from tests.auditor.history.memory import READ, context, memory, night, rows, started


class Nights:
    """Nights that are stored one after the other."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.digests: dict[str, str] = {}
        self.number = 0
        connection.execute(sa.insert(ENVIRONMENTS).values(name="contoso", url=""))

    def context(self, number: int) -> Any:
        old = Run(f"night-{number - 1}", started(number - 1), "", "") if number > 1 else None
        return context(self.connection, number, old)

    def store(self, *entries: MailboxEntry, digest: bytes | None = None, **changed: Any) -> Any:
        self.number += 1
        told = None if digest is None else lambda: digest
        audit = night(
            self.number, mailboxes=lambda: iter(entries), standings_digest=told, **changed
        )
        return store_standings(self.context(self.number), audit, self.digests)

    def rows(self) -> list[tuple[Any, ...]]:
        return rows(self.connection, STANDINGS, "mailbox", "standing", "begin", "until")


@pytest.fixture
def nights() -> Iterator[Nights]:
    with memory() as connection:
        yield Nights(connection)


def entry(id: str, standing: Any = "broken") -> MailboxEntry:
    return MailboxEntry(id, f"Name {id}", f"{id}@x", None, standing, ())


def change(id: str, before: str | None, after: str | None) -> MailboxChange:
    return MailboxChange(id, f"Name {id}", f"{id}@x", Moved(before, after))


PARTIAL = (replace(READ[0], status="partial"), READ[1])


def test_of_a_first_night_nothing_is_a_change(nights):
    assert nights.store(entry("a"), entry("b", "unknown")) == ()
    assert nights.rows() == [("a", "broken", 1, None), ("b", "unknown", 1, None)]
    names = rows(nights.connection, STANDINGS, "name", "address")
    assert names[0] == ("Name a", "a@x")


def test_those_that_stand_otherwise_are_told_and_stored(nights):
    nights.store(entry("a"), entry("b", "unknown"), entry("c"))
    assert nights.store(entry("a"), entry("b"), entry("d", "unsupported")) == (
        change("b", "unknown", "broken"),
        change("d", None, "unsupported"),
        change("c", "broken", None),
    )
    assert nights.rows() == [
        ("a", "broken", 1, None),
        ("b", "unknown", 1, 2),
        ("c", "broken", 1, 2),
        ("b", "broken", 2, None),
        ("d", "unsupported", 2, None),
    ]


@pytest.mark.parametrize("sources", [PARTIAL, READ[1:]])
def test_where_not_all_were_read_one_that_is_not_shown_stands_as_it_did(nights, sources):
    nights.store(entry("a"), entry("b"))
    found = nights.store(entry("a", "unknown"), sources=sources)
    assert found == (change("a", "broken", "unknown"),)
    assert nights.rows()[1] == ("b", "broken", 1, None)


def refuse() -> Any:
    raise AssertionError


class TestDigest:
    def test_where_it_is_the_same_nothing_is_read(self, nights):
        nights.store(entry("a"), digest=b"1")
        assert nights.digests == {"mailboxes": b"1".hex()}
        audit = night(2, mailboxes=refuse, standings_digest=lambda: b"1")
        assert store_standings(nights.context(2), audit, nights.digests) == ()
        assert nights.digests == {"mailboxes": b"1".hex()}

    def test_another_one_is_looked_at_and_left(self, nights):
        nights.store(entry("a"), digest=b"1")
        assert nights.store(digest=b"2") == (change("a", "broken", None),)
        assert nights.digests == {"mailboxes": b"2".hex()}

    def test_one_of_mailboxes_that_were_read_in_part_counts_for_nothing(self, nights):
        nights.store(entry("a"), digest=b"1")
        assert nights.store(entry("a", "unknown"), digest=b"1", sources=PARTIAL) == (
            change("a", "broken", "unknown"),
        )
        assert nights.digests == {}

    def test_an_audit_without_one_is_looked_at_each_time(self, nights):
        nights.store(entry("a"))
        assert nights.digests == {}
        nights.digests["mailboxes"] = ""
        assert nights.store(entry("b")) == (
            change("b", None, "broken"), change("a", "broken", None),
        )  # fmt: skip
        assert nights.digests == {}


@pytest.mark.parametrize(("count", "batches"), [(4, [2, 2]), (5, [2, 2, 1])])
def test_many_are_stored_some_at_a_time(nights, monkeypatch, count, batches):
    monkeypatch.setattr(standing_rows, "_BATCH", 2)
    inserted = []

    def note(of: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith("INSERT"):
            inserted.append(len(parameters) if isinstance(parameters, list) else 1)

    sa.event.listen(nights.connection, "before_cursor_execute", note)
    nights.store(*(entry(str(number)) for number in range(count)))
    assert inserted == batches
    assert len(nights.rows()) == count


class TestLookingBack:
    def test_a_night_knows_what_it_found_otherwise(self, nights):
        nights.store(entry("a"), entry("b", "unknown"), entry("c"))
        told = nights.store(entry("a"), entry("b"), entry("d"))
        nights.store()
        assert changes_of(nights.context(2)) == told
        assert len(told) == 3

    def test_of_a_first_night_nothing_is_a_change(self, nights):
        nights.store(entry("a"))
        assert changes_of(nights.context(1)) == ()
