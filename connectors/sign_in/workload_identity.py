"""Tokens of Microsoft Entra for a workload that another issuer vouches for, as in Kubernetes.

Page: Microsoft Entra Workload ID, "Workload identity federation"; the variables are those that the
workload identity webhook of Azure Kubernetes Service sets.
"""

import os
from pathlib import Path
from typing import Any

import msal
from msgspec.structs import replace

from connectors.sign_in.authority import AuthorityClient
from connectors.sign_in.bearer import Token
from connectors.sign_in.entra import application_for, asked, token_from
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport

TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE"
_VARIABLES = {
    "client_id": "AZURE_CLIENT_ID",
    "tenant": "AZURE_TENANT_ID",
    "authority": "AZURE_AUTHORITY_HOST",
}
_MOST_BYTES = 64 * 1024


def workload_token(
    settings: AuthSettings, resource: str, transport: Transport, fresh: bool
) -> Token:
    """A token in exchange for the assertion in the file of the moment. Raises `SourceFailed`."""
    completed = _completed(settings)
    client_id = completed.required("client_id")

    def assertion() -> str:
        # Read each time: the file is replaced every hour or so.
        found = _assertion()
        transport.redaction.learn(found)
        return found

    def make(authority: str, http_client: AuthorityClient) -> Any:
        return msal.ConfidentialClientApplication(
            client_id,
            client_credential={"client_assertion": assertion},
            authority=authority,
            http_client=http_client,
            instance_discovery=False,
        )

    application = application_for(completed, resource, transport, "", make)
    client = application.client
    with application.lock:
        if fresh:
            client.remove_tokens_for_client()
        result = asked(
            application.place, lambda: client.acquire_token_for_client([f"{resource}/.default"])
        )
        return token_from(result, application.place, transport, client_id, "")


def _completed(settings: AuthSettings) -> AuthSettings:
    """The settings; what they leave out comes from the variables of the workload."""
    found = {
        name: os.environ[variable]
        for name, variable in _VARIABLES.items()
        if getattr(settings, name) is None and os.environ.get(variable)
    }
    completed = replace(settings, **found)
    for name in ("client_id", "tenant"):
        if getattr(completed, name) is None:
            raise SourceFailed(
                f'signing in by "workload-identity" needs `{name}` or {_VARIABLES[name]}',
                "Label the pod for workload identity, or set it in the `auth` section.",
                "incomplete-sign-in",
            )
    return completed


def _assertion() -> str:
    place = os.environ.get(TOKEN_FILE)
    if not place:
        raise SourceFailed(
            f'signing in by "workload-identity" needs the variable {TOKEN_FILE}',
            "Run where workload identity is set up, or choose another `method`.",
            "incomplete-sign-in",
        )
    try:
        # To open a pipe waits for whoever writes into it.
        if not Path(place).is_file():
            raise FileNotFoundError
        with Path(place).open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        found = raw.decode("ascii").strip()
    except (OSError, ValueError) as error:
        raise SourceFailed(
            f"the file that {TOKEN_FILE} names cannot be read",
            "Check that the program's account may read it.",
            "incomplete-sign-in",
        ) from error
    if not found or len(raw) > _MOST_BYTES:
        raise SourceFailed(
            f"the file that {TOKEN_FILE} names holds no token",
            "Check the service account's projected token.",
            "incomplete-sign-in",
        )
    return found
