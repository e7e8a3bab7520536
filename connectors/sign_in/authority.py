"""Which authorities may be given credentials, and how MSAL talks to them."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from connectors.transport.answers import refusal_words
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import is_token_path, origin
from connectors.transport.http import Request, Transport

# Microsoft Entra's public authorities ("Microsoft identity platform and national clouds").
MICROSOFT_AUTHORITIES = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.chinacloudapi.cn",
        "login.partner.microsoftonline.cn",
        "login.windows.net",
    }
)

_BEARER = re.compile(r"(?i)(?:^|,)\s*bearer\s+")
_PARAMETER = re.compile(r'\s*([A-Za-z_]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))\s*(?:,|$)')
# Refusals that are an answer; 408 and 429 are repeated by the transport instead.
_ANSWERS = frozenset(range(400, 500)) - {408, 429}


class Challenge(Struct, frozen=True):
    """What a 401 names: the authority with its tenant, and the resource, None if silent."""

    authority: str
    resource: str | None


def read_challenge(header: str) -> Challenge | None:
    """The Bearer challenge in a `WWW-Authenticate` header; None without a usable one.

    Several schemes may stand in one header, joined by commas.
    """
    found = _BEARER.search(header)
    if found is None:
        return None
    named: dict[str, str] = {}
    position = found.end()
    while parameter := _PARAMETER.match(header, position):
        name, quoted, bare = parameter.groups()
        named.setdefault(name.lower(), bare if quoted is None else quoted)
        position = parameter.end()
    address = named.get("authorization_uri") or named.get("authorization")
    if not address:
        return None
    authority = re.sub(r"/oauth2(?:/v2\.0)?/authorize/?$", "", address.strip())
    authority = re.sub(r"/common$", "/organizations", authority)
    return Challenge(authority.rstrip("/"), named.get("resource_id"))


def check_authority(url: str, configured: str | None) -> None:
    """Return where credentials may go to this authority: the configured one, or Microsoft's.

    Raises `SourceFailed` with code `foreign-authority`.
    """
    try:
        parts = urlsplit(url)
        known = parts.hostname in MICROSOFT_AUTHORITIES and (parts.port or 443) == 443
        same = configured is not None and origin(url) == origin(configured)
        trusted = parts.scheme == "https" and "@" not in parts.netloc and (known or same)
        host = parts.hostname
    except ValueError:
        trusted, host = False, None
    if not trusted:
        raise SourceFailed(
            f"the server names {host or 'an unreadable address'} as the authority to sign in at,"
            " which is neither configured nor Microsoft's",
            "If it is right, set `authority` in the environment's `auth` section.",
            "foreign-authority",
        )


def check_resource(named: str | None, resource: str) -> None:
    """Return where a challenge asks for a token of the same resource, or names none.

    Dynamics 365 answers on a host with `.api.` in it too. Raises `SourceFailed` with code
    `foreign-resource`.
    """
    if named is None:
        return
    try:
        trusted = _plain(named) == _plain(resource)
    except ValueError:
        trusted = False
    if not trusted:
        raise SourceFailed(
            f"{resource} asks for a token of another resource",
            "Check the environment's `url`; no token was asked for.",
            "foreign-resource",
            url=resource,
        )


def _plain(url: str) -> str:
    return re.sub(r"^(https://[^./]+)\.api\.", r"\1.", origin(url))


def ask_challenge(transport: Transport, resource: str) -> tuple[int, Challenge | None]:
    """The status that the resource answers without credentials, and whom it names to sign in at.

    Raises `SourceFailed`.
    """
    answer = transport.get(
        resource.rstrip("/") + "/api/data/",
        accept="*/*",
        source="sign-in",
        accepted=frozenset({400, 401, 404}),
    )
    challenge = read_challenge(answer.headers.get("www-authenticate", ""))
    return answer.status, challenge if answer.status == 401 else None


def find_authority(transport: Transport, resource: str, configured: str | None) -> str:
    """The authority with tenant that the resource names when asked without credentials.

    Raises `SourceFailed`: `foreign-authority`, `foreign-resource`, `no-challenge`.
    """
    status, challenge = ask_challenge(transport, resource)
    if challenge is None:
        raise SourceFailed(
            f"{resource} does not name the authority to sign in at (status {status})",
            "Set `tenant` in the environment's `auth` section.",
            "no-challenge",
            url=resource,
            status=status,
        )
    check_authority(challenge.authority, configured)
    check_resource(challenge.resource, resource)
    return challenge.authority


class AuthorityAnswer:
    """An authority's answer in the shape that MSAL expects."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str]) -> None:
        self.status_code = status
        self.text = text
        self.headers = headers

    def raise_for_status(self) -> None:
        """Nothing to raise: server errors never get this far."""


class AuthorityClient:
    """MSAL's `http_client`: it asks through the transport, and only trusted authorities."""

    def __init__(self, transport: Transport, configured: str) -> None:
        self._transport = transport
        self._configured = configured
        transport.guard.allow_authority(configured)
        for host in MICROSOFT_AUTHORITIES:
            transport.guard.allow_authority(f"https://{host}")

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **rest: object,
    ) -> AuthorityAnswer:
        """An authority's description of itself. Raises `SourceFailed`."""
        if params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        try:
            return self._ask(Request(url, headers=headers or {}, source="sign-in"))
        except SourceFailed as failure:
            if failure.status in (400, 404):
                failure.code = "sign-in-failed"
                failure.remedy = "Check `tenant` and `authority` in the `auth` section."
            raise

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
        **rest: object,
    ) -> AuthorityAnswer:
        """The answer to a token request, a refusal included. Raises `SourceFailed`."""
        if params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        check_authority(url, self._configured)
        if not is_token_path(urlsplit(url).path):
            place = self._transport.redaction.address(url)
            raise SourceFailed(
                f"{place}: this is no token endpoint of Microsoft Entra or AD FS, so no credential"
                " was sent to it",
                "Set `authority` to that of the tenant, such as"
                " https://login.microsoftonline.com, or of AD FS. Other identity providers are"
                " not supported.",
                "authority-of-another-kind",
                url=place,
            )
        form = data if isinstance(data, str) else urlencode(data or {})
        return self._ask(
            Request(
                url,
                "POST",
                headers={**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"},
                body=form.encode(),
                purpose="token",
                source="sign-in",
                accepted=_ANSWERS,
            )
        )

    def close(self) -> None:
        """Nothing to close: the connections are the transport's."""

    def _ask(self, request: Request) -> AuthorityAnswer:
        check_authority(request.url, self._configured)
        answer = self._transport.ask(request)
        text = answer.body.decode("utf-8", "replace")
        if answer.status >= 400 and refusal_words(answer.body, self._transport.redaction) == (
            None,
            "",
        ):
            place = self._transport.redaction.address(request.url)
            raise SourceFailed(
                f"{place}: the authority answered {answer.status} without saying why",
                "Check `authority` and `tenant`, and what stands between here and the authority.",
                "not-json",
                url=place,
                status=answer.status,
            )
        return AuthorityAnswer(answer.status, text, answer.headers)
