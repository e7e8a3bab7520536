"""What a run knows of earlier ones: the history, and what a person gave as a baseline.

Whatever the history does, the report is written; what could not be stored is told on standard
error. Its modules are loaded by those runs alone that are stored.
"""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec import structs

from auditor.cli.options import Options
from auditor.cli.terminal.messages import log_line, report_defect
from auditor.configuration import Configuration
from auditor.configuration.secrets import SecretError, is_reference
from auditor.model import Audit
from auditor.usage import UsageProblem

if TYPE_CHECKING:
    from auditor.differences import Difference
    from auditor.differences.settings import RecordSettings
    from auditor.history import HistoryProblem
    from auditor.history.history import History
    from auditor.history.owed import Messages
    from auditor.request import Request


class Memory:
    """The history of the runs of a configuration; without one nothing is remembered."""

    def __init__(self, history: "History | None" = None) -> None:
        self._history = history

    def __bool__(self) -> bool:
        return self._history is not None

    @contextlib.contextmanager
    def settings(self, request: "Request", given: Options) -> Iterator["RecordSettings | None"]:
        """Takes note of the settings that an audit reads; None: nothing is remembered of it.

        An audit of some subjects alone is not: what it does not look at is not gone. Nor is one
        with pseudonyms: its names are to be nowhere.
        """
        if self._history is None or request.only or given.redaction is not None:
            yield None
            return
        from auditor.differences.settings import RecordSettings

        with contextlib.closing(RecordSettings()) as settings:
            yield settings

    def store(
        self, audit: Audit, settings: "RecordSettings | None"
    ) -> "tuple[Audit, Difference | None]":
        """Store the run; gives the audit and what changed, None where that is not known.

        The audit has a note where it is not in the history.
        """
        if self._history is None or settings is None:
            return audit, None
        from auditor.history import HistoryProblem

        name = audit.environment.name
        try:
            return audit, self._history.store(audit, settings, announced=False)
        except HistoryProblem as problem:
            log_line(f"{name}: this run is not in the history: {problem}")
            why = str(problem)
        except Exception as error:
            report_defect(error, "history", f"{name}: this run is not in the history")
            why = f"a defect of the program ({type(error).__name__})"
        note = (
            f"This run is not in the history: {why}. What changed is not known; the next run that"
            " is stored says it."
        )
        return structs.replace(audit, notes=(*audit.notes, note)), None

    def owed(self, audit: Audit) -> "Messages | None":
        """The messages of earlier runs that did not arrive; None: that is not known."""
        try:
            return self._sure().undelivered(audit.environment.name)
        except Exception as error:
            self._say_not_noted(audit, error)
            return None

    def announce(self, audit: Audit, owed: "Messages", *, again: bool) -> None:
        """Note that people were told of the run, and what is owed to whom from now on.

        `again`: the next run is to tell of it again.
        """
        try:
            self._sure().announce(audit.run_id, audit.environment.name, owed, again=again)
        except Exception as error:
            self._say_not_noted(audit, error)

    def _sure(self) -> "History":
        assert self._history is not None, "only what was stored is announced"
        return self._history

    def _say_not_noted(self, audit: Audit, error: Exception) -> None:
        from auditor.history import HistoryProblem

        words = (
            f"{audit.environment.name}: the history does not know that this run was announced, so"
            " that the next one says the same again"
        )
        if isinstance(error, HistoryProblem):
            log_line(f"{words}: {error}")
        else:
            report_defect(error, "history", words)


class _Unopened:
    """Stands for a history that cannot be opened: each run says so where it would be stored."""

    def __init__(self, problem: "HistoryProblem") -> None:
        self._problem = problem

    def store(self, *_: object, **__: object) -> NoReturn:
        raise self._problem


NOTHING_REMEMBERED = Memory()


def opened_memory(configuration: Configuration, given: Options) -> Memory:
    """The history that the configuration names, by default one in the user's data directory."""
    if not given.history:
        return Memory()
    from auditor.history import HistoryProblem

    try:
        return Memory(opened_history(configuration))
    except HistoryProblem as problem:
        unopened: Any = _Unopened(problem)
        return Memory(unopened)


def opened_history(configuration: Configuration) -> "History":
    """The history that the configuration names. Raises `HistoryProblem`."""
    from auditor.history import HistoryProblem
    from auditor.history.database import default_url
    from auditor.history.history import open_history

    section = configuration.history
    url = default_url() if section is None else section.url
    if is_reference(url):
        try:
            url = configuration.secret(url).reveal()
        except SecretError as refusal:
            raise HistoryProblem(f"[history] url: {refusal}") from None
    return open_history(url, configuration.directory)


def check_new_only(given: Options, memory: Memory) -> None:
    """Return where something says what is new. Raises `UsageProblem`."""
    if given.new_only and given.baseline is None and not memory:
        raise UsageProblem("--new-only needs the history, or --baseline FILE")
