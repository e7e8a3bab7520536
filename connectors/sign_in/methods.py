"""Signs requests in: which method, with which credentials, for which resource.

Sign-ins of Microsoft Entra and AD FS are MSAL's work; it asks through the transport, so that trust,
limits and the guard are the same for it. Tokens stay in memory and last for the run at most; only
a person's sign-in may be remembered, by the operating system's protected store.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from connectors.sign_in.settings import SECRETS, AuthSettings, Prompt
from connectors.transport.errors import SourceFailed
from connectors.transport.http import SignIn, Transport

if TYPE_CHECKING:
    from connectors.sign_in.bearer import Token
    from connectors.sign_in.passwords import PasswordSignIn


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
    for name in SECRETS:
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
        from connectors.sign_in.bearer import Bearer

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
    from connectors.sign_in.basic import Basic, pair

    given = (asked.settings.required("username"), asked.settings.required("password"))
    asked.transport.redaction.learn(pair(*given))
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
