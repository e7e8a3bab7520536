"""Facts of one mail server that profiles point to."""

from rules.email_systems import Product, Protocol
from rules.facts.base import Fact, Version
from rules.unknown import Unknown


class Certificate(Fact, frozen=True, kw_only=True):
    """The certificate a mail server showed to the auditor."""

    issuer: str
    expires_at: str
    """UTC, ISO 8601."""
    expired: bool
    days_left: int
    """Whole days from the reading to its end; negative once it has expired."""
    name_matches: bool
    trusted_publicly: bool | Unknown
    """Whether the chain ends at a publicly trusted authority."""
    trusted_by_configuration: bool
    """Whether the chain ends at an authority of the configuration's `tls.ca_bundle`."""


class MailServer(Fact, frozen=True, kw_only=True):
    """One host and port that profiles name; `id` is its lower-case `host:port`."""

    id: str
    host: str
    port: int
    protocol: Protocol
    host_found: bool | Unknown
    """Whether the name resolves."""
    resolves_publicly: bool | Unknown
    """Whether the address the auditor reached is a public one (split DNS shows another)."""
    is_internal: bool | Unknown
    """Whether the host, seen from the auditor, is in a network that the internet cannot reach.

    An address of the auditor's own computer is none: an environment that is there too reaches it.
    """
    is_named_by_address: bool
    """Whether the profile names an address, which is the same for everybody, and no name."""
    connects: bool | Unknown
    tls_offered: bool | Unknown
    """TLS from the first byte, or STARTTLS."""
    tls_version: str | None | Unknown
    """The highest version negotiated, such as `TLSv1.3`; None: no TLS at all."""
    tls_accepted_by_dataverse: bool | Unknown
    """Whether a version and cipher suite that Dataverse publishes was negotiated."""
    fips_disproved: bool | Unknown
    """True: only algorithms outside FIPS 140-2 were offered. False proves nothing."""
    certificate: Certificate | None | Unknown
    authentication_schemes: tuple[str, ...] | Unknown
    """Lower-case schemes offered before signing in, such as `ntlm`, `basic`, `bearer`."""
    product: Product | Unknown
    build: Version | None | Unknown
    """Exchange build, four numbers; None where it is no Exchange Server."""
