"""The mail servers that profiles point to, with what a probe told of them."""

from collections.abc import Iterable

from connectors.email_systems import PROBE
from connectors.readings import Readings
from connectors.sources import not_configured
from rules.email_systems import Protocol
from rules.facts import Connection, EmailServerProfile, MailServer

USUAL_PORTS = {Protocol.EWS: 443, Protocol.POP3: 995, Protocol.IMAP: 993, Protocol.SMTP: 587}
"""The port of a connection that names none: the one that Dynamics 365 uses with encryption."""

_PROBED = (
    "host_found",
    "resolves_publicly",
    "connects",
    "tls_offered",
    "tls_version",
    "tls_accepted_by_dataverse",
    "fips_disproved",
    "certificate",
    "authentication_schemes",
)


def mail_servers(
    readings: Readings, profiles: Iterable[EmailServerProfile]
) -> tuple[MailServer, ...]:
    """Each host and port that an active profile names, once, by id."""
    found: dict[str, MailServer] = {}
    for profile in profiles:
        if profile.active is not True:
            continue
        for connection in profile.connections:
            server = _server(readings, connection)
            if server is not None:
                found.setdefault(server.id, server)
    return tuple(found[id] for id in sorted(found))


def _server(readings: Readings, connection: Connection) -> MailServer | None:
    host, protocol = connection.host, connection.protocol
    if not isinstance(host, str) or not isinstance(protocol, Protocol):
        return None
    port = connection.port if isinstance(connection.port, int) else USUAL_PORTS[protocol]
    reading = readings.get(PROBE)
    state = reading.state if reading is not None else not_configured(PROBE, "mail_servers")
    seen = connection.seen("host")
    names = [name for name in MailServer.__struct_fields__ if name != "origins"]
    return MailServer(
        id=f"{host}:{port}",
        host=host,
        port=port,
        protocol=protocol,
        product=connection.product,
        build=connection.build,
        **dict.fromkeys(_PROBED, state.unknown()),
        origins=dict.fromkeys(names, seen),
    )
