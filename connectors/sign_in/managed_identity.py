"""Tokens of Microsoft Entra for the machine itself, from the service beside it.

Pages: "How to use managed identities on an Azure VM to acquire an access token"; App Service,
"Use managed identities"; Azure Arc, "Authenticate against Azure resources". The service answers
without TLS on a link-local or loopback address; only this module asks such addresses, and nothing
but the token comes from there.
"""

import ipaddress
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msal
import requests

from connectors.sign_in.authority import AuthorityAnswer
from connectors.sign_in.bearer import Token
from connectors.sign_in.entra import asked, token_from
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.receiving import read_body

_PLACE = "the managed identity of this machine"
_TIMEOUT_S = (5.0, 30.0)
_MOST_BYTES = 1024 * 1024
_RETRIED = frozenset({410, 429, 500, 502, 503, 504})
_PAUSES_S = (1.0, 3.0, 9.0)


def managed_identity_token(settings: AuthSettings, resource: str, transport: Transport) -> Token:
    """A token of the identity that `client_id` names, else of the machine's own.

    Raises `SourceFailed`: `no-managed-identity` where no service answers.
    """
    _check_place()
    if settings.client_id is None:
        identity: Any = msal.SystemAssignedManagedIdentity()
    else:
        identity = msal.UserAssignedManagedIdentity(client_id=settings.client_id)
    for name in ("IDENTITY_HEADER", "MSI_SECRET"):
        transport.redaction.learn(os.environ.get(name))
    client = msal.ManagedIdentityClient(identity, http_client=_Beside(transport))
    result = asked(_PLACE, lambda: client.acquire_token_for_client(resource=resource))
    return token_from(result, _PLACE, transport, settings.client_id or "", "")


def _check_place() -> None:
    source = msal.managed_identity.get_managed_identity_source()
    if source in (msal.managed_identity.SERVICE_FABRIC, msal.managed_identity.CLOUD_SHELL):
        raise SourceFailed(
            "managed identities of Service Fabric and of the Cloud Shell are not supported",
            "Choose `client-secret`, `certificate` or `workload-identity`.",
            "unfit-sign-in",
        )


class _Beside:
    """MSAL's `http_client`: GETs to the machine itself and to what is linked to it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **rest: object,
    ) -> AuthorityAnswer:
        """The service's answer, a refusal included. Raises `SourceFailed`."""
        if not _is_beside(url):
            raise SourceFailed(
                "the variables of the managed identity name an address beyond this machine",
                "Check IDENTITY_ENDPOINT, MSI_ENDPOINT and AZURE_POD_IDENTITY_AUTHORITY_HOST.",
                "foreign-authority",
            )
        for pause_s in (*_PAUSES_S, None):
            answer = self._asked(url, params, headers)
            if answer.status_code not in _RETRIED or pause_s is None:
                break
            self._transport.policy.sleep(pause_s)
        return answer

    def post(self, url: str, **rest: object) -> AuthorityAnswer:
        """Never: the service only answers GETs."""
        raise SourceFailed(
            "the managed identity asked for a request that is not a GET",
            "Choose another `method`.",
            "unfit-sign-in",
        )

    def close(self) -> None:
        """Nothing to close: each question has a session of its own."""

    def _asked(
        self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None
    ) -> AuthorityAnswer:
        with requests.Session() as session:
            # A proxy would be shown the token, and could not reach a link-local address.
            session.trust_env = False
            try:
                response = session.get(
                    url,
                    params=params,
                    headers=headers,
                    timeout=_TIMEOUT_S,
                    allow_redirects=False,
                    stream=True,
                )
                body = read_body(response, _MOST_BYTES, _PLACE, lambda: None)
            except requests.RequestException as error:
                raise SourceFailed(
                    "no managed identity answers on this machine",
                    "Run on an Azure machine that has one, or choose another `method`.",
                    "no-managed-identity",
                ) from error
        names = dict(response.headers.items())
        return AuthorityAnswer(response.status_code, body.decode("utf-8", "replace"), names)


def _is_beside(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "http" or "@" in parts.netloc:
            return False
        if host == "localhost":
            return True
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local
