"""Negotiate signs a connection in, bound to its TLS channel, and tries a refused password once."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from spnego.exceptions import SpnegoError

from auditor.demo.server import SimulatedTenant
from connectors.sign_in import negotiate
from connectors.sign_in.methods import sign_in
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, Transport
from connectors.transport.network import NetworkPolicy
from tests.auditor.demo.conftest import organisation
from tests.connectors.loopback import Seen, answer, authority, serving


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(organisation(deployment="on-premises", version="9.1.28.5")) as started:
        yield started


@pytest.fixture
def transport(tenant: SimulatedTenant) -> Iterator[Transport]:
    with Transport(NetworkPolicy(ca_bundle=tenant.ca_bundle, retries=0)) as made:
        yield made


def settings(tenant: SimulatedTenant, password: str | None = None) -> AuthSettings:
    return AuthSettings(
        method="negotiate", username=tenant.username, password=password or tenant.password
    )


def address(tenant: SimulatedTenant) -> str:
    return f"{tenant.url}/api/data/v9.1/WhoAmI()"


def test_a_password_signs_the_connection_in(tenant: SimulatedTenant, transport: Transport) -> None:
    auth = sign_in(settings(tenant), tenant.url, transport)
    assert transport.get(address(tenant), auth=auth).requests == 3
    # the connection is signed in by now
    assert transport.get(address(tenant), auth=auth).requests == 1


def test_many_requests_at_once_are_all_signed_in(
    tenant: SimulatedTenant, transport: Transport
) -> None:
    auth = sign_in(settings(tenant), tenant.url, transport)
    pending = [transport.send(Request(address(tenant), auth=auth)) for _ in range(8)]
    assert {each.result().status for each in pending} == {200}


def test_a_refused_password_is_tried_once(tenant: SimulatedTenant, transport: Transport) -> None:
    auth = sign_in(settings(tenant, "wrong-battery"), tenant.url, transport)
    before = len(tenant.requests)
    for _ in range(3):
        with pytest.raises(SourceFailed) as caught:
            transport.get(address(tenant), auth=auth)
        assert caught.value.code == "unauthorized"
        assert "wrong-battery" not in caught.value.reason
    # an anonymous request and the two legs of one exchange, then nothing more
    assert len(tenant.requests) - before == 3


def test_a_binding_to_another_channel_is_refused(
    tenant: SimulatedTenant, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = negotiate.server_digest

    def other(response: object) -> bytes:
        real(response)  # type: ignore[arg-type]
        return b"\x01" * 32

    monkeypatch.setattr(negotiate, "server_digest", other)
    with pytest.raises(SourceFailed) as caught:
        transport.get(address(tenant), auth=sign_in(settings(tenant), tenant.url, transport))
    assert caught.value.code == "unauthorized"


@pytest.mark.parametrize("offered", ["NTLM", "Basic realm=x", "Negotiate rubbish!"])
def test_nothing_of_use_leaves_where_it_is_not_offered(offered: str) -> None:
    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        answer(handler, 401, b"", "text/html", WWW_Authenticate=offered)

    with (
        authority() as ca,
        serving(script, ca.issue()) as server,
        Transport(NetworkPolicy(ca_bundle=ca.bundle)) as transport,
    ):
        given = AuthSettings(method="negotiate", username="CONTOSO\\audit", password="horse")
        with pytest.raises(SourceFailed) as caught:
            transport.get(server.url, auth=sign_in(given, server.url, transport))
        sent = [seen.headers.get("authorization", "") for seen in server.seen]
    assert caught.value.code == "unauthorized"
    if not offered.startswith("Negotiate"):
        assert sent == [""]
    # at most the first token, which proves nothing
    assert len(sent) <= 2


def test_without_a_password_and_a_ticket_the_failure_says_what_to_set(
    tenant: SimulatedTenant, transport: Transport
) -> None:
    given = AuthSettings(method="negotiate")
    with pytest.raises(SourceFailed) as caught:
        transport.get(address(tenant), auth=sign_in(given, tenant.url, transport))
    assert caught.value.code in ("incomplete-sign-in", "unauthorized")
    assert "username" in caught.value.remedy or "sign-in" in caught.value.remedy


def test_the_name_of_the_service_is_in_capitals_and_its_refusal_in_the_words_of_the_centre(
    tenant: SimulatedTenant, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key distribution centre of MIT compares the case (RFC 4559)."""
    asked = []

    def refuse(*arguments: object, **named: object) -> None:
        asked.append(named["service"])
        raise SpnegoError(error_code=2, context_msg="Server not found in Kerberos database")

    monkeypatch.setattr(negotiate.spnego, "client", refuse)
    with pytest.raises(SourceFailed) as caught:
        transport.get(address(tenant), auth=sign_in(settings(tenant), tenant.url, transport))
    assert set(asked) == {"HTTP"}
    assert "Server not found in Kerberos database" in caught.value.reason
    assert "setspn -Q HTTP/" in caught.value.remedy
    assert "`pyspnego[kerberos]`" in caught.value.remedy
    assert "`kinit`" in caught.value.remedy


def test_what_the_library_says_at_length_is_cut(
    tenant: SimulatedTenant, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise ImportError("x" * 200 + "y" * 50)

    monkeypatch.setattr(negotiate.spnego, "client", refuse)
    with pytest.raises(SourceFailed) as caught:
        transport.get(address(tenant), auth=sign_in(settings(tenant), tenant.url, transport))
    assert caught.value.reason.endswith("x" * 200)
