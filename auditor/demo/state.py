"""What every part of the simulated tenant shares while it runs."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from auditor.demo.faults import Faults
from auditor.demo.organisation import Organisation

TOKEN_LIFETIME_S = 3599


class RecordedRequest(msgspec.Struct, frozen=True):
    """One request as it came: method, decoded path, raw query string."""

    method: str
    path: str
    query: str


class Grant(msgspec.Struct):
    """What a token was issued for, and until when (seconds of the monotonic clock)."""

    audience: str
    client_id: str
    expires_at_s: float


class Tokens:
    """The tokens that the authority issued, as the resources know them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._grants: dict[str, Grant] = {}
        self._clock = clock

    def issue(self, audience: str, client_id: str, *, lifetime_s: float = TOKEN_LIFETIME_S) -> str:
        """Give a new token for an audience."""
        token = secrets.token_urlsafe(48)
        self._grants[token] = Grant(audience.rstrip("/"), client_id, self._clock() + lifetime_s)
        return token

    def grant_of(self, token: str) -> Grant | None:
        """Give what a token allows now; None: it is unknown or has expired."""
        grant = self._grants.get(token)
        return grant if grant and grant.expires_at_s > self._clock() else None

    def expire_all(self) -> None:
        """Let every token issued so far expire at once."""
        for grant in self._grants.values():
            grant.expires_at_s = self._clock()


class TenantState(msgspec.Struct, kw_only=True):
    """The organisation, its addresses and accounts, and what came in.

    `base_url` is the server itself; `url` the organisation's address, with its segment
    on-premises; `directory` holds the private files.
    """

    organisation: Organisation
    base_url: str
    directory: Path
    client_id: str
    client_secret: str
    binding_digest: bytes
    faults: Faults
    client_certificate: Callable[[], Path]
    requests: list[RecordedRequest] = msgspec.field(default_factory=list)
    tokens: Tokens = msgspec.field(default_factory=Tokens)

    @property
    def url(self) -> str:
        """The organisation's address."""
        if self.organisation.deployment == "on-premises":
            return f"{self.base_url}/{self.organisation.name}"
        return self.base_url

    @property
    def tenant_id(self) -> str:
        """The tenant that signs callers in; on-premises has none."""
        return self.organisation.tenant_id or ""
