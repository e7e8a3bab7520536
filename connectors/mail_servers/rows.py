"""The wire row of what was seen of a mail server.

Tested in `tests/connectors/mail_servers/test_probes.py`.
"""

from msgspec import Struct

PROBE = "mail_servers.probe"
NAMES_UNANSWERED = "names-unanswered"
NO_WAY_OUT = "no-way-out"


class ProbeRow(Struct, frozen=True, kw_only=True):
    """What one host and port showed. None: it could not be established; `problem` says why,
    and `code` is its kebab-case cause.

    `resolution` is `found`, `not-found`, or `unknown`; `canonical` the name that aliases lead to;
    `public` tells whether `address`, the one that was tried, is a public one. `greeting` is what
    the server said first, at most 512 bytes. `encryption` is `implicit`, `starttls` or `none`.
    """

    id: str
    host: str
    port: int
    protocol: str
    resolution: str
    canonical: str | None = None
    address: str | None = None
    public: bool | None = None
    connected: bool | None = None
    greeting: str | None = None
    understood: bool | None = None
    capabilities: tuple[str, ...] | None = None
    schemes: tuple[str, ...] | None = None
    encryption: str | None = None
    tls_version: str | None = None
    cipher: str | None = None
    accepted_by_dataverse: bool | None = None
    outside_fips: bool | None = None
    certificate_names: tuple[str, ...] | None = None
    issuer: str | None = None
    expires_at: str | None = None
    name_matches: bool | None = None
    trusted_publicly: bool | None = None
    trusted_by_configuration: bool | None = None
    code: str | None = None
    problem: str | None = None
    remedy: str | None = None
    took_ms: int = 0
