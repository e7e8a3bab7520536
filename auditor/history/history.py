"""The history as the rest of the program uses it."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import Engine

from auditor.differences.values import Difference
from auditor.history import announcing, looking_back, pruning
from auditor.history.database import opened, transaction
from auditor.history.owed import Messages
from auditor.history.runs import StoredRun
from auditor.history.storing import store
from auditor.model import Audit

if TYPE_CHECKING:
    from auditor.differences.settings import RecordSettings


class History:
    """Earlier runs in a database. Every method raises `HistoryProblem` alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def store(
        self, audit: Audit, settings: "RecordSettings | None" = None, *, announced: bool = True
    ) -> Difference:
        """Store a run completely or not at all; gives what changed since the environment's last.

        One that is not `announced` yet is taken back by the next run of its environment: that one
        then tells what both found.
        """
        with transaction(self._engine, writes=True) as connection:
            return store(connection, audit, settings, announced=announced)

    def undelivered(self, environment: str) -> Messages:
        """The messages of earlier runs that are owed, the oldest first, by receiver."""
        with transaction(self._engine) as connection:
            return announcing.undelivered(connection, environment)

    def announce(
        self, run: str, environment: str, undelivered: Messages, *, again: bool = False
    ) -> None:
        """Note that people were told of a run, and the messages that are owed from now on.

        `again`: the next run is to tell of it again; the messages alone are noted.
        """
        with transaction(self._engine, writes=True) as connection:
            announcing.announce(connection, run, environment, undelivered, again=again)

    def runs(self, environment: str | None = None) -> tuple[StoredRun, ...]:
        """The stored runs, the oldest first; of one environment, or of all."""
        with transaction(self._engine) as connection:
            return looking_back.runs(connection, environment)

    def difference(self, run: str) -> Difference:
        """What a run found otherwise than the one before it. `run`: its id, or how that begins."""
        with transaction(self._engine) as connection:
            return looking_back.difference(connection, run)

    def prune(self, environment: str | None, *, keep: int | None, before: str | None) -> int:
        """Forget runs: all but the newest `keep`, or those that began before a time (UTC).

        Gives how many. What lasts into a run that is kept stays known.
        """
        with transaction(self._engine, writes=True) as connection:
            return pruning.prune(connection, environment, keep=keep, before=before)


def open_history(url: str, directory: Path) -> History:
    """The history at an SQLAlchemy address; a relative path of SQLite starts from the directory.

    Raises `HistoryProblem`.
    """
    return History(opened(url, directory))
