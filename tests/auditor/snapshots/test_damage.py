"""A damaged, foreign or hostile file is refused with a reason and a place, never a traceback."""

import random
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard
from msgspec import UNSET, Struct, UnsetType, field, to_builtins
from msgspec.structs import replace

from auditor import exit_codes
from auditor.snapshots import SnapshotError, blocks, frames, open_snapshot, verify
from auditor.snapshots.contents import Index, SourceEntry
from connectors.columnar.encodings import Column
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.records import record_of
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.unknown import Unknown
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
from tests.end_to_end.conftest import call

MAILBOXES = reader_named("dynamics.mailboxes")
USERS = reader_named("dynamics.systemusers")
PRIVILEGES = reader_named("dynamics.privileges")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A snapshot of two sources with three blocks."""
    pages = {
        MAILBOXES.source: [page(list(mailbox_rows(5000)), 1), page(list(mailbox_rows(20)), 2)],
        USERS.source: [page(list(user_rows(40)), 3)],
    }
    write(tmp_path / "s", Canned(pages), MAILBOXES, USERS)
    return tmp_path / "s"


def boundaries(path: Path) -> list[int]:
    """Where each frame of an untouched snapshot begins, and where the last one ends."""
    with path.open("rb") as file:
        size_bytes = path.stat().st_size
        places = [frames.PREAMBLE_BYTES]
        while True:
            frame = frames.read_frame(file, size_bytes, places[-1])
            places.append(frame.end)
            if frame.kind == frames.INDEX:
                return places


def read_all(path: Path) -> list[Page]:
    snapshot = open_snapshot(path)
    return [each for reader in (MAILBOXES, USERS) for each in snapshot.open(reader, EARLIER)]


def test_an_untouched_snapshot_is_proven(path: Path) -> None:
    proof = verify(path)
    assert proof.untouched
    assert (proof.problem, proof.offset) == ("", None)
    assert (proof.sources, proof.pages, proof.records) == (2, 3, 5060)
    assert proof.environment == "contoso"
    assert proof.size_bytes == path.stat().st_size
    assert proof.seal == open_snapshot(path).seal
    assert len(proof.seal) == 64


def test_a_snapshot_written_anew_has_another_seal(path: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", Canned({}), header=msgspec.structs.replace(HEADER, url="https://x"))
    assert verify(tmp_path / "other").untouched
    assert verify(tmp_path / "other").seal != verify(path).seal


def test_cut_short_at_and_around_every_boundary(path: Path) -> None:
    whole = path.read_bytes()
    cuts = {place + by for place in boundaries(path) for by in (-1, 0, 1, 5)}
    for cut in sorted(cuts | {0, 1, len(whole) - 1, len(whole) - 20}):
        path.write_bytes(whole[:cut])
        proof = verify(path)
        assert not proof.untouched, cut
        assert proof.problem
        with pytest.raises(SnapshotError, match=r"cut short|not a snapshot"):
            open_snapshot(path)


def test_every_kind_of_changed_byte_is_found_in_its_block(path: Path) -> None:
    whole = path.read_bytes()
    starts = boundaries(path)
    chance = random.Random(7)
    edges = {
        place + by for place in starts for by in (-1, 0, 1, 4, 5, 9) if place + by < len(whole)
    }
    places = sorted(edges | {chance.randrange(len(whole)) for _ in range(60)})
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        proof = verify(path)
        assert not proof.untouched, place
        assert proof.problem
        if frames.PREAMBLE_BYTES <= place < starts[-1]:
            assert proof.offset == max(start for start in starts if start <= place), place
        with pytest.raises(SnapshotError):
            read_all(path)


def test_a_removed_or_added_byte_is_found(path: Path) -> None:
    whole = path.read_bytes()
    for place in (*boundaries(path), len(whole) // 2, len(whole)):
        for changed in (
            whole[:place] + b"\0" + whole[place:],
            whole[: place - 1] + whole[place:],
        ):
            path.write_bytes(changed)
            assert not verify(path).untouched, place
            with pytest.raises(SnapshotError):
                read_all(path)


def test_a_removed_or_exchanged_block_is_found(path: Path) -> None:
    whole = path.read_bytes()
    _, first, second, third, index, _ = boundaries(path)
    removed = whole[:first] + whole[second:]
    exchanged = whole[:second] + whole[third:index] + whole[second:third] + whole[index:]
    for changed, at in ((removed, first), (exchanged, second)):
        path.write_bytes(changed)
        assert verify(path).offset == at
        with pytest.raises(SnapshotError):
            read_all(path)


def test_what_was_added_after_the_end_is_named(path: Path) -> None:
    end = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"more")
    assert verify(path).offset == end
    assert "4 bytes were added" in verify(path).problem


def test_a_fault_names_file_source_place_and_remedy(path: Path) -> None:
    changed = bytearray(path.read_bytes())
    start = boundaries(path)[1]
    changed[start + 50] ^= 255
    path.write_bytes(changed)
    with pytest.raises(SnapshotError) as refused:
        read_all(path)
    assert refused.value.offset == start
    said = str(refused.value)
    assert said.startswith(f"{path}: source dynamics.mailboxes: ")
    assert f"at byte {start}" in said
    assert said.endswith(
        "Take the snapshot again, or fetch the file again from where it was stored."
    )


@pytest.mark.parametrize("content", [b"", b"{}", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, b"\0" * 500])
def test_another_file_is_no_snapshot(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s").write_bytes(content)
    with pytest.raises(SnapshotError, match="this is not a snapshot"):
        open_snapshot(tmp_path / "s")
    assert not verify(tmp_path / "s").untouched


def test_a_newer_format_asks_for_an_update(path: Path) -> None:
    changed = bytearray(path.read_bytes())
    changed[len(frames.MAGIC)] = 2
    path.write_bytes(changed)
    with pytest.raises(SnapshotError, match=r"version 2.* Update the auditor"):
        open_snapshot(path)
    assert "version 2" in verify(path).problem


def test_a_missing_file_and_a_directory_are_said(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no such file"):
        open_snapshot(tmp_path / "none")
    with pytest.raises(SnapshotError, match="not a file"):
        open_snapshot(tmp_path)
    assert "no such file" in verify(tmp_path / "none").problem


def forge(path: Path, *given: tuple[bytes, bytes], raw_bytes: int | None = None) -> None:
    """A file whose chain is right around any content; `raw_bytes` is claimed of the last."""
    with path.open("wb") as out:
        out.write(frames.PREAMBLE)
        link, offset = frames.first_link(frames.PREAMBLE), frames.PREAMBLE_BYTES
        start = offset
        for number, (kind, content) in enumerate(given):
            payload = zstandard.compress(content)
            last = number == len(given) - 1
            claimed = raw_bytes if raw_bytes is not None and last else len(content)
            link = frames.write_frame(out, kind, payload, claimed, link)
            start, offset = offset, offset + frames.frame_bytes(payload)
        frames.write_end(out, start, link)


def plain(value: Any) -> bytes:
    return msgspec.msgpack.encode(value)


HEAD = (frames.HEADER, msgspec.msgpack.encode(HEADER))


def entry(*blocks_at: int, records: int = 1, source: str = MAILBOXES.source) -> SourceEntry:
    return SourceEntry(SourceState(source, "read", records=records), 1, records, blocks_at)


def index_of(*blocks_at: int, records: int = 1) -> bytes:
    return plain(Index((entry(*blocks_at, records=records),)))


FIRST_BLOCK = frames.PREAMBLE_BYTES + frames.frame_bytes(zstandard.compress(HEAD[1]))


def forged_block(path: Path, content: bytes, records: int = 1) -> None:
    index = index_of(FIRST_BLOCK, records=records)
    forge(path, HEAD, (frames.PAGES, content), (frames.INDEX, index))


def block(
    *columns: Column, rows: int = 1, pages: int = 1, read_at: str = "2026-11-23T08:00:00Z"
) -> bytes:
    head = blocks.PageHead(read_at, b"", rows)
    return plain(blocks.Block(MAILBOXES.source, (head,) * pages, columns))


def test_a_forged_file_can_be_read_at_all(tmp_path: Path) -> None:
    forged_block(tmp_path / "s", block(Column("mailboxid", "lines", b"", b"one")))
    (found,) = open_snapshot(tmp_path / "s").open(MAILBOXES, EARLIER)
    assert list(found.rows) == [MailboxRow("one")]
    assert verify(tmp_path / "s").untouched


NESTED = b"\x91" * 5000 + b"\xc0"
HOSTILE_COLUMNS = {
    "number for a text": Column("mailboxid", "plain", b"", plain([1])),
    "null for a text": Column("mailboxid", "plain", b"", plain([None])),
    "hole for a text": Column("mailboxid", "lines", b"\1", b""),
    "unset for a text": Column("mailboxid", "unset", b"", b""),
    "unset hole for a text": Column("mailboxid", "plain", b"\2", plain([])),
    "text for a number": Column("statecode", "lines", b"", b"one"),
    "text for a number in json": Column("statecode", "json", b"", b'["one"]'),
    "no json": Column("statecode", "json", b"", b"["),
    "no list in json": Column("statecode", "json", b"", b"{}"),
    "endless list": Column("statecode", "plain", b"", b"\xdd\xff\xff\xff\xff"),
    "nothing": Column("statecode", "plain", b"", b""),
    "no list": Column("statecode", "plain", b"", b"\xc0"),
    "deep": Column("statecode", "plain", b"", NESTED),
    "deep json": Column("statecode", "json", b"", b"[" * 100_000),
    "two values": Column("name", "lines", b"", b"a\0b"),
    "two texts": Column("name", "texts", b"", plain([b"a", b"b"])),
    "no texts": Column("name", "texts", b"", plain("a")),
    "no UTF-8": Column("name", "lines", b"", b"\xff"),
    "holes for other rows": Column("name", "lines", b"\0\1", b"a"),
    "unknown hole": Column("name", "lines", b"\0\7", b"a"),
    "hole of no kind": Column("name", "plain", b"\7", plain([])),
    "short guid": Column("name", "guids", b"", b"\0" * 15),
    "no guid": Column("name", "guids", b"\1\1", b""),
    "no width": Column("name", "fixed", b"", b""),
    "no width, all holes": Column("name", "fixed", b"\1", b"abc"),
    "no ASCII": Column("name", "fixed", b"", b"\xff\xff"),
    "code beyond the dictionary": Column("name", "dictionary", b"", plain((plain([b"a"]), b"\5"))),
    "no dictionary": Column("name", "dictionary", b"", plain([])),
    "more codes than rows": Column(
        "name", "dictionary", b"", plain((plain([b"a"]), bytes(1 << 20)))
    ),
    "endless distinct texts": Column(
        "name", "dictionary", b"", plain((b"\xdd\xff\xff\xff\xff", b"\0"))
    ),
    "endless texts": Column("name", "texts", b"", b"\xdd\xff\xff\xff\xff"),
    "unknown encoding": Column("name", "pickle", b"", b"cos\nsystem\n(S'true'\ntR."),
}


@pytest.mark.parametrize("name", HOSTILE_COLUMNS)
def test_a_hostile_column_is_refused(tmp_path: Path, name: str) -> None:
    column = HOSTILE_COLUMNS[name]
    ids = (Column("mailboxid", "lines", b"", b"one"),) if column.name != "mailboxid" else ()
    forged_block(tmp_path / "s", block(*ids, column))
    with pytest.raises(SnapshotError, match=f"source dynamics.mailboxes: the column {column.name}"):
        list(open_snapshot(tmp_path / "s").open(MAILBOXES, EARLIER))


@pytest.mark.parametrize(
    "content",
    [
        block(rows=blocks.MOST_ROWS + 1),
        block(rows=-1),
        block(rows=0, pages=blocks.MOST_PAGES + 1),
        block(*[Column(str(n), "unset", b"", b"") for n in range(blocks.MOST_COLUMNS + 1)]),
        block(*[Column("mailboxid", "lines", b"", b"one")] * 2),
        block(rows=0, read_at="soon"),
        block(rows=0, read_at="2026-11-23T08:00:00"),
        block(rows=0, read_at="0001-01-01T00:00:00Z"),
        block(rows=0, read_at="9999-12-31T23:59:59Z"),
        NESTED,
        b"",
        b"\xdd\xff\xff\xff\xff",
        msgspec.msgpack.encode(["dynamics.queues", [], []]),
        msgspec.msgpack.encode({}),
    ],
    ids=[
        "rows",
        "negative",
        "pages",
        "columns",
        "one column twice",
        "no time",
        "no zone",
        "first year",
        "last year",
        "deep",
        "nothing",
        "endless",
        "other source",
        "no block",
    ],
)
def test_a_hostile_block_is_refused(tmp_path: Path, content: bytes) -> None:
    forged_block(tmp_path / "s", content)
    with pytest.raises(SnapshotError, match="source dynamics"):
        list(open_snapshot(tmp_path / "s").open(MAILBOXES, EARLIER))
    assert not verify(tmp_path / "s").untouched


def test_fewer_records_than_the_index_says_are_refused(tmp_path: Path) -> None:
    forged_block(tmp_path / "s", block(Column("mailboxid", "lines", b"", b"one")), records=2)
    with pytest.raises(SnapshotError, match="1 records instead of 2"):
        list(open_snapshot(tmp_path / "s").open(MAILBOXES, EARLIER))
    assert "other pages than there are" in verify(tmp_path / "s").problem


def test_a_block_that_the_index_names_twice_is_refused(tmp_path: Path) -> None:
    one = block(Column("mailboxid", "lines", b"", b"one"))
    index = index_of(FIRST_BLOCK, FIRST_BLOCK, records=2)
    forge(tmp_path / "s", HEAD, (frames.PAGES, one), (frames.INDEX, index))
    with pytest.raises(SnapshotError, match="names a block twice"):
        list(open_snapshot(tmp_path / "s").open(MAILBOXES, EARLIER))
    assert not verify(tmp_path / "s").untouched


def changed(*, state: Any = (), **entries: Any) -> SourceEntry:
    """What the index says of a source, with this otherwise."""
    made = entry()
    return replace(made, state=replace(made.state, **dict(state)), **entries)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ((entry(), entry()), "a source stands twice"),
        ((changed(pages=-1),), "impossible numbers"),
        ((changed(state={"requests": -5}),), "impossible numbers"),
        ((changed(state={"requests": 1 << 53}),), "impossible numbers"),
        ((entry(records=-1),), "two numbers of records"),
        ((changed(records=2),), "two numbers of records"),
        ((changed(state={"status": "not-configured"}, blocks=(23,)),), "was not read"),
    ],
)
def test_an_index_that_no_audit_could_have_written_is_refused(
    tmp_path: Path, sources: tuple[SourceEntry, ...], message: str
) -> None:
    forge(tmp_path / "s", HEAD, (frames.INDEX, plain(Index(sources))))
    with pytest.raises(SnapshotError, match=message):
        open_snapshot(tmp_path / "s")
    assert message in verify(tmp_path / "s").problem


@pytest.mark.parametrize("content", [b"", NESTED, b"\xc0", plain({"sources": [1]})])
def test_a_hostile_header_or_index_is_refused(tmp_path: Path, content: bytes) -> None:
    for given in (
        (HEAD, (frames.INDEX, content)),
        ((frames.HEADER, content), (frames.INDEX, index_of())),
        ((frames.INDEX, content), (frames.INDEX, index_of())),
        (HEAD, HEAD),
    ):
        forge(tmp_path / "s", *given)
        with pytest.raises(SnapshotError):
            open_snapshot(tmp_path / "s")
        assert not verify(tmp_path / "s").untouched


def _larger(content: bytes) -> int:
    return len(content) + 1


@pytest.mark.parametrize(
    "claim", [_larger, lambda content: 0, lambda content: frames.LIMITS_BYTES[b"I"] + 1]
)
def test_a_false_size_is_refused_before_inflating(
    tmp_path: Path, claim: Callable[[bytes], int]
) -> None:
    content = index_of(records=0)
    forge(tmp_path / "s", HEAD, (frames.INDEX, content), raw_bytes=claim(content))
    with pytest.raises(SnapshotError, match="a block claims"):
        open_snapshot(tmp_path / "s")


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    bomb = b"\0" * (frames.LIMITS_BYTES[frames.INDEX] + 1)
    forge(tmp_path / "s", HEAD, (frames.INDEX, bomb))
    assert (tmp_path / "s").stat().st_size < 10_000
    with pytest.raises(SnapshotError, match="more than the format allows"):
        open_snapshot(tmp_path / "s")
    forge(tmp_path / "s", HEAD, (frames.INDEX, bomb), raw_bytes=100)
    with pytest.raises(SnapshotError, match="claims 100 bytes and holds"):
        open_snapshot(tmp_path / "s")


def test_a_header_of_lists_within_lists_is_refused_before_they_are_made(tmp_path: Path) -> None:
    many = 5_000_000
    hostile = plain({"values": {"own-domains": None}}).replace(
        b"\xc0", b"\xdd" + many.to_bytes(4, "big") + many * b"\x90"
    )
    content = plain(to_builtins(HEADER) | {"declarations": msgspec.Raw(hostile)})
    forge(tmp_path / "s", (frames.HEADER, content), (frames.INDEX, index_of()))
    tracemalloc.start()
    try:
        with pytest.raises(SnapshotError, match="more lists within lists than the format allows"):
            open_snapshot(tmp_path / "s")
        assert tracemalloc.get_traced_memory()[1] < 5 * many
    finally:
        tracemalloc.stop()


def test_a_payload_that_hides_its_size_is_refused(tmp_path: Path) -> None:
    content = index_of(records=0)
    payload = zstandard.ZstdCompressor(write_content_size=False).compress(content)
    with pytest.raises(frames.Malformed):
        frames.inflate(payload, len(content))


@pytest.mark.parametrize("at", [0, 3, frames.PREAMBLE_BYTES, 10**6, 2**63])
def test_an_index_that_points_elsewhere_is_refused(tmp_path: Path, at: int) -> None:
    forge(tmp_path / "s", HEAD, (frames.INDEX, index_of(at)))
    with pytest.raises(SnapshotError):
        list(open_snapshot(tmp_path / "s").open(MAILBOXES, EARLIER))
    whole = (tmp_path / "s").read_bytes()
    end = struct.pack("<Q", at) + whole[-frames.END.size + 8 :]
    (tmp_path / "s").write_bytes(whole[: -frames.END.size] + end)
    with pytest.raises(SnapshotError):
        open_snapshot(tmp_path / "s")


class OlderRow(Struct, frozen=True):
    id: str
    kept: str | None | UnsetType = UNSET
    dropped: int | None | UnsetType = UNSET


class NewerRow(Struct, frozen=True):
    id: str
    added: str | None | UnsetType = UNSET
    kept_under_another_name: str | None | UnsetType = field(name="kept", default=UNSET)
    members: tuple[str, ...] = ()


class DemandingRow(Struct, frozen=True):
    id: str
    needed: str


def test_a_snapshot_that_lacks_what_every_audit_reads_is_not_complete(tmp_path: Path) -> None:
    forge(tmp_path / "s", HEAD, (frames.INDEX, plain(Index())))
    snapshot = open_snapshot(tmp_path / "s")
    for reader, status in (
        (MAILBOXES, "failed"),
        (USERS, "failed"),
        (PRIVILEGES, "not-configured"),
    ):
        state = snapshot.open(reader, EARLIER).state
        assert (state.status, state.code) == (status, "not-in-snapshot")
    code = call("replay", tmp_path / "s", "--no-history", "--no-notify").code
    assert code == exit_codes.INCOMPLETE


def test_an_older_snapshot_lacks_new_columns_without_calling_them_absent(tmp_path: Path) -> None:
    rows = [OlderRow("1", "one", 1), OlderRow("2", None, 2)]
    final = SourceState("rows", "read", records=2, columns=("id", "kept", "dropped"))
    write(
        tmp_path / "s", Canned({"rows": [page(rows)]}, {"rows": final}), reader_of("rows", OlderRow)
    )
    stream = open_snapshot(tmp_path / "s").open(reader_of("rows", NewerRow), EARLIER)
    (found,) = stream
    assert found.rows == [NewerRow("1", UNSET, "one", ()), NewerRow("2", UNSET, None, ())]
    assert stream.state == final
    assert stream.state.absent == ()
    record = record_of(Reading(stream.state), found.rows[0], found.read_at, "1")
    fact = record.optional("added", str)
    assert isinstance(fact, Unknown)
    assert fact.reason == "The snapshot was taken before added was asked for."
    assert "new snapshot" in fact.remedy


def test_a_column_that_cannot_be_missing_is_named(tmp_path: Path) -> None:
    given = Canned({"rows": [page([OlderRow("1")])]})
    write(tmp_path / "s", given, reader_of("rows", OlderRow))
    with pytest.raises(SnapshotError, match="taken without the column needed"):
        list(open_snapshot(tmp_path / "s").open(reader_of("rows", DemandingRow), EARLIER))
