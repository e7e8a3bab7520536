"""What the history tells of earlier runs."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor.differences.settings_changes import RecordChanges
from auditor.differences.values import Difference, FindingChange, in_order
from auditor.history import record_rows, standing_rows
from auditor.history.context import Context
from auditor.history.fact_rows import SETTINGS, digested_before
from auditor.history.problems import HistoryProblem
from auditor.history.runs import Numbers, StoredRun
from auditor.history.storing import last_complete_at, stored_run
from auditor.history.tables import ENVIRONMENTS, FINDINGS, LIVES, RUNS
from auditor.model import Subject

_VERDICTS = {"F": "fail", "U": "undetermined", "V": "undetermined", "X": "undetermined"}


def runs(connection: Connection, environment: str | None) -> tuple[StoredRun, ...]:
    """The stored runs, the oldest first."""
    chosen = _runs().order_by(RUNS.c.number)
    if environment is not None:
        chosen = chosen.where(ENVIRONMENTS.c.name == environment)
    return tuple(map(_run, connection.execute(chosen)))


def _run(row: Any) -> StoredRun:
    """The run of a row; what is of another kind than stored is damage, and told as such."""
    return msgspec.convert(
        {
            **{name: getattr(row, name) for name in StoredRun.__struct_fields__},
            "environment": row.name,
            "complete": bool(row.complete),
            "announced": bool(row.announced),
            "numbers": msgspec.json.decode(row.numbers),
        },
        StoredRun,
    )


def difference(connection: Connection, run: str) -> Difference:
    """What a run found otherwise than the one before it."""
    pattern = run.replace("\\", "").replace("%", "").replace("_", "")
    matching = connection.execute(_runs().where(RUNS.c.id.like(f"{pattern}%")).limit(2)).all()
    if not pattern or not matching:
        raise HistoryProblem(f"there is no stored run {run!r}; `auditor history list` lists them")
    if len(matching) > 1:
        raise HistoryProblem(f"several stored runs begin with {run!r}; write more of the id")
    row = matching[0]
    before = connection.execute(
        _runs()
        .where(RUNS.c.environment == row.environment, RUNS.c.number < row.number)
        .order_by(RUNS.c.number.desc())
        .limit(1)
    ).first()
    old = None if before is None else stored_run(before, row.name)
    context = Context(connection, row.environment, row.number, old, stored_run(row, row.name))
    read_before = digested_before(context, SETTINGS)
    changes = record_rows.changes_of(context, read_before)
    numbers = msgspec.json.decode(row.numbers, type=Numbers)
    return Difference(
        old=old,
        new=context.new,
        mailboxes=standing_rows.changes_of(context),
        findings=in_order(_findings(context, changes, row.url)) if old is not None else (),
        still=numbers.still,
        subjects=changes.subjects() if old is not None else None,
        last_complete_at=last_complete_at(context),
    )


def _runs() -> "sa.Select[tuple[object, ...]]":
    return sa.select(RUNS, ENVIRONMENTS.c.name, ENVIRONMENTS.c.url).join_from(
        RUNS, ENVIRONMENTS, RUNS.c.environment == ENVIRONMENTS.c.id
    )


_PAGES = {"mailbox": "mailbox", "profile": "emailserverprofile"}


def _page(url: str, kind: str, id: str) -> str:
    """The address of a subject's page in Dynamics 365, empty where it has none."""
    if kind == "organization":
        return url.rstrip("/")
    if kind not in _PAGES:
        return ""
    base = f"{url.rstrip('/')}/main.aspx?etn={_PAGES[kind]}&pagetype=entityrecord"
    return f"{base}&id=%7B{id}%7D"


def _findings(context: Context, changes: RecordChanges, url: str) -> list[FindingChange]:
    table, life = FINDINGS.c, LIVES.c
    chosen = (
        sa.select(
            FINDINGS, life.change, life.reason, life.state.label("then"), life.severity.label("how")
        )
        .join_from(LIVES, FINDINGS, life.finding == table.id)
        .where(table.environment == context.environment, life.begin == context.number)
        .where(life.change != "still")
        .order_by(table.id)
    )
    found = []
    for row in context.connection.execute(chosen).all():
        subject = Subject(
            row.kind, row.subject, row.name, row.address, _page(url, row.kind, row.subject)
        )
        verdict = _VERDICTS.get(row.then.upper())
        if row.then.islower():
            verdict = "undetermined"
        elif row.then == "W":
            verdict = "fail"
        settings = (
            changes.bearing_on(subject, lambda mailbox: record_rows.profile_of(context, mailbox))
            if row.reason == "setting"
            else ()
        )
        found.append(
            FindingChange(
                bytes(row.fingerprint).hex(),
                row.rule,
                row.how,
                subject,
                row.first_seen,
                row.change,
                row.reason,
                verdict,  # type: ignore[arg-type]
                settings,
            )
        )
    return found
