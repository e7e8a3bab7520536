"""What a run keeps for one that goes on with it, and whether it may go on with another."""

import contextlib
import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager

import msgspec

from auditor import __version__
from auditor.cli.terminal.messages import log_line
from auditor.configuration import Configuration, Environment, parse_duration
from auditor.connections.connection import Connection
from auditor.model import Audit
from auditor.request import Request
from auditor.resuming import Header, Journal, Resumed, Terms, journaling, organization_in
from auditor.usage import UsageProblem
from connectors.dynamics.client import Dynamics
from connectors.sources.live import PageSource
from connectors.transport.errors import SourceFailed


def terms_of(resume: bool, within: str) -> Terms:
    """What `--resume` and `--resume-within` ask for. Raises `UsageProblem`."""
    try:
        return Terms(resume, parse_duration(within))
    except ValueError as refusal:
        raise UsageProblem(f"--resume-within {refusal}") from None


def journal_of(
    configuration: Configuration,
    environment: Environment,
    request: Request,
    terms: Terms | None,
    told: Callable[[str], None] = log_line,
    *,
    pseudonyms: bool = False,
) -> AbstractContextManager[Journal | None]:
    """The journal of an environment's run; None where nothing is kept.

    A run of some subjects alone is short, and the names of one with `pseudonyms` are to be nowhere.
    `told` is handed sentences for people.
    """
    if terms is None or request.only or pseudonyms:
        return contextlib.nullcontext()
    asked = msgspec.json.encode((environment, configuration.dns.servers))
    own = Header(
        tool_version=__version__,
        environment=environment.name,
        url=environment.url,
        configuration=hashlib.sha256(asked).hexdigest(),
        started_at=request.started_at,
    )
    return journaling(own, terms, told)


def checked(journal: Journal, connection: Connection, outside: PageSource) -> PageSource:
    """The outside that goes on with an earlier run, once the same organisation answers.

    Where it cannot be asked, nothing of that run is used, and all of it stays for another one.
    """
    if journal.resumed is not None:
        before = organization_in(journal)
        try:
            client = connection.open("dynamics")
            now = client.organization_id if isinstance(client, Dynamics) else ""
        except SourceFailed:
            journal.leave()
            return outside
        if not before or before.casefold() != now.casefold():
            if before:
                log_line("everything is read anew: another organisation answers at the address")
            journal.forget_earlier()
    return Resumed(outside, journal)


def with_resumption(found: Audit, journal: Journal | None) -> Audit:
    """The audit with a note of what an earlier run had read."""
    note = "" if journal is None else journal.note_of_resumption()
    return msgspec.structs.replace(found, notes=(*found.notes, note)) if note else found
