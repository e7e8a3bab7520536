"""NTLM against a loopback server that really checks it, channel binding included."""

import base64
import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import spnego
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from spnego.channel_bindings import GssChannelBindings

from connectors.sign_in.methods import sign_in
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, Transport
from connectors.transport.network import NetworkPolicy
from connectors.transport.refusals import Refusals
from tests.connectors.loopback import Authority, Seen, Server, answer, serving

USER, PASSWORD = "CONTOSO\\audit", "correct-horse"


class Windows:
    """Asks for NTLM and checks it, connection by connection, bound to the certificate."""

    def __init__(self, certificate: Path) -> None:
        own = x509.load_pem_x509_certificate(certificate.read_bytes())
        self._binding = GssChannelBindings(
            application_data=b"tls-server-end-point:" + own.fingerprint(hashes.SHA256())
        )
        self.tries = 0
        self.challenge: str | None = None
        self.refusal = b"<html>401</html>"
        self._lock = threading.Lock()

    def __call__(self, handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        scheme, _, token = seen.headers.get("authorization", "").partition(" ")
        if getattr(handler, "signed_in", False):
            answer(handler)
        elif scheme != "NTLM":
            answer(handler, 401, self.refusal, "text/html", WWW_Authenticate="Negotiate, NTLM")
        elif self.challenge is not None:
            answer(handler, 401, b"", WWW_Authenticate=self.challenge)
        else:
            self._step(handler, base64.b64decode(token))

    def _step(self, handler: BaseHTTPRequestHandler, token: bytes) -> None:
        context = getattr(handler, "context", None)
        if context is None:
            context = spnego.server(
                protocol="ntlm",
                options=spnego.NegotiateOptions.use_ntlm,
                channel_bindings=self._binding,
            )
            handler.context = context  # type: ignore[attr-defined]
        else:
            with self._lock:
                self.tries += 1
        try:
            reply = context.step(token)
        except spnego.exceptions.SpnegoError:
            del handler.context  # type: ignore[attr-defined]
            answer(handler, 401, self.refusal, "text/html", WWW_Authenticate="Negotiate, NTLM")
            return
        if context.complete:
            handler.signed_in = True  # type: ignore[attr-defined]
            answer(handler)
        else:
            challenge = "NTLM " + base64.b64encode(reply or b"").decode()
            answer(handler, 401, b"", WWW_Authenticate=challenge)


@pytest.fixture
def windows(certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Windows:
    users = tmp_path / "users"
    users.write_text(f"CONTOSO:audit:{PASSWORD}\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    return Windows(certificate)


@pytest.fixture
def server(windows: Windows, certificate: Path) -> Iterator[Server]:
    with serving(windows, certificate) as made:
        yield made


@pytest.fixture
def transport(authority: Authority) -> Iterator[Transport]:
    policy = NetworkPolicy(ca_bundle=authority.bundle, sleep=lambda wait_s: None)
    with Transport(policy) as made:
        yield made


def settings(password: str = PASSWORD) -> AuthSettings:
    return AuthSettings(method="ntlm", username=USER, password=password)


def test_a_password_signs_the_connection_in(
    transport: Transport, windows: Windows, server: Server
) -> None:
    auth = sign_in(settings(), server.url, transport)
    assert transport.get(server.url, auth=auth).requests == 3
    # the connection is signed in by now
    assert transport.get(server.url, auth=auth).requests == 1
    assert windows.tries == 1


def test_a_reading_post_is_signed_in_too(
    transport: Transport, windows: Windows, server: Server
) -> None:
    body = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m:GetFolder'
        b' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"/></s:Body>'
        b"</s:Envelope>"
    )
    auth = sign_in(settings(), server.url, transport)
    asked = Request(server.url + "/EWS/Exchange.asmx", "POST", auth=auth, body=body, purpose="ews")
    assert transport.ask(asked).status == 200
    assert server.seen[-1].body == body


def test_a_refused_password_is_tried_once_by_however_many_requests(
    transport: Transport, windows: Windows, server: Server
) -> None:
    auth = sign_in(settings("wrong-battery"), server.url, transport)
    pending = [transport.send(Request(server.url, auth=auth)) for _ in range(6)]
    for each in pending:
        with pytest.raises(SourceFailed) as caught:
            each.result()
        assert caught.value.code == "unauthorized"
        assert "wrong-battery" not in caught.value.reason
    assert windows.tries == 1


def test_a_refusal_is_shared_by_the_environments_of_a_run(
    authority: Authority, windows: Windows, server: Server
) -> None:
    refusals = Refusals()
    for _ in range(2):
        policy = NetworkPolicy(ca_bundle=authority.bundle)
        with Transport(policy, refusals) as transport, pytest.raises(SourceFailed):
            transport.get(server.url, auth=sign_in(settings("wrong"), server.url, transport))
    assert windows.tries == 1


def test_many_requests_at_once_are_all_signed_in(
    transport: Transport, windows: Windows, server: Server
) -> None:
    auth = sign_in(settings(), server.url, transport)
    pending = [transport.send(Request(server.url, auth=auth)) for _ in range(12)]
    assert {each.result().status for each in pending} == {200}


@pytest.mark.parametrize(
    "challenge", ["NTLM", "NTLM !!!", "NTLM aGVsbG8=", "Basic realm=x", "NTLM " + "A" * 9000]
)
def test_an_odd_challenge_is_a_failure_in_words(
    transport: Transport, windows: Windows, server: Server, challenge: str
) -> None:
    windows.challenge = challenge
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=sign_in(settings(), server.url, transport))
    assert caught.value.code == "unauthorized"


def test_a_huge_refusal_is_not_read(transport: Transport, windows: Windows, server: Server) -> None:
    windows.refusal = b" " * 3_000_000
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=sign_in(settings(), server.url, transport))
    assert caught.value.code == "too-large"


def test_a_password_is_not_sent_to_another_host(
    transport: Transport, windows: Windows, server: Server
) -> None:
    auth = sign_in(settings(), "https://mail.contoso.com", transport)
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=auth)
    assert caught.value.code == "foreign-host"
    assert server.seen == []


def test_a_basic_challenge_gets_nothing(
    transport: Transport, authority: Authority, certificate: Path
) -> None:
    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        answer(handler, 401, b"", WWW_Authenticate="Basic realm=x")

    with serving(script, certificate) as server:
        with pytest.raises(SourceFailed) as caught:
            transport.get(server.url, auth=sign_in(settings(), server.url, transport))
        assert "authorization" not in server.seen[0].headers
        assert len(server.seen) == 1
    assert caught.value.code == "unauthorized"


@pytest.mark.parametrize("status", [200, 403])
def test_only_a_demand_to_sign_in_is_answered(
    transport: Transport, certificate: Path, status: int
) -> None:
    """Some servers name their ways to sign in on any answer; a refusal is none to sign in."""

    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        answer(handler, status, b"{}", WWW_Authenticate="Negotiate, NTLM")

    with serving(script, certificate) as server:
        with contextlib.suppress(SourceFailed):
            transport.get(server.url, auth=sign_in(settings(), server.url, transport))
        assert len(server.seen) == 1
        assert "authorization" not in server.seen[0].headers
