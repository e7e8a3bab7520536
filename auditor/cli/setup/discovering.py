"""Asks the directories for organisations, shows them, and adds them to the configuration."""

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from auditor.cli.loading import load_configuration
from auditor.cli.terminal.messages import log_line
from auditor.cli.terminal.output import columns, show, show_bytes, wrapped
from auditor.configuration import Configuration, look_up_secrets
from auditor.exit_codes import INCOMPLETE, NOTHING
from auditor.fleet.discovery import Discovery, Organisation, discover
from auditor.process.files import write_atomically
from connectors.sources.masking import without_secrets
from connectors.transport.redaction import KNOWN

_TIMEOUT_S = 60.0
_MORE = "More organisations may be there: standard error says what was in the way."
_STATES = {True: "enabled", False: "disabled", None: "not known"}


def discovered(configuration: Configuration, timeout_s: float | None) -> Discovery:
    """What the directories list. Raises `ConfigurationError`: a secret is missing."""
    secrets = look_up_secrets(configuration, configuration.environments.values())
    prompt = log_line if sys.stderr.isatty() else None
    found = discover(configuration, secrets, timeout_s=timeout_s, prompt=prompt)
    masked: Discovery = without_secrets(found, KNOWN)
    return masked


def shown(found: Discovery, path: Path, *, as_json: bool) -> None:
    """Write the answer on standard output; the configuration is at `path`."""
    if as_json:
        answer = {
            "schema_version": "1.0",
            "organizations": [_published(each) for each in found.organisations],
            "not_listed": found.not_listed,
            "problems": found.problems,
        }
        show_bytes(msgspec.json.format(msgspec.json.encode(answer), indent=2) + b"\n")
        return
    show(_lines(found, path))


def differences(found: Discovery, path: Path) -> Iterator[str]:
    """A sentence for each organisation that is not configured at `path`, or is not listed.

    How those that are not configured are added is said once.
    """
    for each in found.not_configured:
        yield f"{each.listed.url} ({each.listed.name}) is not configured."
    if found.not_configured:
        them = "it" if len(found.not_configured) == 1 else "them"
        yield f"To add {them}: auditor init --discover --config {shlex.quote(str(path))}"
    for other in found.not_listed:
        yield (
            f"{other.environment}: {other.url} is not in the tenant any more."
            if other.is_gone
            else f"{other.environment}: {other.url} is not listed for its sign-in."
        )


def add_environments(configuration: Configuration, found: Discovery) -> tuple[str, ...]:
    """Writes the organisations that are not configured into the configuration; gives their names.

    Each signs in as the environment that it was found with. Raises FileNotWritten.
    """
    # Most commands load this module, and few of them write a configuration.
    import tomlkit

    document = tomlkit.parse(configuration.path.read_text("utf-8"))
    environments = document["environments"]
    names = set(configuration.environments)
    added = []
    for each in found.not_configured:
        name = _name(each, names)
        names.add(name)
        table = tomlkit.table()
        table["url"] = each.listed.url
        table.add(tomlkit.comment(f"Found as {each.listed.name!r}"))
        own = environments[each.found_with]
        if "auth" in own:
            # References to secrets are copied, never a secret.
            table["auth"] = tomlkit.item(dict(own["auth"].unwrap()))
        environments[name] = table
        added.append(name)
    if added:
        # Whatever follows the last table stays apart from it.
        table.add(tomlkit.nl())
        write_atomically(configuration.path, tomlkit.dumps(document))
    return tuple(added)


def add_discovered(path: Path) -> int:
    """Add what is listed to the configuration, say so, and give the exit code.

    Raises `ConfigurationError`, FileNotWritten.
    """
    configuration = load_configuration(path)
    found = discovered(configuration, _TIMEOUT_S)
    show(_written(path, add_environments(configuration, found), found))
    _log_problems(found)
    return INCOMPLETE if found.problems else NOTHING


def tell_differences(configuration: Configuration) -> None:
    """Say on standard error what is listed and not configured, and the other way round.

    A directory that does not answer costs an audit nothing but the line that says so.
    """
    found = discovered(configuration, _TIMEOUT_S)
    for sentence in differences(found, configuration.path):
        log_line(sentence)
    _log_problems(found)


def _log_problems(found: Discovery) -> None:
    for problem in found.problems:
        log_line(f"{problem.service} as {problem.signs_in}: {problem.reason}. {problem.remedy}")


def _written(path: Path, added: tuple[str, ...], found: Discovery) -> list[str]:
    more = [_MORE] if found.problems else []
    if added:
        return [
            f"{path} has {len(added)} more: {', '.join(added)}.",
            "Check that the application is a user of each, then run:",
            f"  auditor doctor --all --config {path}",
            *more,
        ]
    if not found.organisations:
        return [f"{_none(found)}; nothing was added."]
    # What a directory that failed would have listed may be there.
    verb = "was" if more else "is"
    return [f"{path} has every organisation that {verb} listed; nothing was added.", *more]


def _none(found: Discovery) -> str:
    """That no organisation is listed, or that it is not known whether one would be."""
    if found.problems:
        return "No organisation is listed, though there may be some"
    return "No organisation is listed"


def _name(organisation: Organisation, taken: set[str]) -> str:
    listed = organisation.listed
    host = (urlsplit(listed.url).hostname or "").partition(".")[0]
    base = re.sub(r"[^a-z0-9-]+", "-", (host or listed.name).lower()).strip("-") or "environment"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def _published(organisation: Organisation) -> dict[str, object]:
    listed = organisation.listed
    return {
        "url": listed.url,
        "name": listed.name,
        "unique_name": listed.unique_name,
        "id": listed.id,
        "tenant_id": listed.tenant_id,
        "version": listed.version,
        "stage": listed.stage,
        "enabled": listed.enabled,
        "environment": organisation.configured,
        "service": organisation.service,
        "found_with": organisation.found_with,
    }


def _lines(found: Discovery, path: Path) -> list[str]:
    lines: list[str] = []
    if found.organisations:
        rows = [("environment", "address", "name", "stage", "version", "state")]
        rows += [
            (
                each.configured or "(not configured)",
                each.listed.url,
                each.listed.name,
                each.listed.stage or "",
                each.listed.version or "",
                _STATES[each.listed.enabled],
            )
            for each in found.organisations
        ]
        lines += columns(rows)
    else:
        lines.append(f"{_none(found)}.")
    for sentence in differences(found, path):
        lines += ["", *wrapped(sentence)]
    for problem in found.problems:
        lines += ["", *wrapped(f"{problem.service} as {problem.signs_in}: {problem.reason}")]
        lines += wrapped(f"To do: {problem.remedy}", "  ")
    return lines
