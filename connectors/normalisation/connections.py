"""From a profile's columns to its two connections: what is in force for each direction."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from connectors.normalisation.email_systems import EmailSystems, System
from connectors.normalisation.records import Record
from connectors.normalisation.unknowns import odd_value
from rules.email_systems import Product, Protocol
from rules.evidence import Evidence
from rules.facts import Connection, Direction
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval, ServerType
from rules.unknown import Unknown

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


class Connections:
    """Reads both directions of one profile."""

    def __init__(
        self,
        record: Record,
        systems: EmailSystems,
        server_type: ServerType | Unknown,
        auto_discover: bool | Unknown,
        same: bool | Unknown,
    ) -> None:
        self._record = record
        self._systems = systems
        self._server_type = server_type
        self._auto_discover = auto_discover
        self._same = same

    def connection(self, direction: Direction) -> Connection:
        """One direction, with the columns that are in force for it."""
        record = self._record
        side, follows = self._side(direction)
        if side is None:
            assert isinstance(self._same, Unknown)
            return self._unknown(direction, self._same)
        column = _columns(side)
        location = blank_is_none(record.optional(column["location"], str))
        protocol = self._protocol(
            direction, location, record.optional(column["port"], int), follows
        )
        host = host_in(location)
        port = self._port(location, column)
        where = record.evidence(column["location"])
        system = self._system(protocol, host, port, where)
        encrypted = record.required(column["ssl"], bool)
        if isinstance(location, str) and location.lower().startswith("http://"):
            encrypted = False
        also = record.evidence("usesamesettingsforoutgoingconnections") if follows else ()

        def seen(*names: str) -> tuple[Evidence, ...]:
            return record.evidence(*(column[name] for name in names)) + also

        disproved, disproved_by = self._systems.fips_disproved(protocol, host, port)
        return Connection(
            direction=direction,
            protocol=protocol,
            location=location,
            host=host,
            port=port,
            uses_default_port=_is_default(protocol, port),
            encrypted=encrypted,
            authentication=record.optional_choice(column["authentication"], AuthenticationProtocol),
            credential_retrieval=record.choice(column["retrieval"], CredentialRetrieval),
            impersonates=record.required(column["impersonation"], bool),
            password_set=record.required(column["password"], bool),
            product=system.product,
            build=system.build,
            host_is_exchange_online=_names(host, self._systems.known.is_exchange_online),
            fips_disproved=disproved,
            host_is_consumer_outlook=_names(host, self._systems.known.is_consumer_outlook),
            origins={
                "direction": seen("location"),
                "protocol": record.evidence("servertype") + seen("location"),
                "location": seen("location"),
                "host": seen("location"),
                "port": seen("location", "port"),
                "uses_default_port": seen("location", "port"),
                "encrypted": seen("ssl", "location"),
                "authentication": seen("authentication"),
                "credential_retrieval": seen("retrieval"),
                "impersonates": seen("impersonation"),
                "password_set": seen("password"),
                "product": record.evidence("servertype") + (system.evidence or seen("location")),
                "build": record.evidence("servertype") + (system.evidence or seen("location")),
                "host_is_exchange_online": seen("location"),
                "fips_disproved": seen("location") + disproved_by,
                "host_is_consumer_outlook": seen("location"),
            },
        )

    def _side(self, direction: Direction) -> tuple[Direction | None, bool]:
        """Whose columns are in force, and whether it follows the incoming ones."""
        if direction == "incoming":
            return "incoming", False
        if isinstance(self._same, Unknown):
            return (None, False)
        return ("incoming", True) if self._same else ("outgoing", False)

    def _unknown(self, direction: Direction, why: Unknown) -> Connection:
        seen = self._record.evidence("usesamesettingsforoutgoingconnections", "servertype")
        names = Connection.__struct_fields__
        fields: dict[str, Any] = {
            name: why for name in names if name not in ("direction", "origins")
        }
        return Connection(direction=direction, **fields, origins=dict.fromkeys(names, seen))

    def _protocol(
        self,
        direction: Direction,
        location: str | None | Unknown,
        port: int | None | Unknown,
        follows: bool,
    ) -> Protocol | Unknown:
        """The kind's protocol, unless the location itself names another one."""
        if isinstance(self._server_type, Unknown):
            return self._server_type
        usual = _PROTOCOLS[self._server_type][0 if direction == "incoming" else 1]
        if follows or location is None:
            return usual
        if isinstance(location, Unknown):
            return location
        if location.lower().startswith(("http://", "https://")):
            return Protocol.EWS
        named = _NAMED_PROTOCOLS.get((_host_of(location) or "").partition(".")[0])
        if named is not None:
            return named
        if usual is Protocol.EWS and isinstance(port, int):
            for protocol in (Protocol.POP3, Protocol.IMAP, Protocol.SMTP):
                if port in DEFAULT_PORTS[protocol]:
                    return protocol
        return usual

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
        if named is not None or column in (None, 0) or self._auto_discover is True:
            return named
        if isinstance(self._auto_discover, Unknown):
            return self._auto_discover
        return column

    def _system(
        self,
        protocol: Protocol | Unknown,
        host: str | None | Unknown,
        port: int | None | Unknown,
        where: tuple[Evidence, ...],
    ) -> System:
        for fact in (protocol, host):
            if isinstance(fact, Unknown):
                return System(fact, fact, where)
        assert isinstance(protocol, Protocol)
        if isinstance(host, str):
            known_port = port if isinstance(port, int) else None
            return self._systems.behind(protocol, host, where, known_port)
        return self._systems.without_host(protocol, where)


def _columns(side: Direction) -> dict[str, str]:
    return {
        "location": f"{side}serverlocation",
        "port": f"{side}portnumber",
        "ssl": f"{side}usessl",
        "authentication": f"{side}authenticationprotocol",
        "retrieval": f"{side}credentialretrieval",
        "impersonation": f"{side}useimpersonation",
        "password": f"is{side}passwordset",
    }


def of_exchange_online(connection: Connection) -> Connection:
    """A direction whose empty location auto-discover leads to Exchange Online."""
    if connection.host is not None:
        return connection
    return replace(connection, product=Product.EXCHANGE_ONLINE, build=None)


def blank_is_none(value: str | None | Unknown) -> str | None | Unknown:
    """The text without spaces around it; None where nothing is left."""
    return value.strip() or None if isinstance(value, str) else value


def host_in(location: str | None | Unknown) -> str | None | Unknown:
    """The lower-case host that a location names; None: no location."""
    return _host_of(location) if isinstance(location, str) else location


def _host_of(location: str) -> str | None:
    try:
        return urlsplit(location if "//" in location else f"//{location}").hostname
    except ValueError:
        return location.lower()


def _port_of(location: str) -> int | None:
    """The port that a location names. Raises ValueError where that is none."""
    return urlsplit(location if "//" in location else f"//{location}").port


def _is_default(protocol: Protocol | Unknown, port: int | None | Unknown) -> bool | Unknown:
    if port is None:
        return True
    if isinstance(port, Unknown):
        return port
    if isinstance(protocol, Unknown):
        return protocol
    return port in DEFAULT_PORTS[protocol]


def _names(host: str | None | Unknown, test: Callable[[str], bool]) -> bool | Unknown:
    if isinstance(host, Unknown):
        return host
    return host is not None and test(host)
