"""What goes into a snapshot comes out of it: every value, page, time and state."""

import contextlib
import stat
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType, field
from msgspec.structs import replace

from auditor.process.files import FileNotWritten
from auditor.snapshots import open_snapshot, recording, verify
from auditor.snapshots.recorder import ROWS_AT_ONCE
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.tables.queues import QueueRow
from connectors.sources.catalogue import readers
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState
from tests.auditor.snapshots.sources import (
    EARLIER,
    HEADER,
    Canned,
    mailbox_rows,
    page,
    reader_named,
    reader_of,
    user_rows,
    write,
)


class Part(Struct, frozen=True):
    kind: str
    size: int | None = None


class MixedRow(Struct, frozen=True):
    id: str
    text: str | None | UnsetType = UNSET
    number: int | None | UnsetType = UNSET
    flag: bool | None | UnsetType = UNSET
    either: str | int | None | UnsetType = UNSET
    fraction: float | None = None
    parts: tuple[Part, ...] | UnsetType = UNSET
    lookup: str | None | UnsetType = field(name="_lookup_value", default=UNSET)


class NamedRow(Struct, frozen=True, kw_only=True):
    id: str
    optional: int = 0


texts = st.one_of(
    st.text(),
    st.text(st.characters(exclude_categories=()), max_size=4),
    st.uuids().map(str),
    st.uuids().map(lambda guid: str(guid).upper()),
    st.datetimes().map(lambda time: time.strftime("%Y-%m-%dT%H:%M:%SZ")),
    st.sampled_from(["", "\0", "a\0b", "\ud800", "\U0001f4ec", "ﬃ", "0" * 36, "-" * 36]),
)
numbers = st.one_of(st.integers(-5, 300), st.integers(), st.just(2**63), st.just(2**64))
absent = st.sampled_from([None, UNSET])
mixed_rows = st.builds(
    MixedRow,
    id=texts,
    text=texts | absent,
    number=numbers | absent,
    flag=st.booleans() | absent,
    either=texts | numbers | absent,
    fraction=st.none() | st.floats(allow_nan=False),
    parts=st.lists(st.builds(Part, st.text("xyz"), st.none() | st.integers(0, 9)), max_size=2).map(
        tuple
    )
    | st.just(UNSET),
    lookup=texts | absent,
)
digests = st.one_of(
    st.binary(min_size=32, max_size=32).map(bytes.hex), st.text("aF0 ", max_size=64)
)
moments = st.integers(946_684_800, 4_102_444_800).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
)
pages = st.lists(
    st.builds(Page, st.lists(mixed_rows, max_size=6), moments, digests),
    max_size=6,
)
MIXED = reader_of("mixed", MixedRow)


def read(path: Path, reader: Reader) -> tuple[list[Page], SourceState]:
    stream = open_snapshot(path).open(reader, EARLIER)
    # Rows that were stored by column become objects here, to be compared.
    return [replace(each, rows=list(each.rows)) for each in stream], stream.state


@settings(max_examples=60, deadline=None)
@given(pages)
def test_every_value_comes_back(
    tmp_path_factory: pytest.TempPathFactory, given: list[Page]
) -> None:
    path = tmp_path_factory.getbasetemp() / "mixed.snapshot"
    write(path, Canned({"mixed": given}), MIXED)
    found, _ = read(path, MIXED)
    assert found == given
    kinds = [[type(value) for row in each.rows for value in _values(row)] for each in found]
    assert kinds == [[type(value) for row in each.rows for value in _values(row)] for each in given]


def _values(row: Any) -> list[Any]:
    return [getattr(row, name) for name in row.__struct_fields__]


@pytest.mark.parametrize(
    "column",
    [
        [f"00000000-0000-0000-0000-{n:012}" for n in range(10)] * 60,
        [f"{n:036d}" for n in range(600)],
        [f"{n:08x}-aaaa-bbbb-cccc-dddddddddddd" for n in range(600)],
        [f"{n:08X}-AAAA-BBBB-CCCC-DDDDDDDDDDDD" for n in range(600)],
        [f"2026-11-23T08:{n // 60:02}:{n % 60:02}Z" for n in range(600)],
        [f"name {n}" for n in range(600)],
        [f"name\0{n}" for n in range(600)],
        [f"\udc00{n}" for n in range(600)],
        [None if n % 3 else f"{n}" for n in range(600)],
        [UNSET if n % 3 else f"{n}" for n in range(600)],
        [(None, UNSET, "x")[n % 3] for n in range(600)],
        [None] * 600,
        [UNSET] * 600,
    ],
    ids=lambda column: ascii(column[1]),
)
def test_every_way_of_storing_texts_gives_them_back(tmp_path: Path, column: list[Any]) -> None:
    given = [page([MixedRow(id=str(n), text=value) for n, value in enumerate(column)])]
    write(tmp_path / "s", Canned({"mixed": given}), MIXED)
    assert read(tmp_path / "s", MIXED)[0] == given


