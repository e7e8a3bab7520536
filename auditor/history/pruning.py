"""Forgets runs: what held only in them goes with them, what still held afterwards stays."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor.history.tables import (
    ENVIRONMENTS,
    FACTS,
    FINDINGS,
    LIVES,
    RECORDS,
    RUNS,
    SHAPES,
    STANDINGS,
)


def prune(
    connection: Connection, environment: str | None, *, keep: int | None, before: str | None
) -> int:
    """Forget runs, and give how many."""
    chosen = sa.select(ENVIRONMENTS.c.id)
    if environment is not None:
        chosen = chosen.where(ENVIRONMENTS.c.name == environment)
    return sum(
        _prune_one(connection, each, keep, before)
        for each in connection.execute(chosen).scalars().all()
    )


def _prune_one(
    connection: Connection, environment: int, keep: int | None, before: str | None
) -> int:
    mine = RUNS.c.environment == environment
    stored = connection.execute(
        sa.select(RUNS.c.number, RUNS.c.started_at, RUNS.c.announced)
        .where(mine)
        .order_by(RUNS.c.number)
    ).all()
    # The last run that people were told of stays: the next one is compared with it.
    last = max((at for at, row in enumerate(stored) if row.announced), default=0)
    old = [row for row in stored[:last] if before is None or row.started_at < before]
    if keep is not None:
        old = [row for row in old if row in stored[: max(0, len(stored) - keep)]]
    # Intervals end at runs, so that runs go from the oldest on, without a gap.
    count = next((at for at, row in enumerate(stored) if row not in old), len(stored))
    if not count:
        return 0
    first_kept = stored[count].number
    findings = sa.select(FINDINGS.c.id).where(FINDINGS.c.environment == environment)
    connection.execute(
        sa.delete(LIVES).where(LIVES.c.finding.in_(findings), LIVES.c.until <= first_kept)
    )
    lives = sa.select(LIVES.c.finding)
    resolved = sa.and_(LIVES.c.state == "", LIVES.c.begin < first_kept, LIVES.c.until.is_(None))
    connection.execute(sa.delete(LIVES).where(LIVES.c.finding.in_(findings), resolved))
    connection.execute(
        sa.delete(FINDINGS).where(
            FINDINGS.c.environment == environment, FINDINGS.c.id.not_in(lives)
        )
    )
    for table in (RECORDS, STANDINGS, FACTS):
        connection.execute(
            sa.delete(table).where(table.c.environment == environment, table.c.until <= first_kept)
        )
    connection.execute(sa.delete(SHAPES).where(SHAPES.c.id.not_in(sa.select(RECORDS.c.shape))))
    connection.execute(sa.delete(RUNS).where(mine, RUNS.c.number < first_kept))
    return count
