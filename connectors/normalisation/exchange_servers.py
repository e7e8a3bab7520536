"""What was read of the Exchange Server at one address, with its evidence."""

from typing import Any

from msgspec import Struct

from connectors.exchange_server.builds import build_of
from connectors.exchange_server.servers import BUILDS
from connectors.sources.readings import Readings
from connectors.transport.guard.reachability import is_loopback_host
from rules.evidence import Evidence
from rules.facts import Version
from rules.unknown import Unknown

_DECLARE = "Declare the build under `exchange_builds` in the section `declared`."


class ReadBuild(Struct, frozen=True):
    """The build that a server told; None with the reason, or without where it was not asked."""

    build: Version | None = None
    evidence: tuple[Evidence, ...] = ()
    reason: Unknown | None = None


def read_build(readings: Readings, id: str) -> ReadBuild:
    """The build of the server, by its lower-case `host:port`."""
    row, read_at = _row(readings, id)
    if row is None:
        return ReadBuild()
    build = build_of(row.build) if row.build else None
    if build is not None:
        told = Evidence(BUILDS, id, row.learned or "build", row.build, read_at)
        return ReadBuild(build, (told,))
    evidence = (Evidence(BUILDS, id, "build", None, read_at),)
    if row.code:
        unknown = Unknown(
            reason=_sentence(row.reason), remedy=f"{row.remedy} Or: {_DECLARE}", evidence=evidence
        )
    else:
        unknown = Unknown(
            reason=f"The Exchange Server at {id} gives its build only to accounts that have "
            "signed in.",
            remedy="Name the host under `hosts` in the section `exchange_server`, so that the "
            f"auditor may sign in there. Or: {_DECLARE}",
            evidence=evidence,
        )
    return ReadBuild(None, evidence, unknown)


def server_facts(readings: Readings, id: str) -> tuple[dict[str, Any], tuple[Evidence, ...]]:
    """What asking the server showed beside its build, by the field of `MailServer`; its evidence.

    A field that asking did not show is left out.
    """
    row, read_at = _row(readings, id)
    if row is None:
        return {}, ()
    found = {
        "host_found": row.host_found,
        "resolves_publicly": row.public,
        "is_internal": (
            None if row.public is None else not (row.public or is_loopback_host(row.host))
        ),
        "connects": row.connects,
        # Only https is asked, so whoever answered has agreed on TLS.
        "tls_offered": row.connects or None,
        "authentication_schemes": (
            tuple(each for each in row.schemes.split(", ") if each)
            if row.schemes is not None
            else None
        ),
    }
    shown = {name: value for name, value in found.items() if value is not None}
    evidence = tuple(
        Evidence(BUILDS, id, column, getattr(row, column), read_at)
        for column in ("connects", "schemes")
        if getattr(row, column) is not None
    )
    return shown, evidence or (Evidence(BUILDS, id, "host_found", row.host_found, read_at),)


def _row(readings: Readings, id: str) -> tuple[Any, str]:
    reading = readings.get(BUILDS)
    if reading is not None:
        for row, read_at in reading.records:
            if row.id == id:
                return row, read_at
    return None, ""


def _sentence(reason: str | None) -> str:
    text = reason or "It could not be read."
    return text if text.endswith(".") else f"{text}."
