"""Tokens of Microsoft Entra: what is asked of MSAL, what its results mean, and what is kept."""

import datetime
from collections.abc import Callable
from typing import Any

import msal
import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from connectors.sign_in import entra
from connectors.sign_in.bearer import Token
from connectors.sign_in.entra import (
    application_for,
    asked,
    certificate_credential,
    client_token,
    person_token,
    token_from,
)
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import WriteRefused, origin
from connectors.transport.http import Transport

LOGIN = "https://login.microsoftonline.com"
RESOURCE = "https://contoso.crm.dynamics.com"
PLACE = f"{LOGIN}/contoso"
GOOD = {"access_token": "a-token", "expires_in": 3600}


def settings(**changes: str | None) -> AuthSettings:
    usual: dict[str, str | None] = {
        "method": "client-secret",
        "tenant": "contoso",
        "client_id": "app-1",
        "client_secret": "the-secret-1",
    }
    return AuthSettings(**{**usual, **changes})  # type: ignore[arg-type]


def failure(result: dict[str, Any], secret: str = "the-secret-1", transport: Any = None) -> Any:
    with pytest.raises(SourceFailed) as caught:
        token_from(result, PLACE, transport or Transport(), "app-1", secret)
    return caught.value


@pytest.mark.parametrize(
    ("expires", "lifetime_s"),
    [(3600, 3600.0), ("60", 60.0), (-5, 0.0), ("soon", 3599.0), (None, 3599.0)],
)
def test_a_token_has_its_lifetime(expires: Any, lifetime_s: float) -> None:
    result = {"access_token": "a-token", "expires_in": expires}
    assert token_from(result, PLACE, Transport(), "app-1", "") == Token("a-token", lifetime_s)
    without = token_from({"access_token": "a-token"}, PLACE, Transport(), "app-1", "")
    assert without.lifetime_s == 3599.0


@pytest.mark.parametrize("token", [None, 7, "a\ntoken", "töken"])
def test_what_is_no_token_is_none(token: Any) -> None:
    found = failure({"access_token": token})
    assert found.code == "sign-in-failed"
    assert found.reason == f"{PLACE}: the authority gave neither a token nor an error"
    assert failure({"error": 7}).code == "sign-in-failed"


@pytest.mark.parametrize(
    ("error", "description", "code", "server_code", "remedy", "remembered"),
    [
        (
            "invalid_client",
            "AADSTS7000215: Wrong.",
            "unauthorized",
            "AADSTS7000215",
            "The client secret is wrong",
            True,
        ),
        (
            "unauthorized_client",
            "AADSTS700016: No.",
            "unauthorized",
            "AADSTS700016",
            "Check `client_id`",
            True,
        ),
        (
            "invalid_grant",
            "AADSTS53003: No.",
            "unauthorized",
            "AADSTS53003",
            "Conditional access",
            False,
        ),
        (
            "invalid_resource",
            "AADSTS999: Odd.",
            "unauthorized",
            "AADSTS999",
            "Check the `auth` section and",
            False,
        ),
        (
            "invalid_client",
            "See AADSTS7000215",
            "unauthorized",
            "invalid_client",
            "Check the `auth` section",
            True,
        ),
        ("access_denied", "", "unauthorized", "access_denied", "Check the `auth` section", False),
        (
            "temporarily_unavailable",
            "AADSTS90033",
            "server-error",
            "AADSTS90033",
            "Run the audit again",
            False,
        ),
        ("server_error", None, "server-error", "server_error", "Run the audit again", False),
    ],
)
def test_a_refusal_has_its_code_and_remedy(
    error: str, description: Any, code: str, server_code: str, remedy: str, remembered: bool
) -> None:
    transport = Transport()
    found = failure({"error": error, "error_description": description}, transport=transport)
    assert (found.code, found.server_code, found.url) == (code, server_code, PLACE)
    assert found.remedy.startswith(remedy)
    assert (description or error).split(" Trace")[0] in found.reason
    known = transport.refusals.reason(origin(PLACE), "app-1", "the-secret-1")
    assert (known is not None) is remembered


def test_a_refusal_without_a_secret_is_not_remembered() -> None:
    transport = Transport()
    failure({"error": "invalid_client"}, secret="", transport=transport)
    assert transport.refusals._refused == {}


@pytest.mark.parametrize("mark", ["Trace ID: 1", "Correlation ID: 2"])
def test_ids_of_the_authoritys_own_are_left_out(mark: str) -> None:
    found = failure({"error": "x", "error_description": f"AADSTS1: Why. {mark} end"})
    assert found.reason.endswith("signing in was refused: AADSTS1: Why.")


