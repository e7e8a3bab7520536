"""What `auditor history` answers."""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.audits.remembering import opened_history
from auditor.cli.loading import load_configuration
from auditor.cli.terminal.output import binary_output, show
from auditor.configuration import ConfigurationError, find_config, parse_duration
from auditor.history import HistoryProblem
from auditor.history.database import default_url
from auditor.history.history import History, open_history
from auditor.history.runs import StoredRun, is_same_organization
from auditor.usage import UsageProblem

if TYPE_CHECKING:
    from auditor.reports.differences import Format


def recall(
    action: str,
    what: str | None,
    format: "Format",
    keep: int | None,
    before: str | None,
    within: str,
    config: Path | None,
) -> int:
    """Answer on standard output, and give the exit code. Raises `UsageProblem`."""
    if action != "prune" and (keep is not None or before is not None):
        raise UsageProblem("--keep and --before go with `auditor history prune`")
    try:
        configured, history = _history(config)
        if action == "check":
            runs = history.runs(what)
            if what is None and configured:
                # One that has another name now, or is gone, will never run again.
                runs = tuple(each for each in runs if each.environment in configured)
            return _check(runs, within, configured)
        if action == "prune":
            _prune(history, what, keep, before)
        elif action == "show":
            if what is None:
                raise UsageProblem("name a run: `auditor history list` lists them")
            from auditor.reports import differences

            found = history.difference(what)
            with binary_output() as out:
                differences.write(found, format, out)
        else:
            runs = history.runs(what)
            if what is not None and not runs:
                raise UsageProblem(f"no run of an environment {what!r} is stored")
            from auditor.reports import trends

            with binary_output() as out:
                trends.write(runs, action, format, out)
    except HistoryProblem as problem:
        raise UsageProblem(str(problem)) from problem
    return 0


def _check(runs: Sequence[StoredRun], within: str, configured: Mapping[str, str]) -> int:
    """1 where an environment had no complete run within the time, else 0.

    A run of another organisation that has the name of a `configured` one is none of it.
    """
    try:
        limit_s = parse_duration(within)
    except ValueError as refusal:
        raise UsageProblem(f"--within {refusal}") from None
    if not runs:
        raise UsageProblem("no run is stored, so there is none to look at")
    oldest = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=limit_s)
    earliest = f"{oldest:%Y-%m-%dT%H:%M:%SZ}"
    last = {each.environment: "" for each in runs}
    whole = [
        each
        for each in runs
        if each.complete
        and each.announced
        and is_same_organization(configured.get(each.environment, each.url), each.url)
    ]
    last.update({each.environment: each.started_at for each in whole})
    late = [(name, began) for name, began in sorted(last.items()) if began < earliest]
    show(
        [
            f"{name}: no complete run for {within}; the last began: {began or 'never'}"
            for name, began in late
        ]
    )
    return 1 if late else 0


def _history(config: Path | None) -> tuple[Mapping[str, str], History]:
    """The addresses of the configured environments by name, and the history.

    There is none without a configuration.
    """
    try:
        path = find_config(config)
    except ConfigurationError:
        if config is not None:
            raise
        # Without a configuration there may still be the history in its usual place.
        return {}, open_history(default_url(), Path.cwd())
    configuration = load_configuration(path)
    addresses = {name: each.url for name, each in configuration.environments.items()}
    return addresses, opened_history(configuration)


def _prune(history: History, environment: str | None, keep: int | None, before: str | None) -> None:
    if (keep is None) == (before is None):
        raise UsageProblem("say what to forget: --keep N or --before DATE")
    if before is not None:
        try:
            datetime.date.fromisoformat(before)
        except ValueError:
            raise UsageProblem(f"--before takes a day as YYYY-MM-DD, not {before!r}") from None
    count = history.prune(environment, keep=keep, before=before)
    show([f"{count} {'run' if count == 1 else 'runs'} forgotten"])
