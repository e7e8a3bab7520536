"""That people were told of a run, and the messages that are still owed to somebody."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.engine import Connection

from auditor.history.context import text
from auditor.history.tables import ENVIRONMENTS, RUNS, UNDELIVERED


class Undelivered(Struct, frozen=True):
    """A message that did not reach its receiver; `started_at` is of its run (UTC, ISO 8601)."""

    started_at: str
    title: str
    body: str


Messages: TypeAlias = Mapping[str, Sequence[Undelivered]]
"""By receiver, as the configuration refers to its address; the oldest first."""
MOST_WHOLE = 10
"""Of so many messages to one receiver the body is kept, of older ones the title alone."""


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
    kept = {
        receiver: [
            *(Undelivered(each.started_at, each.title, "") for each in some[:-MOST_WHOLE]),
            *some[-MOST_WHOLE:],
        ]
        for receiver, some in owed.items()
        if some
    }
    if kept == undelivered(connection, environment):
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
        for receiver, some in kept.items()
        for each in some
    ]
    if fresh:
        connection.execute(sa.insert(UNDELIVERED), fresh)
