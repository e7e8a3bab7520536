"""Tokens of Microsoft Entra, by MSAL.

Pages: "Microsoft identity platform and the OAuth 2.0 client credentials flow", "Microsoft Entra
authentication and authorization error codes".
"""

import re
import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import msal
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct

from connectors.clouds import authority_of
from connectors.sign_in.authority import AuthorityClient, check_authority, find_authority
from connectors.sign_in.bearer import Token
from connectors.sign_in.settings import AuthSettings
from connectors.sign_in.token_cache import protected_cache
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import WriteRefused, origin
from connectors.transport.http import Transport

_REMEDIES = {
    "AADSTS7000215": "The client secret is wrong: set the secret's value, not its identifier.",
    "AADSTS7000222": "The client secret has expired: make a new one in the app registration.",
    "AADSTS700016": "Check `client_id` and `tenant`: the app is not in this tenant.",
    "AADSTS700027": "Upload the certificate to the app registration, or use the one that is there.",
    "AADSTS90002": "Check `tenant`: there is none of this name.",
    "AADSTS900023": "Check `tenant`: it is neither a name nor an identifier.",
    "AADSTS500011": "Check the address: the tenant knows no such resource.",
    "AADSTS65001": "An administrator must consent to the app's permissions.",
    "AADSTS53003": "Conditional access forbids it: exempt the app or use another method.",
    "AADSTS50076": "Multi-factor authentication is wanted: use `device-code` or an app.",
}
_PASSING = frozenset({"temporarily_unavailable", "server_error"})
# The credential itself was refused; other errors are about a resource or a policy.
_CREDENTIAL_ERRORS = frozenset({"invalid_client", "unauthorized_client"})
_DEFAULT_LIFETIME_S = 3599.0


class Application(Struct):
    """MSAL's application for one client of one authority, shared by every resource of a run.

    `unanswered` is how a person ended who was asked and did not sign in.
    """

    lock: Any
    client: Any
    place: str
    unanswered: SourceFailed | None = None


def client_token(settings: AuthSettings, resource: str, transport: Transport, fresh: bool) -> Token:
    """A token for an app of its own, by client secret or certificate. Raises `SourceFailed`."""
    client_id = settings.required("client_id")
    if settings.method == "certificate":
        secret = settings.required("certificate")
        credential: Any = certificate_credential(secret, settings.certificate_password)
    else:
        secret = credential = settings.required("client_secret")

    def make(authority: str, http_client: AuthorityClient) -> Any:
        return msal.ConfidentialClientApplication(
            client_id,
            client_credential=credential,
            authority=authority,
            http_client=http_client,
            instance_discovery=False,
        )

    application = application_for(settings, resource, transport, secret, make)
    place = application.place
    with (
        application.lock,
        transport.refusals.one_at_a_time(origin(place), client_id, secret),
    ):
        before = transport.refusals.reason(origin(place), client_id, secret)
        if before is not None:
            raise not_again(place, before)
        if fresh:
            application.client.remove_tokens_for_client()
        result = asked(
            place, lambda: application.client.acquire_token_for_client([f"{resource}/.default"])
        )
        token = token_from(result, place, transport, client_id, secret)
        transport.refusals.take(origin(place), client_id, secret)
        return token


Ask = Callable[[Any, list[str], str], dict[str, Any]]
"""Lets a person sign in at MSAL's client for scopes; the last is the authority's place."""

PERSON_SHARE = 0.4
"""How much of the run's remaining time a person is waited for. The sources that wait meanwhile have
a share of it alone, and something is to be left to read in."""


def person_token(
    settings: AuthSettings, resource: str, transport: Transport, fresh: bool, ask: Ask
) -> Token:
    """A token for a person, who is asked only where no account is remembered. Raises as `ask`.

    Who declined or did not come is not asked again for another resource of the run.
    """
    client_id = settings.required("client_id")

    def make(authority: str, http_client: AuthorityClient) -> Any:
        return msal.PublicClientApplication(
            client_id,
            authority=authority,
            http_client=http_client,
            instance_discovery=False,
            token_cache=protected_cache(),
        )

    application = application_for(settings, resource, transport, "", make)
    client, place, scopes = application.client, application.place, [f"{resource}/.default"]
    with application.lock:
        for account in client.get_accounts():
            silently = partial(
                client.acquire_token_silent_with_error, scopes, account, force_refresh=fresh
            )
            result = asked(place, silently)
            if "access_token" in result:
                return token_from(result, place, transport, client_id, "")
        if application.unanswered is not None:
            raise application.unanswered
        try:
            return token_from(ask(client, scopes, place), place, transport, client_id, "")
        except SourceFailed as failure:
            application.unanswered = failure
            raise


