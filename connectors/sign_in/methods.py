"""Signs requests in: which method, with which credentials, for which resource.

Sign-ins of Microsoft Entra and AD FS are MSAL's work; it asks through the transport, so that trust,
limits and the guard are the same for it. Tokens stay in memory and last for the run at most; only
a person's sign-in may be remembered, by the operating system's protected store.
"""

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import requests
from msgspec import Struct
from requests.auth import AuthBase

from connectors.transport.errors import SourceFailed
from connectors.transport.guard import origin
from connectors.transport.http import SignIn, Transport

if TYPE_CHECKING:
    from connectors.sign_in.entra import Token
    from connectors.sign_in.passwords import PasswordSignIn

Prompt = Callable[[str], None]

# A token is renewed this long before its end, so that it does not end on its way.
_MARGIN_S = 300.0
_SECRETS = frozenset({"client_secret", "certificate", "certificate_password", "password"})


class AuthSettings(Struct, frozen=True, kw_only=True):
    """One way to sign in, its secrets already read; `certificate` is PEM text with its key.

    `authority` is an address with the tenant in `tenant`, or with it as its path; None for the
    one that the server or Microsoft names.
    """

    method: str
    tenant: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    authority: str | None = None
    certificate: str | None = None
    certificate_password: str | None = None
    username: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        shown = (
            f"{name}={'…' if name in _SECRETS else repr(value)}"
            for name in self.__struct_fields__
            if (value := getattr(self, name)) is not None
        )
        return f"AuthSettings({', '.join(shown)})"

    def required(self, name: str) -> str:
        """A setting that the method cannot do without. Raises `SourceFailed`."""
        value = getattr(self, name)
        if not isinstance(value, str) or not value:
            raise SourceFailed(
                f'signing in by "{self.method}" needs `{name}`',
                f"Set `{name}` in the `auth` section of the configuration.",
                "incomplete-sign-in",
            )
        return value


