"""From a profile's columns to its two connections: what is in force for each direction."""

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec.structs import replace

from connectors.dynamics.tables.emailserverprofiles import PRINCIPAL
from connectors.normalisation.email_systems import EmailSystems, System
from connectors.normalisation.endpoints import DEFAULT_PORTS, Endpoint, Endpoints
from connectors.normalisation.fact_rows import (
    Established,
    FactRow,
    choice,
    fields,
    once,
    optional_choice,
    required,
)
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
        endpoint = self._endpoints.of(direction)
        if isinstance(endpoint, Unknown):
            return self._unknown(direction, endpoint)
        way = _Way(self._record, endpoint, self._systems, self._system(endpoint))
        return Connection(
            direction=direction,
            reaches_exchange_online=_NOT_LOOKED_AT,
            **fields(_FACTS, way, way.evidence),
        )

    def _unknown(self, direction: Direction, why: Unknown) -> Connection:
        seen = self._record.evidence("usesamesettingsforoutgoingconnections", "servertype")
        names = Connection.__struct_fields__
        fields: dict[str, Any] = {
            name: why for name in names if name not in ("direction", "origins")
        }
        return Connection(direction=direction, **fields, origins=dict.fromkeys(names, seen))

    def _system(self, endpoint: Endpoint) -> System:
        where = self._record.evidence(endpoint.columns["location"])
        protocol, host, port = endpoint.protocol, endpoint.host, endpoint.port
        for fact in (protocol, host):
            if isinstance(fact, Unknown):
                return System(fact, fact, where)
        assert isinstance(protocol, Protocol)
        if isinstance(host, str):
            known_port = port if isinstance(port, int) else None
            return self._systems.behind(protocol, host, where, known_port)
        return self._systems.without_host(protocol, where)


class _Way(NamedTuple):
    """What the facts of one direction are read of."""

    record: Record
    endpoint: Endpoint
    systems: EmailSystems
    system: System

    def evidence(self, *names: str) -> tuple[Evidence, ...]:
        """The columns in force by what they hold, and which ones are in force where shared."""
        columns = self.endpoint.columns
        shown = self.record.evidence(*(columns[name] for name in names))
        if self.endpoint.follows:
            shown += self.record.evidence("usesamesettingsforoutgoingconnections")
        return shown

    def column(self, name: str) -> str:
        """The column in force that holds it."""
        return self.endpoint.columns[name]


def leading(connection: Connection, online: Established) -> Connection:
    """The direction with whether it leads to Exchange Online, which decides its product.

    That is where it names no server, so that auto-discover leads it there.
    """
    leads, shown = online
    # The kind of the profile decides too, by the protocol or where no server is named.
    origins = {"reaches_exchange_online": once((*connection.evidence("protocol"), *shown))}
    if leads is not True or connection.host is not None:
        return replace(
            connection,
            reaches_exchange_online=leads,
            origins={**connection.origins, **origins},
        )
    for name in ("product", "build"):
        origins[name] = once((*connection.evidence(name), *shown))
    return replace(
        connection,
        reaches_exchange_online=True,
        product=Product.EXCHANGE_ONLINE,
        build=None,
        origins={**connection.origins, **origins},
    )


_NOT_LOOKED_AT = Unknown(
    reason="Where the direction leads was not looked at.",
    remedy="Report this: every direction is looked at.",
)


def _is_default(protocol: Protocol | Unknown, port: int | None | Unknown) -> bool | Unknown:
    if port is None:
        return True
    if isinstance(port, Unknown):
        return port
    if isinstance(protocol, Unknown):
        # A port of no protocol at all is none's default.
        return protocol if any(port in ports for ports in DEFAULT_PORTS.values()) else False
    return port in DEFAULT_PORTS[protocol]


def _row(name: str, read: Callable[[Record, str], Any], held: str) -> FactRow:
    """A fact that one column in force tells, by what the column holds."""
    return FactRow(name, (held,), lambda way, held: read(way.record, way.column(held)))


def _of_endpoint(name: str, *columns: str) -> FactRow:
    """A fact that is part of where the direction leads."""
    return FactRow(name, columns, lambda way, *_: getattr(way.endpoint, name))


def _protocol(way: _Way, *columns: str) -> Established:
    kind = way.record.evidence("servertype")
    return Established(way.endpoint.protocol, kind + way.evidence(*columns))


def _is_encrypted(way: _Way, ssl: str, location: str) -> bool | Unknown:
    """A location may name a protocol without encryption itself."""
    named = way.endpoint.location
    if isinstance(named, str) and named.lower().startswith("http://"):
        return False
    return way.record.required(way.column(ssl), bool)


def _is_principal(way: _Way, held: str) -> bool | None | Unknown:
    """Whether the user name is of the form user@domain; None: none is stored."""
    form = way.record.optional(way.column(held), str)
    return form == PRINCIPAL if isinstance(form, str) and form else form or None


def _of_system(name: str) -> FactRow:
    """A fact of the system behind the host, shown by what named the system."""

    def read(way: _Way, *columns: str) -> Established:
        shown = way.record.evidence("servertype")
        shown += way.system.evidence or way.evidence(*columns)
        return Established(getattr(way.system, name), shown)

    return FactRow(name, ("location",), read)


def _fips_disproved(way: _Way, *columns: str) -> Established:
    to = way.endpoint
    disproved, shown = way.systems.fips_disproved(to.protocol, to.host, to.port)
    return Established(disproved, way.evidence(*columns) + shown)


def _uses_default_port(way: _Way, *columns: str) -> bool | Unknown:
    return _is_default(way.endpoint.protocol, way.endpoint.port)


_FACTS = (
    FactRow("protocol", ("location",), _protocol),
    _of_endpoint("location", "location"),
    _of_endpoint("host", "location"),
    _of_endpoint("port", "location", "port"),
    FactRow("uses_default_port", ("location", "port"), _uses_default_port),
    FactRow("encrypted", ("ssl", "location"), _is_encrypted),
    _row("authentication", optional_choice(AuthenticationProtocol), "authentication"),
    _row("credential_retrieval", choice(CredentialRetrieval), "retrieval"),
    _row("impersonates", required(bool), "impersonation"),
    _row("password_set", required(bool), "password"),
    FactRow("user_name_is_principal", ("user",), _is_principal),
    _of_system("product"),
    _of_system("build"),
    FactRow("fips_disproved", ("location",), _fips_disproved),
)
"""What a direction tells, each by what its columns hold, whichever are in force."""
