"""Tokens of AD FS, for organisations on premises with claims-based sign-in.

Pages: "AD FS OpenID Connect/OAuth flows and application scenarios"; "Configure Windows Server AD FS
for Dynamics 365 (on-premises)".

Tested in `tests/connectors/sign_in/test_methods.py`.
"""

import warnings
from typing import Any
from urllib.parse import urlsplit

import msal
from msgspec.structs import replace

from connectors.sign_in.authority import AuthorityClient, ask_challenge, check_resource
from connectors.sign_in.bearer import Token
from connectors.sign_in.entra import (
    application_for,
    asked,
    certificate_credential,
    not_again,
    token_from,
)
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import origin
from connectors.transport.http import Transport

_PATH = "/adfs"


def adfs_token(settings: AuthSettings, resource: str, transport: Transport, fresh: bool) -> Token:
    """A token for a user by name and password, else for an application by its credential.

    Nothing is sent to an authority other than the configured one; where the server names
    another, this fails with `foreign-authority`. Raises `SourceFailed`.
    """
    authority = _authority(settings)
    audience = _audience(transport, resource, authority)
    client_id = settings.required("client_id")
    credential: Any = settings.client_secret
    if settings.certificate is not None:
        credential = certificate_credential(settings.certificate, settings.certificate_password)

    def make(authority: str, http_client: AuthorityClient) -> Any:
        named: dict[str, Any] = {
            "authority": authority,
            "http_client": http_client,
            "instance_discovery": False,
        }
        if credential is None:
            return msal.PublicClientApplication(client_id, **named)
        return msal.ConfidentialClientApplication(client_id, client_credential=credential, **named)

    own = replace(settings, authority=authority, tenant=None)
    by_password = settings.username is not None
    name = settings.required("username") if by_password else client_id
    secret = (
        settings.required("password")
        if by_password
        else settings.certificate or settings.required("client_secret")
    )
    application = application_for(own, resource, transport, secret, make)
    client, place = application.client, application.place
    # The scope tells AD FS 2019 the resource, the parameter tells it older ones.
    scopes, extra = [f"{audience}/openid"], {"resource": audience}
    with application.lock, transport.refusals.one_at_a_time(origin(authority), name, secret):
        before = transport.refusals.reason(origin(authority), name, secret)
        if before is not None:
            raise not_again(place, before)
        try:
            if by_password:
                result = asked(place, lambda: _by_password(client, name, secret, scopes, extra))
            else:
                if fresh:
                    client.remove_tokens_for_client()
                result = asked(
                    place, lambda: client.acquire_token_for_client(scopes, data=dict(extra))
                )
            token = token_from(result, place, transport, name, secret)
            transport.refusals.take(origin(authority), name, secret)
            return token
        except SourceFailed as failure:
            # AD FS has one error for a wrong password and for a locked account.
            if failure.code == "unauthorized":
                transport.refusals.remember(origin(authority), name, secret, failure.reason)
            raise


def _by_password(
    client: Any, username: str, password: str, scopes: list[str], extra: dict[str, str]
) -> Any:
    with warnings.catch_warnings():
        # MSAL advises against passwords in general; AD FS has no other way without a person.
        warnings.simplefilter("ignore", DeprecationWarning)
        return client.acquire_token_by_username_password(
            username, password, scopes, data=dict(extra)
        )


def _authority(settings: AuthSettings) -> str:
    configured = settings.required("authority").rstrip("/")
    path = urlsplit(configured).path
    if path.lower() not in ("", _PATH):
        raise SourceFailed(
            f'`authority` is no address of AD FS: its path is "{path}"',
            "Write it as https://HOST/adfs.",
            "incomplete-sign-in",
        )
    return configured if path else configured + _PATH


def _audience(transport: Transport, resource: str, authority: str) -> str:
    """The resource as the server names it; its own address where it names none."""
    _, challenge = ask_challenge(transport, resource)
    if challenge is None:
        return f"{resource}/"
    try:
        same = origin(challenge.authority) == origin(authority)
    except ValueError:
        same = False
    if not same:
        raise SourceFailed(
            f"{resource} signs in at another authority than the configured {authority}",
            "Check `authority` in the `auth` section; nothing was sent to either.",
            "foreign-authority",
            url=resource,
        )
    check_resource(challenge.resource, resource)
    return challenge.resource or f"{resource}/"
