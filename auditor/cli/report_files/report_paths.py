"""The paths of reports and snapshots: what stands in braces, and which files that gives."""

import contextlib
import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from auditor.cli.report_files.earlier_directories import remove_drafts_of_earlier_runs
from auditor.configuration.paths import at_home
from auditor.process.files import FileNotWritten, explain
from auditor.process.remote_files import Place, check_address, is_address
from auditor.usage import UsageProblem

ENVIRONMENT = "{environment}"
_OF_THE_RUN = ("{date}", "{time}", "{run}")
PLACEHOLDERS = (ENVIRONMENT, *_OF_THE_RUN)
_IN_A_NAME = re.compile(r"\w[\w.+-]{0,99}")
_SHAPES = {
    ENVIRONMENT: ".+",
    "{date}": r"\d{4}-\d{2}-\d{2}",
    "{time}": r"\d{6}",
    "{run}": "[0-9a-f-]{36}",
}
"""What stands in a path in place of each placeholder, as patterns."""
_BRACES = re.compile(r"\{[^{}/\\]*\}")


class RunOf(Struct, frozen=True):
    """What a path may name: the environment, when its run began (UTC, ISO 8601), the run's id."""

    environment: str
    started_at: str
    run_id: str


_ANY_RUN = ("2000-01-01T00:00:00Z", "00000000-0000-0000-0000-000000000000")


def file_for(path: str, of: RunOf) -> Path:
    """The path with what stands in braces filled in: day and time are those of the run's begin.

    Raises `UsageProblem` where that would lead elsewhere than the path says.
    """
    return at_home(_filled(path, of))


def place_for(path: str, of: RunOf) -> Place:
    """As `file_for`, where the path may be an address."""
    return _filled(path, of) if is_address(path) else file_for(path, of)


def _filled(path: str, of: RunOf) -> str:
    date, _, time = of.started_at.partition("T")
    filled = {
        ENVIRONMENT: of.environment,
        "{date}": date,
        "{time}": time.rstrip("Z").replace(":", ""),
        "{run}": of.run_id,
    }
    for placeholder, text in filled.items():
        if placeholder in path and not _IN_A_NAME.fullmatch(text):
            # A report that is given as input may say anything of itself.
            raise UsageProblem(
                f"{path}: {text[:60]!r} cannot stand for {placeholder} in a path;"
                f" write the path without {placeholder}"
            )
        path = path.replace(placeholder, text)
    return path


def make_directory(path: str, file: Path) -> None:
    """Make the directory of a file where it bears the name of the run, which only now begins.

    What killed runs left in theirs is removed. Raises `FileNotWritten`.
    """
    if not _is_of_the_run(path):
        return
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refusal:
        raise FileNotWritten(file, explain(refusal)) from refusal
    remove_drafts_of_earlier_runs(path, file.parent, _SHAPES)


def check_paths(
    paths: Iterable[str], environments: Sequence[str], directories: Container[str] = ()
) -> None:
    """Return where every environment gets its own file in a directory that there is.

    `directories` are those of the paths that name a directory, which need not be there. Raises
    `UsageProblem`, also for a placeholder that there is not.
    """
    paths = tuple(paths)
    for path in paths:
        for placeholder in _BRACES.findall(path):
            if placeholder not in PLACEHOLDERS:
                raise UsageProblem(
                    f"{path}: there is no placeholder {placeholder};"
                    f" there are {', '.join(PLACEHOLDERS)}"
                )
        if len(environments) > 1 and ENVIRONMENT not in path and not _is_special(path):
            raise UsageProblem(
                f"{path} cannot hold several environments; put {ENVIRONMENT} in the path"
            )
    files = [
        (path, place_for(path, RunOf(name, *_ANY_RUN))) for path in paths for name in environments
    ]
    counts = Counter(file for _, file in files)
    twice = [file for file, count in counts.items() if count > 1 and not _is_special(file)]
    if twice:
        raise UsageProblem(f"two files cannot share the path {twice[0]}")
    for path, file in files:
        if isinstance(file, str):
            if path in directories:
                raise UsageProblem(f"{file}: name a directory of this computer")
            check_address(file)
            continue
        if path in directories:
            if file.exists() and not file.is_dir():
                raise UsageProblem(f"{file} is a file; name a directory")
        elif file.is_dir():
            raise UsageProblem(f"{file} is a directory; name a file in it")
        if not file.parent.is_dir() and not _is_of_the_run(path):
            raise UsageProblem(f"there is no directory {file.parent}; create it first")


def _is_of_the_run(path: str) -> bool:
    """Whether the directory bears the name of the run, so that it cannot be there yet."""
    return any(each in str(Path(path).parent) for each in _OF_THE_RUN)


def _is_special(path: Path | str) -> bool:
    file = Path(path)
    with contextlib.suppress(OSError):
        return file.exists() and not file.is_file() and not file.is_dir()
    return False
