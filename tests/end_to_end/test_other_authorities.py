"""An authority that is no Microsoft Entra: the run and doctor say so, and send it no secret."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.loopback import Server, answer, authority, serving
from tests.end_to_end.conftest import call

SECRET = "s3cret-of-the-application"


@pytest.fixture
def of_another_kind(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """Keycloak and PingFederate name a token endpoint of another path, on the same host."""

    def script(handler: Any, seen: Any) -> None:
        base = f"https://127.0.0.1:{handler.server.server_port}/contoso"
        if "openid-configuration" in seen.path:
            told = {
                "issuer": f"{base}/v2.0",
                "token_endpoint": f"{base}/protocol/openid-connect/token",
                "authorization_endpoint": f"{base}/auth",
                "jwks_uri": f"{base}/jwks",
            }
            answer(handler, 200, json.dumps(told).encode())
        else:
            answer(handler, 200, b'{"access_token":"abc","token_type":"Bearer","expires_in":3600}')

    with authority() as issuing, serving(script, issuing.issue()) as server:
        secret, config = tmp_path / "secret", tmp_path / "auditor.toml"
        secret.write_text(SECRET, "utf-8")
        config.write_text(
            f"""
[environments.contoso]
url = "{server.url}"
[environments.contoso.auth]
method = "client-secret"
tenant = "contoso"
client_id = "11111111-1111-4111-8111-111111111111"
client_secret = "file:{secret}"
authority = "{server.url}"
[tls]
ca_bundle = "file:{issuing.bundle}"
""",
            "utf-8",
        )
        yield server, config


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_it_is_a_sentence_and_exit_3_and_no_secret_is_sent(
    of_another_kind: tuple[Server, Path], command: str
) -> None:
    server, config = of_another_kind
    run = call(command, "--config", config)
    assert run.code == 3
    assert "Traceback" not in run.out + run.err
    assert "openid-connect/token" in run.out + run.err
    assert not any(SECRET in f"{seen.path} {seen.headers} {seen.body!r}" for seen in server.seen)
