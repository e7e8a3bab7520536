"""A mail server that is looked at, and the wire row of what was seen of it.

Tested in `tests/connectors/mail_servers/test_probes.py`.
"""

from msgspec import Struct
from msgspec.structs import replace

from rules.email_systems import Protocol

PROBE = "mail_servers.probe"
NAMES_UNANSWERED = "names-unanswered"
NO_WAY_OUT = "no-way-out"
_ELSEWHERE = "Check the server location and port in the profile, and what stands in between."


class Target(Struct, frozen=True):
    """A host and port that profiles name, and what they speak there."""

    host: str
    port: int
    protocol: Protocol

    @property
    def id(self) -> str:
        """Lower-case `host:port`."""
        return f"{self.host}:{self.port}"


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


class Noted:
    """The row of one server while it is looked at: what could be established so far."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.row = ProbeRow(
            id=target.id,
            host=target.host,
            port=target.port,
            protocol=target.protocol.value,
            resolution="unknown",
        )

    def note(self, **columns: object) -> None:
        """Fill these columns."""
        self.row = replace(self.row, **columns)

    def give_up(self, code: str, words: str, remedy: str = _ELSEWHERE) -> None:
        """Say why something could not be established."""
        self.note(code=code, problem=f"{self._target.id}: {words}.", remedy=remedy)


class Ended(Exception):
    """There is nothing more to look at; the row says why."""
