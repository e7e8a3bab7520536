"""The permissions that an application's token names.

Source: Microsoft identity platform, "Access token claims reference": `roles` holds the application
permissions that were granted and consented to, `scp` those of a person's sign-in. The token is
only looked at, never trusted: it is for the resource to verify.
"""

import base64
import binascii
from typing import Any

import msgspec

from connectors.transport.request import SignIn

_OF_EVERY_PERSON = frozenset(
    {"openid", "profile", "email", "offline_access", "User.Read", "user_impersonation"}
)


def granted_roles(sign_in: SignIn, address: str) -> frozenset[str] | None:
    """The permissions that the token for an address names; None where it tells nothing.

    Signs in where that was not done yet. Raises `SourceFailed`.
    """
    claims = _claims_of(sign_in, address)
    if claims is None:
        return None
    roles, scopes = claims.get("roles", []), claims.get("scp", "")
    if not isinstance(roles, list) or not isinstance(scopes, str):
        return None
    return frozenset(str(each) for each in roles) | (set(scopes.split()) - _OF_EVERY_PERSON)


def tenant_of(sign_in: SignIn, address: str) -> str | None:
    """The lower-case id of the tenant that the token for an address is of; None: it tells none.

    Raises `SourceFailed`.
    """
    tenant = (_claims_of(sign_in, address) or {}).get("tid")
    return tenant.lower() if isinstance(tenant, str) and tenant else None


def _claims_of(sign_in: SignIn, address: str) -> dict[str, Any] | None:
    import requests

    signed = sign_in(requests.Request("GET", address).prepare())
    scheme, _, token = str(signed.headers.get("Authorization", "")).partition(" ")
    return _claims(token) if scheme.lower() == "bearer" else None


def _claims(token: str) -> dict[str, Any] | None:
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        raw = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = msgspec.json.decode(raw)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None
    return claims if isinstance(claims, dict) else None
