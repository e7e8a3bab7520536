"""Signing in against a loopback authority: what is asked, kept, refused and never sent."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from connectors.sign_in.authority import check_authority, check_resource, read_challenge
from connectors.sign_in.methods import sign_in
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, Transport
from connectors.transport.network import NetworkPolicy
from tests.connectors import loopback
from tests.connectors.loopback import Authority, Seen, Server, answer, serving
from tests.waiting import PATIENCE_S

SECRET = "s3cret-value-of-the-app"


class Login:
    """An authority and a resource in one server. `tokens` answers token requests."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.refuse: tuple[int, bytes] | None = None
        self.bad_tokens: set[str] = set()
        self.endpoint: str | None = None
        self.pending = 0
        self.interval_s = 1
        self.lock = threading.Lock()

    def __call__(self, handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        host = f"https://{seen.headers['host']}"
        if seen.path.endswith("/.well-known/openid-configuration"):
            tenant = host + seen.path.removesuffix("/v2.0/.well-known/openid-configuration")
            description = {
                "issuer": tenant,
                "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
                "token_endpoint": self.endpoint or f"{tenant}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{tenant}/oauth2/v2.0/devicecode",
            }
            answer(handler, body=json.dumps(description).encode())
        elif seen.path.endswith("/devicecode"):
            told = {
                "user_code": "ABCD-EFGH",
                "device_code": "the-device-code",
                "verification_uri": "https://login.example/device",
                "expires_in": 900,
                "interval": self.interval_s,
            }
            answer(handler, body=json.dumps(told).encode())
        elif seen.path.endswith("/token"):
            with self.lock:
                self.forms.append({k: v[0] for k, v in parse_qs(seen.body.decode()).items()})
                count = len(self.forms)
                waiting, self.pending = self.pending, max(0, self.pending - 1)
            if waiting:
                answer(handler, 400, b'{"error":"authorization_pending"}')
            elif self.refuse is not None:
                answer(handler, *self.refuse)
            else:
                token = {"access_token": f"token-{count}", "expires_in": 3600}
                answer(handler, body=json.dumps({**token, "token_type": "Bearer"}).encode())
        elif seen.headers.get("authorization", "") in {
            f"Bearer token-{n}" for n in range(1, 100)
        } - {f"Bearer {token}" for token in self.bad_tokens}:
            answer(handler)
        else:
            challenge = (
                f"Negotiate, Bearer authorization_uri={host}/tenant-1/oauth2/authorize,"
                f" resource_id={host}/"
            )
            answer(handler, 401, b"", WWW_Authenticate=challenge)


@pytest.fixture
def login() -> Login:
    return Login()


@pytest.fixture
def server(login: Login, certificate: Path) -> Iterator[Server]:
    with serving(login, certificate) as made:
        yield made


@pytest.fixture
def transport(authority: Authority) -> Iterator[Transport]:
    policy = NetworkPolicy(ca_bundle=authority.bundle, sleep=lambda wait_s: None)
    with Transport(policy) as made:
        yield made


def settings(server: Server, **changed: str | None) -> AuthSettings:
    known: dict[str, str | None] = {
        "method": "client-secret",
        "tenant": "contoso",
        "client_id": "app-1",
        "client_secret": SECRET,
        "authority": server.url,
    }
    return AuthSettings(**{**known, **changed})  # type: ignore[arg-type]


def refused(code: str, error: str = "invalid_client") -> tuple[int, bytes]:
    told = {"error": error, "error_description": f"{code}: No good. Trace ID: 1 x"}
    return 401, json.dumps(told).encode()


def test_a_client_secret_gives_one_token_for_a_resource(
    transport: Transport, server: Server, login: Login
) -> None:
    auth = sign_in(settings(server), server.url, transport)
    assert login.forms == []
    pending = [transport.send(Request(server.url + "/api", auth=auth)) for _ in range(6)]
    assert {each.result().status for each in pending} == {200}
    assert len(login.forms) == 1
    form = login.forms[0]
    assert (form["grant_type"], form["client_secret"]) == ("client_credentials", SECRET)
    assert form["scope"] == f"{server.url}/.default"
    assert {seen.path.split("?")[0] for seen in server.seen} == {
        "/contoso/v2.0/.well-known/openid-configuration",
        "/contoso/oauth2/v2.0/token",
        "/api",
    }


def test_a_slot_is_no_obstacle_to_signing_in(
    authority: Authority, server: Server, login: Login
) -> None:
    policy = NetworkPolicy(
        ca_bundle=authority.bundle, max_concurrent=1, deadline=time.monotonic() + PATIENCE_S
    )
    with Transport(policy) as transport:
        auth = sign_in(settings(server), server.url, transport)
        assert transport.get(server.url, auth=auth).status == 200


def test_an_expired_token_is_replaced_once(
    transport: Transport, server: Server, login: Login
) -> None:
    login.bad_tokens = {"token-1"}
    auth = sign_in(settings(server), server.url, transport)
    assert transport.get(server.url, auth=auth).status == 200
    assert len(login.forms) == 2
    login.bad_tokens = {f"token-{n}" for n in range(100)}
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=auth)
    assert caught.value.code == "unauthorized"
    assert len(login.forms) == 3


