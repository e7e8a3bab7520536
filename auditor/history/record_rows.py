"""The settings of records: which were added, deleted or changed since the run before."""

from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from auditor.differences.records import SOURCES, Record, Settings, Shape, settings_of
from auditor.differences.settings_changes import RecordChanges
from auditor.history.context import Context, chunks, text
from auditor.history.tables import RECORDS, SHAPES

if TYPE_CHECKING:
    from auditor.differences.settings import RecordSettings

_BATCH = 5_000
_NOT_THIS_TIME = ""
"""The digest of a source that was read in full once, and by the last run in part."""


def store_records(
    context: Context, settings: "RecordSettings | None", digests: dict[str, str]
) -> RecordChanges:
    """Store what the records of a run hold now; gives what is otherwise than in the run before.

    A record that a source which was read only in part does not show is still there, and one that it
    shows for the first time is new only where the source was read in full before. `digests` holds
    what the run before left of each such source, and then what this one does: of a source that has
    the same, no row is read.
    """
    changes = RecordChanges(known=settings is not None and context.old is not None)
    if settings is None:
        return changes
    read_before = frozenset(digests)
    found_now = settings.digests()
    changed = [
        source
        for source, digest in found_now.items()
        if source not in settings.whole or digests.get(source) != digest
    ]
    for source, digest in found_now.items():
        if source in settings.whole:
            digests[source] = digest
        elif source in digests:
            digests[source] = _NOT_THIS_TIME
    if not changed:
        return changes
    table = RECORDS.c
    mine = sa.and_(
        table.environment == context.environment,
        table.until.is_(None),
        table.source.in_(changed),
    )
    found = context.connection.execute(sa.select(table.digest).where(mine))
    known = {bytes(digest) for (digest,) in found}
    writer = _Writer(context)
    for block in settings.blocks():
        if block.source not in changed:
            continue
        fresh = [at for at, digest in enumerate(block.digests) if digest not in known]
        known.difference_update(block.digests)
        for record in block.at(fresh):
            writer.add(record)
            if context.old is not None:
                changes.after[record.source, record.id] = record.settings()
    ended: list[int] = []
    for some in chunks(sorted(known)):
        for row, held in _rows(context, sa.and_(mine, table.digest.in_(some))):
            key = held.source, held.id
            if key in changes.after or held.source in settings.whole:
                ended.append(row)
                changes.before[key] = held
    for rows in chunks(ended):
        context.connection.execute(
            sa.update(RECORDS).where(table.row.in_(rows)).values(until=context.number)
        )
    writer.flush()
    changes.keep_comparable(read_before)
    return changes


def profile_of(context: Context, mailbox: str) -> str | None:
    """The id of the profile of a mailbox, as it is stored now."""
    table = RECORDS.c
    wanted = sa.and_(
        table.environment == context.environment,
        table.id == mailbox,
        table.source == SOURCES["mailbox"],
        table.until.is_(None),
    )
    for _, settings in _rows(context, wanted):
        value = settings.values.get("_emailserverprofile_value")
        return value if isinstance(value, str) else None
    return None


def changes_of(context: Context, read_before: Collection[str]) -> RecordChanges:
    """What the run that is looked back at found otherwise than the run before it.

    `read_before` are the sources that were read in full before it.
    """
    table = RECORDS.c
    mine = table.environment == context.environment
    changes = RecordChanges(known=context.old is not None)
    if context.old is None:
        return changes
    for _, record in _rows(context, sa.and_(mine, table.begin == context.number), is_new=True):
        changes.after[record.source, record.id] = record
    for _, record in _rows(context, sa.and_(mine, table.until == context.number)):
        changes.before[record.source, record.id] = record
    changes.keep_comparable(read_before)
    return changes


def _rows(
    context: Context, where: "sa.ColumnElement[bool]", *, is_new: bool = False
) -> Iterable[tuple[int, Settings]]:
    table = RECORDS.c
    chosen = (
        sa.select(table.row, table.source, table.id, table.own, table.read_at, SHAPES.c.content)
        .join_from(RECORDS, SHAPES, table.shape == SHAPES.c.id)
        .where(where)
    )
    # What was read last in the run before was the same then as when its interval began. When an
    # older one was read there, nobody noted: not before that run began.
    last = "" if is_new or context.old is None else context.old.started_at
    for row, source, id, own, read_at, content in context.connection.execute(chosen):
        shape = msgspec.json.decode(content, type=Shape)
        yield row, settings_of(source, id, shape, own, max(last, read_at))


class _Writer:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._shapes: dict[bytes, int] = {}
        self._waiting: list[dict[str, object]] = []

    def add(self, record: Record) -> None:
        self._waiting.append(
            {
                "environment": self._context.environment,
                "digest": record.digest,
                "source": record.source,
                "id": text(record.id),
                "shape": self._shape(record.shape),
                "own": text(record.own),
                "read_at": record.read_at,
                "begin": self._context.number,
            }
        )
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            self._context.connection.execute(sa.insert(RECORDS), self._waiting)
        self._waiting = []

    def _shape(self, shape: Shape) -> int:
        content = msgspec.json.encode(shape)
        digest = blake2b(content, digest_size=16).digest()
        if digest not in self._shapes:
            self._shapes[digest] = self._stored(digest, content.decode())
        return self._shapes[digest]

    def _stored(self, digest: bytes, content: str) -> int:
        connection = self._context.connection
        wanted = sa.select(SHAPES.c.id).where(SHAPES.c.digest == digest)
        found = connection.execute(wanted).scalar()
        if found is not None:
            return int(found)
        insert: sa.Executable
        if connection.dialect.name == "postgresql":
            # Another run may have put the same shape there since.
            from sqlalchemy.dialects.postgresql import insert as postgresql_insert

            insert = (
                postgresql_insert(SHAPES)
                .values(digest=digest, content=content)
                .on_conflict_do_nothing()
            )
            connection.execute(insert)
        else:
            connection.execute(sa.insert(SHAPES).values(digest=digest, content=content))
        return int(connection.execute(wanted).scalar_one())