class Client:
    """MSAL's client: what it is asked, and what it answers."""

    def __init__(self, *results: Any, accounts: int = 0) -> None:
        self.results = list(results)
        self.asked: list[Any] = []
        self.accounts = [{"account": at} for at in range(accounts)]

    def get_accounts(self) -> list[Any]:
        return self.accounts

    def remove_tokens_for_client(self) -> None:
        self.asked.append("removed")

    def acquire_token_for_client(self, scopes: list[str]) -> Any:
        self.asked.append(scopes)
        return self.results.pop(0)

    def acquire_token_silent_with_error(
        self, scopes: list[str], account: Any, force_refresh: bool
    ) -> Any:
        self.asked.append((account["account"], force_refresh))
        return self.results.pop(0)


Made = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[[Client], Made]:
    def let(client: Client) -> Made:
        calls: Made = []

        def make(client_id: str, **said: Any) -> Client:
            calls.append((client_id, said))
            return client

        monkeypatch.setattr(msal, "ConfidentialClientApplication", make)
        monkeypatch.setattr(msal, "PublicClientApplication", make)
        monkeypatch.setattr(entra, "protected_cache", lambda: None)
        return calls

    return let


def test_an_app_signs_in_with_its_secret(made: Callable[[Client], Made]) -> None:
    client = Client(GOOD, GOOD)
    calls = made(client)
    transport = Transport()
    assert client_token(settings(), RESOURCE, transport, False).value == "a-token"
    assert client.asked == [[f"{RESOURCE}/.default"]]
    ((client_id, said),) = calls
    assert (client_id, said["client_credential"], said["authority"]) == (
        "app-1",
        "the-secret-1",
        PLACE,
    )
    client_token(settings(), RESOURCE, transport, True)
    assert client.asked[1:] == ["removed", [f"{RESOURCE}/.default"]]
    assert len(calls) == 1


def test_a_refused_secret_is_not_tried_again(made: Callable[[Client], Made]) -> None:
    client = Client({"error": "invalid_client", "error_description": "AADSTS7000215: Wrong."})
    made(client)
    transport = Transport()
    for words in ("signing in was refused: ", "signing in was refused before and not tried again"):
        with pytest.raises(SourceFailed) as caught:
            client_token(settings(), RESOURCE, transport, False)
        assert words in caught.value.reason
        assert caught.value.code == "unauthorized"
    assert len(client.asked) == 1


@pytest.mark.parametrize("method", ["certificate", "client-secret"])
def test_a_method_needs_its_own_secret(method: str, made: Callable[[Client], Made]) -> None:
    made(Client(GOOD))
    lacking = "certificate" if method == "certificate" else "client_secret"
    with pytest.raises(SourceFailed, match=f"needs `{lacking}`"):
        client_token(settings(method=method, client_secret=None), RESOURCE, Transport(), False)


def ask(*results: Any) -> tuple[list[Any], Any]:
    given = list(results)
    calls: list[Any] = []

    def person(client: Any, scopes: list[str], place: str) -> dict[str, Any]:
        calls.append((scopes, place))
        found = given.pop(0)
        if isinstance(found, SourceFailed):
            raise found
        return dict(found)

    return calls, person


def test_a_person_who_is_remembered_is_not_asked(made: Callable[[Client], Made]) -> None:
    client = Client({"error": "expired"}, GOOD, accounts=3)
    made(client)
    calls, person = ask()
    assert person_token(settings(), RESOURCE, Transport(), True, person).value == "a-token"
    assert client.asked == [(0, True), (1, True)]
    assert calls == []


def test_a_person_is_asked_once_a_run(made: Callable[[Client], Made]) -> None:
    made(Client())
    transport = Transport()
    declined = SourceFailed("declined", "try", "unauthorized")
    calls, person = ask(declined)
    for resource in (RESOURCE, "https://graph.microsoft.com"):
        with pytest.raises(SourceFailed) as caught:
            person_token(settings(), resource, transport, False, person)
        assert caught.value is declined
    assert calls == [([f"{RESOURCE}/.default"], PLACE)]
    _, person = ask(GOOD)
    assert person_token(settings(), RESOURCE, Transport(), False, person).value == "a-token"


def place(transport: Transport | None = None, **changes: str | None) -> str:
    seen: list[str] = []

    def make(authority: str, http_client: Any) -> Client:
        seen.append(authority)
        return Client()

    application_for(settings(**changes), RESOURCE, transport or Transport(), "s", make)
    return seen[0]


def test_the_authority_is_the_configured_one_with_its_tenant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert place() == PLACE
    assert (
        place(authority="https://adfs.contoso.example/") == "https://adfs.contoso.example/contoso"
    )
    with_path = "https://adfs.contoso.example/adfs/"
    assert place(tenant=None, authority=with_path) == "https://adfs.contoso.example/adfs"
    monkeypatch.setattr(entra, "find_authority", lambda transport, resource, own: f"{LOGIN}/{own}")
    assert place(tenant=None) == f"{LOGIN}/None"
    assert place(tenant=None, authority=f"{LOGIN}/") == f"{LOGIN}/{LOGIN}/"
    with pytest.raises(SourceFailed):
        place(tenant="contoso", authority="http://adfs.contoso.example")


