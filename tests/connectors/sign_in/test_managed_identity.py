"""A managed identity: what its service is asked, how long for, and where it must not be."""

import re

import pytest
import responses

from connectors.sign_in.managed_identity import managed_identity_token
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy

RESOURCE = "https://contoso.crm.dynamics.com"
SERVICE = re.compile(r"http://169\.254\.169\.254/metadata/identity/oauth2/token.*")
TOKEN = {"access_token": "the-token", "expires_in": "3600", "token_type": "Bearer"}
VARIABLES = (
    "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT", "MSI_ENDPOINT",
    "MSI_SECRET", "IMDS_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _on_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def ask(pauses: list[float] | None = None, client_id: str | None = None) -> str:
    noted: list[float] = [] if pauses is None else pauses
    settings = AuthSettings(method="managed-identity", client_id=client_id)
    with Transport(NetworkPolicy(sleep=noted.append)) as transport:
        return managed_identity_token(settings, RESOURCE, transport).value


@responses.activate
def test_the_service_of_the_machine_gives_a_token() -> None:
    responses.get(SERVICE, json=TOKEN)
    assert ask() == "the-token"
    request = responses.calls[0].request
    assert request.headers["Metadata"] == "true"
    assert "contoso.crm.dynamics.com" in str(request.url)


@responses.activate
def test_an_identity_of_its_own_is_named() -> None:
    responses.get(SERVICE, json=TOKEN)
    ask(client_id="c-1")
    assert "client_id=c-1" in str(responses.calls[0].request.url)


@responses.activate
@pytest.mark.parametrize("status", [410, 429, 500, 503])
def test_a_service_that_is_busy_is_asked_again_after_a_pause(status: int) -> None:
    responses.get(SERVICE, json={}, status=status)
    responses.get(SERVICE, json=TOKEN)
    pauses: list[float] = []
    assert ask(pauses) == "the-token"
    assert pauses == [1.0]


@responses.activate
@pytest.mark.parametrize(("status", "asked"), [(429, 4), (400, 1)])
def test_it_is_given_up_in_the_end(status: int, asked: int) -> None:
    responses.get(SERVICE, json={"error": "invalid_request"}, status=status)
    with pytest.raises(SourceFailed):
        ask()
    assert len(responses.calls) == asked


@responses.activate
def test_a_machine_without_the_service_says_so() -> None:
    with pytest.raises(SourceFailed) as caught:
        ask()
    assert caught.value.code == "no-managed-identity"


@responses.activate
def test_a_variable_that_leads_elsewhere_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://evil.example")
    with pytest.raises(SourceFailed) as caught:
        ask()
    assert caught.value.code == "foreign-authority"
    assert len(responses.calls) == 0
