"""Lets only reading requests leave the process.

It sits where requests are handed to the network, below every library that may make one, and
judges each by itself: method, address, body and the headers that could change their meaning.
A refusal is a defect of this program, never a failure of a source.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

from connectors.transport.errors import SourceFailed

Purpose = Literal["read", "token", "exchange-admin", "graph-batch", "ews"]

# Exchange Online Admin API, "Endpoints": each endpoint takes the cmdlets of its own name.
EXCHANGE_ADMIN_CMDLETS = frozenset(
    {
        "Get-AcceptedDomain",
        "Get-CASMailbox",
        "Get-CASMailboxPlan",
        "Get-DataEncryptionPolicy",
        "Get-InboundConnector",
        "Get-InboxRule",
        "Get-M365DataAtRestEncryptionPolicy",
        "Get-M365DataAtRestEncryptionPolicyAssignment",
        "Get-Mailbox",
        "Get-MailboxFolderPermission",
        "Get-MailboxStatistics",
        "Get-ManagementRoleAssignment",
        "Get-OrganizationConfig",
        "Get-OutboundConnector",
        "Get-Recipient",
        "Get-RemoteDomain",
        "Get-ThrottlingPolicy",
        "Get-TransportConfig",
        "Get-User",
    }
)

# "EWS operations in Exchange": those that change nothing on the server.
EWS_OPERATIONS = frozenset(
    {
        "ConvertId",
        "FindFolder",
        "FindItem",
        "FindPeople",
        "GetDelegate",
        "GetFolder",
        "GetInboxRules",
        "GetItem",
        "GetMailTips",
        "GetServerTimeZones",
        "GetServiceConfiguration",
        "GetUserAvailabilityRequest",
        "GetUserConfiguration",
        "GetUserOofSettingsRequest",
        "ResolveNames",
    }
)

# AD FS names its endpoint with a slash at the end.
_TOKEN_PATH = re.compile(r"/[A-Za-z0-9._/-]*oauth2/(?:v2\.0/)?(?:token|devicecode)/?")
_ADMIN_PATH = re.compile(r"/adminapi/(v2\.0|beta)/[A-Za-z0-9.-]+/([A-Za-z0-9]+)")
_BATCH_PATH = re.compile(r"/(?:v1\.0|beta)/\$batch")
_EWS_PATH = re.compile(r"/ews/exchange\.asmx", re.IGNORECASE)
_SOAP = (
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2003/05/soap-envelope",
)
_EWS_MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
# Servers take these for the request's real method.
_OVERRIDES = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})


class WriteRefused(Exception):
    """A request that might write was about to leave the process. A defect of this program."""


class Guard:
    """Knows what may leave the process. One for each transport."""

    def __init__(self) -> None:
        self._authorities: set[str] = set()

    def allow_authority(self, url: str) -> None:
        """Let token requests go to this authority's host and port."""
        self._authorities.add(origin(url))

    def permit(
        self,
        method: str,
        url: str,
        body: bytes | str | None = None,
        purpose: Purpose = "read",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Return where the request only reads. Raises `WriteRefused` for every other."""
        named = {str(name).lower(): str(value) for name, value in (headers or {}).items()}
        if not _is_https(url):
            raise WriteRefused(f"{method} {_place(url)}: only https leaves the process")
        if not _OVERRIDES.isdisjoint(named):
            raise WriteRefused(f"{method} {_place(url)}: a header changes the method")
        if method == "GET":
            if body:
                raise WriteRefused(f"GET {_place(url)}: a body has no meaning here")
            return
        raw = body.encode() if isinstance(body, str) else body
        if method != "POST" or not isinstance(raw, bytes):
            raise WriteRefused(f"{method} {_place(url)}: only GET and known reading POSTs leave")
        path = urlsplit(url).path
        if purpose == "token":
            permitted = origin(url) in self._authorities and bool(_TOKEN_PATH.fullmatch(path))
        else:
            reads = _READING_POSTS.get(purpose)
            permitted = reads is not None and reads(path, raw, named)
        if not permitted:
            raise WriteRefused(f"POST {_place(url)}: not a known reading request ({purpose})")


def origin(url: str) -> str:
    """Scheme, host and port of an address, the port always told. Raises ValueError."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').rstrip('.')}:{port}"


def check_follow_up(base_url: str, next_url: str, seen: set[str] | None = None) -> str:
    """The follow-up address, where it may be asked with the same credentials.

    It must be https, on the base's host and port and below the base's path, and comes as it is;
    one that is relative begins at the base, as in "OData JSON Format", Relative URLs. `seen` is
    the caller's set of addresses already asked; the address is added to it. Raises `SourceFailed`
    with code `foreign-link` or `repeated-link`.
    """
    relative, next_url = next_url, _absolute(base_url, next_url)
    remedy = "Check what stands between this computer and the server; the link was not followed."
    try:
        parts, base = urlsplit(next_url), urlsplit(base_url)
        trusted = (
            _is_https(next_url)
            and origin(next_url) == origin(base_url)
            and "@" not in parts.netloc
            and not parts.fragment
            and relative.isprintable()
            and " " not in relative
            and _is_below(parts.path, base.path)
        )
    except ValueError:
        trusted = False
    if not trusted:
        raise SourceFailed(
            f"{_place(base_url)} continued at a foreign address, {_place(next_url)}",
            remedy,
            "foreign-link",
            url=_place(base_url),
        )
    if seen is not None:
        if next_url in seen:
            raise SourceFailed(
                f"{_place(base_url)} named the same follow-up address twice",
                "Run the audit again; if it stays, report it to the service's operator.",
                "repeated-link",
                url=_place(base_url),
            )
        seen.add(next_url)
    return next_url


def _absolute(base_url: str, url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    is_relative = url and not parts.scheme and not parts.netloc
    return urljoin(f"{base_url.rstrip('/')}/", url) if is_relative else url


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_below(path: str, base: str) -> bool:
    lowered = path.lower()
    if "\\" in path or "%2e" in lowered or "%2f" in lowered or "%5c" in lowered:
        return False
    if any(segment in {".", ".."} for segment in path.split("/")):
        return False
    prefix = base.rstrip("/")
    return path == prefix or path.startswith(prefix + "/")


def _place(url: str) -> str:
    """The address without user, query and fragment, for messages."""
    try:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        return "an address that cannot be read"
    return "".join(c if c.isprintable() else "?" for c in place)[:200]


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, refused where a member stands twice: readers differ on which one counts."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, object_pairs_hook=_members)
    except (ValueError, RecursionError):
        return None


def _reads_exchange(path: str, body: bytes, headers: Mapping[str, str]) -> bool:
    place = _ADMIN_PATH.fullmatch(path)
    content = _json(body)
    if place is None or not isinstance(content, dict) or set(content) != {"CmdletInput"}:
        return False
    call = content["CmdletInput"]
    if not isinstance(call, dict) or not set(call) <= {"CmdletName", "Parameters"}:
        return False
    cmdlet = call.get("CmdletName")
    if not isinstance(cmdlet, str) or cmdlet not in EXCHANGE_ADMIN_CMDLETS:
        return False
    if headers.get("x-cmdletname", cmdlet) != cmdlet:
        return False
    version, endpoint = place.groups()
    return endpoint == ("InvokeCommand" if version == "beta" else cmdlet.removeprefix("Get-"))


def _reads_batch(path: str, body: bytes, headers: Mapping[str, str]) -> bool:
    content = _json(body)
    if not _BATCH_PATH.fullmatch(path) or not isinstance(content, dict):
        return False
    parts = content.get("requests")
    return (
        set(content) == {"requests"}
        and isinstance(parts, list)
        and bool(parts)
        and all(isinstance(part, dict) and _reads_part(part) for part in parts)
    )


def _reads_part(part: Mapping[str, Any]) -> bool:
    headers = part.get("headers", {})
    return (
        part.get("method") == "GET"
        and "body" not in part
        and isinstance(part.get("url"), str)
        and part["url"].startswith("/")
        and not part["url"].startswith("//")
        and isinstance(headers, dict)
        and _OVERRIDES.isdisjoint(name.lower() for name in headers)
    )


def _reads_ews(path: str, body: bytes, headers: Mapping[str, str]) -> bool:
    # Entities, or another encoding, could hide an operation from this reading of the body.
    if not _EWS_PATH.fullmatch(path) or b"<!" in body or b"\0" in body:
        return False
    try:
        envelope = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError):
        return False
    for soap in _SOAP:
        if envelope.tag == f"{{{soap}}}Envelope":
            bodies = envelope.findall(f"{{{soap}}}Body")
            operations = [operation.tag for found in bodies for operation in found]
            allowed = {f"{{{_EWS_MESSAGES}}}{name}" for name in EWS_OPERATIONS}
            return len(bodies) == 1 and len(operations) == 1 and operations[0] in allowed
    return False


_READING_POSTS: dict[str, Callable[[str, bytes, Mapping[str, str]], bool]] = {
    "exchange-admin": _reads_exchange,
    "graph-batch": _reads_batch,
    "ews": _reads_ews,
}
