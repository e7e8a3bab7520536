"""From a profile's columns to its two connections: what is in force for each direction."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from connectors.normalisation.email_systems import EmailSystems, System
from connectors.normalisation.endpoints import DEFAULT_PORTS, Endpoints
from connectors.normalisation.records import Record
from rules.email_systems import Product, Protocol
from rules.evidence import Evidence
from rules.facts import Connection, Direction
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
from rules.unknown import Unknown


class Connections:
    """Reads both directions of one profile."""

    def __init__(
        self,
        record: Record,
        systems: EmailSystems,
        endpoints: Endpoints,
    ) -> None:
        self._record = record
        self._systems = systems
        self._endpoints = endpoints

    def connection(self, direction: Direction) -> Connection:
        """One direction, with the columns that are in force for it."""
        record = self._record
        endpoint = self._endpoints.of(direction)
        if isinstance(endpoint, Unknown):
            return self._unknown(direction, endpoint)
        column, location = endpoint.columns, endpoint.location
        protocol, host, port = endpoint.protocol, endpoint.host, endpoint.port
        where = record.evidence(column["location"])
        system = self._system(protocol, host, port, where)
        encrypted = record.required(column["ssl"], bool)
        if isinstance(location, str) and location.lower().startswith("http://"):
            encrypted = False
        also = record.evidence("usesamesettingsforoutgoingconnections") if endpoint.follows else ()

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

    def _unknown(self, direction: Direction, why: Unknown) -> Connection:
        seen = self._record.evidence("usesamesettingsforoutgoingconnections", "servertype")
        names = Connection.__struct_fields__
        fields: dict[str, Any] = {
            name: why for name in names if name not in ("direction", "origins")
        }
        return Connection(direction=direction, **fields, origins=dict.fromkeys(names, seen))

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


def of_exchange_online(connection: Connection) -> Connection:
    """A direction whose empty location auto-discover leads to Exchange Online."""
    if connection.host is not None:
        return connection
    return replace(connection, product=Product.EXCHANGE_ONLINE, build=None)


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