def application_for(
    settings: AuthSettings,
    resource: str,
    transport: Transport,
    secret: str,
    make: Callable[[str, AuthorityClient], Any],
) -> Application:
    """MSAL's application for these settings, made once for a run. Raises `SourceFailed`."""
    key = (
        "entra",
        settings.method,
        settings.authority,
        settings.tenant,
        settings.client_id,
        secret,
    )
    authority = _authority(settings, resource, transport)
    if settings.tenant is None:
        key = (*key[:3], authority, *key[4:])
    with transport.kept_lock:
        kept = transport.kept.get(key)
        if isinstance(kept, Application):
            return kept
        place = transport.redaction.address(authority)
        http_client = AuthorityClient(transport, authority)
        client = _made(place, lambda: make(authority, http_client))
        application = Application(threading.Lock(), client, place)
        transport.kept[key] = application
        return application


def _authority(settings: AuthSettings, resource: str, transport: Transport) -> str:
    configured = settings.authority
    if settings.tenant is None:
        if configured is not None and urlsplit(configured).path.strip("/"):
            return configured.rstrip("/")
        return find_authority(transport, resource, configured)
    authority = f"{(configured or authority_of(resource)).rstrip('/')}/{settings.tenant}"
    check_authority(authority, configured)
    return authority


def certificate_credential(pem: str, password: str | None) -> dict[str, str]:
    """What MSAL wants of a PEM file: the key, and the certificate that the key belongs to."""
    remedy = (
        "Let `certificate` name a PEM file with the certificate and its private key, and set"
        " `certificate_password` where the key has one."
    )
    raw = pem.encode()
    try:
        key = serialization.load_pem_private_key(raw, password.encode() if password else None)
        certificates = x509.load_pem_x509_certificates(raw)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SourceFailed(
            "the sign-in certificate or its private key cannot be read", remedy, "bad-certificate"
        ) from error
    if not isinstance(key, rsa.RSAPrivateKey):
        # MSAL fails with it, in words of its own that say nothing of the key.
        raise SourceFailed(
            "the private key of the sign-in certificate is no RSA key, and no other signs in",
            "Make a certificate with an RSA key of 2048 bits or more, and register it.",
            "bad-certificate",
        )
    own = _public(key)
    for certificate in certificates:
        if _public(certificate) == own:
            # MSAL computes the thumbprint that the authority's kind wants from the certificate.
            return {
                "private_key": key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                ).decode(),
                "public_certificate": certificate.public_bytes(serialization.Encoding.PEM).decode(),
            }
    raise SourceFailed(
        "the sign-in certificate does not belong to its private key", remedy, "bad-certificate"
    )


def _public(of: rsa.RSAPrivateKey | x509.Certificate) -> bytes | None:
    """The public key; None where it is of a kind that the library does not know."""
    try:
        return of.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    except (ValueError, UnsupportedAlgorithm):
        return None


def _made(place: str, make: Callable[[], Any]) -> Any:
    """What MSAL gives, its many exceptions turned into one."""
    try:
        return make()
    except (SourceFailed, WriteRefused):
        raise
    except Exception as error:
        # MSAL raises whatever an odd answer provokes: KeyError, ValueError, its own, and more.
        raise SourceFailed(
            f"{place}: the authority's answer cannot be understood ({type(error).__name__})",
            "Check `authority` and `tenant` in the `auth` section.",
            "sign-in-failed",
            url=place,
        ) from error


def asked(place: str, ask: Callable[[], Any]) -> dict[str, Any]:
    """MSAL's result, empty where it is none."""
    result = _made(place, ask)
    return result if isinstance(result, dict) else {}


def token_from(
    result: dict[str, Any], place: str, transport: Transport, client_id: str, secret: str
) -> Token:
    """The token in MSAL's result. Raises `SourceFailed` with what the authority said instead.

    A secret that was refused is remembered under its name, the client's or the user's.
    """
    value = result.get("access_token")
    if isinstance(value, str) and value.isascii() and value.isprintable():
        try:
            return Token(value, max(0.0, float(result.get("expires_in", _DEFAULT_LIFETIME_S))))
        except (TypeError, ValueError):
            return Token(value, _DEFAULT_LIFETIME_S)
    error = result.get("error")
    if not isinstance(error, str):
        raise SourceFailed(
            f"{place}: the authority gave neither a token nor an error",
            "Check `authority` and `tenant` in the `auth` section.",
            "sign-in-failed",
            url=place,
        )
    told = str(result.get("error_description") or error)
    reason = transport.redaction.line(re.split(r"\s(?:Trace|Correlation) ID:", told)[0])
    found = re.match(r"AADSTS\d+", told)
    code = found.group() if found else transport.redaction.line(error, 60)
    if error in _PASSING:
        kind, remedy = "server-error", "Run the audit again later."
    else:
        kind = "unauthorized"
        remedy = _REMEDIES.get(code, "Check the `auth` section and the app registration.")
        if secret and error in _CREDENTIAL_ERRORS:
            transport.refusals.remember(origin(place), client_id, secret, reason)
    raise SourceFailed(
        f"{place}: signing in was refused: {reason}", remedy, kind, url=place, server_code=code
    )


def not_again(place: str, before: str) -> SourceFailed:
    """The failure of a credential that was refused before, so that no account is locked."""
    return SourceFailed(
        f"{place}: signing in was refused before and not tried again: {before}",
        "Correct the secret or certificate in the `auth` section.",
        "unauthorized",
        url=place,
    )
