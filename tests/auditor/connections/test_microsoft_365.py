"""An environment's address tells its cloud: where callers sign in, and where the rest answers."""

from pathlib import Path
from typing import Any

import pytest

from auditor.configuration import Auth, Environment, ExchangeOnline, Graph, load, look_up_secrets
from auditor.connections import microsoft_365
from auditor.connections.connection import Connection
from auditor.connections.microsoft_365 import open_exchange_online, open_graph
from connectors.clouds import authority_of, cloud_of
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy

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


@pytest.mark.parametrize(("key", "opened"), [("cmdlets = true", True), ("", False)])
def test_cmdlets_are_opened_only_where_they_are_switched_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, opened: bool
) -> None:
    monkeypatch.setenv("CONTOSO_SECRET", "a-secret")
    path = tmp_path / "auditor.toml"
    path.write_text(CONFIGURATION.format(url=CLOUDS[0][0]) + key, "utf-8")
    configuration = load(path)
    (environment,) = configuration.environments.values()
    secrets = look_up_secrets(configuration, [environment])
    with Connection(configuration, environment, secrets) as connection:
        assert (connection.open("exchange_online.cmdlets") is not None) is opened


class TestSignIn:
    """Whose sign-in and whose tenant a section has."""

    @pytest.fixture(autouse=True)
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
        """The organisations that were asked for their authority, with the one that was given."""
        asked: list[tuple[str, str | None]] = []

        def find(transport: Transport, url: str, authority: str | None) -> str:
            asked.append((url, authority))
            return "https://login.example/t-of-server"

        monkeypatch.setattr(microsoft_365, "find_authority", find)
        return asked

    def settings(self, auth: Auth) -> AuthSettings:
        return AuthSettings(
            method=auth.method,
            tenant=auth.tenant,
            client_id="c",
            client_secret="s",
            authority=auth.authority,
        )

    def opened(self, auth: Auth, **sections: Any) -> Any:
        environment = Environment(name="c", url=CLOUDS[0][0], auth=auth, **sections)
        opens = open_graph if "graph" in sections else open_exchange_online
        transport = Transport(NetworkPolicy())
        try:
            return opens(environment, self.settings, transport, None)
        finally:
            transport.close()

    WITHOUT = Auth(method="client-secret")
    WITH = Auth(method="client-secret", tenant="t")

    def test_the_tenant_of_the_environment_is_asked_for_where_nothing_names_it(
        self, asked: list[Any]
    ) -> None:
        client = self.opened(self.WITHOUT, exchange_online=ExchangeOnline())
        assert client._tenant == "t-of-server"
        assert asked == [(CLOUDS[0][0], None)]

    @pytest.mark.parametrize(
        ("auth", "section", "tenant"),
        [
            (WITH, ExchangeOnline(), "t"),
            (WITH, ExchangeOnline(tenant="own"), "own"),
            (WITHOUT, ExchangeOnline(auth=WITH), "t"),
        ],
    )
    def test_where_something_names_it_nobody_is_asked(
        self, asked: list[Any], auth: Auth, section: ExchangeOnline, tenant: str
    ) -> None:
        assert self.opened(auth, exchange_online=section)._tenant == tenant
        assert asked == []

    def test_a_sign_in_of_its_own_without_a_tenant_is_refused(self, asked: list[Any]) -> None:
        with pytest.raises(SourceFailed, match="needs the tenant") as refused:
            self.opened(self.WITH, exchange_online=ExchangeOnline(auth=self.WITHOUT))
        assert refused.value.code == "incomplete-sign-in"
        assert asked == []

    @pytest.mark.parametrize("method", ["adfs", "basic", "negotiate", "ntlm"])
    def test_microsoft_365_takes_no_account_of_windows(self, method: str) -> None:
        with pytest.raises(SourceFailed, match=f'by "{method}"') as refused:
            self.opened(Auth(method=method), graph=Graph())
        assert (refused.value.code, "`graph.auth`" in refused.value.remedy) == (
            "unfit-sign-in",
            True,
        )
        assert self.opened(Auth(method=method), graph=Graph(auth=self.WITH)) is not None

    def test_a_section_may_have_an_address_of_its_own(self) -> None:
        assert self.opened(self.WITH, graph=Graph(url="https://g.example")).api.startswith(
            "https://g.example/"
        )

    def test_a_section_that_is_left_out_is_not_opened(self) -> None:
        assert self.opened(self.WITH, graph=None) is None
        assert self.opened(self.WITH) is None
