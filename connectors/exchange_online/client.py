"""Asks Exchange Online's Admin API, and the cmdlet endpoint, for what reading cmdlets give.

Sources: "Exchange Online Admin API" (preview since 2025-11-17): endpoints, paging and roles. The
cmdlet endpoint `InvokeCommand` is not documented; it is asked only where the configuration says
so.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from connectors.columnar.page import Page
from connectors.odata.decoder_worker import Listing
from connectors.odata.page_decoder import decoder_of
from connectors.odata.paging import pages
from connectors.sources.source import Progress, columns_of
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, SignIn, Transport

PAGE_SIZE = 1000
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
            yield from self._pages(api, endpoint + select, cmdlet, parameters, row, source)
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
        try:
            yield from self._pages(api, "InvokeCommand", cmdlet, parameters or {}, row, source)
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
    ) -> Iterator[Page]:
        body = msgspec.json.encode(
            {"CmdletInput": {"CmdletName": cmdlet, "Parameters": parameters}}
        )
        headers = {
            "Content-Type": "application/json",
            "X-AnchorMailbox": f"{_ANCHOR}{self._tenant}",
            "X-CmdletName": cmdlet,
            "X-ResponseFormat": "json",
            "Prefer": f"odata.maxpagesize={PAGE_SIZE}",
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
            )

        decode = partial(_listing, decoder_of(row), row)
        yield from pages(self._transport, request, [f"{api}/{path}"], row, api, decode=decode)


def _listing(
    decoder: msgspec.json.Decoder[Listing[Any]], row: type[Struct], answer: Answer
) -> Listing[Any]:
    """The rows of an answer and its link; most answers are listings of well-formed rows."""
    try:
        return answer.decoded(decoder)
    except SourceFailed as failure:
        if failure.code != "unexpected-shape":
            raise
    values, following = _listed(answer)
    return Listing(_rows(values, row, answer), following)


def _listed(answer: Answer) -> tuple[list[Any], str | None]:
    """The objects of an answer and its link: a listing, a bare list, or one object."""
    content: Any = answer.decoded(msgspec.json.Decoder())
    if isinstance(content, list):
        return content, None
    if not isinstance(content, dict):
        raise _odd(answer, "neither a listing nor an object")
    if "value" not in content:
        if "error" in content:
            raise _odd(answer, "an error in an answer that reports success")
        own = {name: value for name, value in content.items() if not name.startswith("@")}
        return ([content] if own else []), None
    values, link = content["value"], content.get("@odata.nextLink")
    if not isinstance(values, list) or not isinstance(link, str | None):
        raise _odd(answer, "a listing of another shape")
    return values, link or None


def _rows(values: list[Any], row: type[Struct], answer: Answer) -> list[Any]:
    try:
        return [msgspec.convert(value, row) for value in values]
    except msgspec.ValidationError as error:
        raise _odd(answer, str(error)) from error


def _odd(answer: Answer, why: str) -> SourceFailed:
    place = answer.url.partition("?")[0]
    return SourceFailed(
        f"{place}: the answer has another shape than expected: {why}",
        "Update the auditor, or report this.",
        "unexpected-shape",
        url=place,
        status=answer.status,
    )


def _explained(failure: SourceFailed, kind: str, grant: str) -> SourceFailed:
    """The failure; says what stands on unsure ground, and names the role that is missing."""
    reason = f"{failure.reason} ({kind})"
    if failure.status in (401, 403):
        return failure.but(reason=f"A role or permission is missing: {reason}", remedy=grant)
    return failure.but(reason=reason)
