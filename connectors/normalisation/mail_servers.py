"""The mail servers that profiles point to, with what a probe told of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from connectors.mail_servers.probe import Target
from connectors.normalisation.endpoints import USUAL_PORTS
from connectors.normalisation.exchange_servers import server_facts
from connectors.normalisation.probe_results import Probes, outside_fips
from connectors.sources.readings import Readings
from rules.email_systems import Protocol
from rules.facts import Certificate, Connection, EmailServerProfile, MailServer
from rules.unknown import Unknown

_COLUMNS: dict[str, tuple[str, ...]] = {
    "host_found": ("resolution",),
    "resolves_publicly": ("address", "public"),
    "connects": ("connected", "address"),
    "tls_offered": ("encryption",),
    "tls_version": ("tls_version", "cipher"),
    "tls_accepted_by_dataverse": ("accepted_by_dataverse", "tls_version", "cipher"),
    "fips_disproved": ("outside_fips", "tls_version"),
    "certificate": ("issuer", "expires_at", "name_matches", "trusted_publicly"),
    "authentication_schemes": ("schemes",),
}
_CERTIFICATE = {
    "issuer": ("issuer",),
    "expires_at": ("expires_at",),
    "expired": ("expires_at",),
    "days_left": ("expires_at",),
    "name_matches": ("name_matches", "certificate_names"),
    "trusted_publicly": ("trusted_publicly", "issuer"),
    "trusted_by_configuration": ("trusted_by_configuration", "issuer"),
}


def target_of(connection: Connection) -> Target | None:
    """The host and port that a direction reaches; None: it names no host, or one is unknown."""
    host, protocol, port = connection.host, connection.protocol, connection.port
    if not isinstance(host, str) or not isinstance(protocol, Protocol) or isinstance(port, Unknown):
        return None
    return Target(host, USUAL_PORTS[protocol] if port is None else port, protocol)


def untold_server(profiles: Iterable[EmailServerProfile]) -> Unknown | None:
    """Why a host and port that an active profile names may be missing; None: none is."""
    for profile in profiles:
        if profile.active is False:
            continue
        for connection in profile.connections:
            if connection.host is None:
                continue
            for fact in (profile.active, connection.host, connection.protocol, connection.port):
                if isinstance(fact, Unknown):
                    return fact
    return None


def mail_servers(
    readings: Readings, profiles: Iterable[EmailServerProfile]
) -> tuple[MailServer, ...]:
    """Each host and port that an active profile names, once, by id."""
    probes = Probes(readings)
    return tuple(
        _server(probes, readings, connection, target) for connection, target in _named(profiles)
    )


def _named(profiles: Iterable[EmailServerProfile]) -> list[tuple[Connection, Target]]:
    found: dict[str, tuple[Connection, Target]] = {}
    for profile in profiles:
        if profile.active is not True:
            continue
        for connection in profile.connections:
            target = target_of(connection)
            if target is not None:
                found.setdefault(target.id, (connection, target))
    return [found[id] for id in sorted(found)]


def _server(
    probes: Probes, readings: Readings, connection: Connection, target: Target
) -> MailServer:
    named = connection.evidence("host")
    origins = {name: named for name in MailServer.__struct_fields__ if name != "origins"}
    origins |= {"product": connection.evidence("product"), "build": connection.evidence("product")}
    for name, columns in _COLUMNS.items():
        origins[name] = (*named, *probes.evidence(target.id, *columns))
    found = probes.row(target.id)
    facts: dict[str, Any] = (
        dict.fromkeys(_COLUMNS, probes.unseen()) if found is None else _seen(probes, *found)
    )
    asked, evidence = server_facts(readings, target.id)
    for name, value in asked.items():
        if isinstance(facts.get(name), Unknown):
            facts[name], origins[name] = value, (*named, *evidence)
    return MailServer(
        id=target.id,
        host=target.host,
        port=target.port,
        protocol=target.protocol,
        product=connection.product,
        build=connection.build,
        **facts,
        origins=origins,
    )


def _seen(probes: Probes, row: Any, at: str) -> dict[str, Any]:
    unknown = probes.unknown(row)

    def told(value: object) -> Any:
        return unknown if value is None else value

    none = row.encryption == "none"
    return {
        "host_found": {"found": True, "not-found": False}.get(row.resolution, unknown),
        "resolves_publicly": told(row.public),
        "connects": False if row.resolution == "not-found" else told(row.connected),
        "tls_offered": unknown if row.encryption is None else not none,
        "tls_version": None if none else told(row.tls_version),
        "tls_accepted_by_dataverse": False if none else told(row.accepted_by_dataverse),
        "fips_disproved": outside_fips(row, unknown),
        "certificate": None if none else _certificate(probes, row, at, unknown),
        "authentication_schemes": told(row.schemes),
    }


def _certificate(probes: Probes, row: Any, at: str, unknown: Unknown) -> Certificate | Unknown:
    told = (row.issuer, row.expires_at, row.name_matches, row.trusted_publicly)
    if None in told or row.trusted_by_configuration is None:
        return unknown
    try:
        left = datetime.fromisoformat(row.expires_at) - datetime.fromisoformat(at)
    except (TypeError, ValueError):
        return unknown
    return Certificate(
        issuer=row.issuer,
        expires_at=row.expires_at,
        expired=left.total_seconds() < 0,
        days_left=left.days,
        name_matches=row.name_matches,
        trusted_publicly=row.trusted_publicly,
        trusted_by_configuration=row.trusted_by_configuration,
        origins={name: probes.evidence(row.id, *each) for name, each in _CERTIFICATE.items()},
    )