def test_one_application_serves_all_resources_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Transport()

    def application(resource: str = RESOURCE, secret: str = "s", **changes: str | None) -> Any:
        return application_for(
            settings(**changes), resource, transport, secret, lambda authority, client: Client()
        )

    first = application()
    assert application("https://graph.microsoft.com") is first
    assert first.place == PLACE
    assert application(secret="other") is not first
    assert application(client_id="app-2") is not first
    monkeypatch.setattr(entra, "find_authority", lambda transport, resource, own: resource)
    of_one = application("https://one.example", tenant=None)
    assert application("https://one.example", tenant=None) is of_one
    assert application("https://two.example", tenant=None) is not of_one


@pytest.mark.parametrize("result", [None, "odd", []])
def test_a_result_of_another_form_is_empty(result: Any) -> None:
    assert asked(PLACE, lambda: result) == {}
    assert asked(PLACE, lambda: GOOD) == GOOD


def test_whatever_msal_raises_is_one_failure() -> None:
    def odd() -> Any:
        raise KeyError("token_endpoint")

    with pytest.raises(SourceFailed) as caught:
        asked(PLACE, odd)
    assert caught.value.code == "sign-in-failed"
    assert "cannot be understood (KeyError)" in caught.value.reason

    for own in (SourceFailed("a", "b", "c"), WriteRefused("no")):

        def fail(own: Exception = own) -> Any:
            raise own

        with pytest.raises(type(own)) as raised:
            asked(PLACE, fail)
        assert raised.value is own


KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))
OF_NO_RSA = ec.generate_private_key(ec.SECP256R1())


def pem(key: Any, password: bytes | None = None) -> str:
    encryption: Any = serialization.NoEncryption()
    if password is not None:
        encryption = serialization.BestAvailableEncryption(password)
    raw: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    return raw.decode()


def certificate(key: Any) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC))
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM).decode()


def test_the_certificate_of_the_key_is_chosen() -> None:
    own = certificate(KEY)
    found = certificate_credential(pem(KEY) + certificate(OTHER_KEY) + own, None)
    assert found == {"private_key": pem(KEY), "public_certificate": own}
    with_password = certificate_credential(pem(KEY, b"pass") + own, "pass")
    assert with_password == {"private_key": pem(KEY), "public_certificate": own}


@pytest.mark.parametrize(
    ("text", "password", "words"),
    [
        (pem(KEY), None, "cannot be read"),
        (certificate(KEY), None, "cannot be read"),
        (pem(KEY, b"pass") + certificate(KEY), None, "cannot be read"),
        (pem(KEY, b"pass") + certificate(KEY), "wrong", "cannot be read"),
        (pem(KEY) + certificate(OTHER_KEY), None, "does not belong to its private key"),
        (pem(OF_NO_RSA) + certificate(OF_NO_RSA), None, "is no RSA key"),
    ],
)
def test_an_unusable_certificate_is_a_failure(text: str, password: Any, words: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        certificate_credential(text, password)
    assert caught.value.code == "bad-certificate"
    assert words in caught.value.reason


def test_a_kind_of_key_that_the_library_does_not_know_is_no_defect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the key itself, and of an issuer's certificate in the same file."""

    class OfAnIssuer:
        def public_key(self) -> Any:
            raise UnsupportedAlgorithm("Unknown key type: 1.2.156.10197.1.301")

    load = x509.load_pem_x509_certificates
    monkeypatch.setattr(
        entra.x509, "load_pem_x509_certificates", lambda raw: [OfAnIssuer(), *load(raw)]
    )
    assert certificate_credential(pem(KEY) + certificate(KEY), None)["private_key"] == pem(KEY)

    def refuse(raw: bytes, password: bytes | None) -> Any:
        raise UnsupportedAlgorithm("Curve 1.3.132.0.1 is not supported")

    monkeypatch.setattr(entra.serialization, "load_pem_private_key", refuse)
    with pytest.raises(SourceFailed, match="cannot be read"):
        certificate_credential(pem(KEY) + certificate(KEY), None)


def test_a_certificate_signs_an_app_in(made: Callable[[Client], Made]) -> None:
    calls = made(Client(GOOD))
    own = settings(method="certificate", certificate=pem(KEY) + certificate(KEY))
    assert client_token(own, RESOURCE, Transport(), False).value == "a-token"
    assert calls[0][1]["client_credential"]["private_key"] == pem(KEY)
