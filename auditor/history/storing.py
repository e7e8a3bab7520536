"""Stores one run: everything in one transaction, and what did not change in no row at all."""

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from msgspec import structs
from sqlalchemy.engine import Connection

from auditor.differences.compare import reads_all_mailboxes, run_of
from auditor.differences.reasons import Circumstances
from auditor.differences.values import Difference, MailboxChange, Run
from auditor.history.context import Context, text
from auditor.history.fact_rows import SETTINGS, FactRows, rules_of
from auditor.history.finding_rows import FindingRows
from auditor.history.left_out import KIND, LeftOut
from auditor.history.problems import HistoryProblem
from auditor.history.record_rows import profile_of, store_records
from auditor.history.runs import is_same_organization, numbers_of
from auditor.history.standing_rows import store_standings
from auditor.history.tables import ENVIRONMENTS, RUNS
from auditor.history.taking_back import take_back
from auditor.model import Audit

if TYPE_CHECKING:
    from auditor.differences.settings import RecordSettings


def store(
    connection: Connection,
    audit: Audit,
    settings: "RecordSettings | None",
    *,
    announced: bool = True,
) -> Difference:
    """Store the run within the transaction of the connection; gives what changed.

    Of a first run nothing is a change. Until it is `announced`, the next run takes it back. Raises
    `HistoryProblem` where another organisation is stored under the name of the environment.
    """
    context = _begun(connection, audit, announced)
    facts = FactRows(context)
    records = facts.digests(SETTINGS)
    changes = store_records(context, settings, records)
    circumstances = Circumstances(
        context.old,
        context.new,
        changes,
        facts.rules,
        rules_of(audit),
        lambda mailbox: profile_of(context, mailbox),
    )
    rows = FindingRows(context, facts.openness, circumstances, facts.digests("findings"))
    found = rows.store(audit)
    standings = facts.digests("standings")
    left_out = LeftOut(
        context, audit, facts.rules, facts.digests(KIND), is_whole=reads_all_mailboxes(audit)
    )
    mailboxes: tuple[MailboxChange, ...] = ()
    if left_out.basis != "kept":
        changed = store_standings(context, audit, standings)
        mailboxes = changed if left_out.basis == "compared" else ()
    facts.store(
        audit,
        rows.shared,
        {
            "findings": rows.digests,
            SETTINGS: records,
            "standings": standings,
            KIND: left_out.digests(),
        },
    )
    numbers = structs.replace(numbers_of(audit), still=rows.still, changes=dict(rows.counts))
    connection.execute(
        sa.update(RUNS)
        .where(RUNS.c.number == context.number)
        .values(numbers=msgspec.json.encode(numbers).decode())
    )
    return Difference(
        old=context.old,
        new=context.new,
        mailboxes=mailboxes,
        findings=found,
        still=rows.still,
        subjects=changes.subjects() if changes.known else None,
        last_complete_at=last_complete_at(context),
    )


def _begun(connection: Connection, audit: Audit, announced: bool) -> Context:
    new = run_of(audit)
    environment = _environment(connection, new.environment, audit.environment.url)
    last = (
        sa.select(RUNS)
        .where(RUNS.c.environment == environment)
        .order_by(RUNS.c.number.desc())
        .limit(1)
    )
    while (before := connection.execute(last).first()) is not None and not before.announced:
        take_back(connection, environment, before.number)
    number = connection.execute(
        sa.insert(RUNS)
        .values(
            environment=environment,
            id=new.id,
            started_at=new.started_at,
            finished_at=new.finished_at,
            as_of=new.as_of,
            tool_version=new.tool_version,
            edition=new.edition,
            complete=new.complete,
            numbers="{}",
            announced=announced,
        )
        .returning(RUNS.c.number)
    ).scalar_one()
    old = None if before is None else stored_run(before, new.environment)
    return Context(connection, environment, int(number), old, new)


def stored_run(row: "sa.Row[tuple[object, ...]]", environment: str) -> Run:
    """The run that a row of the table holds."""
    of = row._mapping
    return Run(
        of["id"],
        of["started_at"],
        of["finished_at"],
        of["as_of"],
        environment,
        of["tool_version"],
        of["edition"],
        of["complete"],
    )


def last_complete_at(context: Context) -> str | None:
    """When the last complete run up to that of the context ended; None: none is stored."""
    if context.new.complete:
        return context.new.finished_at
    found = context.connection.execute(
        sa.select(RUNS.c.finished_at)
        .where(RUNS.c.environment == context.environment, RUNS.c.number < context.number)
        .where(RUNS.c.complete)
        .order_by(RUNS.c.number.desc())
        .limit(1)
    ).scalar()
    return None if found is None else str(found)


def _environment(connection: Connection, name: str, url: str) -> int:
    """The number of an environment, whose row is locked: its runs are stored one after another.

    Raises `HistoryProblem` where another organisation is stored under this name.
    """
    table = ENVIRONMENTS.c
    wanted = sa.select(table.id, table.url).where(table.name == name).with_for_update()
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        connection.execute(
            postgresql_insert(ENVIRONMENTS)
            .values(name=name, url=text(url))
            .on_conflict_do_nothing()
        )
    found = connection.execute(wanted).first()
    if found is None:
        insert = sa.insert(ENVIRONMENTS).values(name=name, url=text(url)).returning(table.id)
        return int(connection.execute(insert).scalar_one())
    if not is_same_organization(msgspec.convert(found.url, str), url):
        # Whose it is stays unsaid: the readers of a report are not those of the other's.
        raise HistoryProblem(
            f"another organisation is stored there as {name!r}. Give this environment another"
            " name, or its own [history] url"
        )
    return int(found.id)
