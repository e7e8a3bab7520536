"""Servers are opened when they are asked for, each section once, with its share of the time."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.configuration import Configuration, Environment, Secrets, load, look_up_secrets
from auditor.connections import connection as module
from auditor.connections.connection import Connection, auth_settings
from connectors.dynamics.client import Dynamics
from connectors.dynamics.tables import mailboxes
from connectors.mail_servers.rows import PROBE
from connectors.transport.errors import SourceFailed
from connectors.transport.limits import Limits
from rules.option_sets import Deployment

BASE = """\
[environments.contoso]
url = "https://contoso.crm.dynamics.com"
{keys}
[environments.contoso.auth]
method = "client-secret"
{tenant}
client_id = "c0ffee"
client_secret = "env:WORD"
"""
TENANT = 'tenant = "contoso.onmicrosoft.com"'
EXCHANGE = """
[environments.contoso.exchange_server]
url = "https://mail.contoso.com/EWS/Exchange.asmx"
"""


class Opened:
    """A connection of a configuration, and what it was made of."""

    def __init__(self, tmp_path: Path) -> None:
        self._path = tmp_path / "auditor.toml"
        self._open: list[Connection] = []

    def configured(
        self, more: str = "", *, keys: str = "", tenant: str = TENANT
    ) -> tuple[Configuration, Environment, Secrets]:
        self._path.write_text(BASE.format(keys=keys, tenant=tenant) + more, "utf-8")
        configuration = load(self._path)
        (environment,) = configuration.environments.values()
        secrets = look_up_secrets(configuration, [environment], {"WORD": "s3cret"})
        return configuration, environment, secrets

    def __call__(self, more: str = "", keys: str = "", **given: Any) -> Connection:
        self._open.append(Connection(*self.configured(more, keys=keys), **given))
        return self._open[-1]

    def close(self) -> None:
        for each in self._open:
            each.close()


@pytest.fixture
def opened(tmp_path: Path) -> Any:
    made = Opened(tmp_path)
    yield made
    made.close()


class TestSections:
    @pytest.mark.parametrize(
        ("more", "sections"),
        [
            ("", []),
            ("[environments.contoso.graph]", ["graph"]),
            ("[environments.contoso.graph]\ninbox_rules = 1", ["graph", "graph.inbox_rules"]),
            ("[environments.contoso.exchange_online]", ["exchange_online"]),
            (
                "[environments.contoso.exchange_online]\ncmdlets = true",
                ["exchange_online", "exchange_online.cmdlets"],
            ),
            (EXCHANGE, ["exchange_server"]),
            (EXCHANGE + "mailboxes = 1", ["exchange_server", "exchange_server.mailboxes"]),
            ("[environments.contoso.mail_servers]", ["mail_servers", "dns"]),
            ("[environments.contoso.mail_servers]\nprobe = false", []),
            ('[dns]\nservers = ["192.0.2.53"]', ["dns"]),
        ],
    )
    def test_what_is_left_out_is_none(self, opened: Any, more: str, sections: list[str]) -> None:
        connection = opened(more)
        every = (
            *("graph", "graph.inbox_rules", "exchange_online", "exchange_online.cmdlets"),
            *("exchange_server", "exchange_server.mailboxes", "mail_servers", "dns"),
        )
        assert [each for each in every if connection.open(each) is not None] == sections
        assert connection.open("unheard-of") is None
        assert isinstance(connection.open("dynamics"), Dynamics)

    def test_each_is_opened_once(self, opened: Any) -> None:
        connection = opened()
        assert connection.open("dynamics") is connection.open("dynamics")

    def test_a_failure_is_the_same_each_time(
        self, opened: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls = []

        def refuse(*given: Any, **more: Any) -> None:
            calls.append(given)
            raise SourceFailed("refused", "Change it.", "refused")

        monkeypatch.setattr(module, "sign_in", refuse)
        connection = opened()
        for _ in range(2):
            with pytest.raises(SourceFailed, match="refused"):
                connection.open("dynamics")
        assert len(calls) == 1

    def test_what_keeps_the_environment_from_being_set_up_fails_all_that_is_configured(
        self, opened: Any
    ) -> None:
        failure = SourceFailed("no secret", "Set it.", "no-secret")
        connection = opened(failure=failure)
        for section in ("dynamics", "graph"):
            with pytest.raises(SourceFailed) as refused:
                connection.open(section)
            assert refused.value is failure
        assert connection.open("exchange_server") is None


def test_what_was_opened_is_closed_with_it(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Any] = []
    monkeypatch.setattr(module.Transport, "close", lambda transport: closed.append(transport))
    with opened() as connection:
        pass
    assert closed == []
    with opened() as connection:
        connection.open("dynamics")
    assert closed == [connection._transport]


@pytest.mark.parametrize(
    ("keys", "deployment"),
    [
        ("", None),
        ('deployment = "online"', Deployment.ONLINE),
        ('deployment = "on-premises"', Deployment.ON_PREMISES),
    ],
)
def test_the_configuration_may_say_where_the_organisation_runs(
    opened: Any, keys: str, deployment: Deployment | None
) -> None:
    assert opened(keys=keys).deployment == deployment


class TestTime:
    """A run of 100 seconds that began at 1000."""

    @pytest.fixture(autouse=True)
    def began(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 1000.0))

    def test_what_is_not_dynamics_has_half_of_it(self, opened: Any) -> None:
        connection = opened("[environments.contoso.graph]", timeout_s=100.0)
        assert connection.open("graph")._transport.policy.deadline == 1050.0
        assert connection.open("dynamics")._transport.policy.deadline == 1100.0

    def test_mailboxes_are_begun_while_two_fifths_are_left(self, opened: Any) -> None:
        connection = opened(timeout_s=100.0)
        of_mailboxes = reader(mailboxes.TABLE.source)
        assert connection._open_for(of_mailboxes)._transport.policy.deadline == 1100.0
        before = connection._open_for(reader("dynamics.queues"))
        assert before._transport.policy.deadline == pytest.approx(1060.0)
        assert connection._open_for(reader("dynamics.systemusers")) is before
        assert connection._open_for(reader("graph.users", "graph")) is None

    def test_a_run_without_a_limit_has_none(self, opened: Any) -> None:
        connection = opened("[environments.contoso.graph]")
        assert connection.open("graph")._transport.policy.deadline is None
        assert connection.open("dynamics")._transport.policy.deadline is None


def reader(source: str, section: str = "dynamics") -> Any:
    return SimpleNamespace(source=source, section=section)


class TestRequests:
    def test_none_were_sent_before_anything_was_opened(self, opened: Any) -> None:
        assert opened().requests_of("dynamics.queues") == 0

    def test_those_of_a_source_are_counted_by_the_transport(
        self, opened: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connection = opened("[environments.contoso.mail_servers]")
        connection.open("dynamics")
        connection.open("mail_servers")
        monkeypatch.setattr(module.MailServers, "connections", 7)
        monkeypatch.setattr(connection._transport, "requests_of", lambda source: len(source))
        assert connection.requests_of("abc") == 3
        assert connection.requests_of("abcd") == 4
        # Of mail servers it is connections.
        assert len(PROBE) != 7
        assert connection.requests_of(PROBE) == 7

    def test_of_mail_servers_that_were_not_opened_there_are_none(self, opened: Any) -> None:
        assert opened("[environments.contoso.mail_servers]").requests_of(PROBE) == 0


@pytest.mark.parametrize(("tenant", "key"), [(TENANT, "contoso.onmicrosoft.com"), ("", "contoso")])
def test_environments_of_one_tenant_share_what_its_services_allow(
    tmp_path: Path, tenant: str, key: str
) -> None:
    text = BASE.replace('method = "client-secret"', 'method = "managed-identity"')
    path = tmp_path / "auditor.toml"
    path.write_text(text.format(keys="", tenant=tenant))
    configuration = load(path)
    (environment,) = configuration.environments.values()
    asked: list[str] = []

    class Noted(Limits):
        def slot(self, *given: Any) -> Any:
            asked.append(given[0])

    secrets = look_up_secrets(configuration, [environment], {"WORD": "s3cret"})
    with Connection(configuration, environment, secrets, limits=Noted()) as connection:
        assert connection._slot is not None
        connection._slot("https://x")
    assert asked == [key]


class TestExchangeServer:
    def made(self, opened: Any, monkeypatch: pytest.MonkeyPatch, more: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        monkeypatch.setattr(module, "ExchangeServers", lambda **given: found.update(given))
        opened(EXCHANGE + more).open("exchange_server")
        return found

    def test_without_a_sign_in_it_is_asked_anonymously(
        self, opened: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = self.made(opened, monkeypatch, "")
        assert (found["method"], found["sign_in"], found["mailboxes"]) == ("", None, 0)
        assert found["environment_host"] == "contoso.crm.dynamics.com"
        assert found["private"] is None
        assert [each.host for each in found["trusted"]] == ["mail.contoso.com"]

    def test_credentials_go_to_the_hosts_that_are_named_and_no_other(
        self, opened: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        more = (
            'hosts = ["ews.contoso.com"]\nmailboxes = 5\nauth = { method = "ntlm", '
            'username = "u", password = "env:WORD" }\n'
        )
        signed: list[Any] = []
        monkeypatch.setattr(
            module, "sign_in", lambda settings, resource, network, **given: signed.append(given)
        )
        found = self.made(opened, monkeypatch, more)
        assert [each.host for each in found["trusted"]] == ["ews.contoso.com"]
        assert (found["method"], found["mailboxes"]) == ("ntlm", 5)
        found["sign_in"]("https://ews.contoso.com")
        assert signed[0]["hosts"] == ("https://ews.contoso.com:443",)

    @pytest.mark.parametrize(("word", "private"), [("true", True), ("false", None)])
    def test_private_addresses_are_those_of_mail_servers(
        self, opened: Any, monkeypatch: pytest.MonkeyPatch, word: str, private: bool | None
    ) -> None:
        more = f"[environments.contoso.mail_servers]\nprivate = {word}\n"
        assert self.made(opened, monkeypatch, more)["private"] is private


def test_a_sign_in_has_its_secrets_revealed(tmp_path: Path) -> None:
    _, environment, secrets = Opened(tmp_path).configured()
    settings = auth_settings(environment.auth, secrets)
    assert (settings.method, settings.client_secret) == ("client-secret", "s3cret")
    assert (settings.certificate, settings.tenant) == (None, "contoso.onmicrosoft.com")