class Bearer(AuthBase):
    """Signs requests in with a token, one token request for each resource.

    `acquire` gives a token; its argument asks for a fresh one in place of any that is kept. A
    failure to sign in stays for the run: no credential is tried twice.
    """

    def __init__(
        self,
        resource: str,
        hosts: Iterable[str],
        acquire: "Callable[[bool], Token]",
        transport: Transport,
    ) -> None:
        self.resource = resource
        self._origins = frozenset(origin(host) for host in hosts)
        self._acquire = acquire
        self._transport = transport
        self._lock = threading.Lock()
        self._header: str | None = None
        self._good_until = 0.0
        self._failure: SourceFailed | None = None

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token, asking for one where none is good any more. Raises `SourceFailed`."""
        check_host(r.url or "", self._origins)
        with self._lock:
            header = self._header
            if header is None or self._transport.policy.clock() >= self._good_until:
                header = self._obtain(fresh=header is not None)
            r.headers["Authorization"] = header
        return r

    def renew(self, refused: requests.PreparedRequest) -> bool:
        """Get a fresh token, unless another thread has done so since the refused request left."""
        with self._lock:
            if refused.headers.get("Authorization") == self._header:
                self._obtain(fresh=True)
            return True

    def _obtain(self, fresh: bool) -> str:
        if self._failure is not None:
            raise self._failure
        try:
            token = self._acquire(fresh)
        except SourceFailed as failure:
            self._failure = failure
            raise
        self._transport.redaction.learn(token.value)
        self._header = header = f"Bearer {token.value}"
        lifetime_s = max(token.lifetime_s - _MARGIN_S, token.lifetime_s / 2)
        self._good_until = self._transport.policy.clock() + lifetime_s
        return header


def check_host(url: str, origins: frozenset[str]) -> None:
    """Return where credentials may go to the address. Raises `SourceFailed`: `foreign-host`."""
    try:
        trusted = url.startswith("https://") and origin(url) in origins
    except ValueError:
        trusted = False
    if not trusted:
        raise SourceFailed(
            "credentials are for " + ", ".join(sorted(origins)) + " and were not sent elsewhere",
            "Name the host in the configuration if it may be given these credentials.",
            "foreign-host",
        )


def sign_in(
    settings: AuthSettings,
    resource: str,
    transport: Transport,
    *,
    hosts: Iterable[str] = (),
    prompt: Prompt | None = None,
) -> SignIn:
    """What signs requests to a resource in; nothing is asked before the first request.

    `resource` is an address without path, such as https://org.crm.dynamics.com. `hosts` are the
    addresses that may be given the credentials, the resource's own when empty. `prompt` shows a
    person what to do where the method needs one. Raises `SourceFailed` for settings that cannot
    work: `unknown-method`, `incomplete-sign-in`.
    """
    for name in _SECRETS:
        transport.redaction.learn(getattr(settings, name))
    make = METHODS.get(settings.method)
    if make is None:
        raise SourceFailed(
            f'"{settings.method}" is not a way to sign in that this version knows',
            "Set `method` to one of " + ", ".join(sorted(METHODS)) + ".",
            "unknown-method",
        )
    resource = resource.rstrip("/")
    return make(_Asked(settings, resource, tuple(hosts) or (resource,), transport, prompt))


class _Asked(Struct, frozen=True):
    """What a way to sign in is made of; `hosts` may be given the credentials."""

    settings: AuthSettings
    resource: str
    hosts: tuple[str, ...]
    transport: Transport
    prompt: Prompt | None

    def bearer(self, acquire: "Callable[[bool], Token]") -> SignIn:
        """A sign-in by the tokens that `acquire` gives."""
        return Bearer(self.resource, self.hosts, acquire, self.transport)

    def person(self, tools: str) -> Prompt:
        """The prompt of a person who has these tools. Raises `SourceFailed`: there is none."""
        if self.prompt is None:
            raise SourceFailed(
                f'signing in by "{self.settings.method}" needs a person at {tools}',
                "Run it on a terminal, or choose `client-secret` or `certificate`.",
                "incomplete-sign-in",
            )
        return self.prompt


Maker = Callable[[_Asked], SignIn]


def _client(asked: _Asked) -> SignIn:
    settings = asked.settings
    settings.required("client_id")
    settings.required(settings.method.replace("-", "_"))

    def acquire(fresh: bool) -> "Token":
        from connectors.sign_in import entra

        return entra.client_token(settings, asked.resource, asked.transport, fresh)

    return asked.bearer(acquire)


def _device_code(asked: _Asked) -> SignIn:
    asked.settings.required("client_id")
    prompt = asked.person("a terminal")

    def acquire(fresh: bool) -> "Token":
        from connectors.sign_in import device_code

        return device_code.device_token(
            asked.settings, asked.resource, asked.transport, prompt, fresh
        )

    return asked.bearer(acquire)


def _interactive(asked: _Asked) -> SignIn:
    asked.settings.required("client_id")
    prompt = asked.person("a terminal with a browser")

    def acquire(fresh: bool) -> "Token":
        from connectors.sign_in import interactive

        return interactive.interactive_token(
            asked.settings, asked.resource, asked.transport, prompt, fresh
        )

    return asked.bearer(acquire)


def _managed_identity(asked: _Asked) -> SignIn:
    def acquire(fresh: bool) -> "Token":
        from connectors.sign_in import managed_identity

        return managed_identity.managed_identity_token(
            asked.settings, asked.resource, asked.transport
        )

    return asked.bearer(acquire)


def _workload_identity(asked: _Asked) -> SignIn:
    def acquire(fresh: bool) -> "Token":
        from connectors.sign_in import workload_identity

        return workload_identity.workload_token(
            asked.settings, asked.resource, asked.transport, fresh
        )

    return asked.bearer(acquire)


def _adfs(asked: _Asked) -> SignIn:
    asked.settings.required("authority")
    asked.settings.required("client_id")

    def acquire(fresh: bool) -> "Token":
        from connectors.sign_in import adfs

        return adfs.adfs_token(asked.settings, asked.resource, asked.transport, fresh)

    return asked.bearer(acquire)


def _ntlm(asked: _Asked) -> SignIn:
    from connectors.sign_in.ntlm import Ntlm

    return _by_password(Ntlm, asked)


def _basic(asked: _Asked) -> SignIn:
    from connectors.sign_in.basic import Basic

    return _by_password(Basic, asked)


def _by_password(kind: "type[PasswordSignIn]", asked: _Asked) -> SignIn:
    username = asked.settings.required("username")
    password = asked.settings.required("password")
    return kind(asked.resource, asked.hosts, username, password, asked.transport.refusals)


def _negotiate(asked: _Asked) -> SignIn:
    from connectors.sign_in.negotiate import Negotiate

    settings = asked.settings
    username, password = settings.username or "", settings.password or ""
    return Negotiate(asked.resource, asked.hosts, username, password, asked.transport.refusals)


# Another method is another entry.
METHODS: dict[str, Maker] = {
    "client-secret": _client,
    "certificate": _client,
    "managed-identity": _managed_identity,
    "workload-identity": _workload_identity,
    "device-code": _device_code,
    "interactive": _interactive,
    "adfs": _adfs,
    "ntlm": _ntlm,
    "basic": _basic,
    "negotiate": _negotiate,
}
