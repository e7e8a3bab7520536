"""What the simulated parts of Microsoft 365 share: how they refuse and how they answer."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from auditor.demo.state import TenantState

_encode = msgspec.json.Encoder().encode


class Refusal(Exception):
    """A refusal: HTTP status, code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    @property
    def body(self) -> dict[str, Any]:
        """The error as OData words it."""
        return {"error": {"code": self.code, "message": self.message}}


def answer(content: Any, status: int = 200) -> Response:
    """Give a JSON answer."""
    return Response(_encode(content), status, media_type="application/json")


def check_token(request: Request, state: TenantState) -> None:
    """Return where the request bears a token for this resource."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    grant = state.tokens.grant_of(token) if scheme.lower() == "bearer" else None
    if grant is None or grant.audience != state.base_url:
        raise Refusal(401, "InvalidAuthenticationToken", "Access token is missing or has expired.")


def position_in(request: Request) -> int:
    """Give where a page starts."""
    text = request.query_params.get("$skiptoken", "0")
    if not text.isdigit():
        raise Refusal(400, "BadRequest", "The skip token is not one of this service's.")
    return int(text)


def selected(row: dict[str, Any], names: str | None) -> dict[str, Any]:
    """Give the row with the asked columns only; refuse one that it does not have."""
    if not names:
        return row
    wanted = names.split(",")
    for name in wanted:
        if name not in row:
            raise Refusal(400, "BadRequest", f"Could not find a property named '{name}'.")
    return {name: row[name] for name in wanted}
