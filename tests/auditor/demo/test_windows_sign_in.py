"""An on-premises organisation signs its callers in by NTLM, bound to the TLS channel."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import spnego
from requests.adapters import HTTPAdapter
from requests_ntlm import HttpNtlmAuth

from auditor.demo.ews import ExchangeServer
from auditor.demo.server import SimulatedTenant
from tests.auditor.demo.conftest import organisation, session_of
from tests.ports import free_port


@pytest.fixture(scope="module")
def on_premises() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(organisation(deployment="on-premises", version="9.1.28.5")) as tenant:
        yield tenant


def address(tenant: SimulatedTenant) -> str:
    return f"{tenant.url}/api/data/v9.1/WhoAmI"


def test_the_address_carries_the_organisation(on_premises) -> None:
    assert on_premises.url.endswith("/Contoso")


def test_without_credentials_the_schemes_of_iis_are_offered(on_premises) -> None:
    with session_of(on_premises) as session:
        answer = session.get(address(on_premises), timeout=60)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Negotiate, NTLM"


def test_a_signed_in_connection_stays_signed_in(on_premises) -> None:
    with session_of(on_premises) as session:
        session.auth = HttpNtlmAuth(on_premises.username, on_premises.password)
        assert session.get(address(on_premises), timeout=60).status_code == 200
        before = len(on_premises.requests)
        assert session.get(address(on_premises), timeout=60).status_code == 200
        assert len(on_premises.requests) == before + 1


def test_another_connection_is_not_signed_in(on_premises) -> None:
    with session_of(on_premises) as session:
        session.auth = HttpNtlmAuth(on_premises.username, on_premises.password)
        assert session.get(address(on_premises), timeout=60).status_code == 200
        with session_of(on_premises) as other:
            assert other.get(address(on_premises), timeout=60).status_code == 401


class FromPort(HTTPAdapter):
    """Connects from one port of this computer, whatever it connects to."""

    def __init__(self, port: int) -> None:
        self._port = port
        super().__init__()

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        again = (socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        super().init_poolmanager(
            *args, source_address=("127.0.0.1", self._port), socket_options=[again], **settings
        )


def from_port(tenant: SimulatedTenant, port: int) -> requests.Session:
    session = session_of(tenant)
    session.mount("https://", FromPort(port))
    return session


def test_one_port_of_a_client_is_a_connection_of_its_own_to_each_server() -> None:
    """The system gives one port out again for another server while it is in use."""
    hosts = {f"{name}.contoso.example": ExchangeServer("15.2.1544.4") for name in "ab"}
    with SimulatedTenant(
        organisation(deployment="on-premises", version="9.1.28.5"), exchange_servers=hosts
    ) as tenant:
        first, second = tenant.exchange_addresses.values()
        port = free_port()
        with from_port(tenant, port) as session, from_port(tenant, port) as other:
            session.auth = HttpNtlmAuth(tenant.username, tenant.password)
            assert session.get(first, timeout=60).status_code == 200
            assert other.get(second, timeout=60).status_code == 401
            other.close()
            assert session.get(first, timeout=60).status_code == 200
    assert [server.proofs for server in hosts.values()] == [["NTLM"], []]


@pytest.mark.parametrize(
    ("username", "password"), [("CONTOSO\\svc-audit", "wrong"), ("CONTOSO\\nobody", "wrong")]
)
def test_wrong_credentials_are_refused(on_premises, username: str, password: str) -> None:
    with session_of(on_premises) as session:
        session.auth = HttpNtlmAuth(username, password)
        assert session.get(address(on_premises), timeout=60).status_code == 401


def test_a_binding_to_another_channel_is_refused(on_premises, monkeypatch) -> None:
    monkeypatch.setattr(HttpNtlmAuth, "_get_server_cert", lambda self, response: b"\x01" * 32)
    with session_of(on_premises) as session:
        session.auth = HttpNtlmAuth(on_premises.username, on_premises.password)
        assert session.get(address(on_premises), timeout=60).status_code == 401


def test_no_binding_is_allowed_as_iis_does_by_default(on_premises) -> None:
    with session_of(on_premises) as session:
        session.auth = HttpNtlmAuth(on_premises.username, on_premises.password, send_cbt=False)
        assert session.get(address(on_premises), timeout=60).status_code == 200


def test_a_sign_in_takes_no_variable_away_from_who_looks_through_them(
    on_premises, monkeypatch
) -> None:
    """Where to find a proxy is looked for in all variables, by any thread at any time."""
    make, walks = spnego.server, []

    def made_while_a_walk_begins(*arguments: Any, **settings: Any) -> Any:
        walks.append(iter(os.environ.items()))
        next(walks[-1])
        return make(*arguments, **settings)

    monkeypatch.delenv("NTLM_USER_FILE", raising=False)
    monkeypatch.setattr(spnego, "server", made_while_a_walk_begins)
    with session_of(on_premises) as session:
        session.auth = HttpNtlmAuth(on_premises.username, on_premises.password)
        assert session.get(address(on_premises), timeout=60).status_code == 200
    assert [dict(walk)["NTLM_USER_FILE"] for walk in walks] == [""]


@pytest.mark.parametrize("header", ["NTLM rubbish!", "NTLM AAAA", "Basic dTpw", "NTLM"])
def test_rubbish_is_refused(on_premises, header: str) -> None:
    with session_of(on_premises) as session:
        answer = session.get(address(on_premises), headers={"Authorization": header}, timeout=60)
    assert answer.status_code == 401


def test_the_organisation_names_no_tenant(on_premises) -> None:
    path = "RetrieveCurrentOrganization(AccessType='Default')"
    with session_of(on_premises) as session:
        session.auth = HttpNtlmAuth(on_premises.username, on_premises.password)
        answer = session.get(f"{on_premises.url}/api/data/v9.1/{path}", timeout=60)
    assert answer.json()["Detail"]["TenantId"] == ""
