"""Microsoft Graph of the simulated tenant.

Source: Microsoft Graph REST API v1.0, pages on users, mailboxSettings, messageRule, applications,
policies and on combining requests in a batch.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from auditor.demo.directory import Directory, Person
from auditor.demo.microsoft_365 import Refusal, answer, check_token, position_in, selected
from auditor.demo.rows import stable_id
from auditor.demo.state import TenantState
from connectors.normalisation.profile.own_applications import NEEDED

DYNAMICS_APP_ID = "00000007-0000-0000-c000-000000000000"
_EXCHANGE_PLAN = "efb87545-963c-4e0d-99df-69c6916d9eb0"
_FOUNDATION_PLAN = "113feb6c-3fe4-4440-bddc-54d774bf0318"
_DEFAULT_PAGE, _LARGEST_PAGE, _LARGEST_BATCH = 100, 999, 20
_OF_MAILBOX = re.compile(r"/users/([^/]+)/(mailboxSettings|mailFolders/inbox/messageRules)")
_OF_APP = re.compile(r"appId eq '([0-9a-f-]{36})'")

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
Rows = list[dict[str, Any]]


def routes(state: TenantState) -> list[BaseRoute]:
    """Give the routes of Graph."""
    graph = Graph(state)

    def route(path: str, permission: str, give: Callable[[Request], Any]) -> Route:
        async def respond(request: Request) -> Response:
            try:
                check_token(request, state)
                _check_permission(state, permission)
                return answer(give(request))
            except Refusal as refusal:
                return answer(refusal.body, refusal.status)

        return Route(f"/v1.0/{path}", respond, methods=["GET"])

    policy, application = "Policy.Read.All", "Application.Read.All"
    defaults = "policies/identitySecurityDefaultsEnforcementPolicy"
    return [
        route("organization", "Organization.Read.All", graph.organization),
        route("users", "User.Read.All", graph.users),
        route("servicePrincipals", application, graph.service_principals),
        route("servicePrincipals/{principal}/appRoleAssignments", application, graph.assignments),
        route("applications", application, graph.applications),
        route("identity/conditionalAccess/policies", policy, graph.policies),
        route(defaults, policy, graph.security_defaults),
        Route("/v1.0/$batch", graph.batch, methods=["POST"]),
    ]


class Graph:
    """Answers from the organisation's directory."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._directory = Directory(state.organisation)

    def organization(self, request: Request) -> dict[str, Any]:
        """Give the tenant."""
        domains = ["contoso.example", "contoso.onmicrosoft.com"]
        row = {
            "id": self._state.tenant_id,
            "displayName": self._state.organisation.display_name,
            "verifiedDomains": [
                {"name": name, "isInitial": name.endswith(".com"), "isDefault": not number}
                for number, name in enumerate(domains)
            ],
            "onPremisesSyncEnabled": True,
        }
        return self._listing(request, [row])

    def users(self, request: Request) -> dict[str, Any]:
        """Give a page of accounts."""
        top = request.query_params.get("$top", str(_DEFAULT_PAGE))
        if not top.isdigit() or not 1 <= int(top) <= _LARGEST_PAGE:
            raise Refusal(400, "Request_UnsupportedQuery", f"Invalid page size '{top}'.")
        people, following = self._directory.page(position_in(request), int(top))
        content = self._listing(request, [_account(each) for each in people])
        if following is not None:
            names = request.query_params.get("$select", "")
            query = f"$select={names}&" if names else ""
            content["@odata.nextLink"] = (
                f"{self._state.base_url}/v1.0/users?{query}$top={top}&$skiptoken={following}"
            )
        return content

    def service_principals(self, request: Request) -> dict[str, Any]:
        """Give the applications of the tenant: Dynamics 365 has one."""
        row = {
            "id": stable_id("service-principal", DYNAMICS_APP_ID),
            "appId": DYNAMICS_APP_ID,
            "displayName": "Dataverse",
            "accountEnabled": True,
        }
        offering = {
            "id": _principal_of(GRAPH_APP_ID),
            "appId": GRAPH_APP_ID,
            "displayName": "Microsoft Graph",
            "accountEnabled": True,
            "appRoles": [{"id": _role(name), "value": name} for name in NEEDED],
        }
        own = [
            {"id": _principal_of(id), "appId": id, "accountEnabled": True, "appRoles": []}
            for id in self._state.organisation.applications
        ]
        return self._listing(request, _filtered(request, [row, offering, *own]))

    def assignments(self, request: Request) -> dict[str, Any]:
        """Give what an application may do: everything that synchronization needs."""
        principal = request.path_params["principal"]
        rows = [
            {
                "id": stable_id("assignment", f"{principal}-{name}"),
                "appRoleId": _role(name),
                "resourceId": _principal_of(GRAPH_APP_ID),
            }
            for name in NEEDED
        ]
        return self._listing(request, rows)

    def applications(self, request: Request) -> dict[str, Any]:
        """Give the registered applications, with the ends of their secrets."""
        rows = [
            {
                "id": stable_id("application-object", app_id),
                "appId": app_id,
                "passwordCredentials": [{"endDateTime": end, "displayName": "Rotated by hand"}],
                "keyCredentials": [],
            }
            for app_id, end in self._state.organisation.applications.items()
        ]
        return self._listing(request, _filtered(request, rows))

    def policies(self, request: Request) -> dict[str, Any]:
        """Give the conditional access policies: one for administrators, one that only reports."""
        administrators = stable_id("directory-role", "administrators")
        rows = [
            {
                "id": stable_id("policy", state),
                "displayName": f"Ask administrators again ({state})",
                "state": state,
                "conditions": {
                    "users": {"includeUsers": [], "includeRoles": [administrators]},
                    "applications": {"includeApplications": ["All"]},
                    "clientAppTypes": ["all"],
                },
                "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
            }
            for state in ("enabled", "enabledForReportingButNotEnforced")
        ]
        return self._listing(request, rows)

    def security_defaults(self, request: Request) -> dict[str, Any]:
        """Give the switch of security defaults, which policies replace."""
        return {"id": "00000000-0000-0000-0000-000000000005", "isEnabled": False}

    async def batch(self, request: Request) -> Response:
        """Answer up to twenty questions, each with its own status."""
        try:
            check_token(request, self._state)
            content = msgspec.json.decode(await request.body())
            parts = content["requests"]
            if not 0 < len(parts) <= _LARGEST_BATCH:
                raise Refusal(400, "BadRequest", "A batch holds 1 to 20 requests.")
            return answer({"responses": [self._part(each) for each in parts]})
        except (msgspec.DecodeError, KeyError, TypeError):
            refusal = Refusal(400, "BadRequest", "Invalid batch payload format.")
            return answer(refusal.body, 400)
        except Refusal as refusal:
            return answer(refusal.body, refusal.status)

    def _part(self, part: dict[str, Any]) -> dict[str, Any]:
        address = urlsplit(part["url"])
        fault = self._state.faults.take(f"/v1.0{address.path}", "throttled")
        if fault is not None:
            body = Refusal(429, "ApplicationThrottled", "Too many requests.").body
            headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
            return {"id": part["id"], "status": 429, "headers": headers, "body": body}
        try:
            found = _OF_MAILBOX.fullmatch(address.path)
            if part["method"] != "GET" or found is None:
                raise Refusal(405, "Request_BadRequest", "Only mailboxes are asked in a batch.")
            names = parse_qs(address.query).get("$select", [None])[0]
            person = self._with_mailbox(found[1])
            if found[2] == "mailboxSettings":
                body = selected({"userPurpose": person.purpose, "timeZone": "UTC"}, names)
            else:
                body = {"value": [selected(rule, names) for rule in _rules(person)]}
            status = 200
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        return {"id": part["id"], "status": status, "headers": {}, "body": body}

    def _with_mailbox(self, account_id: str) -> Person:
        if "MailboxSettings.Read" in self._state.faults.denied_permissions:
            raise Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials.")
        person = self._directory.by_id(account_id)
        if person is None:
            raise Refusal(404, "Request_ResourceNotFound", f"'{account_id}' does not exist.")
        if person.lives != "online":
            raise Refusal(
                404,
                "MailboxNotEnabledForRESTAPI",
                "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
            )
        return person

    def _listing(self, request: Request, rows: Rows) -> dict[str, Any]:
        names = request.query_params.get("$select")
        return {
            "@odata.context": f"{self._state.base_url}/v1.0/$metadata",
            "value": [selected(row, names) for row in rows],
        }


