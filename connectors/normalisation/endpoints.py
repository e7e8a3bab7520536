"""Where the two directions of a profile lead: protocol, host and port, and from which columns."""

from urllib.parse import urlsplit

from msgspec import Struct

from connectors.dynamics.tables import emailserverprofiles
from connectors.normalisation.organization import organization
from connectors.normalisation.records import Record, record_of
from connectors.normalisation.unknowns import odd_value
from connectors.sources.named_servers import NamedServer, NamedServers
from connectors.sources.readings import Readings
from rules.email_systems import Protocol
from rules.facts import Direction
from rules.option_sets import Deployment, ServerType, State
from rules.unknown import Unknown

USUAL_PORTS = {Protocol.EWS: 443, Protocol.POP3: 995, Protocol.IMAP: 993, Protocol.SMTP: 587}
"""The port of a connection that names none: the one that Dynamics 365 uses with encryption."""

DEFAULT_PORTS = {
    Protocol.EWS: frozenset({443}),
    Protocol.POP3: frozenset({110, 995}),
    Protocol.IMAP: frozenset({143, 993}),
    Protocol.SMTP: frozenset({25, 465, 587}),
}

_PROTOCOLS: dict[ServerType, tuple[Protocol, Protocol]] = {
    ServerType.EXCHANGE_SERVER: (Protocol.EWS, Protocol.EWS),
    ServerType.EXCHANGE_SERVER_HYBRID: (Protocol.EWS, Protocol.EWS),
    ServerType.EXCHANGE_ONLINE_HYBRID: (Protocol.EWS, Protocol.EWS),
    ServerType.POP3_SMTP: (Protocol.POP3, Protocol.SMTP),
    ServerType.IMAP_SMTP: (Protocol.IMAP, Protocol.SMTP),
}

_NAMED_PROTOCOLS = {
    "smtp": Protocol.SMTP,
    "pop": Protocol.POP3,
    "pop3": Protocol.POP3,
    "imap": Protocol.IMAP,
}


class Endpoint(Struct, frozen=True):
    """Where one direction leads. `host` None: it names no server; `port` None: it names no port.

    `columns` are those in force for the direction, by what they hold; `follows`: they are the
    incoming ones, which the outgoing direction shares.
    """

    columns: dict[str, str]
    follows: bool
    location: str | None | Unknown
    protocol: Protocol | Unknown
    host: str | None | Unknown
    port: int | None | Unknown


class Endpoints:
    """Where the two directions of one profile lead."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.server_type = record.choice("servertype", ServerType)
        self.auto_discover = record.required("useautodiscover", bool)
        self.same = record.required("usesamesettingsforoutgoingconnections", bool)

    def of(self, direction: Direction) -> Endpoint | Unknown:
        """Where a direction leads; unknown where it is open whose columns are in force for it."""
        side, follows = self._side(direction)
        if isinstance(side, Unknown):
            return side
        columns = _columns(side)
        record = self._record
        location = blank_is_none(record.optional(columns["location"], str))
        named_port = record.optional(columns["port"], int)
        port = self._port(location, columns)
        return Endpoint(
            columns=columns,
            follows=follows,
            location=location,
            protocol=self._protocol(direction, location, named_port, port, columns, follows),
            host=host_in(location),
            port=port,
        )

    def _side(self, direction: Direction) -> tuple[Direction | Unknown, bool]:
        """Whose columns are in force, and whether it follows the incoming ones."""
        if direction == "incoming":
            return "incoming", False
        if isinstance(self.same, Unknown):
            return self.same, False
        return ("incoming", True) if self.same else ("outgoing", False)

    def _protocol(
        self,
        direction: Direction,
        location: str | None | Unknown,
        column: int | None | Unknown,
        port: int | None | Unknown,
        columns: dict[str, str],
        follows: bool,
    ) -> Protocol | Unknown:
        """The kind's protocol, unless the location itself names another one."""
        if isinstance(self.server_type, Unknown):
            return self.server_type
        usual = _PROTOCOLS[self.server_type][0 if direction == "incoming" else 1]
        if location is None:
            return usual
        if follows and usual is not Protocol.EWS:
            return usual
        if isinstance(location, Unknown):
            return usual if follows else location
        if location.lower().startswith(("http://", "https://")):
            return Protocol.EWS
        named = _NAMED_PROTOCOLS.get((_host_of(location) or "").partition(".")[0])
        if named is not None and not follows:
            return named
        if usual is Protocol.EWS and isinstance(column, int) and not follows:
            for protocol in (Protocol.POP3, Protocol.IMAP, Protocol.SMTP):
                if column in DEFAULT_PORTS[protocol]:
                    return protocol
        if usual is Protocol.EWS and isinstance(port, int) and port not in DEFAULT_PORTS[usual]:
            return self._of_another_port(location, port, columns)
        return usual

    def _of_another_port(self, location: str, port: int, columns: dict[str, str]) -> Unknown:
        return Unknown(
            reason=f"The profile's kind is Exchange, and its location {location!r} names no "
            f"protocol: what answers at port {port} is not known.",
            remedy="Enter the whole address, such as https://HOST/EWS/Exchange.asmx, as the "
            "server location.",
            evidence=self._record.evidence("servertype", columns["location"], columns["port"]),
        )

    def _port(
        self, location: str | None | Unknown, columns: dict[str, str]
    ) -> int | None | Unknown:
        """A port in the location always counts, the column only off auto-discover; 0: default."""
        record = self._record
        if isinstance(location, Unknown):
            return location
        try:
            named = _port_of(location) if location else None
        except ValueError:
            return odd_value(
                record.source, record.record, columns["location"], location, record.read_at
            )
        column = record.optional(columns["port"], int)
        if named is not None or column in (None, 0) or self.auto_discover is True:
            return named
        if isinstance(self.auto_discover, Unknown):
            return self.auto_discover
        return column


