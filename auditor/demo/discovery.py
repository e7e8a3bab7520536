"""The directories of the simulated tenant: Global Discovery Service and Power Platform admin API.

Source: Power Apps, "Discover user organizations"; Power Platform, "List environments".
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from auditor.demo.rows import stable_id
from auditor.demo.state import TenantState

_PAGE = 2


def routes(state: TenantState) -> list[BaseRoute]:
    """Give the routes of both directories."""

    async def instances(request: Request) -> Response:
        refused = _refused(request, state)
        return refused or JSONResponse({"value": [_instance(each) for each in listed(state)]})

    async def environments(request: Request) -> Response:
        refused = _refused(request, state)
        if refused is not None:
            return refused
        first = int(request.query_params.get("$skiptoken", "0"))
        rows = listed(state)
        content: dict[str, Any] = {
            "value": [_environment(each) for each in rows[first : first + _PAGE]]
        }
        if first + _PAGE < len(rows):
            content["nextLink"] = (
                f"{state.base_url}{request.url.path}?{request.url.query}&$skiptoken={first + _PAGE}"
            )
        return JSONResponse(content)

    scopes = "/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments"
    return [
        Route("/api/discovery/v2.0/Instances", instances, methods=["GET"]),
        Route(scopes, environments, methods=["GET"]),
    ]


def listed(state: TenantState) -> list[dict[str, Any]]:
    """Give the organisations of the tenant: the one that answers, and two that are elsewhere."""
    own = state.organisation
    others = (("sandbox", "Sandbox", "Contoso sandbox"), ("trial", "Trial", "Contoso trial"))
    return [
        {
            "url": state.url,
            "name": own.display_name,
            "unique": own.name,
            "version": own.version,
            "stage": "Production",
            "tenant": state.tenant_id,
        },
        *(
            {
                "url": f"https://{name}.contoso.example",
                "name": title,
                "unique": name,
                "version": own.version,
                "stage": stage,
                "tenant": state.tenant_id,
            }
            for name, stage, title in others
        ),
    ]


def _refused(request: Request, state: TenantState) -> Response | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    grant = state.tokens.grant_of(token) if scheme.lower() == "bearer" else None
    if grant is not None and grant.audience == state.base_url:
        return None
    return JSONResponse({"error": {"code": "Unauthorized", "message": "No token."}}, 401)


def _instance(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "Id": stable_id("instance", row["unique"]),
        "UniqueName": row["unique"],
        "FriendlyName": row["name"],
        "State": 0,
        "Version": row["version"],
        "Url": f"{row['url']}/",
        "TenantId": row["tenant"],
        "Purpose": row["stage"],
    }


def _environment(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": stable_id("environment", row["unique"]),
        "properties": {
            "displayName": row["name"],
            "environmentSku": row["stage"],
            "tenantId": row["tenant"],
            "linkedEnvironmentMetadata": {
                "instanceUrl": f"{row['url']}/",
                "uniqueName": row["unique"],
                "resourceId": stable_id("instance", row["unique"]),
                "version": row["version"],
                "instanceState": "Ready",
            },
        },
    }
