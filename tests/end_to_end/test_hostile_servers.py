"""A server that points elsewhere gets nobody's token or password sent there: a host that records
everything, and whose certificate is trusted, stands by and hears nothing."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.faults import Fault
from auditor.demo.healthy import healthy_on_premises, healthy_online
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.connectors.loopback import Seen, Server, answer, serving
from tests.end_to_end.conftest import Call, call

REDIRECTED = [
    ("online", "/api/*"),
    ("online", "/v1.0/*"),
    ("online", "/adminapi/*"),
    ("online", "*/oauth2/*"),
    ("online", "*openid-configuration"),
    ("online", "/EWS/*"),
    ("on-premises", "/Contoso/api/*"),
    ("on-premises", "/EWS/*"),
]


@pytest.fixture(scope="module")
def online() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(contoso(0)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def large() -> Iterator[SimulatedTenant]:
    """More mailboxes than one page holds."""
    with SimulatedTenant(healthy_online(5200)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def on_premises() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(healthy_on_premises(40)) as tenant:
        yield tenant


def certificate(tenant: SimulatedTenant) -> Path:
    """One more that the tenant's authority vouches for."""
    return tenant._authority.issue_server(f"{uuid.uuid4()}.pem")


@pytest.fixture
def recorder(
    online: SimulatedTenant, on_premises: SimulatedTenant, large: SimulatedTenant
) -> Iterator[dict[str, Server]]:
    """A host for each tenant, with a certificate of the authority that its configuration trusts."""

    def everything(handler: object, seen: Seen) -> None:
        answer(handler, 200, b'{"value":[],"access_token":"x"}')  # type: ignore[arg-type]

    with (
        serving(everything, certificate(online)) as one,
        serving(everything, certificate(on_premises)) as other,
        serving(everything, certificate(large)) as third,
    ):
        yield {"online": one, "on-premises": other, "large": third}
    online.faults.clear()
    on_premises.faults.clear()


def audited(tenant: SimulatedTenant, path: Path, text: str = "") -> Call:
    config = path / "auditor.toml"
    config.write_text(text or configuration_of(tenant, DECLARED), "utf-8")
    return call("run", "--config", config, "--report", "json", "--fail-on", "never")


def assert_incomplete_and_silent(run: Call, recorder: Server, secret: str) -> None:
    assert run.code == 3, run.err
    assert "Traceback" not in run.err
    assert recorder.seen == []
    assert secret not in run.out + run.err


@pytest.mark.parametrize(("deployment", "path"), REDIRECTED)
def test_a_redirect_is_not_followed_to_another_host(
    online: SimulatedTenant,
    on_premises: SimulatedTenant,
    recorder: dict[str, Server],
    tmp_path: Path,
    deployment: str,
    path: str,
) -> None:
    tenant = online if deployment == "online" else on_premises
    tenant.faults.add(Fault("redirected", path, location=f"{recorder[deployment].url}/there"))
    run = audited(tenant, tmp_path)
    secret = tenant.client_secret if deployment == "online" else tenant.password
    assert_incomplete_and_silent(run, recorder[deployment], secret)


def test_a_next_link_is_not_followed_to_another_host(
    large: SimulatedTenant, recorder: dict[str, Server], tmp_path: Path
) -> None:
    there = recorder["large"]
    large.faults.add(Fault("foreign-next-link", "/api/*", location=f"{there.url}/next"))
    assert_incomplete_and_silent(audited(large, tmp_path), there, large.client_secret)


CHALLENGES = [
    'Bearer authorization_uri="{there}/tenant-1/oauth2/authorize", resource_id="{here}/"',
    'Bearer authorization_uri="{authority}/tenant-1/oauth2/authorize", resource_id="{there}/"',
    'Bearer authorization_uri="{there}/tenant-1/oauth2/authorize"',
    "NTLM, Bearer authorization_uri={there}/tenant-1/oauth2/authorize",
]
SIGN_INS = {
    "client-secret": 'client_id = "a1"\ntenant = "tenant-1"\nauthority = "{authority}"\n'
    'client_secret = "file:{secret}"\n',
    "adfs": 'client_id = "a1"\nauthority = "{authority}/adfs"\nusername = "A\\\\b"\n'
    'password = "file:{secret}"\n',
}


@pytest.mark.parametrize("challenge", CHALLENGES)
@pytest.mark.parametrize("method", list(SIGN_INS))
def test_a_challenge_that_names_another_authority_or_resource_gets_no_token(
    online: SimulatedTenant,
    recorder: dict[str, Server],
    tmp_path: Path,
    challenge: str,
    method: str,
) -> None:
    there = recorder["online"].url
    names = {"there": there, "authority": "https://127.0.0.1:9"}

    def asks(handler: object, seen: Seen) -> None:
        here = f"https://{seen.headers['host']}"
        told = challenge.format(**names, here=here)
        answer(handler, 401, b"", "text/html", WWW_Authenticate=told)  # type: ignore[arg-type]

    secret = tmp_path / "secret"
    secret.write_text("a-secret-that-stays", "utf-8")
    secret.chmod(0o600)
    with serving(asks, certificate(online)) as asking:
        own = SIGN_INS[method].format(secret=secret, authority=names["authority"])
        text = (
            f'[environments.contoso]\nurl = "{asking.url}"\n'
            f'[environments.contoso.auth]\nmethod = "{method}"\n{own}'
            f'[tls]\nca_bundle = "file:{online.ca_bundle}"\n'
        )
        run = audited(online, tmp_path, text)
        for seen in asking.seen:
            assert "authorization" not in seen.headers
            assert b"a-secret-that-stays" not in seen.body
    assert_incomplete_and_silent(run, recorder["online"], "a-secret-that-stays")
