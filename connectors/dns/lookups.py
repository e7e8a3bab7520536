"""What the readers of mail domains ask: name servers, and the sign-in service."""

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from connectors.dns.names import Names
from connectors.dns.rows import TenantRow
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport

TENANTS = "dns.tenants"
PUBLIC_AUTHORITY = "https://login.microsoftonline.com"

_TENANT = re.compile(r"/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/|$)", re.IGNORECASE)
# The authority's words for a domain that nobody has: AADSTS90002, AADSTS900023.
_NO_SUCH_TENANT = frozenset({400, 404})

_REFUSED = "The authority refuses nobody: see what stands between here and it, such as a proxy."


class _Description(Struct):
    issuer: str = ""


class Lookups:
    """Asks name servers, and the authority which tenant a domain belongs to.

    `authority` is the address of the sign-in service without a tenant. `remaining_s` gives the
    seconds until the run's deadline, None without one.
    """

    def __init__(
        self,
        names: Names,
        transport: Transport,
        authority: str = PUBLIC_AUTHORITY,
        remaining_s: Callable[[], float | None] = lambda: None,
    ) -> None:
        self.names = names
        self._transport = transport
        parts = urlsplit(authority)
        self._authority = f"{parts.scheme}://{parts.netloc}"
        self._remaining_s = remaining_s

    def is_late(self) -> bool:
        """Whether the run's time is over."""
        remaining_s = self._remaining_s()
        return remaining_s is not None and remaining_s <= 0

    def tenant_of(self, domain: str) -> TenantRow:
        """The tenant of a domain, asked of the authority's public description, never signed in.

        Raises `SourceFailed` where the authority cannot be asked at all.
        """
        try:
            answer = self._transport.get(
                f"{self._authority}/{quote(domain, safe='')}/v2.0/.well-known/openid-configuration",
                source=TENANTS,
                accepted=_NO_SUCH_TENANT,
            )
        except SourceFailed as failure:
            if failure.status != 403:
                raise
            raise failure.but(remedy=_REFUSED) from failure
        if answer.status in _NO_SUCH_TENANT:
            return TenantRow(domain=domain)
        try:
            issuer = msgspec.json.decode(answer.body, type=_Description).issuer
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SourceFailed(
                f"{self._authority}: the description of the tenant of {domain} cannot be read",
                "Check `authority`, and what stands between here and the authority.",
                "not-json",
                url=self._authority,
            ) from error
        found = _TENANT.search(issuer)
        if found is None:
            return TenantRow(
                domain=domain, problem="The authority's description names no tenant by its id."
            )
        return TenantRow(domain=domain, tenant_id=found[1].lower())