def named_servers(readings: Readings, deployment: Deployment | None = None) -> NamedServers:
    """The servers that profiles name; `deployment` is what the configuration says of it."""
    reading = readings[emailserverprofiles.TABLE.source]
    found = []
    for row, read_at in sorted(reading.records, key=lambda each: each[0].emailserverprofileid):
        record = record_of(reading, row, read_at, row.emailserverprofileid)
        is_used = record.choice("statecode", State) is State.ACTIVE
        endpoints = Endpoints(record)
        for endpoint in (endpoints.of("incoming"), endpoints.of("outgoing")):
            server = _server(endpoint, is_used)
            if server is not None:
                found.append(server)
    own = organization(readings, deployment)
    return NamedServers(tuple(found), own.deployment is Deployment.ON_PREMISES)


def _server(endpoint: Endpoint | Unknown, is_used: bool) -> NamedServer | None:
    """None: the direction names no server, or it is open where that is."""
    if isinstance(endpoint, Unknown):
        return None
    host, port, protocol = endpoint.host, endpoint.port, endpoint.protocol
    if not isinstance(host, str) or isinstance(port, Unknown) or isinstance(protocol, Unknown):
        return None
    return NamedServer(host, USUAL_PORTS[protocol] if port is None else port, protocol, is_used)


def _columns(side: Direction) -> dict[str, str]:
    return {
        "location": f"{side}serverlocation",
        "port": f"{side}portnumber",
        "ssl": f"{side}usessl",
        "authentication": f"{side}authenticationprotocol",
        "retrieval": f"{side}credentialretrieval",
        "impersonation": f"{side}useimpersonation",
        "password": f"is{side}passwordset",
        "user": f"{side}username",
    }


def blank_is_none(value: str | None | Unknown) -> str | None | Unknown:
    """The text without spaces around it; None where nothing is left."""
    return value.strip() or None if isinstance(value, str) else value


def host_in(location: str | None | Unknown) -> str | None | Unknown:
    """The lower-case host that a location names; None: no location.

    A final dot says that the name is whole ("Domain Names", RFC 1034, 3.1): it is the same host.
    """
    host = _host_of(location) if isinstance(location, str) else location
    return host.removesuffix(".") if isinstance(host, str) else host


def _host_of(location: str) -> str | None:
    try:
        return urlsplit(location if "//" in location else f"//{location}").hostname
    except ValueError:
        return location.lower()


def _port_of(location: str) -> int | None:
    """The port that a location names. Raises ValueError where that is none."""
    return urlsplit(location if "//" in location else f"//{location}").port
