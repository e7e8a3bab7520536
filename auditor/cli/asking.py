"""Asks a person at a terminal for a first configuration, and writes it."""

import sys
from pathlib import Path

import typer
from msgspec import structs

from auditor.configuration import ConfigurationError, forms, load
from auditor.configuration.methods import DYNAMICS, NEEDS
from auditor.configuration.template import Answers, template
from auditor.process.files import write_atomically
from auditor.usage import UsageProblem, unknown
from rules.rule import catalogue, thresholds_of

_QUESTIONS = {
    "tenant": ("Tenant", forms.SAID),
    "client_id": ("Application (client) id", forms.SAID),
    "client_secret": ("Where is the client secret kept", forms.SECRET),
    "certificate": ("Where is the certificate kept", forms.SECRET),
    "authority": ("Address of AD FS", forms.ADDRESS),
    "username": ("User name", forms.SAID),
    "password": ("Where is the password kept", forms.SECRET),
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
    questions = {
        "name": ("Name of the environment", forms.NAME),
        "url": ("Address of the organisation", forms.ORGANIZATION),
        "method": (f"How to sign in ({', '.join(DYNAMICS)})", _METHOD),
    }
    found = {key: _answer(*questions[key], defaults.get(key)) for key in keys}
    method = found.get("method", answers.method)
    typer.echo("Secrets are never written: say env:NAME, file:PATH or keyring:SERVICE/NAME.")
    for key in NEEDS[method][0]:
        if key in _QUESTIONS:
            found[key] = _answer(*_QUESTIONS[key], getattr(answers, key))
    return structs.replace(answers, **found)


def _answer(question: str, form: forms.Form, default: str | None) -> str:
    """Asks until the answer has the form that the configuration wants."""

    def read(text: str) -> str:
        try:
            return text if text == default else form.read(text)
        except ValueError as refusal:
            raise typer.BadParameter(f"That {refusal}.") from None

    answer: str = typer.prompt(question, default=default, value_proc=read)
    return answer


def _method(text: str) -> str:
    if text not in DYNAMICS:
        raise ValueError(f"is none of {', '.join(DYNAMICS)}")
    return text


_METHOD = forms.Form(_method, '"client-secret"')


def _refuse_unusable(path: Path) -> None:
    try:
        load(path)
    except ConfigurationError as refusal:
        path.unlink()
        raise UsageProblem(str(refusal)) from refusal
