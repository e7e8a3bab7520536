"""The mail servers that profiles point to, with what a probe told of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from connectors.mail_servers.rows import Target
from connectors.normalisation.endpoints import USUAL_PORTS
from connectors.normalisation.exchange_servers import read_build, server_facts
from connectors.normalisation.fact_rows import FactRow, fields
from connectors.normalisation.mail_servers.probe_results import Probes, outside_fips
from connectors.sources.readings import Readings
from connectors.transport.guard.reachability import (
    is_address,
    is_internal_address,
    is_loopback_host,
)
from rules.email_systems import Protocol
from rules.evidence import Evidence
from rules.facts import Certificate, Connection, EmailServerProfile, MailServer
from rules.unknown import Unknown


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
    names = tuple(row.name for row in _FACTS)

    def shown(*columns: str) -> tuple[Evidence, ...]:
        return (*named, *probes.evidence(target.id, *columns))

    row, read_at = probes.row(target.id) or (None, "")
    unseen = probes.unseen()
    if row is None:
        facts: dict[str, Any] = {
            **dict.fromkeys(names, unseen),
            "origins": {each.name: shown(*each.columns) for each in _FACTS},
        }
    else:
        facts = fields(_FACTS, _Looked(row, read_at, probes.unknown(row), probes), shown)
    origins = {
        **dict.fromkeys(MailServer.__struct_fields__, named),
        "product": connection.evidence("product"),
        "build": connection.evidence("product"),
        **facts.pop("origins"),
    }
    asked, evidence = server_facts(readings, target.id)
    if row is None and asked and "connects" not in asked:
        # Why the server could not be asked says more than that nothing looked at it.
        facts |= dict.fromkeys(names, read_build(readings, target.id).reason or unseen)
    for name, value in asked.items():
        if isinstance(facts.get(name), Unknown):
            facts[name], origins[name] = value, (*named, *evidence)
    if is_internal_address(target.host):
        facts["is_internal"], origins["is_internal"] = True, named
    origins.pop("origins")
    return MailServer(
        id=target.id,
        host=target.host,
        port=target.port,
        protocol=target.protocol,
        product=connection.product,
        build=connection.build,
        is_named_by_address=is_address(target.host),
        **facts,
        origins=origins,
    )


class _Looked(NamedTuple):
    """What a probe saw, and why what it left open is open."""

    row: Any
    read_at: str
    unknown: Unknown
    probes: Probes

    def told(self, column: str) -> Any:
        """The value of a column; null is unknown."""
        value = getattr(self.row, column)
        return self.unknown if value is None else value


def _told(seen: _Looked, column: str, *_: str) -> Any:
    return seen.told(column)


def _told_by_address(seen: _Looked, _: str, column: str) -> Any:
    return seen.told(column)


def _told_of_tls(seen: _Looked, column: str, *_: str) -> Any:
    """What a server without TLS has none of, and a host that does not exist."""
    return None if _is_without_tls(seen) else seen.told(column)


def _is_without_tls(seen: _Looked) -> bool:
    return bool(seen.row.encryption == "none" or seen.row.resolution == "not-found")


def _is_found(seen: _Looked, column: str) -> bool | Unknown:
    return {"found": True, "not-found": False}.get(getattr(seen.row, column), seen.unknown)


def _is_internal(seen: _Looked, address: str, public: str) -> bool | Unknown:
    told = seen.told(public)
    if told is not False:
        return told if isinstance(told, Unknown) else False
    return not is_loopback_host(seen.row.address or "")


def _connects(seen: _Looked, column: str, _: str) -> Any:
    return False if seen.row.resolution == "not-found" else seen.told(column)


def _offers_tls(seen: _Looked, column: str) -> bool | Unknown:
    encryption = seen.told(column)
    return encryption if isinstance(encryption, Unknown) else encryption != "none"


def _is_accepted(seen: _Looked, column: str, *_: str) -> Any:
    return False if seen.row.encryption == "none" else seen.told(column)


def _fips_disproved(seen: _Looked, *columns: str) -> bool | Unknown:
    return outside_fips(seen.row, seen.unknown)


def _shown_certificate(seen: _Looked, *columns: str) -> Certificate | None | Unknown:
    return None if _is_without_tls(seen) else _certificate(seen)


_FACTS = (
    FactRow("host_found", ("resolution",), _is_found),
    FactRow("resolves_publicly", ("address", "public"), _told_by_address),
    FactRow("is_internal", ("address", "public"), _is_internal),
    FactRow("connects", ("connected", "address"), _connects),
    FactRow("tls_offered", ("encryption",), _offers_tls),
    FactRow("tls_version", ("tls_version", "cipher"), _told_of_tls),
    FactRow(
        "tls_accepted_by_dataverse",
        ("accepted_by_dataverse", "tls_version", "cipher"),
        _is_accepted,
    ),
    FactRow("fips_disproved", ("outside_fips", "tls_version"), _fips_disproved),
    FactRow(
        "certificate",
        ("issuer", "expires_at", "name_matches", "trusted_publicly"),
        _shown_certificate,
    ),
    FactRow("authentication_schemes", ("schemes",), _told),
)


def _certificate(seen: _Looked) -> Certificate | Unknown:
    row = seen.row
    told = (row.issuer, row.expires_at, row.name_matches)
    if None in told or row.trusted_by_configuration is None:
        return seen.unknown
    try:
        ends, read = (datetime.fromisoformat(each) for each in (row.expires_at, seen.read_at))
        left = ends - read
    except (TypeError, ValueError):
        return seen.unknown
    shown = partial(seen.probes.evidence, row.id)
    return Certificate(**fields(_CERTIFICATE, _Presented(row, left, seen.unknown), shown))


class _Presented(NamedTuple):
    """A certificate that a server presented, how long it lasts, and why what is open is."""

    row: Any
    left: timedelta
    unknown: Unknown


def _column(presented: _Presented, column: str, *_: str) -> Any:
    return getattr(presented.row, column)


def _is_public(presented: _Presented, column: str, *_: str) -> bool | Unknown:
    value = getattr(presented.row, column)
    return presented.unknown if value is None else bool(value)


_CERTIFICATE = (
    FactRow("issuer", ("issuer",), _column),
    FactRow("expires_at", ("expires_at",), _column),
    FactRow("expired", ("expires_at",), lambda each, _: each.left.total_seconds() < 0),
    FactRow("days_left", ("expires_at",), lambda each, _: each.left.days),
    FactRow("name_matches", ("name_matches", "certificate_names"), _column),
    FactRow("trusted_publicly", ("trusted_publicly", "issuer"), _is_public),
    FactRow("trusted_by_configuration", ("trusted_by_configuration", "issuer"), _column),
)
