"""What a status other than success means, and what to do about it."""

from dataclasses import replace
from urllib.parse import urljoin

from connectors.transport.answers import Answer, refusal_words
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.links import on_same_host
from connectors.transport.redaction import Redaction
from connectors.transport.request import Request

MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PRIVATE_HEADERS = frozenset({"set-cookie", "authorization", "www-authenticate"})
_STATUS_CODES = {
    400: ("bad-request", "The server did not understand the request; report this."),
    401: ("unauthorized", "Check the `auth` section, and that this server knows the account."),
    403: ("forbidden", "Grant the permission to read; `auditor doctor` prints the command."),
    404: ("not-found", "Check the address in the configuration, and the server's version."),
    407: ("proxy-failed", "Check `[network] proxy`: the proxy requires a sign-in."),
    429: ("throttled", "Run the audit again later, or when fewer programs use the service."),
}


def refusal(answer: Answer, place: str, redaction: Redaction) -> SourceFailed:
    """The failure that a refusing answer stands for, in the server's own words, redacted."""
    code, message = refusal_words(answer.body, redaction)
    kind, remedy = _STATUS_CODES.get(
        answer.status,
        ("server-error", "Run the audit again later; look at the server's own log.")
        if answer.status >= 500
        else ("unexpected-status", "Check the address in the configuration."),
    )
    said = " ".join(part for part in (code, message) if part)
    return SourceFailed(
        f"{place}: the server answered {answer.status}" + (f": {said}" if said else ""),
        remedy,
        kind,
        url=place,
        status=answer.status,
        server_code=code,
        headers={
            name: redaction.line(value)
            for name, value in answer.headers.items()
            if name not in _PRIVATE_HEADERS
        },
    )


def redirected(
    request: Request, answer: Answer, place: str, redirects: int, redaction: Redaction
) -> Request:
    """The request again, at the path that the server named: on the same host and port only.

    `redirects` counts them, this one included. Raises `SourceFailed` where none is followed.
    """
    target = answer.headers.get("location", "")
    try:
        url = urljoin(request.url, target)
    except ValueError:
        url = ""
    followed = on_same_host(request.url, url) if target else None
    if followed is not None and request.method == "GET" and redirects <= MOST_REDIRECTS:
        return replace(request, url=followed)
    where = redaction.address(url) if url else "nowhere"
    raise SourceFailed(
        f"{place}: the server redirects to {where}, which was not followed"
        if redirects <= MOST_REDIRECTS
        else f"{place}: more than {MOST_REDIRECTS} redirects, the last to {where}",
        "Write the final address in the configuration. A sign-in page means that the server"
        " requires another method of signing in.",
        "redirected",
        url=place,
        status=answer.status,
    )
