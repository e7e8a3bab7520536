"""Which email system is behind a host: as declared, by its name, or by what it answers."""

from collections.abc import Mapping
from copy import copy

from msgspec import Struct

from connectors.exchange_server.builds import build_of, product_of
from connectors.exchange_server.servers import BUILDS
from connectors.known_systems import KnownSystems, known_systems
from connectors.mail_servers.rows import PROBE
from connectors.normalisation.exchange_servers import read_build
from connectors.normalisation.mail_servers.probed_systems import ProbedSystems
from connectors.sources.readings import Readings
from connectors.sources.source import not_configured
from rules.email_systems import Product, Protocol
from rules.evidence import Cause, Evidence
from rules.facts import Version
from rules.unknown import Unknown

__all__ = ["BUILDS", "PROBE", "EmailSystems", "System"]


class System(Struct, frozen=True):
    """The product behind a host, its Exchange build, and what both rest on."""

    product: Product | Unknown
    build: Version | None | Unknown
    evidence: tuple[Evidence, ...] = ()


class EmailSystems:
    """Answers for hosts as profiles name them, case ignored.

    `builds` and `providers` are what the configuration declares, by host; `declared_at` is when
    the run that reads them started.
    """

    def __init__(
        self,
        readings: Readings,
        builds: Mapping[str, str],
        providers: Mapping[str, str],
        declared_at: str,
    ) -> None:
        self._readings = readings
        self._builds = {host.lower(): build for host, build in builds.items()}
        self._providers = {host.lower(): provider for host, provider in providers.items()}
        self._declared_at = declared_at
        self.known: KnownSystems = known_systems()
        self._probed = ProbedSystems(readings, self.known)

    def among(self, readings: Readings) -> "EmailSystems":
        """The same, by the mail domains of these readings."""
        other = copy(self)
        other._readings = readings
        other._probed = self._probed.among(readings)
        return other

    def behind(
        self,
        protocol: Protocol,
        host: str,
        seen: tuple[Evidence, ...],
        port: int | None = None,
    ) -> System:
        """The system behind a host that a profile reaches by the protocol.

        `seen` is the evidence of the location that names the host; `port` None: the usual one.
        """
        if protocol is Protocol.EWS:
            return self._exchange(host, port or 443, seen)
        return self._mail_server(protocol, host, port, seen)

    def without_host(self, protocol: Protocol, seen: tuple[Evidence, ...]) -> System:
        """The system behind a profile that names no server, where auto-discover decides."""
        source = BUILDS if protocol is Protocol.EWS else PROBE
        unknown = self._unread(
            source,
            "The profile names no server, and where auto-discover would lead was not read.",
        )
        return System(unknown, unknown, seen)

    def fips_disproved(
        self,
        protocol: Protocol | Unknown,
        host: str | None | Unknown,
        port: int | None | Unknown = None,
    ) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
        """Whether a probe of the host showed only algorithms outside FIPS 140-2, and its row."""
        for fact in (protocol, host, port):
            if isinstance(fact, Unknown):
                return fact, ()
        assert isinstance(protocol, Protocol)
        if not isinstance(host, str):
            return self._unread(PROBE, "The profile names no server that could be probed."), ()
        return self._probed.fips_disproved(protocol, host, port if isinstance(port, int) else None)

    def _exchange(self, host: str, port: int, seen: tuple[Evidence, ...]) -> System:
        if host in self.known.exchange_online_ews:
            return System(Product.EXCHANGE_ONLINE, None, seen)
        read = read_build(self._readings, f"{host}:{port}")
        # What the server itself says counts more than what was once declared of it.
        if read.build is not None:
            return _system_of(read.build, (*seen, *read.evidence), "Update the auditor.")
        declared = self._declared_build(host, seen)
        if declared is not None:
            return declared
        unknown = read.reason or self._unread(
            BUILDS, f"The build of the Exchange Server at {host} was not read."
        )
        return System(unknown, unknown, (*seen, *read.evidence))

    def _declared_build(self, host: str, seen: tuple[Evidence, ...]) -> System | None:
        text = self._builds.get(host)
        build = build_of(text) if text is not None else None
        if text is None or build is None:
            return None
        evidence = (
            *seen,
            Evidence(
                "declared", f"exchange_builds.{host}", "exchange_builds", text, self._declared_at
            ),
        )
        return _system_of(build, evidence, "Correct `exchange_builds` in the section `declared`.")

    def _mail_server(
        self, protocol: Protocol, host: str, port: int | None, seen: tuple[Evidence, ...]
    ) -> System:
        declared = self._providers.get(host)
        if declared is not None:
            evidence = (
                *seen,
                Evidence("declared", f"providers.{host}", host, declared, self._declared_at),
            )
            return System(_product_named(declared), None, evidence)
        if host in self.known.shared_with_outlook_com:
            shared = self._probed.behind_shared_host(host)
            return System(shared.product, None, (*seen, *shared.evidence))
        if host in self.known.exchange_online_smtp:
            return System(Product.EXCHANGE_ONLINE, None, seen)
        provider = self.known.provider(host)
        if provider is not None:
            return System(provider, None, seen)
        answering = self._probed.behind(protocol, host, port)
        evidence = (*seen, *answering.evidence)
        if answering.exchange:
            # The same server may have told its build over Exchange Web Services.
            exchange = self._exchange(host, 443, evidence)
            if not isinstance(exchange.product, Unknown):
                return exchange
        return System(answering.product, None, evidence)

    def _unread(self, source: str, reason: str) -> Unknown:
        reading = self._readings.get(source)
        section = source.partition(".")[0]
        state = reading.state if reading is not None else not_configured(source, section)
        if state.whole:
            return Unknown(reason=reason, remedy=_DECLARE[source])
        return Unknown(
            reason=reason,
            remedy=f"{state.remedy} Or: {_DECLARE[source]}",
            cause=Cause("source", source, state.code or state.status),
        )


def _system_of(build: Version, evidence: tuple[Evidence, ...], remedy: str) -> System:
    product = product_of(build)
    if product is None:
        text = ".".join(map(str, build))
        unknown = Unknown(
            reason=f"The build {text} belongs to no Exchange Server known to this release.",
            remedy=remedy,
            evidence=evidence,
        )
        return System(unknown, build, evidence)
    return System(product, build if product.is_exchange_server else None, evidence)


_DECLARE = {
    BUILDS: "Declare the build under `exchange_builds` in the section `declared`.",
    PROBE: "Declare the provider under `providers` in the section `declared`.",
}


def _product_named(name: str) -> Product:
    """The product of that name; a provider that no edition names is another one."""
    for product in Product:
        if product.value.casefold() == name.strip().casefold():
            return product
    return Product.OTHER
