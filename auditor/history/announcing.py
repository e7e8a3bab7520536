"""That people were told of a run, and the messages that are still owed to somebody."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor.history.context import text
from auditor.history.owed import Messages, Undelivered, kept
from auditor.history.tables import ENVIRONMENTS, RUNS, UNDELIVERED


def undelivered(connection: Connection, environment: str) -> Messages:
    """The messages of earlier runs of an environment that are owed."""
    table = UNDELIVERED.c
    chosen = (
        sa.select(table.receiver, table.started_at, table.title, table.body)
        .join_from(UNDELIVERED, ENVIRONMENTS, table.environment == ENVIRONMENTS.c.id)
        .where(ENVIRONMENTS.c.name == environment)
        .order_by(table.row)
    )
    found: dict[str, list[Undelivered]] = {}
    for receiver, *rest in connection.execute(chosen):
        found.setdefault(receiver, []).append(Undelivered(*rest))
    return found


def announce(
    connection: Connection, run: str, environment: str, owed: Messages, *, again: bool = False
) -> None:
    """Note that people were told of a run, and what is owed instead of what was.

    `again`: the next run is to tell of it again, so that the messages alone are noted.
    Nothing is noted of a run that another one took back meanwhile: that one says what both found.
    """
    known = connection.execute(sa.update(RUNS).where(RUNS.c.id == run).values(announced=not again))
    if not known.rowcount:
        return
    now = {receiver: kept(some) for receiver, some in owed.items() if some}
    if now == undelivered(connection, environment):
        return
    chosen = sa.select(ENVIRONMENTS.c.id).where(ENVIRONMENTS.c.name == environment)
    number = connection.execute(chosen).scalar_one()
    connection.execute(sa.delete(UNDELIVERED).where(UNDELIVERED.c.environment == number))
    fresh = [
        {
            "environment": number,
            "receiver": text(receiver),
            "started_at": each.started_at,
            "title": text(each.title),
            "body": text(each.body),
        }
        for receiver, some in now.items()
        for each in some
    ]
    if fresh:
        connection.execute(sa.insert(UNDELIVERED), fresh)
