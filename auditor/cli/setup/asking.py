"""Asks a person at a terminal, and the server, for a first configuration, and writes it."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from msgspec import Struct
from msgspec.structs import asdict, replace

from auditor.cli.terminal.output import show
from auditor.configuration import ConfigurationError, forms, load, look_up_secrets, select
from auditor.configuration.addresses import completed
from auditor.configuration.methods import DYNAMICS, MICROSOFT_365, NEEDS
from auditor.configuration.template import Answers, template, unanswered
from auditor.connections.introduction import Introduction, introduced
from auditor.exit_codes import INCOMPLETE, NOTHING
from auditor.process.files import write_atomically
from auditor.process.program import program
from auditor.usage import UsageProblem, unknown
from connectors.transport.errors import SourceFailed
from rules.rule import catalogue, thresholds_of

_QUESTIONS = {
    "tenant": ("Tenant", forms.SAID),
    "client_id": ("Application (client) id", forms.SAID),
    "client_secret": ("Where is the client secret kept", forms.SECRET),
    "certificate": ("Where is the certificate kept", forms.SECRET),
    "authority": ("Address of AD FS", forms.ADDRESS),
    "username": ("User name, as DOMAIN\\NAME", forms.SAID),
    "password": ("Where is the password kept", forms.SECRET),
}
_METHODS_OF = {"entra": "client-secret", "adfs": "adfs", "windows": "ntlm"}
_FOUND = {
    "entra": "Dynamics 365 online; its callers sign in with Microsoft Entra",
    "adfs": "Dynamics 365 (on-premises); its callers sign in with AD FS",
    "windows": "Dynamics 365 (on-premises); its callers sign in with a Windows account",
}


class Given(Struct, frozen=True, kw_only=True):
    """What the command line says; None: nothing."""

    name: str | None = None
    url: str | None = None
    method: str | None = None
    tenant: str | None = None
    client_id: str | None = None
    username: str | None = None
    graph: bool | None = None
    exchange_online: bool | None = None
    exchange_server: str | None = None
    ca_bundle: str | None = None


def write_first_configuration(path: Path, given: Given) -> Path:
    """Write the configuration and give its path. Raises `UsageProblem`, `FileNotWritten`."""
    if given.method is not None and given.method not in DYNAMICS:
        raise unknown("method", given.method, DYNAMICS)
    if path.exists() or path.is_symlink():
        raise UsageProblem(f"{path} is there already and stays as it is; give another --config")
    said = {key: value for key, value in asdict(given).items() if value is not None}
    if given.url is not None:
        said["url"] = _settled("--url", completed(given.url), forms.ORGANIZATION)
    if given.exchange_server is not None:
        said["exchange_server"] = _settled(
            "--exchange-server", given.exchange_server, forms.ADDRESS
        )
    asks = _at_a_terminal()
    if asks:
        said |= _first_questions(said)
    answers = _told_by_the_server(said)
    if asks:
        answers = _asked(answers, said)
    write_atomically(path, template(answers, thresholds_of(catalogue())))
    missing = unanswered(answers)
    if not missing:
        _refuse_unusable(path)
    show(_next_lines(path, missing))
    return path


def tries_every_access(path: Path) -> int:
    """What `auditor doctor` says of the configuration, at a terminal that wants it; its exit code.

    A secret that is not there yet is told instead.
    """
    if not _at_a_terminal():
        return NOTHING
    try:
        configuration = load(path)
        environments = select(configuration)
        look_up_secrets(configuration, environments)
    except ConfigurationError as refusal:
        show([str(refusal), f"Then run: {program()} doctor --config {shlex.quote(str(path))}"])
        return NOTHING
    if not typer.confirm("Try every access now (auditor doctor)?", default=True):
        return NOTHING
    from auditor.cli.setup.examining import examined, shown
    from auditor.doctor import missing

    found = examined(configuration, environments, 300.0)
    shown(found, as_json=False)
    return INCOMPLETE if any(map(missing, found.values())) else NOTHING


def _next_lines(path: Path, missing: tuple[str, ...]) -> Iterator[str]:
    where = "" if path == Path("auditor.toml") else f" --config {shlex.quote(str(path))}"
    yield f"{path} is written."
    if missing:
        yield f"Fill in {', '.join(missing)}, which nobody gave; then run:"
    else:
        yield "Next, try every access, then audit:"
    yield f"  {program()} doctor{where}"
    yield f"  {program()} run{where}"


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _settled(option: str, text: str, form: forms.Form) -> str:
    try:
        return form.read(text)
    except ValueError as refusal:
        raise UsageProblem(f"{option} {refusal}") from None


def _first_questions(said: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "url" not in said:
        address = forms.Form(lambda text: forms.ORGANIZATION.read(completed(text)), "")
        found["url"] = _answer("Address of the organisation", address, None)
    if "name" not in said:
        url = str(found.get("url") or said.get("url"))
        first = url.partition("://")[2].partition(".")[0].partition(":")[0]
        found["name"] = _answer("Name of the environment", forms.NAME, first or "contoso")
    return found


def _told_by_the_server(said: dict[str, Any]) -> Answers:
    """The answers so far, with what the server tells of the sign-in where that is missing."""
    answers = Answers(**said)
    if answers.url is None or not _may_be_told(answers, said):
        return answers
    try:
        told = introduced(answers.url, answers.ca_bundle)
    except SourceFailed as failure:
        show([f"The server could not be asked: {failure.reason}"])
        return answers
    return _with(answers, said, told)


def _may_be_told(answers: Answers, said: dict[str, Any]) -> bool:
    needed = NEEDS[answers.method][0]
    return "method" not in said or any(
        key in needed and getattr(answers, key) is None for key in ("tenant", "authority")
    )


def _with(answers: Answers, said: dict[str, Any], told: Introduction) -> Answers:
    found = [_FOUND[told.kind], *([f"tenant {told.tenant}"] if told.tenant else [])]
    show([f"Found at {answers.url}: {', '.join(found)}."])
    changes: dict[str, Any] = {}
    if "method" not in said:
        changes["method"] = _METHODS_OF[told.kind]
    if told.kind == "entra" and answers.tenant is None:
        changes["tenant"] = told.tenant
    if told.kind == "adfs" and answers.authority is None:
        changes["authority"] = told.authority
    return replace(answers, **changes)


def _asked(answers: Answers, said: dict[str, Any]) -> Answers:
    found: dict[str, Any] = {}
    method = answers.method
    if "method" not in said:
        method = _answer(f"How to sign in ({', '.join(DYNAMICS)})", _METHOD, method)
        found["method"] = method
    show(["Secrets are never written: say env:NAME, file:PATH or keyring:SERVICE/NAME."])
    for key in NEEDS[method][0]:
        if key in _QUESTIONS and key not in said:
            found[key] = _answer(*_QUESTIONS[key], getattr(answers, key))
    if method in MICROSOFT_365:
        for key, what in (
            ("graph", "Microsoft Graph (accounts, licences, sign-in rules)"),
            ("exchange_online", "Exchange Online (accepted domains, mailboxes)"),
        ):
            if key not in said:
                found[key] = typer.confirm(f"Also read {what}?", default=True)
    elif "exchange_server" not in said:
        found["exchange_server"] = _optional(
            "Address of Exchange Web Services, such as https://mail.contoso.com/EWS/Exchange.asmx"
            " (empty: none)"
        )
    return replace(answers, **found)


def _optional(question: str) -> str | None:
    form = forms.Form(lambda text: forms.ADDRESS.read(text) if text else "", "")
    return _answer(question, form, "") or None


def _answer(question: str, form: forms.Form, default: str | None) -> str:
    """Asks until the answer has the form that the configuration wants."""

    def read(text: str) -> str:
        try:
            return form.read(text)
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
