"""Mail servers and mail domains are looked at where the configuration says so."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.configuration import Auth, Configuration, Dns, Environment, MailServers
from auditor.connections import mail_lookups
from connectors.dns.names import Names
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy

CONFIGURATION = Configuration(path=Path("auditor.toml"))
PLAIN = Environment(
    name="contoso",
    url="https://contoso.crm.microsoftdynamics.us",
    auth=Auth(method="client-secret", authority="https://login.example"),
)


@pytest.mark.parametrize(
    ("section", "servers", "probes", "looks_up"),
    [
        (None, (), False, False),
        (MailServers(), (), True, True),
        (MailServers(probe=False), (), False, False),
        (None, ("192.0.2.53",), False, True),
        (MailServers(probe=False), ("192.0.2.53",), False, True),
    ],
)
def test_probes_also_look_up(
    section: MailServers | None, servers: tuple[str, ...], probes: bool, looks_up: bool
) -> None:
    environment = replace(PLAIN, mail_servers=section)
    configuration = replace(CONFIGURATION, dns=Dns(servers))
    assert mail_lookups.probes(environment) is probes
    assert mail_lookups.looks_up(configuration, environment) is looks_up


@pytest.mark.parametrize(
    ("section", "url", "private", "loopback"),
    [
        (None, PLAIN.url, False, False),
        (MailServers(private=False), PLAIN.url, False, False),
        (MailServers(private=True), PLAIN.url, True, False),
        (MailServers(), "http://127.0.0.1:8080", False, True),
    ],
)
def test_private_servers_are_probed_where_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
    section: MailServers | None,
    url: str,
    private: bool,
    loopback: bool,
) -> None:
    given: list[Any] = []
    monkeypatch.setattr(mail_lookups, "MailServers", lambda *each: given.extend(each))
    environment = replace(PLAIN, mail_servers=section, url=url)
    mail_lookups.open_mail_servers(Names(()), environment, NetworkPolicy())
    reachability = given[1]
    assert (reachability.private, reachability.loopback) == (private, loopback)


@pytest.mark.parametrize(
    ("auth", "authority"),
    [
        (PLAIN.auth, "https://login.example"),
        (Auth(method="client-secret"), "https://login.microsoftonline.us"),
        (Auth(method="adfs", authority="https://sts.example/adfs"), "https://login.microsoftonli"),
    ],
)
def test_the_tenant_is_asked_of_the_authority_of_microsoft_365(
    monkeypatch: pytest.MonkeyPatch, auth: Auth, authority: str
) -> None:
    given: list[Any] = []
    monkeypatch.setattr(mail_lookups, "Lookups", lambda *each: given.extend(each))
    transport = Transport(NetworkPolicy())
    mail_lookups.open_lookups(Names(()), replace(PLAIN, auth=auth), transport)
    transport.close()
    assert str(given[2]).startswith(authority)
