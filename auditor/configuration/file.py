"""The configuration file: where it is found, and how it becomes a Configuration.

Tested in `tests/auditor/configuration/test_finding.py` and
`tests/auditor/configuration/test_load.py`.
"""

import os
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import platformdirs

from auditor.configuration import checks
from auditor.configuration.decoding import decode, suggest
from auditor.configuration.lines import Key, index_lines, line_of
from auditor.configuration.model import Configuration, Environment
from auditor.configuration.paths import at_home
from auditor.configuration.problems import ConfigurationError, Problem, Problems, dotted
from auditor.configuration.secrets import is_reference
from auditor.usage import those
from rules.thresholds import Threshold

FILE_NAME = "auditor.toml"
VARIABLE = "AUDITOR_CONFIG"
WRITE_ONE = "write one with: auditor init"

_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def find_config(
    explicit: Path | str | None = None, environ: Mapping[str, str] | None = None
) -> Path:
    """The path of the configuration, absolute: the one asked for, else the first that there is.

    Looked for in $AUDITOR_CONFIG, ./auditor.toml and the user's configuration directory. What is
    named and not there is an error, not a reason to look further. Raises ConfigurationError.
    """
    variables = os.environ if environ is None else environ
    named = str(explicit) if explicit is not None else variables.get(VARIABLE, "")
    if named:
        path = at_home(named)
        if not path.is_file():
            origin = "" if explicit is not None else f" (named by ${VARIABLE})"
            found = "this is not a file" if path.exists() else "there is no such file"
            raise _alone(path, f"{found}{origin}; name another, or {WRITE_ONE}")
        return path.absolute()
    places = [
        Path.cwd() / FILE_NAME,
        platformdirs.user_config_path("auditor", appauthor=False) / FILE_NAME,
    ]
    for place in places:
        if place.is_file():
            return place
    searched = ", ".join(str(place) for place in places)
    raise _alone(Path(FILE_NAME), f"there is no configuration (looked for {searched}); {WRITE_ONE}")


def load(
    path: Path | str,
    *,
    rule_ids: Collection[str] | None = None,
    thresholds: Mapping[str, Threshold] | None = None,
    formats: Collection[str] | None = None,
) -> Configuration:
    """The configuration that a file holds.

    The rules, thresholds and report formats that there are come from the caller; where one is
    None, names of that sort are taken as they are. No secret is looked up. Raises
    ConfigurationError with every problem of the file.
    """
    file = Path(path).absolute()
    problems = Problems(file)
    written = _parse(_read(file), problems)
    document = checks.inherit(written, problems)
    limits = checks.read_thresholds(document, thresholds, problems)
    # Where several keys hold the same reference, the first in the file stands for all.
    places = {
        text: (line_of(problems.lines, key), dotted(key))
        for key, text in reversed(list(_texts(written)))
        if is_reference(text)
    }
    configuration = decode(
        Configuration,
        document,
        problems,
        beside=("thresholds",),
        path=file,
        thresholds=limits,
        places=places,
    )
    checks.check_names(document, problems)
    checks.check_sign_ins(document, problems)
    checks.check_counts(document, problems)
    checks.check_keep(document, problems)
    checks.check_waivers(document, rule_ids, problems)
    checks.check_formats(document, formats, problems)
    problems.raise_any()
    assert isinstance(configuration, Configuration)
    return configuration


def select(
    configuration: Configuration, names: Iterable[str] = (), *, every: bool = False
) -> tuple[Environment, ...]:
    """The environments asked for, each once and in that order; all; or the only one there is.

    Raises ConfigurationError that lists those there are.
    """
    environments = configuration.environments
    asked = list(dict.fromkeys(names))
    there_are = those(tuple(environments))
    unknown = [name for name in asked if name not in environments]
    if unknown:
        raise ConfigurationError(
            Problem(
                str(configuration.path),
                None,
                "environments",
                f"there is no environment {name!r}{_meant(name, environments)}; {there_are}",
            )
            for name in unknown
        )
    if not environments:
        message = "no environment is configured; write a table [environments.NAME]"
        raise _alone(configuration.path, message, "environments")
    if every:
        return tuple(environments.values())
    if not asked and len(environments) > 1:
        message = f"several environments are configured; name one or more, or all: {there_are}"
        raise _alone(configuration.path, message, "environments")
    return tuple(environments[name] for name in asked or environments)


def _meant(name: str, environments: Collection[str]) -> str:
    found = suggest(name, environments)
    return found if "?" in found else ""


def _read(file: Path) -> str:
    try:
        # Windows editors put a byte order mark before UTF-8.
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise _alone(file, f"there is no such file; name another, or {WRITE_ONE}") from None
    except UnicodeDecodeError:
        raise _alone(file, "is not UTF-8 text; save it as UTF-8") from None
    except (OSError, ValueError) as refusal:
        reason = getattr(refusal, "strerror", None) or "it is not a usable path"
        raise _alone(file, f"cannot be read: {reason}") from None


def _parse(text: str, problems: Problems) -> dict[str, Any]:
    try:
        document = tomllib.loads(text)
    except RecursionError:
        problems.add((), "is nested too deeply; write tables instead of lists within lists")
    except ValueError as refusal:
        message = str(refusal)
        place = _TOML_LINE.search(message)
        line = int(place.group(1)) if place else None
        reason = _TOML_LINE.sub("", message)
        problems.add((), f"is not valid TOML: {reason}; see https://toml.io", line=line)
    else:
        problems.lines = index_lines(text)
        return document
    problems.raise_any()
    raise AssertionError


def _texts(holder: Any, key: Key = ()) -> Iterator[tuple[Key, str]]:
    """Every text of a document with its key."""
    if isinstance(holder, str):
        yield key, holder
    elif isinstance(holder, dict):
        for name, part in holder.items():
            yield from _texts(part, (*key, name))
    elif isinstance(holder, list):
        for position, part in enumerate(holder):
            yield from _texts(part, (*key, position))


def _alone(file: Path, message: str, key: str = "") -> ConfigurationError:
    return ConfigurationError([Problem(str(file), None, key, message)])
