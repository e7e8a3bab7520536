"""Microsoft 365 of the organisation that is measured: so many accounts, in three long listings.

Sources: Microsoft Graph REST API v1.0, *user*; "Exchange Online Admin API"; "Get-CASMailbox".
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

PREFIXES = ("/v1.0/users?", "/adminapi/v2.0/", "/adminapi/beta/")
GRAPH_PAGE, EXCHANGE_PAGE = 999, 1000
_SERVICES = ("exchange", "SharePoint", "MicrosoftCommunicationsOnline", "TeamspaceAPI")
_PLANS = (
    "efb87545-963c-4e0d-99df-69c6916d9eb0",
    "5dbe027f-2339-4123-9542-606e4d348a72",
    "0feaeb32-d00e-4d66-bd5a-43b5b83db82c",
    "57ff2da0-773e-42df-b2af-ffb7a2317929",
)

Row = dict[str, Any]


def page_of(accounts: int, base_url: str, target: str, body: bytes) -> bytes | None:
    """The answer to a request for a page of a listing; None where it is not of these listings."""
    if target.startswith("/v1.0/users?"):
        return _page(accounts, base_url, target, GRAPH_PAGE, _user)
    if target.startswith("/adminapi/"):
        cmdlet = msgspec.json.decode(body)["CmdletInput"]["CmdletName"]
        make = {"Get-Mailbox": _mailbox, "Get-CASMailbox": _cas_mailbox}.get(cmdlet)
        # Where mailboxes forward to is a listing of its own, which this organisation does not fill.
        if make is not None and not (cmdlet == "Get-Mailbox" and "/beta/" in target):
            return _page(accounts, base_url, target, EXCHANGE_PAGE, make)
        return b'{"value":[]}'
    return None


def _page(
    accounts: int, base_url: str, target: str, size: int, make: Callable[[int], Row]
) -> bytes:
    parts = urlsplit(target)
    start = int(parse_qs(parts.query).get("$skiptoken", ["0"])[0])
    end = min(accounts, start + size)
    content: Row = {"value": [make(number) for number in range(start, end)]}
    if end < accounts:
        content["@odata.nextLink"] = f"{base_url}{parts.path}?$skiptoken={end}"
    return msgspec.json.encode(content)


def _addresses(number: int) -> list[str]:
    return [f"SMTP:employee{number}@contoso.example", f"smtp:e{number}@contoso.example"]


def _user(number: int) -> Row:
    address = f"employee{number}@contoso.example"
    return {
        "id": f"{number:08x}-7700-4000-8000-{number:012x}",
        "mail": address,
        "userPrincipalName": address,
        "proxyAddresses": _addresses(number),
        "accountEnabled": True,
        "assignedPlans": [
            {
                "assignedDateTime": f"2025-01-01T00:00:{number % 60:02}Z",
                "capabilityStatus": "Enabled",
                "service": service,
                "servicePlanId": plan,
            }
            for service, plan in zip(_SERVICES, _PLANS, strict=True)
        ],
        "onPremisesSyncEnabled": None,
        "userType": "Member",
    }


def _mailbox(number: int) -> Row:
    return {
        "PrimarySmtpAddress": f"employee{number}@contoso.example",
        "EmailAddresses": _addresses(number),
        "RecipientTypeDetails": "UserMailbox",
    }


def _cas_mailbox(number: int) -> Row:
    return {
        "PrimarySmtpAddress": f"employee{number}@contoso.example",
        "EmailAddresses": _addresses(number),
        "EwsEnabled": True,
    }
