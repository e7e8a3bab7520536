"""What a scheduled audit runs and needs, told from the configuration alone."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from auditor.configuration import Configuration, Environment
from auditor.secrets import is_reference

EXIT_CODES = (
    "0 complete and nothing at or above the threshold; 1 failing findings;",
    "3 a source could not be read fully; 2 a mistake in the configuration; 70 a defect",
)


class Job(Struct, frozen=True, kw_only=True):
    """A scheduled audit. `environments` empty: all of the configuration.

    `variables` are the names that env: references need, `files` the paths that file: references
    name, as they are written.
    """

    program: Path
    configuration: Path
    environments: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    writes_beside_configuration: bool = False

    def arguments(self, configuration: str, reports: str) -> list[str]:
        """The words after the program: `reports` is the directory for them, `/` or `\\` at its end.

        Each environment writes one page to read and one report to process.
        """
        which = list(self.environments) or ["--all"]
        return [
            "run",
            *which,
            "--config",
            configuration,
            "--report",
            f"html={reports}{{environment}}.html",
            "--report",
            f"json={reports}{{environment}}.json",
            "--quiet",
        ]


def job_of(configuration: Configuration, environments: Iterable[Environment], program: Path) -> Job:
    """The job that audits these environments, with the secrets that it will need."""
    chosen = tuple(environments)
    shared = (
        configuration.tls,
        configuration.network,
        configuration.history,
        configuration.notify,
    )
    references = sorted({text for part in (*chosen, *shared) for text in _references(part)})
    by_scheme: dict[str, list[str]] = {"env": [], "file": [], "keyring": []}
    for reference in references:
        scheme, _, place = reference.partition(":")
        by_scheme[scheme].append(place)
    is_all = {each.name for each in chosen} == set(configuration.environments)
    history = configuration.history
    return Job(
        program=program,
        configuration=configuration.path,
        environments=() if is_all else tuple(each.name for each in chosen),
        variables=tuple(by_scheme["env"]),
        files=tuple(by_scheme["file"]),
        writes_beside_configuration=configuration.report is not None
        or (history is not None and history.url.startswith("sqlite")),
    )


def _references(part: Any) -> Iterable[str]:
    """Every reference to a secret in a section and in the sections and lists within it."""
    if isinstance(part, str):
        if is_reference(part):
            yield part
    elif isinstance(part, Struct):
        for field in structs.fields(part):
            yield from _references(getattr(part, field.name))
    elif isinstance(part, tuple):
        for each in part:
            yield from _references(each)
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from _references(each)
