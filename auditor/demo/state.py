"""What every part of the simulated tenant shares while it runs."""

import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import jwt
import msgspec

from auditor.demo.faults import Faults
from auditor.demo.organisation import Organisation

TOKEN_LIFETIME_S = 3599
APPLICATION_PERMISSIONS = frozenset(
    {
        "Application.Read.All",
        "Exchange.ManageAsApp",
        "Exchange.ManageAsAppV2",
        "MailboxSettings.Read",
        "Organization.Read.All",
        "Policy.Read.All",
        "User.Read.All",
    }
)
"""What the auditor's application was given in Microsoft Graph and Exchange Online."""


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
    """The tokens that the authority issued, as the resources know them.

    `roles` gives the application's permissions of the moment, which each token names.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        roles: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.roles = roles
        self._grants: dict[str, Grant] = {}
        self._clock = clock

    def issue(self, audience: str, client_id: str, *, lifetime_s: float = TOKEN_LIFETIME_S) -> str:
        """Give a new token for an audience."""
        claims = {"aud": audience, "appid": client_id, "roles": sorted(self.roles())}
        token = jwt.encode(claims, secrets.token_bytes(32), algorithm="HS256")
        self._grants[token] = Grant(audience.rstrip("/"), client_id, self._clock() + lifetime_s)
        return token

    @property
    def issued(self) -> tuple[str, ...]:
        """Every token so far."""
        return tuple(self._grants)

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
    writable: bool = False
    requests: list[RecordedRequest] = msgspec.field(default_factory=list)
    tokens: Tokens = msgspec.field(default_factory=Tokens)

    def __post_init__(self) -> None:
        self.tokens.roles = lambda: (
            (APPLICATION_PERMISSIONS - self.faults.denied_permissions)
            | {each for each in self.faults.extra_permissions if not each.startswith("prv")}
        )

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
