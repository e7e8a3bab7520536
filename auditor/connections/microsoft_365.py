"""Opens Microsoft Graph and Exchange Online with the sign-in of their section or environment."""

from collections.abc import Callable

import msgspec

from auditor.configuration import Auth, Environment
from connectors.clouds import cloud_of
from connectors.exchange_online.client import ExchangeOnline
from connectors.graph.client import Graph
from connectors.sign_in.authority import find_authority
from connectors.sign_in.methods import sign_in
from connectors.sign_in.settings import AuthSettings, Prompt
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport

Reveal = Callable[[Auth], AuthSettings]
"""A sign-in of the configuration with its secrets read."""


def open_graph(
    environment: Environment, reveal: Reveal, transport: Transport, prompt: Prompt | None
) -> Graph | None:
    """Microsoft Graph; None where the section is left out. Raises `SourceFailed`."""
    section = environment.graph
    if section is None:
        return None
    settings = _settings(environment, section.auth, reveal, transport, "graph")
    url = section.url or cloud_of(environment.url).graph
    signed = sign_in(settings, url, transport, prompt=prompt)
    return Graph(url, transport, signed, inbox_rules=section.inbox_rules)


def open_exchange_online(
    environment: Environment, reveal: Reveal, transport: Transport, prompt: Prompt | None
) -> ExchangeOnline | None:
    """Exchange Online; None where the section is left out. Raises `SourceFailed`."""
    section = environment.exchange_online
    if section is None:
        return None
    settings = _settings(environment, section.auth, reveal, transport, "exchange_online")
    tenant = section.tenant or settings.tenant or (settings.authority or "").rpartition("/")[2]
    if not tenant:
        raise SourceFailed(
            "Exchange Online needs the tenant, and nothing names it",
            "Set `tenant` in the section `exchange_online` of the environment.",
            "incomplete-sign-in",
        )
    url = section.url or cloud_of(environment.url).exchange_online
    return ExchangeOnline(
        url,
        tenant,
        transport,
        sign_in(settings, url, transport, prompt=prompt),
        cmdlets=section.cmdlets,
    )


def _settings(
    environment: Environment,
    own: Auth | None,
    reveal: Reveal,
    transport: Transport,
    section: str,
) -> AuthSettings:
    auth = own or environment.auth
    if auth.method in ("adfs", "basic", "negotiate", "ntlm"):
        raise SourceFailed(
            f'Microsoft 365 lets nobody sign in by "{auth.method}"',
            f"Add the section `{section}.auth` with an application of Microsoft Entra.",
            "unfit-sign-in",
        )
    settings = reveal(auth)
    if settings.tenant is None and own is None:
        # Only Dynamics names the authority of its tenant when it is asked without credentials.
        authority = find_authority(transport, environment.url, settings.authority)
        settings = msgspec.structs.replace(settings, authority=authority)
    return settings
