"""What a scheduled audit runs and needs, told from the configuration alone."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from auditor.configuration import Configuration, Environment
from auditor.configuration.references import references_of

EXIT_CODES = (
    "0 complete and nothing at or above the threshold; 1 failing findings;",
    "3 a source could not be read fully; 4 both; 2 a mistake in the configuration; 70 a defect;"
    " 75 another run goes on",
)

PLACES = (
    "XDG_DATA_HOME keeps the history (default ~/.local/share), XDG_STATE_HOME locks and\n"
    "#   what --resume goes on with (~/.local/state), TMPDIR some hundred bytes a mailbox."
)
"""What a run needs of home directories and temporary files, as two lines of a comment."""


class Job(Struct, frozen=True, kw_only=True):
    """A scheduled audit. `environments` empty: all of the configuration.

    `several`: more than one, so that one page shows all. `variables` are the names that env:
    references need, `files` the paths that file: references name, as they are written.
    """

    program: Path
    configuration: Path
    environments: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    writes_beside_configuration: bool = False
    several: bool = False

    def arguments(self, configuration: str, reports: str) -> list[str]:
        """The words after the program: `reports` is the directory for them, `/` or `\\` at its end.

        Each environment writes one page to read and one report to process, and so do several
        together.
        """
        which = list(self.environments) or ["--all"]
        overviews = [f"{form}={reports}overview.{form}" for form in ("html", "json")]
        return [
            "run",
            *which,
            "--config",
            configuration,
            "--report",
            f"html={reports}{{environment}}.html",
            "--report",
            f"json={reports}{{environment}}.json",
            *(word for each in overviews if self.several for word in ("--overview", each)),
            "--quiet",
        ]


def job_of(configuration: Configuration, environments: Iterable[Environment], program: Path) -> Job:
    """The job that audits these environments, with the secrets that it will need."""
    chosen = tuple(environments)
    by_scheme: dict[str, list[str]] = {"env": [], "file": [], "keyring": []}
    for reference in references_of(configuration, chosen):
        scheme, _, place = reference.partition(":")
        by_scheme[scheme].append(place)
    is_all = {each.name for each in chosen} == set(configuration.environments)
    history = configuration.history
    return Job(
        program=program,
        configuration=configuration.path,
        environments=() if is_all else tuple(each.name for each in chosen),
        several=len(chosen) > 1,
        variables=tuple(by_scheme["env"]),
        files=tuple(by_scheme["file"]),
        writes_beside_configuration=configuration.report is not None
        or (history is not None and history.url.startswith("sqlite")),
    )
