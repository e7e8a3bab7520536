"""What is wrong with a configuration: every problem at once, each with its place and its cure."""

import re
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from auditor.configuration.lines import Key, line_of

_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Problem(Struct, frozen=True, order=True):
    """One thing to put right. `line` is None where none can be told; `key` is as TOML writes it."""

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.message) if part)


class ConfigurationError(Exception):
    """A configuration that cannot be used. Its text is one line for each problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Collects the problems of one file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[Key, int] = {}
        self.origins: dict[Key, Key] = {}
        self._found: dict[Problem, None] = {}

    def add(self, key: Key, message: str, *, line: int | None = None) -> None:
        """Note a problem once, at the key where it is written: an inherited one at its origin."""
        key = self.origins.get(key, key)
        line = line or line_of(self.lines, key)
        self._found[Problem(str(self.file), line, dotted(key), message)] = None

    def raise_any(self) -> None:
        """Raise ConfigurationError when there is any problem, in the order of the file."""
        if self._found:
            raise ConfigurationError(sorted(self._found, key=lambda found: found.line or 0))


def dotted(key: Key) -> str:
    """A key as TOML writes it; positions in lists count from 1: waivers[2].until."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part + 1}]"
            continue
        name = part if _BARE.fullmatch(part) else '"' + part.encode("unicode_escape").decode() + '"'
        text += f".{name}" if text else name
    return text
