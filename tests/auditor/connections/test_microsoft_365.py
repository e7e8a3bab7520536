"""An environment's address tells its cloud: where callers sign in, and where the rest answers."""

from pathlib import Path

import pytest

from auditor.configuration import load, look_up_secrets
from auditor.connections.connection import Connection
from connectors.transport.clouds import authority_of, cloud_of

CLOUDS = [
    (
        "https://contoso.crm4.dynamics.com",
        "https://login.microsoftonline.com",
        "https://graph.microsoft.com",
        "https://outlook.office365.com",
    ),
    (
        "https://contoso.crm9.dynamics.com",
        "https://login.microsoftonline.com",
        "https://graph.microsoft.com",
        "https://outlook.office365.com",
    ),
    (
        "https://contoso.crm.microsoftdynamics.us",
        "https://login.microsoftonline.us",
        "https://graph.microsoft.us",
        "https://outlook.office365.us",
    ),
    (
        "https://contoso.crm.appsplatform.us",
        "https://login.microsoftonline.us",
        "https://dod-graph.microsoft.us",
        "https://outlook-dod.office365.us",
    ),
    (
        "https://contoso.crm.dynamics.cn",
        "https://login.partner.microsoftonline.cn",
        "https://microsoftgraph.chinacloudapi.cn",
        "https://outlook.office365.cn",
    ),
]
CONFIGURATION = """
[environments.contoso]
url = "{url}"
[environments.contoso.auth]
method = "client-secret"
tenant = "contoso.onmicrosoft.com"
client_id = "6c7b6b9c-9d0a-4b1e-8c53-0d8f1f9e2f01"
client_secret = "env:CONTOSO_SECRET"
[environments.contoso.graph]
[environments.contoso.exchange_online]
"""


@pytest.mark.parametrize(("url", "authority", "graph", "exchange"), CLOUDS)
def test_sections_without_an_address_are_of_the_environments_cloud(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    authority: str,
    graph: str,
    exchange: str,
) -> None:
    monkeypatch.setenv("CONTOSO_SECRET", "a-secret")
    path = tmp_path / "auditor.toml"
    path.write_text(CONFIGURATION.format(url=url), "utf-8")
    configuration = load(path)
    (environment,) = configuration.environments.values()
    secrets = look_up_secrets(configuration, [environment])
    with Connection(configuration, environment, secrets) as connection:
        assert connection.open("graph").api == f"{graph}/v1.0"
        assert connection.open("graph").sign_in.resource == graph
        assert connection.open("exchange_online").url == exchange
        assert connection.open("exchange_online").sign_in.resource == exchange
        assert {authority_of(each) for each in (url, graph, exchange)} == {authority}


def test_what_only_sounds_like_a_cloud_is_none() -> None:
    for host in ("contoso.crm.dynamics.cn.example", "dynamics.cn.contoso.example"):
        assert cloud_of(f"https://{host}") is cloud_of("https://contoso.crm.dynamics.com")
