"""The secrets that environments need: all looked up at once, before anything is read."""

import ssl
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, overload

from msgspec import Struct, structs

from auditor.configuration.model import Configuration, Environment
from auditor.configuration.problems import ConfigurationError, Problem
from auditor.configuration.secrets import SecretError, is_reference, resolve, resolve_path


class Secrets:
    """The secrets behind references. No text of it shows a value."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    @overload
    def reveal(self, text: str) -> str: ...
    @overload
    def reveal(self, text: None) -> None: ...
    def reveal(self, text: str | None) -> str | None:
        """The secret behind a reference; what is no reference (a plain address) as it is.

        Raises KeyError for a reference of an environment that was not asked for.
        """
        return self._values[text] if text is not None and is_reference(text) else text

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self._values)})"


def look_up_secrets(
    configuration: Configuration,
    environments: Iterable[Environment],
    environ: Mapping[str, str] | None = None,
) -> Secrets:
    """Every secret of these environments and of the program's own sections.

    Raises ConfigurationError with all that are missing, each with the place of its reference.
    """
    shared = (configuration.network, configuration.history, configuration.notify)
    values, problems = _looked_up(configuration, (*environments, *shared), environ)
    if problems:
        raise _refusal(problems.values())
    return Secrets(values)


def look_up_what_there_is(
    configuration: Configuration,
    environments: Iterable[Environment],
    environ: Mapping[str, str] | None = None,
) -> tuple[Secrets, Mapping[str, tuple[Problem, ...]]]:
    """The secrets of these environments, and what each environment lacks, by its name.

    One that lacks a secret does not stop the others. Raises ConfigurationError where every one
    lacks some, or where what all share does. The sections history and notify are not looked at.
    """
    chosen = tuple(environments)
    values, problems = _looked_up(configuration, (*chosen, configuration.network), environ)
    shared = set(_references((configuration.network, configuration.tls)))
    lacking = {
        each.name: own
        for each in chosen
        if (own := tuple(problems[text] for text in _references((each,)) if text in problems))
    }
    if shared & problems.keys() or len(lacking) == len(chosen):
        raise _refusal(problems.values())
    return Secrets(values), lacking


def _refusal(problems: Iterable[Problem]) -> ConfigurationError:
    return ConfigurationError(sorted(problems, key=lambda problem: problem.line or 0))


def _looked_up(
    configuration: Configuration,
    parts: tuple[Struct | None, ...],
    environ: Mapping[str, str] | None,
) -> tuple[dict[str, str], dict[str, Problem]]:
    """The secrets of these parts, and the problem of each reference that leads to none."""
    values: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    secrets = _references(parts)
    for reference in (*secrets, *_references((configuration.tls,))):
        try:
            if reference in secrets:
                values[reference] = resolve(reference, configuration.directory, environ)
            else:
                _look_for(reference, configuration)
        except SecretError as refusal:
            line, key = configuration.places.get(reference, (None, ""))
            problems[reference] = Problem(str(configuration.path), line, key, str(refusal))
    return values, problems


def references_of(
    configuration: Configuration, environments: Iterable[Environment]
) -> tuple[str, ...]:
    """The references of these environments and of the program's own sections, each once."""
    shared = (
        configuration.tls,
        configuration.network,
        configuration.history,
        configuration.notify,
    )
    return _references((*environments, *shared))


def _look_for(reference: str, configuration: Configuration) -> None:
    path = resolve_path(reference, configuration.directory)
    if not path.is_file():
        raise SecretError(reference, f"there is no file {path}; put the certificates there")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        message = "holds no certificate that can be read; save the certificates as PEM"
        raise SecretError(reference, f"{path} {message}") from None
    except OSError as refusal:
        reason = refusal.strerror or "it is not a usable file"
        raise SecretError(reference, f"{path} cannot be read: {reason}") from None


def _references(parts: tuple[Struct | None, ...]) -> tuple[str, ...]:
    return tuple(sorted({text for part in parts for text in _texts(part)}))


def _texts(part: Any) -> Iterator[str]:
    """Every reference in a section and in the sections, lists and tables within it."""
    if isinstance(part, str):
        if is_reference(part):
            yield part
    elif isinstance(part, Struct):
        for field in structs.fields(part):
            yield from _texts(getattr(part, field.name))
    elif isinstance(part, tuple):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from _texts(each)
