"""Blocks: pages of one source, stored by column.

Also tested in `tests/auditor/snapshots/test_round_trip.py` and
`tests/auditor/snapshots/test_damage.py`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from auditor.snapshots.errors import Malformed
from connectors.columnar import encodings
from connectors.columnar.encodings import Column
from connectors.columnar.packed_rows import fields_of, maker
from connectors.columnar.page import Page
from connectors.columnar.stored_rows import stored_rows
from connectors.transport.answers import TIME_FORMAT

MOST_ROWS = 50_000
"""Rows in one block: what a reader must be ready to hold."""
MOST_PAGES = 50_000
"""Pages in one block; a writer puts a tenth of them together."""
MOST_COLUMNS = 1_000
"""Columns of one block, those included that this release does not know."""

_DIGEST_BYTES = 32


class PageHead(Struct, frozen=True, array_like=True):
    """When a page was read (UTC, ISO 8601), the digest of its answer, and how many rows it has.

    Where the source gave no SHA-256, `digest` is empty and `other_digest` what it gave.
    """

    read_at: str
    digest: bytes
    rows: int
    other_digest: str = ""


class Block(Struct, frozen=True, array_like=True):
    """Pages of one source that came one after the other, and their rows by column."""

    source: str
    pages: Annotated[tuple[PageHead, ...], Meta(max_length=MOST_PAGES)]
    columns: Annotated[tuple[Column, ...], Meta(max_length=MOST_COLUMNS)]

    @property
    def rows(self) -> int:
        """How many rows its pages have together."""
        return sum(head.rows for head in self.pages)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Block)


def encode(source: str, row: type[Struct], pages: Sequence[Page]) -> bytes:
    """The block that holds these pages."""
    filled = [page for page in pages if page.rows]
    stored: Sequence[Column] = ()
    if len(filled) == 1:
        stored = list(map(filled[0].packed, row.__struct_fields__))
    elif filled:
        stored = [
            encodings.encode(wire_name, [v for page in filled for v in page.columns[name]], kind)
            for name, (wire_name, kind, _) in zip(
                row.__struct_fields__, fields_of(row), strict=True
            )
        ]
    heads = [_head(page) for page in pages]
    return _ENCODER.encode((source, heads, stored))


def decode(content: bytes) -> Block:
    """The block, its rows still by column. Raises `Malformed`."""
    try:
        block = _DECODER.decode(content)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise Malformed(f"a block does not follow the format ({error})") from error
    if block.rows > MOST_ROWS or any(head.rows < 0 for head in block.pages):
        raise Malformed("a block claims more rows than the format allows")
    if len({column.name for column in block.columns}) != len(block.columns):
        raise Malformed("a block has a column twice")
    if not all(map(_is_moment, {head.read_at for head in block.pages})):
        raise Malformed("a block does not say when its pages were read")
    return block


def _is_moment(text: str) -> bool:
    """Whether it is a time as pages have them, and one from which limits can be counted."""
    try:
        return 2000 <= datetime.strptime(text, TIME_FORMAT).year < 9000  # noqa: DTZ007
    except ValueError:
        return False


def pages_of(block: Block, row: type[Struct]) -> Iterator[Page]:
    """The pages with rows of the type, however the columns changed since. Raises `Malformed`.

    A column that the block lacks is UNSET, one that the type lacks is left out. A page that fills a
    block, as nearly all of a large table do, keeps its columns as they were stored.
    """
    count = block.rows
    stored = {column.name: column for column in block.columns}
    if len(block.pages) == 1 and (packed := stored_rows(row, count, stored)) is not None:
        (head,) = block.pages
        yield _page(head, packed)
        return
    values = [
        encodings.decode(stored[name], count, kind)
        if name in stored
        else _standing_in(name, kind, default, count)
        for name, kind, default in fields_of(row)
    ]
    rows = list(maker(row)(values)) if count else []
    start = 0
    for head in block.pages:
        yield _page(head, rows[start : start + head.rows])
        start += head.rows


def _page(head: PageHead, rows: Sequence[Any]) -> Page:
    return Page(rows, head.read_at, head.digest.hex() or head.other_digest)


def _standing_in(name: str, kind: Any, default: Any, count: int) -> list[Any]:
    if default is msgspec.NODEFAULT and count:
        raise Malformed(f"the snapshot was taken without the column {name}, which is needed")
    return [default] * count


def _head(page: Page) -> PageHead:
    try:
        raw = bytes.fromhex(page.digest)
    except ValueError:
        raw = b""
    if len(raw) == _DIGEST_BYTES and raw.hex() == page.digest:
        return PageHead(page.read_at, raw, len(page.rows))
    return PageHead(page.read_at, b"", len(page.rows), page.digest)
