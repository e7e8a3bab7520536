"""What an organisation's server tells whoever asks without credentials: how to sign in, and where.

Source: Microsoft Learn, "Use OAuth authentication with Microsoft Dataverse": the 401 of the Web API
names the authority, with the tenant in its path. On-premises it names AD FS, or a Windows sign-in.
"""

from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct

from connectors.sign_in.authority import MICROSOFT_AUTHORITIES, ask_challenge
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy

SignInKind: TypeAlias = Literal["entra", "adfs", "windows"]
TIMEOUT_S = 15.0


class Introduction(Struct, frozen=True):
    """How a server wants its callers to sign in; `tenant` only with Entra, by its id."""

    kind: SignInKind
    authority: str | None = None
    tenant: str | None = None


def introduced(url: str, ca_bundle: Path | str | None = None) -> Introduction:
    """What the server at the address tells without credentials. Raises `SourceFailed`.

    The request passes the guard as any other does; nothing but the answer's challenge is used.
    """
    policy = NetworkPolicy(
        ca_bundle=None if ca_bundle is None else Path(ca_bundle),
        connect_timeout_s=5.0,
        read_timeout_s=TIMEOUT_S,
        retries=0,
    )
    transport = Transport(policy)
    try:
        status, challenge = ask_challenge(transport, url)
    finally:
        transport.close()
    if status != 401:
        raise SourceFailed(
            f"{url} is no Web API of Dynamics 365 (it answered {status})",
            "Check the address; on-premises it ends with the organisation's name.",
            "no-web-api",
            url=url,
            status=status,
        )
    if challenge is None:
        return Introduction("windows")
    parts = urlsplit(challenge.authority)
    tenant = parts.path.strip("/").partition("/")[0]
    if parts.hostname in MICROSOFT_AUTHORITIES:
        named = tenant if tenant not in ("", "organizations", "common") else None
        return Introduction("entra", f"https://{parts.hostname}", named)
    # AD FS, whose path says so, or an authority of another cloud.
    if "adfs" in parts.path.lower():
        return Introduction("adfs", challenge.authority)
    return Introduction("entra", f"{parts.scheme}://{parts.netloc}", tenant or None)