def test_a_token_is_renewed_before_its_end(
    authority: Authority, server: Server, login: Login
) -> None:
    now = [0.0]
    with Transport(NetworkPolicy(ca_bundle=authority.bundle, clock=lambda: now[0])) as transport:
        auth = sign_in(settings(server), server.url, transport)
        for now[0], requests in ((0.0, 1), (3299.0, 1), (3301.0, 2)):
            transport.get(server.url, auth=auth)
            assert len(login.forms) == requests


def test_a_refused_secret_is_not_tried_again_at_the_authority(
    transport: Transport, server: Server, login: Login
) -> None:
    login.refuse = refused("AADSTS7000222")
    for resource in (server.url, server.url, "https://graph.microsoft.com"):
        auth = sign_in(settings(server), resource, transport)
        with pytest.raises(SourceFailed) as caught:
            transport.get(resource, auth=auth)
        assert caught.value.code == "unauthorized"
        assert "AADSTS7000222: No good." in caught.value.reason
        assert SECRET not in caught.value.reason
    assert len(login.forms) == 1
    login.refuse = None
    auth = sign_in(settings(server, client_secret="another-secret"), server.url, transport)
    assert transport.get(server.url, auth=auth).status == 200


def test_the_remedy_follows_the_authoritys_code(
    transport: Transport, server: Server, login: Login
) -> None:
    login.refuse = refused("AADSTS7000222")
    auth = sign_in(settings(server), server.url, transport)
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=auth)
    assert caught.value.server_code == "AADSTS7000222"
    assert "has expired" in caught.value.remedy


def test_an_unknown_resource_does_not_spoil_the_secret(
    transport: Transport, server: Server, login: Login
) -> None:
    login.refuse = refused("AADSTS500011", "invalid_resource")
    with pytest.raises(SourceFailed):
        transport.get(server.url, auth=sign_in(settings(server), server.url, transport))
    login.refuse = None
    auth = sign_in(settings(server), server.url, transport)
    assert transport.get(server.url, auth=auth).status == 200


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ((500, b'{"error":{"code":"x"}}'), "server-error"),
        ((503, b""), "server-error"),
        ((429, b""), "throttled"),
        ((200, b"<html>Sign in</html>"), "not-json"),
        ((400, b"<html>Sign in</html>"), "not-json"),
        ((200, b"{}"), "sign-in-failed"),
        ((200, b"[]"), "sign-in-failed"),
        ((200, b'{"access_token":5}'), "sign-in-failed"),
        ((200, b'{"access_token":"a\\nb"}'), "sign-in-failed"),
        ((200, b'{"access_token":"a","expires_in":"soon"}'), "sign-in-failed"),
        ((400, b'{"error":"temporarily_unavailable","error_description":"x"}'), "server-error"),
    ],
)
def test_an_odd_authority_is_a_failure_in_words(
    transport: Transport, server: Server, login: Login, told: tuple[int, bytes], code: str
) -> None:
    login.refuse = told
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=sign_in(settings(server), server.url, transport))
    assert caught.value.code == code
    assert caught.value.remedy


