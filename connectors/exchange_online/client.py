"""Asks Exchange Online's Admin API, and the cmdlet endpoint, for what reading cmdlets give.

Sources: "Exchange Online Admin API" (preview since 2025-11-17): endpoints, paging and roles. The
cmdlet endpoint `InvokeCommand` is not documented; it is asked only where the configuration says
so.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from connectors.columnar.page import Page
from connectors.odata.paging import pages
from connectors.sign_in.granted_roles import tenant_of
from connectors.sources.source import Progress, columns_of
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, SignIn, Transport

PAGE_SIZE = 1000
ALL_AT_ONCE = 100_000
"""Rows of a page of the cmdlet endpoint, which takes the address of its next page for expired."""
_TOO_MUCH_AT_ONCE = frozenset({"too-large", "timeout", "truncated", "server-error"})
PREVIEW = "the Exchange Online Admin API is a preview"
UNDOCUMENTED = "the cmdlet endpoint of Exchange Online is not documented"
# The same arbitration mailbox in every tenant; requests about the organisation go to it.
_ANCHOR = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@"


class ExchangeOnline:
    """One tenant's Exchange Online, signed in. Every failure is a `SourceFailed`.

    `cmdlets` tells whether the cmdlet endpoint may be asked as well.
    """

    def __init__(
        self,
        url: str,
        tenant: str,
        transport: Transport,
        sign_in: SignIn,
        *,
        cmdlets: bool = False,
    ) -> None:
        self.cmdlets = cmdlets
        self.url = url.rstrip("/")
        self._tenant = tenant
        self._transport = transport
        self.sign_in = sign_in

    def admin(
        self, cmdlet: str, row: type[Struct], progress: Progress, *, source: str, grant: str
    ) -> Iterator[Page]:
        """What a cmdlet gives through the Admin API, page by page. Raises `SourceFailed`."""
        api = f"{self.url}/adminapi/v2.0/{self._tenant}"
        endpoint = cmdlet.removeprefix("Get-")
        paged = endpoint != "OrganizationConfig"
        progress.columns = columns_of(row)
        select = f"?$select={','.join(progress.columns)}" if paged else ""
        parameters: dict[str, object] = {"ResultSize": "Unlimited"} if paged else {}
        try:
            path = endpoint + select
            yield from self._pages(
                api, path, cmdlet, parameters, row, source, progress, is_kept=paged
            )
        except SourceFailed as failure:
            raise _explained(failure, PREVIEW, grant) from failure

    def cmdlet(
        self,
        cmdlet: str,
        row: type[Struct],
        progress: Progress,
        *,
        source: str,
        grant: str,
        parameters: dict[str, object] | None = None,
    ) -> Iterator[Page]:
        """What a cmdlet gives through the cmdlet endpoint, page by page. Raises `SourceFailed`."""
        api = f"{self.url}/adminapi/beta/{self._tenant}"
        progress.columns = columns_of(row)
        asked = ("InvokeCommand", cmdlet, parameters or {}, row, source, progress)
        given = False
        try:
            try:
                for page in self._pages(api, *asked, page_size=ALL_AT_ONCE):
                    given = True
                    yield page
            except SourceFailed as failure:
                if given or failure.code not in _TOO_MUCH_AT_ONCE:
                    raise
                yield from self._pages(api, *asked)
        except SourceFailed as failure:
            raise _explained(failure, UNDOCUMENTED, grant) from failure

    def _pages(
        self,
        api: str,
        path: str,
        cmdlet: str,
        parameters: dict[str, object],
        row: type[Struct],
        source: str,
        progress: Progress,
        page_size: int = PAGE_SIZE,
        *,
        is_kept: bool = False,
    ) -> Iterator[Page]:
        body = msgspec.json.encode(
            {"CmdletInput": {"CmdletName": cmdlet, "Parameters": parameters}}
        )
        headers = {
            "Content-Type": "application/json",
            "X-AnchorMailbox": f"{_ANCHOR}{self._tenant}",
            "X-CmdletName": cmdlet,
            "X-ResponseFormat": "json",
            "Prefer": f"odata.maxpagesize={page_size}",
        }

        def request(url: str) -> Request:
            return Request(
                url,
                "POST",
                auth=self.sign_in,
                headers=headers,
                body=body,
                purpose="exchange-admin",
                source=source,
                is_kept=is_kept,
            )

        yield from pages(
            self._transport,
            request,
            [f"{api}/{path}"],
            row,
            api,
            progress=progress,
            shape=_listed,
            own_link=self._with_own_name,
        )

    def _with_own_name(self, link: str) -> str:
        """A link in which the tenant goes by its id, with the name that it was asked by."""
        own = tenant_of(self.sign_in, self.url)
        if own is None:
            return link
        return re.sub(
            f"(/adminapi/(?:v2.0|beta)/){re.escape(own)}(?=/)",
            rf"\g<1>{self._tenant}",
            link,
            count=1,
            flags=re.IGNORECASE,
        )


def _listed(content: Any) -> tuple[list[Any], str | None] | None:
    """The objects of an answer and its link: a listing, a bare list, or one object."""
    if isinstance(content, list):
        return content, None
    if not isinstance(content, dict):
        return None
    if "value" not in content:
        own = {name: value for name, value in content.items() if not name.startswith("@")}
        return ([content] if own else []), None
    values, link = content["value"], content.get("@odata.nextLink")
    if not isinstance(values, list) or not isinstance(link, str | None):
        return None
    return values, link


def _explained(failure: SourceFailed, kind: str, grant: str) -> SourceFailed:
    """The failure; says what stands on unsure ground, and names the role that is missing."""
    reason = f"{failure.reason} ({kind})"
    if failure.status in (401, 403):
        return failure.but(reason=f"A role or permission is missing: {reason}", remedy=grant)
    return failure.but(reason=reason)