def test_rows_with_named_fields_come_back(tmp_path: Path) -> None:
    reader = reader_of("named", NamedRow)
    given = [page([NamedRow(id="1", optional=2), NamedRow(id="2")])]
    write(tmp_path / "s", Canned({"named": given}), reader)
    assert read(tmp_path / "s", reader)[0] == given


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.source)
def test_the_rows_of_every_reader_come_back(tmp_path: Path, reader: Reader) -> None:
    given = [page([_sample(reader.row)] * 2)]
    write(tmp_path / "s", Canned({reader.source: given}), reader)
    assert read(tmp_path / "s", reader)[0] == given


def _sample(kind: Any) -> Any:
    """A value of a row's type that is neither null nor UNSET."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        fields = msgspec.structs.fields(kind)
        return kind(**{each.name: _sample(each.type) for each in fields})
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) in (tuple, list):
        return get_origin(kind)([_sample(get_args(kind)[0])])
    for choice in get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,):
        for value in ("one", 1, True, 1.5, {}, []):
            if choice not in (NoneType, UnsetType):
                with contextlib.suppress(msgspec.ValidationError):
                    return msgspec.convert(value, choice)
    raise AssertionError(f"no sample of {kind}")


def test_the_header_comes_back(tmp_path: Path) -> None:
    write(tmp_path / "s", Canned({}))
    found = open_snapshot(tmp_path / "s").header
    assert found == HEADER


def test_final_states_come_back_and_meanwhile_the_source_is_being_read(tmp_path: Path) -> None:
    final = SourceState(
        "dynamics.mailboxes",
        "partial",
        records=3,
        requests=7,
        code="privilege-depth",
        reason="The user has it at depth Basic.",
        remedy="Give it.",
        columns=("mailboxid", "name"),
        absent=("hostid",),
        secured=("name",),
    )
    reader = reader_named("dynamics.mailboxes")
    rows = list(mailbox_rows(3))
    outside = Canned({reader.source: [page(rows[:2]), page(rows[2:], 1)]}, {reader.source: final})
    write(tmp_path / "s", outside, reader)
    stream = open_snapshot(tmp_path / "s").open(reader, EARLIER)
    assert stream.state == SourceState(reader.source, "read")
    meanwhile = [stream.state for _ in stream]
    assert [(state.status, state.records, state.code) for state in meanwhile] == [
        ("read", 2, ""),
        ("read", 3, ""),
    ]
    assert {state.absent for state in meanwhile} == {("hostid",)}
    assert stream.state == final


def test_a_failed_source_comes_back_as_failed(tmp_path: Path) -> None:
    state = SourceState("dynamics.queues", "failed", code="forbidden", reason="403", remedy="Grant")
    reader = reader_named("dynamics.queues")
    write(tmp_path / "s", Canned({reader.source: []}, {reader.source: state}), reader)
    assert read(tmp_path / "s", reader) == ([], state)


def test_a_source_the_snapshot_does_not_know_is_not_configured(tmp_path: Path) -> None:
    write(tmp_path / "s", Canned({}))
    found, state = read(tmp_path / "s", reader_named("dynamics.privileges"))
    assert found == []
    assert (state.status, state.code) == ("not-configured", "not-in-snapshot")
    assert "taken without the source dynamics.privileges" in state.reason


def test_sources_read_side_by_side_do_not_mix(tmp_path: Path) -> None:
    users = [page([row], n) for n, row in enumerate(user_rows(300))]
    queues = [page([QueueRow(f"{n}", f"Queue {n}")] * 40, n) for n in range(300)]
    mailboxes = [page(list(mailbox_rows(40, n)), n) for n in range(300)]
    given = {
        "dynamics.systemusers": users,
        "dynamics.queues": queues,
        "dynamics.mailboxes": mailboxes,
    }
    path = tmp_path / "s"
    start = threading.Barrier(len(given))
    with recording(path, HEADER, Canned(given)) as recorder:

        def take(source: str) -> None:
            stream = recorder.open(reader_named(source), EARLIER)
            start.wait()
            for _ in stream:
                pass

        threads = [threading.Thread(target=take, args=(source,)) for source in given]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert verify(path).untouched
    assert verify(path).records == 300 + 300 * 40 * 2
    for source, expected in given.items():
        assert read(path, reader_named(source))[0] == expected


def test_pages_pass_through_unchanged_and_are_not_held_back(tmp_path: Path) -> None:
    given = [page(list(mailbox_rows(2, n)), n) for n in range(3)]
    reader = reader_named("dynamics.mailboxes")
    seen: list[str] = []

    class Telling(Canned):
        def open(self, reader: Reader, earlier: EarlierReadings) -> Any:
            stream = super().open(reader, earlier)

            class Told:
                state = stream.state

                def __iter__(self) -> Iterator[Page]:
                    for each in stream:
                        seen.append("came")
                        yield each
                    self.state = stream.state

            return Told()

    with recording(tmp_path / "s", HEADER, Telling({reader.source: given})) as recorder:
        for each in recorder.open(reader, EARLIER):
            seen.append("taken")
            assert each is given[len(seen) // 2 - 1]
    assert seen == ["came", "taken"] * 3


def test_a_page_larger_than_a_block_is_stored_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.snapshots.blocks.MOST_ROWS", 50)
    reader = reader_named("dynamics.systemusers")
    rows = list(user_rows(120))
    write(tmp_path / "s", Canned({reader.source: [page(rows)]}), reader)
    found, state = read(tmp_path / "s", reader)
    assert [len(each.rows) for each in found] == [50, 50, 20]
    assert [row for each in found for row in each.rows] == rows
    assert {(each.digest, each.read_at) for each in found} == {(page([]).digest, page([]).read_at)}
    assert state.records == 120
    assert verify(tmp_path / "s").untouched


def test_rows_that_take_more_than_a_block_are_stored_in_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules["auditor.snapshots.frames"].LIMITS_BYTES, b"P", 4000)
    reader = reader_named("dynamics.mailboxes")
    given = [page(list(mailbox_rows(30, n)), n) for n in range(4)]
    write(tmp_path / "s", Canned({reader.source: given}), reader)
    found, _ = read(tmp_path / "s", reader)
    assert [row for each in found for row in each.rows] == [r for each in given for r in each.rows]
    assert verify(tmp_path / "s").untouched


def test_a_source_left_before_its_end_is_partial(tmp_path: Path) -> None:
    reader = reader_named("dynamics.mailboxes")
    outside = Canned({reader.source: [page(list(mailbox_rows(5, n)), n) for n in range(3)]})
    with recording(tmp_path / "s", HEADER, outside) as recorder:
        next(iter(recorder.open(reader, EARLIER)))
    found, state = read(tmp_path / "s", reader)
    assert len(found) == 1
    assert (state.status, state.records, state.code) == ("partial", 5, "not-read-to-the-end")


def test_a_source_is_written_once_however_often_it_is_read(tmp_path: Path) -> None:
    reader = reader_named("dynamics.mailboxes")
    given = [page(list(mailbox_rows(5)))]
    with recording(tmp_path / "s", HEADER, Canned({reader.source: given})) as recorder:
        assert list(recorder.open(reader, EARLIER)) == given
        assert list(recorder.open(reader, EARLIER)) == given
    assert read(tmp_path / "s", reader)[0] == given


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write(tmp_path / "s", Canned({}))
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_half_written_is_left(tmp_path: Path, error: type[BaseException]) -> None:
    reader = reader_named("dynamics.mailboxes")
    outside = Canned({reader.source: [page(list(mailbox_rows(5)))]})
    (tmp_path / "s").write_text("the old one")

    def fail() -> None:
        with recording(tmp_path / "s", HEADER, outside) as recorder:
            for _ in recorder.open(reader, EARLIER):
                raise error

    with pytest.raises(error):
        fail()
    assert [each.name for each in tmp_path.iterdir()] == ["s"]
    assert (tmp_path / "s").read_text() == "the old one"


def test_a_directory_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match="create it first"):
        write(tmp_path / "none" / "s", Canned({}))


def test_a_mailbox_takes_at_most_80_bytes(tmp_path: Path) -> None:
    reader = reader_named("dynamics.mailboxes")
    rows = list(mailbox_rows(20_000))
    # Blocks are compressed one by one, so that it does not help them to come again.
    given = [page(rows[at : at + 5000], at) for at in range(0, len(rows), 5000)] * 5
    write(tmp_path / "s", Canned({reader.source: given}), reader)
    assert open_snapshot(tmp_path / "s").sources == ("dynamics.mailboxes",)
    assert verify(tmp_path / "s").records == 100_000
    assert (tmp_path / "s").stat().st_size / 100_000 < 60


def test_small_pages_are_stored_together(tmp_path: Path) -> None:
    reader = reader_named("dynamics.mailboxes")
    rows = list(mailbox_rows(ROWS_AT_ONCE))
    small = [page(rows[at : at + 50], at) for at in range(0, len(rows), 50)]
    write(tmp_path / "small", Canned({reader.source: small}), reader)
    write(tmp_path / "large", Canned({reader.source: [page(rows)]}), reader)
    sizes = [(tmp_path / name).stat().st_size for name in ("small", "large")]
    assert sizes[0] < sizes[1] + 100 * 60
    assert [type(row) for row in read(tmp_path / "small", reader)[0][0].rows] == [MailboxRow] * 50
