"""How the mailboxes stand that do not simply work: rows only for those that stand otherwise."""

from collections.abc import Iterator

import sqlalchemy as sa

from auditor.differences.compare import reads_all_mailboxes, standing_somehow
from auditor.differences.values import MailboxChange, Moved, mailboxes_in_order
from auditor.history.context import Context, chunks, text
from auditor.history.left_out import began_anew
from auditor.history.tables import STANDINGS
from auditor.model import Audit

_BATCH = 5_000
_ALL = "mailboxes"


def store_standings(
    context: Context, audit: Audit, digests: dict[str, str]
) -> tuple[MailboxChange, ...]:
    """Store how the mailboxes stand; gives those that stand otherwise than in the run before.

    One of which it is unknown whether it is meant to synchronize stands unknown. Where mailboxes
    could not all be read, one that is not shown stands as it did. `digests` holds what the run
    before left under `_ALL`, and then what this one does.
    """
    digest = "" if audit.standings_digest is None else audit.standings_digest().hex()
    is_whole = reads_all_mailboxes(audit)
    if is_whole and digest and digests.get(_ALL) == digest:
        return ()
    digests.clear()
    if is_whole and digest:
        digests[_ALL] = digest
    table = STANDINGS.c
    mine = sa.and_(table.environment == context.environment, table.until.is_(None))
    chosen = sa.select(table.mailbox, table.standing, table.row).where(mine)
    before = {
        mailbox: (standing, row) for mailbox, standing, row in context.connection.execute(chosen)
    }
    changes: list[MailboxChange] = []
    ended: list[int] = []
    fresh: list[dict[str, object]] = []
    for each in standing_somehow(audit):
        old = before.pop(text(each.id), None)
        if old is not None and old[0] == each.standing:
            continue
        if old is not None:
            ended.append(old[1])
        if context.old is not None:
            moved = Moved(None if old is None else old[0], each.standing)
            changes.append(MailboxChange(each.id, each.name, each.address, moved))
        fresh.append(
            {
                "environment": context.environment,
                "mailbox": text(each.id),
                "name": text(each.name),
                "address": text(each.address),
                "standing": each.standing,
                "begin": context.number,
            }
        )
        if len(fresh) >= _BATCH:
            context.connection.execute(sa.insert(STANDINGS), fresh)
            fresh = []
    if is_whole:
        gone = [row for _, row in before.values()]
        changes += _no_longer(context, gone)
        ended += gone
    for rows in chunks(ended):
        context.connection.execute(
            sa.update(STANDINGS).where(table.row.in_(rows)).values(until=context.number)
        )
    if fresh:
        context.connection.execute(sa.insert(STANDINGS), fresh)
    return mailboxes_in_order(changes)


def changes_of(context: Context) -> tuple[MailboxChange, ...]:
    """The mailboxes that the run that is looked back at found otherwise than the run before it."""
    if context.old is None or began_anew(context):
        return ()
    table = STANDINGS.c
    mine = table.environment == context.environment
    columns = (table.mailbox, table.name, table.address, table.standing)
    run = context.connection.execute
    after = {
        each[0]: each
        for each in run(sa.select(*columns).where(mine, table.begin == context.number))
    }
    before = {
        each[0]: each
        for each in run(sa.select(*columns).where(mine, table.until == context.number))
    }
    changes = []
    for id in before.keys() | after.keys():
        old, new = before.get(id), after.get(id)
        shown = new or old
        assert shown is not None
        moved = Moved(None if old is None else old[3], None if new is None else new[3])
        changes.append(MailboxChange(id, shown[1], shown[2], moved))
    return mailboxes_in_order(changes)


def _no_longer(context: Context, rows: list[int]) -> Iterator[MailboxChange]:
    table = STANDINGS.c
    columns = (table.mailbox, table.name, table.address, table.standing)
    for some in chunks(rows):
        for id, name, address, standing in context.connection.execute(
            sa.select(*columns).where(table.row.in_(some))
        ):
            yield MailboxChange(id, name, address, Moved(standing, None))
