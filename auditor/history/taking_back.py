"""Takes back a run that ended before people were told of it.

The run after it is then compared with the last one that they know, and tells what both found:
what changed is told twice rather than never.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor.history.tables import FACTS, FINDINGS, LIVES, RECORDS, RUNS, STANDINGS


def take_back(connection: Connection, environment: int, number: int) -> None:
    """Leave the environment as it was before the run of this number, which is its last."""
    run = connection.execute
    moved = sa.select(LIVES.c.finding).where(LIVES.c.begin == number)
    before = sa.and_(LIVES.c.finding == FINDINGS.c.id, LIVES.c.until == number)
    run(
        sa.update(FINDINGS)
        .where(FINDINGS.c.id.in_(moved), sa.exists().where(before))
        .values(
            state=sa.select(LIVES.c.state).where(before).scalar_subquery(),
            severity=sa.select(LIVES.c.severity).where(before).scalar_subquery(),
        )
    )
    for table in (LIVES, RECORDS, STANDINGS, FACTS):
        # Numbers of runs are of all environments, so that one names its own rows alone.
        run(sa.delete(table).where(table.c.begin == number))
        run(sa.update(table).where(table.c.until == number).values(until=None))
    living = sa.exists().where(LIVES.c.finding == FINDINGS.c.id)
    run(sa.delete(FINDINGS).where(FINDINGS.c.environment == environment, ~living))
    run(sa.delete(RUNS).where(RUNS.c.number == number))
