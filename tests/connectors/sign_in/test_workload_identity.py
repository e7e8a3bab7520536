"""Workload identity: what the variables of the workload must hold before anything is asked."""

import os
from pathlib import Path

import pytest
import responses

from connectors.sign_in.settings import AuthSettings
from connectors.sign_in.workload_identity import TOKEN_FILE, workload_token
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy

RESOURCE = "https://contoso.crm.dynamics.com"
NAMED = {"tenant": "11111111-2222-4333-8444-555555555555", "client_id": "c-1"}


@pytest.fixture(autouse=True)
def _no_workload(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (TOKEN_FILE, "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_AUTHORITY_HOST"):
        monkeypatch.delenv(name, raising=False)


def refused(**settings: str) -> SourceFailed:
    asked = AuthSettings(method="workload-identity", **settings)
    with Transport(NetworkPolicy()) as transport, pytest.raises(SourceFailed) as caught:
        workload_token(asked, RESOURCE, transport, fresh=False)
    return caught.value


@pytest.mark.parametrize(
    ("given", "lacking"), [({"tenant": "t"}, "client_id"), ({"client_id": "c"}, "tenant")]
)
def test_what_neither_settings_nor_variables_hold_is_named(
    given: dict[str, str], lacking: str
) -> None:
    failure = refused(**given)
    assert failure.code == "incomplete-sign-in"
    assert f"`{lacking}`" in failure.reason


@responses.activate
@pytest.mark.parametrize(
    "content", [None, "pipe", b"", b"  \n", b"\xff\xfe", b"x" * (64 * 1024 + 1)]
)
def test_a_file_without_a_token_signs_nobody_in(
    content: bytes | str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "token"
    if content == "pipe":
        os.mkfifo(place)
    elif isinstance(content, bytes):
        place.write_bytes(content)
    monkeypatch.setenv(TOKEN_FILE, str(place))
    authority = f"https://login.microsoftonline.com/{NAMED['tenant']}"
    description = {
        "issuer": f"{authority}/v2.0",
        "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
        "token_endpoint": f"{authority}/oauth2/v2.0/token",
    }
    responses.get(f"{authority}/v2.0/.well-known/openid-configuration", json=description)
    failure = refused(**NAMED)
    assert failure.code == "incomplete-sign-in"
    assert TOKEN_FILE in failure.reason
    assert str(place) not in failure.reason