@pytest.mark.parametrize(
    "endpoint",
    ["https://evil.example/token", "http://127.0.0.1/token", "https://[broken", "token", "/x"],
)
def test_an_authority_cannot_send_credentials_elsewhere(
    transport: Transport, server: Server, login: Login, endpoint: str
) -> None:
    login.endpoint = endpoint
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=sign_in(settings(server), server.url, transport))
    assert caught.value.code in {"foreign-authority", "sign-in-failed"}
    assert login.forms == []


def test_an_authority_of_another_kind_is_told_and_gets_no_credential(
    transport: Transport, server: Server, login: Login
) -> None:
    # Keycloak and PingFederate name such an endpoint on the configured host.
    login.endpoint = f"{server.url}/contoso/protocol/openid-connect/token"
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=sign_in(settings(server), server.url, transport))
    assert caught.value.code == "authority-of-another-kind"
    assert "openid-connect/token" in caught.value.reason
    assert login.forms == []


def test_the_tenant_is_taken_from_the_challenge(
    transport: Transport, server: Server, login: Login
) -> None:
    auth = sign_in(settings(server, tenant=None), server.url, transport)
    assert transport.get(server.url, auth=auth).status == 200
    assert "/tenant-1/oauth2/v2.0/token" in {seen.path for seen in server.seen}
    first = server.seen[0]
    assert (first.path, first.headers.get("authorization")) == ("/api/data/", None)


def test_an_authority_may_hold_the_tenant_itself(
    transport: Transport, server: Server, login: Login
) -> None:
    chosen = settings(server, tenant=None, authority=server.url + "/tenant-9/")
    auth = sign_in(chosen, server.url + "/", transport)
    assert transport.get(server.url, auth=auth).status == 200
    assert "/tenant-9/oauth2/v2.0/token" in {seen.path for seen in server.seen}
    assert login.forms[0]["scope"] == f"{server.url}/.default"


def test_a_challenge_to_another_authority_gets_no_credentials(
    transport: Transport, server: Server, login: Login
) -> None:
    auth = sign_in(settings(server, tenant=None, authority=None), server.url, transport)
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=auth)
    assert caught.value.code == "foreign-authority"
    assert login.forms == []


def test_a_token_is_not_sent_to_another_host(
    transport: Transport, server: Server, login: Login, certificate: Path
) -> None:
    with serving(login, certificate) as other:
        auth = sign_in(settings(server), server.url, transport)
        with pytest.raises(SourceFailed) as caught:
            transport.get(other.url, auth=auth)
        assert caught.value.code == "foreign-host"
        named = sign_in(settings(server), server.url, transport, hosts=[other.url])
        assert transport.get(other.url, auth=named).status == 200


def pem(password: bytes | None = None, key: Any = None) -> tuple[str, x509.Certificate]:
    key = key or rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "auditor")])
    start = loopback.datetime.now(loopback.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + loopback.timedelta(days=1))
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption(),
    ) + made.public_bytes(serialization.Encoding.PEM)
    return text.decode(), made


@pytest.mark.parametrize("password", [None, "key-password"])
def test_a_certificate_signs_in_by_its_thumbprint(
    transport: Transport, server: Server, login: Login, password: str | None
) -> None:
    text, made = pem(password.encode() if password else None)
    chosen = settings(
        server,
        method="certificate",
        client_secret=None,
        certificate=text,
        certificate_password=password,
    )
    auth = sign_in(chosen, server.url, transport)
    assert transport.get(server.url, auth=auth).status == 200
    form = login.forms[0]
    head = json.loads(base64.urlsafe_b64decode(form["client_assertion"].split(".")[0] + "=="))
    digest = hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).digest()
    assert head["x5t#S256"].rstrip("=") == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert "client_secret" not in form


