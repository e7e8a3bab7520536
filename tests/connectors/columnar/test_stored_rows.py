"""Rows of stored columns tell the same as rows that were made of them."""

import random
from typing import Any

import pytest
from msgspec import UNSET, Struct, field
from msgspec.structs import replace

from connectors.columnar import encodings
from connectors.columnar.encodings import Column, Malformed
from connectors.columnar.packed_rows import fields_of, split
from connectors.columnar.stored_rows import stored_rows
from connectors.dynamics.column_types import Flag, Number, Text
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.tables.queues import QueueRow
from connectors.dynamics.tables.systemusers import UserRow
from tests.auditor.snapshots.sources import mailbox_rows

IDS = tuple(f"0a1b2c3d-0000-4000-8000-00000000000{n}" for n in range(6))
TEXTS = ("", "Anna", "Jürgen", "\ud83d", "a\0b", IDS[0], None, UNSET)
NUMBERS = (0, 1, 2, 300, -1, 2**63, None, UNSET)


def columns_of(rows: list[Any]) -> dict[str, Column]:
    """As a snapshot has them."""
    row = type(rows[0])
    return {
        wire_name: encodings.encode(wire_name, [getattr(each, name) for each in rows], kind)
        for name, (wire_name, kind, _) in zip(row.__struct_fields__, fields_of(row), strict=True)
    }


def made_by_chance(row: type[Struct], chance: random.Random, count: int) -> list[Any]:
    """Rows of which each column has a few of all the values that its type may have."""
    columns = []
    for _, kind, _ in fields_of(row):
        if kind is str:
            values: Any = IDS
        elif kind == Text:
            values = chance.sample(TEXTS, chance.randint(1, 3))
        elif kind == Number:
            values = chance.sample(NUMBERS, chance.randint(1, 3))
        else:
            assert kind == Flag
            values = chance.sample((True, False, None, UNSET), chance.randint(1, 2))
        columns.append([chance.choice(values) for _ in range(count)])
    return list(map(row, *columns))


@pytest.mark.parametrize("row", [MailboxRow, UserRow, QueueRow])
@pytest.mark.parametrize("seed", range(20))
def test_they_have_the_values_and_the_kinds_of_the_rows(row: type[Struct], seed: int) -> None:
    chance = random.Random(seed)
    rows = made_by_chance(row, chance, chance.choice((1, 2, 15, 16, 40)))
    found = stored_rows(row, len(rows), columns_of(rows))
    assert found is not None
    assert list(found) == rows
    columns, kinds = split(rows)
    assert found.kinds.values == kinds.values
    assert list(found.kinds.numbers) == list(kinds.numbers)
    assert found.kinds.fields == kinds.fields
    for name in row.__struct_fields__:
        assert list(found.columns[name]) == list(columns[name])
        assert found.at([len(rows) - 1]) == rows[-1:]


def test_more_kinds_than_a_byte_counts_come_in_their_order() -> None:
    alike = next(iter(mailbox_rows(1)))
    rows = [
        replace(alike, lastsyncerrorcount=n * 7 % 1000, itemsfailedforlastsync=n % 3)
        for n in range(2000)
    ]
    found = stored_rows(MailboxRow, len(rows), columns_of(rows))
    assert found is not None
    _, kinds = split(rows)
    assert (found.kinds.values, list(found.kinds.numbers)) == (kinds.values, list(kinds.numbers))


class _Needed(Struct):
    kind_begins = "flag"
    id: str
    needed: int
    flag: Flag = field(name="isflag", default=UNSET)


def test_rows_without_kinds_and_those_that_lack_what_they_need_are_to_be_made() -> None:
    class Plain(Struct):
        id: str

    id_column = encodings.encode("id", ["a"], str)
    assert stored_rows(Plain, 1, {"id": id_column}) is None
    assert stored_rows(MailboxRow, 0, {}) is None
    assert stored_rows(_Needed, 1, {"id": id_column}) is None


def test_a_column_that_is_lacking_is_unset() -> None:
    rows = list(mailbox_rows(3))
    stored = columns_of(rows)
    del stored["_ownerid_value"], stored["statecode"]
    found = stored_rows(MailboxRow, 3, stored)
    assert found is not None
    assert list(found) == [replace(each, owner=UNSET, statecode=UNSET) for each in rows]


@pytest.mark.parametrize("seed", range(4))
def test_what_cannot_be_read_is_refused_at_once(seed: int) -> None:
    """Whatever is changed of a column: it is refused, or can be read, and as rows would be."""
    chance = random.Random(seed)
    rows = list(mailbox_rows(20))
    stored = columns_of(rows)
    refused = 0
    for _ in range(150):
        name = chance.choice(list(stored))
        changed = {**stored, name: _changed(stored[name], chance)}
        values: dict[str, Any] = {}
        try:
            for field_name, (wire_name, kind, _) in zip(
                MailboxRow.__struct_fields__, fields_of(MailboxRow), strict=True
            ):
                values[field_name] = list(encodings.decode(changed[wire_name], 20, kind))
        except Malformed:
            refused += 1
            with pytest.raises(Malformed):
                stored_rows(MailboxRow, 20, changed)
            continue
        found = stored_rows(MailboxRow, 20, changed)
        assert found is not None
        assert {each: list(found.columns[each]) for each in values} == values
    assert refused > 10


def _changed(column: Column, chance: random.Random) -> Column:
    body = bytearray(column.body)
    how = chance.randrange(5)
    if how == 0 and body:
        body[chance.randrange(len(body))] = chance.choice((0, 1, 0x80, 0x90, 0xA0, 0xC0, 0xC2, 255))
    elif how == 1:
        del body[chance.randrange(len(body) + 1) :]
    elif how == 2:
        body += bytes(chance.randrange(1, 17))
    elif how == 3:
        encoding = chance.choice(("guids", "lines", "plain", "fixed", "dictionary", "odd"))
        return replace(column, encoding=encoding)
    else:
        return replace(column, holes=bytes(chance.choices((0, 1, 2, 3), (90, 5, 5, 1), k=20)))
    return replace(column, body=bytes(body))
