"""Refusals as the token authority words them: a status, an error, a number, a description."""

import datetime as dt

from starlette.responses import JSONResponse

from auditor.demo.rows import stable_id


class OAuthError(Exception):
    """A refusal in the words of the authority."""

    def __init__(self, status: int, error: str, code: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.code = code

    @property
    def description(self) -> str:
        """The description with the number, as a client is told it."""
        return f"AADSTS{self.code}: {self}"


def no_tenant(tenant: str) -> OAuthError:
    """Give the answer to an unknown tenant."""
    return OAuthError(400, "invalid_tenant", 90002, f"Tenant '{tenant}' not found.")


def refusal(error: OAuthError) -> JSONResponse:
    """Give the answer of a refusal."""
    moment = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    trace, correlation = (stable_id(kind, moment) for kind in ("trace", "correlation"))
    description = (
        f"{error.description} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {moment}"
    )
    body = {
        "error": error.error,
        "error_description": description,
        "error_codes": [error.code],
        "timestamp": moment,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={error.code}",
    }
    return JSONResponse(body, status_code=error.status)