def test_an_unusable_certificate_is_told_before_anything_is_sent(
    transport: Transport, server: Server
) -> None:
    own, other = pem()[0], pem()[0]
    mixed = own[: own.index("-----BEGIN CERT")] + other[other.index("-----BEGIN CERT") :]
    for text in ("not PEM", mixed, own[: own.index("-----BEGIN CERT")], pem(b"locked")[0]):
        chosen = settings(server, method="certificate", certificate=text)
        with pytest.raises(SourceFailed) as caught:
            transport.get(server.url, auth=sign_in(chosen, server.url, transport))
        assert caught.value.code == "bad-certificate"
    assert server.seen == []


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()],
    ids=["elliptic curve", "Edwards curve"],
)
def test_a_key_that_no_authority_takes_is_named_and_not_the_authority(
    transport: Transport, server: Server, key: Any
) -> None:
    """Microsoft's authorities take assertions that RSA signed."""
    chosen = settings(server, method="certificate", client_secret=None, certificate=pem(key=key)[0])
    with pytest.raises(SourceFailed) as caught:
        transport.get(server.url, auth=sign_in(chosen, server.url, transport))
    assert caught.value.code == "bad-certificate"
    assert "RSA" in caught.value.reason
    assert "authority" not in caught.value.remedy
    assert server.seen == []


def test_a_device_code_is_shown_and_waited_for(
    authority: Authority, server: Server, login: Login
) -> None:
    login.pending = 2
    shown: list[str] = []
    # MSAL warns where it is asked sooner than the authority said.
    with Transport(NetworkPolicy(ca_bundle=authority.bundle)) as transport:
        chosen = settings(server, method="device-code")
        auth = sign_in(chosen, server.url, transport, prompt=shown.append)
        assert transport.get(server.url, auth=auth).status == 200
    assert shown == ["To sign in, open https://login.example/device and enter the code ABCD-EFGH"]
    assert [form.get("device_code") for form in login.forms] == ["the-device-code"] * 3


def test_a_device_code_needs_a_person(transport: Transport, server: Server) -> None:
    with pytest.raises(SourceFailed) as caught:
        sign_in(settings(server, method="device-code"), server.url, transport)
    assert caught.value.code == "incomplete-sign-in"


@pytest.mark.filterwarnings("ignore:Attempted too soon")
def test_nobody_at_the_terminal_ends_at_the_deadline_and_is_asked_once(
    authority: Authority, server: Server, login: Login
) -> None:
    login.pending, login.interval_s = 100, 60
    passed_s = 0.0

    def sleep(seconds: float) -> None:
        nonlocal passed_s
        passed_s += seconds

    policy = NetworkPolicy(
        ca_bundle=authority.bundle, clock=lambda: passed_s, sleep=sleep, deadline=150.0
    )
    asked: list[str] = []
    with Transport(policy) as transport:
        chosen = settings(server, method="device-code")
        for resource in (server.url, "https://graph.example"):
            auth = sign_in(chosen, resource, transport, hosts=[server.url], prompt=asked.append)
            with pytest.raises(SourceFailed) as caught:
                transport.get(server.url, auth=auth)
            assert caught.value.code == "deadline"
    assert len(asked) == 1


