"""What a run knows of earlier ones: the history, and what a person gave as a baseline.

Whatever the history does, the report is written; what could not be stored is told on standard
error. Its modules are loaded by those runs alone that are stored.
"""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.cli.options import Options
from auditor.cli.terminal.messages import log_line, report_defect
from auditor.configuration import Configuration
from auditor.configuration.secrets import SecretError, is_reference
from auditor.model import Audit
from auditor.request import Request
from auditor.usage import UsageProblem

if TYPE_CHECKING:
    from auditor.differences import Difference
    from auditor.differences.settings import RecordSettings
    from auditor.history.history import History


class Memory:
    """The history of the runs of a configuration; without one nothing is remembered."""

    def __init__(self, history: "History | None" = None) -> None:
        self._history = history

    def __bool__(self) -> bool:
        return self._history is not None

    @contextlib.contextmanager
    def settings(self, request: Request, given: Options) -> Iterator["RecordSettings | None"]:
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

    def store(self, audit: Audit, settings: "RecordSettings | None") -> "Difference | None":
        """Store the run; gives what changed, None where that is not known."""
        if self._history is None or settings is None:
            return None
        from auditor.history import HistoryProblem

        name = audit.environment.name
        try:
            return self._history.store(audit, settings)
        except HistoryProblem as problem:
            log_line(f"{name}: this run is not in the history: {problem}")
        except Exception as error:
            report_defect(error, "history", f"{name}: this run is not in the history")
        return None


NOTHING_REMEMBERED = Memory()


def opened_memory(configuration: Configuration, given: Options) -> Memory:
    """The history that the configuration names, by default one in the user's data directory."""
    if not given.history:
        return Memory()
    from auditor.history import HistoryProblem

    try:
        return Memory(opened_history(configuration))
    except HistoryProblem as problem:
        log_line(f"runs are not stored: {problem}")
        return Memory()


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
