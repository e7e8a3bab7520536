"""Whether the packages `rules` and `connectors` that Python finds are those of this program.

Their names are plain, so that another distribution may bring packages of the same names. Nothing
here imports them: a foreign one may fail to be imported, or answer in the place of ours.
"""

import importlib.util
from pathlib import Path

_FLOORS = {
    "rules": "Judges facts: vocabulary, support statements, rules, verdicts.",
    "connectors": "Reads the outside, read-only, and states facts.",
}
"""How the first line of each package begins: files of two distributions may lie in one folder."""


def foreign_package() -> str | None:
    """One sentence on a package that is not this program's; None: both are."""
    own = Path(__file__).resolve().parents[2]
    for name, first_line in _FLOORS.items():
        file = _file_of(name)
        if file is None or file.parents[1] != own or first_line not in _first_line(file):
            found = "is missing" if file is None else f"is that of another program ({file})"
            return (
                f"the package `{name}` {found}; install this program into an environment of its"
                " own, with pipx or uv tool"
            )
    return None


def _file_of(name: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if spec.origin is None:
        # A folder without an `__init__.py`, or one of a name that another program's file has.
        return next(Path(each) / "__init__.py" for each in spec.submodule_search_locations or ())
    return Path(spec.origin).resolve()


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            return lines.readline()
    except OSError:
        return ""