def _principal_of(app_id: str) -> str:
    return stable_id("service-principal", app_id)


def _role(name: str) -> str:
    return stable_id("app-role", name)


def _check_permission(state: TenantState, permission: str) -> None:
    if permission in state.faults.denied_permissions:
        raise Refusal(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )


def _filtered(request: Request, rows: Rows) -> Rows:
    asked = request.query_params.get("$filter")
    if asked is None:
        return rows
    found = _OF_APP.fullmatch(asked)
    if found is None:
        raise Refusal(400, "Request_UnsupportedQuery", "The filter is not simulated.")
    return [row for row in rows if row["appId"] == found[1]]


def _account(person: Person) -> dict[str, Any]:
    plans = [_EXCHANGE_PLAN] if person.licensed else []
    return {
        "id": person.id,
        "mail": person.primary,
        "userPrincipalName": person.primary,
        "proxyAddresses": person.proxies,
        "accountEnabled": person.enabled,
        "assignedPlans": [
            {
                "assignedDateTime": "2025-01-01T00:00:00Z",
                "capabilityStatus": "Enabled",
                "service": "exchange",
                "servicePlanId": plan,
            }
            for plan in (*plans, _FOUNDATION_PLAN)
        ],
        "onPremisesSyncEnabled": True if person.lives == "server" else None,
        "userType": "Member",
    }


def _rules(person: Person) -> Rows:
    """Give the Inbox rules: everybody has one that was switched off, and one that only marks."""
    folder = {"moveToFolder": stable_id("folder", person.address)}
    rules: list[tuple[str, bool, dict[str, Any]]] = [
        ("Newsletters (old)", False, folder),
        ("From my manager", True, {"markImportance": "high"}),
    ]
    if person.rule_moves_email:
        rules.append(("Customers", True, folder | {"stopProcessingRules": True}))
    return [
        {
            "id": stable_id("rule", f"{person.address} {name}"),
            "displayName": name,
            "sequence": number,
            "isEnabled": enabled,
            "hasError": False,
            "isReadOnly": False,
            "conditions": {"senderContains": ["example"]},
            "actions": actions,
        }
        for number, (name, enabled, actions) in enumerate(rules, 1)
    ]
