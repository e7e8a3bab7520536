"""A history in memory, into which nights are stored without a server, a file or a migration."""

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.engine import Connection

from auditor.differences import Difference, Run
from auditor.differences.settings import RecordSettings
from auditor.history.context import Context
from auditor.history.storing import store
from auditor.history.tables import METADATA
from auditor.model import Audit, Finding, SourceOf
from connectors.columnar.page import Page
from tests.auditor.reports.audits import APPROVAL, FAILING, UNTESTED, audit_of, result

MAILBOXES = "dynamics.mailboxes"
PROFILES = "dynamics.emailserverprofiles"
READ = (SourceOf(MAILBOXES, "read", 45, 2, "", ""), SourceOf(PROFILES, "read", 3, 1, "", ""))
RULES = (result(APPROVAL, passed=1), result(FAILING, passed=1), result(UNTESTED, passed=1))


@contextlib.contextmanager
def memory() -> Iterator[Connection]:
    """A transaction on empty tables."""
    engine = sa.create_engine("sqlite://")
    METADATA.create_all(engine)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def started(number: int) -> str:
    """When the night began."""
    return f"2026-11-{number:02d}T03:00:00Z"


def night(number: int, *listed: Finding, **changed: Any) -> Audit:
    """The audit of one night with these findings."""
    day = {"run_id": f"night-{number}", "started_at": started(number)}
    usual = {"sources": READ, "rules": RULES, "mailboxes": lambda: iter(()), "complete": True}
    return audit_of(listed, **{**usual, **day, **changed})


def noted(
    *records: Struct,
    whole: tuple[str, ...] = (MAILBOXES, PROFILES),
    read_at: str = started(1),
) -> RecordSettings:
    """The settings of these records, each read as a page of its own."""
    made = RecordSettings()
    for each in records:
        source = PROFILES if type(each).__name__ == "ProfileRow" else MAILBOXES
        made.add(source, type(each), Page([each], read_at, ""))
    made.whole.update(whole)
    return made


def stored(
    connection: Connection, audit: Audit, *records: Struct, whole: tuple[str, ...] | None = None
) -> Difference:
    """What changed; the records are those that were read, none: nobody knows their settings."""
    if not records and whole is None:
        return store(connection, audit, None)
    with contextlib.closing(noted(*records, whole=whole or (MAILBOXES, PROFILES))) as settings:
        return store(connection, audit, settings)


def context(connection: Connection, number: int = 1, old: Run | None = None) -> Context:
    """One run within the transaction."""
    return Context(connection, 1, number, old, Run(f"night-{number}", started(number), "", ""))


def rows(connection: Connection, table: sa.Table, *names: str) -> list[tuple[Any, ...]]:
    """The rows of a table, as they were inserted."""
    chosen = sa.select(*(table.c[name] for name in names))
    return [tuple(each) for each in connection.execute(chosen)]
