"""Exchange Online of the simulated tenant: the Admin API and the cmdlet endpoint behind it.

Source: Exchange Online Admin API, pages on endpoints, paging and authorization.
"""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from auditor.demo.directory import Directory, Person
from auditor.demo.microsoft_365 import Refusal, answer, check_token, position_in, selected
from auditor.demo.rows import stable_id
from auditor.demo.state import TenantState

_PAGE = 1000
_HOLDER = "ImpersonationHolder"
_DOCUMENTED = {"Get-OrganizationConfig", "Get-AcceptedDomain", "Get-Mailbox"}
_TYPES = {"user": "UserMailbox", "shared": "SharedMailbox"}
_OF_PEOPLE = {"Get-Mailbox": "online", "Get-CASMailbox": "online", "Get-Recipient": "server"}

Rows = list[dict[str, Any]]


def routes(state: TenantState) -> list[BaseRoute]:
    """Give the routes of the Admin API and of the cmdlet endpoint."""
    exchange = ExchangeAdmin(state)
    path = "/adminapi/{version}/{tenant}/{endpoint}"
    return [Route(path, exchange.respond, methods=["POST"])]


class ExchangeAdmin:
    """Answers reading cmdlets from the organisation's directory."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._directory = Directory(state.organisation)

    async def respond(self, request: Request) -> Response:
        """Answer one cmdlet, or refuse as the service does."""
        try:
            check_token(request, self._state)
            return answer(self._answered(request, await request.body()))
        except Refusal as refusal:
            return answer(refusal.body, refusal.status)

    def _answered(self, request: Request, body: bytes) -> dict[str, Any]:
        version, endpoint = request.path_params["version"], request.path_params["endpoint"]
        if request.path_params["tenant"] not in (self._state.tenant_id, "contoso.onmicrosoft.com"):
            raise Refusal(400, "BadRequest", "The tenant is not of this address.")
        if not request.headers.get("x-anchormailbox"):
            raise Refusal(400, "ErrorIncorrectRoutingHint", "X-AnchorMailbox is missing.")
        try:
            call = msgspec.json.decode(body)["CmdletInput"]
            cmdlet, parameters = call["CmdletName"], call.get("Parameters", {})
        except (msgspec.DecodeError, KeyError, TypeError):
            raise Refusal(400, "BadRequest", "The body holds no CmdletInput.") from None
        self._check(version, endpoint, cmdlet)
        if cmdlet in _OF_PEOPLE:
            return self._people(request, cmdlet)
        return {"value": self._selected(request, self._settings(cmdlet, parameters))}

    def _check(self, version: str, endpoint: str, cmdlet: str) -> None:
        documented = version == "v2.0"
        permission = "Exchange.ManageAsAppV2" if documented else "Exchange.ManageAsApp"
        if not {permission, cmdlet}.isdisjoint(self._state.faults.denied_permissions):
            raise Refusal(403, "Forbidden", f"User is not allowed to call {cmdlet}")
        wanted = cmdlet.removeprefix("Get-") if documented else "InvokeCommand"
        known = cmdlet in _DOCUMENTED if documented else cmdlet.startswith("Get-")
        if version not in ("v2.0", "beta") or endpoint != wanted or not known:
            raise Refusal(400, "BadRequest", f"{endpoint} does not take the cmdlet {cmdlet}.")

    def _settings(self, cmdlet: str, parameters: dict[str, Any]) -> Rows:
        own = self._state.organisation.exchange
        if cmdlet == "Get-AcceptedDomain":
            return [
                {"DomainName": name, "DomainType": "Authoritative", "Default": not number}
                for number, name in enumerate(("contoso.example", "contoso.onmicrosoft.com"))
            ]
        if cmdlet == "Get-OrganizationConfig":
            row: dict[str, Any] = {
                "Name": "contoso.onmicrosoft.com",
                "Guid": stable_id("exchange", "contoso"),
            }
            if parameters.get("RetrieveEwsOperationAccessPolicy"):
                row |= {
                    "EwsEnabled": own.get("EwsEnabled", True),
                    "EwsAllowedAppIDs": own.get(
                        "EwsAllowedAppIDs", "00000007-0000-0000-c000-000000000000"
                    ),
                    "EwsApplicationAccessPolicy": None,
                    "EwsAllowList": None,
                }
            return [row]
        if cmdlet == "Get-TransportConfig":
            return [
                {
                    "SmtpClientAuthenticationDisabled": True,
                    "MaxReceiveSize": "36 MB (37,748,736 bytes)",
                }
                | {
                    name: own[name]
                    for name in own
                    if not name.startswith("Ews") and name != _HOLDER
                }
            ]
        if cmdlet == "Get-ManagementRoleAssignment":
            held = [
                ("Mail Recipients", "Recipient Management"),
                ("View-Only Recipients", "Auditors"),
            ]
            held += [("ApplicationImpersonation", str(who)) for who in (own.get(_HOLDER),) if who]
            return [
                {"Name": f"{role}-{who}", "Role": role, "RoleAssigneeName": who, "Enabled": True}
                for role, who in held
            ]
        if cmdlet in ("Get-DataEncryptionPolicy", "Get-M365DataAtRestEncryptionPolicyAssignment"):
            return []
        raise Refusal(400, "BadRequest", f"{cmdlet} is not simulated.")

    def _people(self, request: Request, cmdlet: str) -> dict[str, Any]:
        found, following = self._directory.page(position_in(request), _PAGE, _OF_PEOPLE[cmdlet])
        rows = [_rows_of(each, cmdlet) for each in found]
        content: dict[str, Any] = {"value": self._selected(request, rows)}
        if following is not None:
            names = request.query_params.get("$select", "")
            query = f"$select={names}&" if names else ""
            content["@odata.nextLink"] = (
                f"{self._state.base_url}{request.url.path}?{query}$skiptoken={following}"
            )
        return content

    def _selected(self, request: Request, rows: Rows) -> Rows:
        return [selected(row, request.query_params.get("$select")) for row in rows]


def _rows_of(person: Person, cmdlet: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "PrimarySmtpAddress": person.primary,
        "EmailAddresses": person.proxies,
    }
    if cmdlet == "Get-CASMailbox":
        unset = {"EwsApplicationAccessPolicy": None, "SmtpClientAuthenticationDisabled": None}
        return row | {"EwsEnabled": person.ews_enabled} | unset
    if cmdlet == "Get-Recipient":
        name = person.primary.partition("@")[0]
        target = f"SMTP:{name}@mail.contoso-internal.example"
        return row | {"RecipientTypeDetails": "MailUser", "ExternalEmailAddress": target}
    forwards = person.forwards_to
    return row | {
        "RecipientTypeDetails": _TYPES[person.purpose],
        "ForwardingAddress": None,
        "ForwardingSmtpAddress": f"smtp:{forwards}" if forwards else None,
        "DeliverToMailboxAndForward": bool(forwards) and person.keeps_copy,
    }
