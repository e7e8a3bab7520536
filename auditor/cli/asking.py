"""Asks a person at a terminal for a first configuration, and writes it."""

import sys
from pathlib import Path

import typer
from msgspec import structs

from auditor.configuration import ConfigurationError, load
from auditor.configuration.methods import DYNAMICS, NEEDS
from auditor.files import write_atomically
from auditor.init import Answers, template
from auditor.usage import UsageProblem, unknown
from rules.rule import catalogue, thresholds_of

_QUESTIONS = {
    "tenant": "Tenant",
    "client_id": "Application (client) id",
    "client_secret": "Where is the client secret kept",
    "certificate": "Where is the certificate kept",
    "authority": "Address of AD FS",
    "username": "User name",
    "password": "Where is the password kept",
}


def write_first_configuration(
    path: Path, name: str | None, url: str | None, method: str | None
) -> Path:
    """Write the configuration and give its path. Raises `UsageProblem`, `FileNotWritten`."""
    if method is not None and method not in DYNAMICS:
        raise unknown("method", method, DYNAMICS)
    if path.exists() or path.is_symlink():
        raise UsageProblem(f"{path} is there already and stays as it is; give another --config")
    given = {"name": name, "url": url, "method": method}
    answers = Answers(**{key: value for key, value in given.items() if value is not None})
    if sys.stdin.isatty() and sys.stdout.isatty():
        answers = _asked(answers, [key for key, value in given.items() if value is None])
    text = template(answers, thresholds_of(catalogue()))
    write_atomically(path, text)
    if answers.url != Answers().url:
        _refuse_unusable(path)
    return path


def _asked(answers: Answers, keys: list[str]) -> Answers:
    defaults = {"name": answers.name, "method": answers.method}
    words = {
        "name": "Name of the environment",
        "url": "Address of the organisation",
        "method": f"How to sign in ({', '.join(DYNAMICS)})",
    }
    found = {key: typer.prompt(words[key], default=defaults.get(key)) for key in keys}
    method = found.get("method", answers.method)
    if method not in DYNAMICS:
        raise unknown("method", method, DYNAMICS)
    typer.echo("Secrets are never written: say env:NAME, file:PATH or keyring:SERVICE/NAME.")
    for key in NEEDS[method][0]:
        if key in _QUESTIONS:
            found[key] = typer.prompt(_QUESTIONS[key], default=getattr(answers, key))
    return structs.replace(answers, **found)


def _refuse_unusable(path: Path) -> None:
    try:
        load(path)
    except ConfigurationError as refusal:
        path.unlink()
        raise UsageProblem(str(refusal)) from refusal