@pytest.mark.filterwarnings("ignore:Attempted too soon")
def test_a_person_is_not_waited_for_until_nothing_is_left_to_read_in(
    authority: Authority, server: Server, login: Login
) -> None:
    login.pending, login.interval_s = 100, 60
    passed_s = 0.0

    def sleep(seconds: float) -> None:
        nonlocal passed_s
        passed_s += seconds

    policy = NetworkPolicy(
        ca_bundle=authority.bundle,
        clock=lambda: time.monotonic() + passed_s,
        sleep=sleep,
        deadline=time.monotonic() + 1000,
    )
    with Transport(policy) as transport:
        chosen = settings(server, method="device-code")
        auth = sign_in(chosen, server.url, transport, prompt=lambda _: None)
        with pytest.raises(SourceFailed) as caught:
            transport.get(server.url, auth=auth)
    assert caught.value.code == "deadline"
    assert 0 < passed_s <= 400


def test_unknown_methods_and_missing_settings_are_told(
    transport: Transport, server: Server
) -> None:
    with pytest.raises(SourceFailed, match="carrier-pigeon") as caught:
        sign_in(settings(server, method="carrier-pigeon"), server.url, transport)
    assert caught.value.code == "unknown-method"
    assert "client-secret" in caught.value.remedy
    for chosen in (
        settings(server, client_secret=None),
        settings(server, client_id=""),
        settings(server, method="certificate"),
        settings(server, method="ntlm", username="user"),
    ):
        with pytest.raises(SourceFailed) as caught:
            sign_in(chosen, server.url, transport)
        assert caught.value.code == "incomplete-sign-in"


def test_settings_hide_their_secrets() -> None:
    shown = repr(
        AuthSettings(
            method="ntlm", username="CONTOSO\\audit", password="hunter2", client_secret="s"
        )
    )
    assert "hunter2" not in shown
    assert "CONTOSO" in shown


@pytest.mark.parametrize(
    ("header", "authority", "resource"),
    [
        (
            "Bearer authorization_uri=https://login.microsoftonline.com/t1/oauth2/authorize,"
            " resource_id=https://org.crm.dynamics.com/",
            "https://login.microsoftonline.com/t1",
            "https://org.crm.dynamics.com/",
        ),
        (
            'NTLM, Negotiate, bearer authorization_uri="https://sts.contoso.com/adfs/oauth2/'
            'authorize", resource_id="https://crm.contoso.com/"',
            "https://sts.contoso.com/adfs",
            "https://crm.contoso.com/",
        ),
        (
            "Bearer authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize",
            "https://login.microsoftonline.com/organizations",
            None,
        ),
    ],
)
def test_challenges_are_read(header: str, authority: str, resource: str | None) -> None:
    challenge = read_challenge(header)
    assert challenge is not None
    assert (challenge.authority, challenge.resource) == (authority, resource)


@pytest.mark.parametrize("header", ["", "NTLM", "Bearer", "Bearer realm=x", "Bearer  ,,,"])
def test_other_headers_hold_no_challenge(header: str) -> None:
    assert read_challenge(header) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/t1",
        "http://login.microsoftonline.com/t1",
        "https://login.microsoftonline.com:8443/t1",
        "https://login.microsoftonline.com.evil.example/t1",
        "https://x@login.microsoftonline.com/t1",
        "https://[broken",
    ],
)
def test_other_authorities_are_foreign(url: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        check_authority(url, "https://sts.contoso.com/adfs")
    assert caught.value.code == "foreign-authority"


def test_configured_and_microsofts_authorities_are_trusted() -> None:
    for url in (
        "https://sts.contoso.com/adfs",
        "https://login.microsoftonline.us/t1",
        "https://login.partner.microsoftonline.cn/t1",
    ):
        assert check_authority(url, "https://sts.contoso.com") is None


def test_a_challenge_for_another_resource_is_foreign() -> None:
    for named in (None, "https://org.api.crm.dynamics.com/", "https://org.crm.dynamics.com/"):
        assert check_resource(named, "https://org.crm.dynamics.com") is None
    for named in ("https://other.crm.dynamics.com/", "https://graph.microsoft.com", "x[", ""):
        with pytest.raises(SourceFailed) as caught:
            check_resource(named, "https://org.crm.dynamics.com")
        assert caught.value.code == "foreign-resource"
