"""Lets only reading requests leave the process.

It sits where requests are handed to the network, below every library that may make one, and
judges each by itself: method, address, body and the headers that could change their meaning.
A refusal is a defect of this program, never a failure of a source.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit
from xml.etree import ElementTree

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
_PART_MEMBERS = frozenset({"id", "method", "url", "headers"})
_CHARSET = re.compile(r'charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_EWS_MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
# Servers take these for the request's real method.
_OVERRIDES = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})


def is_token_path(path: str) -> bool:
    """Whether a path is that of a token endpoint of Microsoft Entra or AD FS."""
    return bool(_TOKEN_PATH.fullmatch(path))


class WriteRefused(Exception):
    """A request that might write was about to leave the process. A defect of this program."""


class Guard:
    """Knows what may leave the process. One for each transport."""

    def __init__(self) -> None:
        self._authorities: set[str] = set()

    def allow_authority(self, url: str) -> None:
        """Let token requests go to this authority's host and port."""
        self._authorities.add(origin(url))

    def _knows(self, url: str) -> bool:
        try:
            return origin(url) in self._authorities
        except ValueError:
            return False

    def permit(
        self,
        method: str,
        url: str,
        body: bytes | str | None = None,
        purpose: Purpose = "read",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Return where the request only reads. Raises `WriteRefused` for every other."""
        named = {_header(str(name)): str(value) for name, value in (headers or {}).items()}
        if not is_https(url):
            raise WriteRefused(f"{method} {place_of(url)}: only https leaves the process")
        if not _OVERRIDES.isdisjoint(named):
            raise WriteRefused(f"{method} {place_of(url)}: a header changes the method")
        if method == "GET":
            if body:
                raise WriteRefused(f"GET {place_of(url)}: a body has no meaning here")
            return
        raw = body.encode() if isinstance(body, str) else body
        if method != "POST" or not isinstance(raw, bytes):
            raise WriteRefused(f"{method} {place_of(url)}: only GET and known reading POSTs leave")
        path = urlsplit(url).path
        if purpose == "token":
            permitted = self._knows(url) and is_token_path(path) and not _climbs(path)
        else:
            reads = _READING_POSTS.get(purpose)
            permitted = reads is not None and not _climbs(path) and reads(path, raw, named)
        if not permitted:
            raise WriteRefused(f"POST {place_of(url)}: not a known reading request ({purpose})")


def origin(url: str) -> str:
    """Scheme, host and port of an address, the port always told.

    Raises ValueError, also where readers differ in what the host is: behind a user, or a backslash.
    """
    parts = urlsplit(url)
    if "@" in parts.netloc or "\\" in parts.netloc:
        raise ValueError("the address names a user, or its host is not clear")
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').rstrip('.')}:{port}"


def is_https(url: str) -> bool:
    """Whether it is an https address of some host."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def place_of(url: str) -> str:
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


def _header(name: str) -> str:
    """A header's name as servers compare it: some read an underscore as a hyphen."""
    return name.lower().replace("_", "-")


def _climbs(path: str) -> bool:
    """Whether a path may lead elsewhere than its text says."""
    return "\\" in path or "%" in path or any(each in (".", "..") for each in path.split("/"))


def _is_utf_8(headers: Mapping[str, str]) -> bool:
    """Whether a server will read the body as it is read here."""
    found = _CHARSET.search(headers.get("content-type", ""))
    return (found is None or found[1].lower() in ("utf-8", "utf8")) and not (
        {"content-encoding", "transfer-encoding"} & headers.keys()
    )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_members)
    except (ValueError, RecursionError):
        return None


def _reads_exchange(path: str, body: bytes, headers: Mapping[str, str]) -> bool:
    place = _ADMIN_PATH.fullmatch(path)
    content = _json(body)
    if place is None or not _is_utf_8(headers):
        return False
    if not isinstance(content, dict) or set(content) != {"CmdletInput"}:
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
    if not _BATCH_PATH.fullmatch(path) or not _is_utf_8(headers):
        return False
    if not isinstance(content, dict):
        return False
    parts = content.get("requests")
    return (
        set(content) == {"requests"}
        and isinstance(parts, list)
        and bool(parts)
        and all(isinstance(part, dict) and _reads_part(part) for part in parts)
    )


def _reads_part(part: Mapping[str, Any]) -> bool:
    headers, url = part.get("headers", {}), part.get("url")
    return (
        set(part) <= _PART_MEMBERS
        and part.get("method") == "GET"
        and isinstance(url, str)
        and url.startswith("/")
        and not url.startswith("//")
        and not _climbs(url.partition("?")[0].replace("%20", ""))
        and isinstance(headers, dict)
        and _OVERRIDES.isdisjoint(_header(name) for name in headers)
    )


def _reads_ews(path: str, body: bytes, headers: Mapping[str, str]) -> bool:
    # Entities, or another encoding, could hide an operation from this reading of the body.
    if not _EWS_PATH.fullmatch(path) or b"<!" in body or b"\0" in body:
        return False
    if not _is_utf_8(headers):
        return False
    declared = _XML_ENCODING.match(body)
    if declared is not None and declared[1].lower() not in (b"utf-8", b"utf8"):
        return False
    try:
        body.decode("utf-8")
        envelope = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError):
        return False
    for soap in _SOAP:
        if envelope.tag == f"{{{soap}}}Envelope":
            bodies = [each for each in envelope.iter() if _local_name(each) == "Body"]
            if len(bodies) != 1 or [each.tag for each in envelope if each is not bodies[0]] not in (
                [],
                [f"{{{soap}}}Header"],
            ):
                return False
            operations = [operation.tag for operation in bodies[0]]
            allowed = {f"{{{_EWS_MESSAGES}}}{name}" for name in EWS_OPERATIONS}
            return (
                bodies[0].tag == f"{{{soap}}}Body"
                and envelope[-1] is bodies[0]
                and len(operations) == 1
                and operations[0] in allowed
            )
    return False


def _local_name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


_READING_POSTS: dict[str, Callable[[str, bytes, Mapping[str, str]], bool]] = {
    "exchange-admin": _reads_exchange,
    "graph-batch": _reads_batch,
    "ews": _reads_ews,
}
