"""Opens the database of the history: its place, its driver, its tables, its time limits."""

import contextlib
import os
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import msgspec
import platformdirs
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine

from auditor.configuration.paths import at_home
from auditor.history.problems import HistoryProblem
from auditor.history.tables import HEAD

WAIT_S = 20
"""How long another run's transaction, or a server, is waited for."""
_PATIENCE = {
    "connect_timeout": WAIT_S,
    "application_name": "auditor",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 1000 * WAIT_S,
}
"""A server that goes away in the middle is given up, too."""
_LOCK = 0x6175646974  # "audit": the advisory lock under which tables are made
_NOT_SHOWN = re.compile(r"://[^@/\s]*@")


def default_url() -> str:
    """A SQLite file in the user's data directory."""
    return f"sqlite:///{platformdirs.user_data_path('auditor', appauthor=False) / 'history.db'}"


def opened(url: str, directory: Path) -> Engine:
    """An engine for the address; a relative SQLite path starts from the directory.

    Raises `HistoryProblem`.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise HistoryProblem(
            "[history] url is not a database's address; write sqlite:///PATH or"
            " postgresql://USER@HOST/DATABASE"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, directory)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    arguments = _PATIENCE if parsed.get_backend_name() == "postgresql" else {}
    try:
        engine = sa.create_engine(parsed, connect_args=arguments, poolclass=sa.NullPool)
    except (ImportError, sa.exc.NoSuchModuleError) as missing:
        raise HistoryProblem(
            f"the driver of {parsed.drivername} is not installed ({_words(missing)}); run"
            " pip install 'server-side-sync-auditor[postgresql]'"
        ) from None
    if parsed.get_backend_name() == "postgresql":
        event.listen(engine, "connect", _limit_waiting)
    return engine


def _limit_waiting(connection: object, record: object) -> None:
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"SET lock_timeout = '{WAIT_S}s'; SET statement_timeout = '{15 * WAIT_S}s'")
    connection.commit()  # type: ignore[attr-defined]


def _sqlite(url: URL, directory: Path) -> Engine:
    if url.database in (None, "", ":memory:"):
        return sa.create_engine(url)
    path = directory / at_home(str(url.database))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as refusal:
        reason = (refusal.strerror or type(refusal).__name__).lower()
        raise HistoryProblem(f"{path} cannot be opened: {reason}; name another place") from None
    engine = sa.create_engine(
        url.set(database=str(path)), connect_args={"timeout": WAIT_S}, poolclass=sa.NullPool
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: object, record: object) -> None:
    # The driver would begin transactions when it sees fit, and not before it reads.
    connection.isolation_level = None  # type: ignore[attr-defined]
    connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[attr-defined]


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextlib.contextmanager
def transaction(engine: Engine, *, writes: bool = False) -> Iterator[Connection]:
    """One transaction on tables that are of this release. Raises `HistoryProblem`.

    What the block raises undoes all of it.
    """
    try:
        with engine.connect() as plain:
            connection = plain.execution_options(writes=writes)
            with connection.begin():
                revision = _revision(connection)
                if revision is None and not writes:
                    raise HistoryProblem("the history is empty: no run was stored yet")
                if revision != HEAD:
                    _migrate(engine, connection, revision, writes=writes)
                yield connection
    except sa.exc.SQLAlchemyError as refusal:
        raise HistoryProblem(explained(refusal)) from None
    except (UnicodeDecodeError, msgspec.MsgspecError, RecursionError) as odd:
        raise HistoryProblem(_damaged(odd)) from None
    except (LookupError, TypeError, ValueError) as odd:
        # Where something is stored, the block is more than reading what is there.
        if writes:
            raise
        raise HistoryProblem(_damaged(odd)) from None


def _damaged(odd: Exception) -> str:
    return (
        f"it holds what no release has written ({type(odd).__name__}); it is damaged: restore a"
        " copy, or name another database"
    )


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _migrate(engine: Engine, connection: Connection, revision: str | None, *, writes: bool) -> None:
    if revision is not None and not _is_known(revision):
        raise HistoryProblem(
            f"the history was written by a newer release (its shape is {revision[:20]}, this"
            f" release knows {HEAD}); update the auditor, or name another database"
        )
    if not writes:
        raise HistoryProblem("the history is of an older shape; the next `auditor run` renews it")
    from alembic import command
    from alembic.config import Config

    if engine.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if _revision(connection) == HEAD:
            return
    config = Config()
    config.set_main_option("script_location", "auditor.history:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _is_known(revision: str) -> bool:
    versions = resources.files("auditor.history.migrations.versions")
    return any(each.name.startswith(f"revision_{revision}") for each in versions.iterdir())


def explained(refusal: Exception) -> str:
    """What a database said, in one line, without what an address holds of secrets."""
    origin = getattr(refusal, "orig", None) or refusal
    text = _words(origin)
    if "database is locked" in text:
        return (
            f"another program holds the database ({text}); it was waited for {WAIT_S} seconds;"
            " run again later"
        )
    if "disk is full" in text or "No space" in text:
        return f"there is no space left for it ({text}); free some"
    return f"the database refused: {text}"


def _words(of: object) -> str:
    return _NOT_SHOWN.sub("://***@", " ".join(str(of).split()))[:400]
