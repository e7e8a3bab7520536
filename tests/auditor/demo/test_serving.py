"""The demo tenant as a process: names its configuration once it answers, ends on a signal."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from auditor.configuration import load
from auditor.demo.contoso import DECLARED
from auditor.demo.healthy import healthy_on_premises
from auditor.demo.server import SimulatedTenant, TenantNotStarted
from auditor.demo.serving import configuration_of
from tests.auditor.demo.conftest import organisation, token_for
from tests.waiting import PATIENCE_S


def start(path: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "auditor.demo", "--write-config", str(path)]
    return subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_it_serves_until_a_signal_and_leaves_what_its_configuration_names(
    tmp_path, number, code
) -> None:
    path = tmp_path / "demo.toml"
    with start(path, "--scale", "150") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{path}\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        configuration = load(path)
        (environment,) = configuration.environments.values()
        assert configuration.tls.ca_bundle is not None
        bundle = Path(str(configuration.tls.ca_bundle).removeprefix("file:"))
        with requests.Session() as session:
            session.trust_env = False
            address = f"{environment.url}/api/data/v9.2/WhoAmI"
            answer = session.get(address, verify=str(bundle), timeout=60)
        assert answer.status_code == 401
        process.send_signal(number)
        said = process.stdout.read()
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == code
        assert errors == ""
    assert "The simulated tenant is up." in said
    assert f"run --config {path}\n" in said
    assert "after an hour its mailboxes count as stale" in said
    assert f"Ctrl+C ends it. The files {tmp_path}/demo.* stay" in said
    left = sorted(file.name for file in tmp_path.iterdir())
    assert left == ["demo.password", "demo.pem", "demo.secret", "demo.toml"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    load(path)


def test_a_port_in_use_is_told_in_one_line(tmp_path) -> None:
    with SimulatedTenant(organisation()) as tenant:
        with pytest.raises(TenantNotStarted, match=f"Port {tenant.port} cannot be used"):
            SimulatedTenant(organisation(), tenant.port)
        with start(tmp_path / "demo.toml", "--port", str(tenant.port)) as process:
            _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert len(errors.splitlines()) == 1


def test_the_configuration_signs_in_and_holds_no_secret(tmp_path) -> None:
    with SimulatedTenant(organisation()) as tenant, requests.Session() as session:
        text = configuration_of(tenant, DECLARED)
        assert tenant.client_secret not in text
        path = tmp_path / "demo.toml"
        path.write_text(text)
        configuration = load(path)
        (environment,) = configuration.environments.values()
        assert environment.declared.mass_email_campaigns is True
        secret = Path(str(environment.auth.client_secret).removeprefix("file:")).read_text()
        session.verify, session.trust_env = str(tenant.ca_bundle), False
        assert "access_token" in token_for(tenant, session, credential=secret)


def test_an_on_premises_configuration_is_accepted(tmp_path) -> None:
    with SimulatedTenant(healthy_on_premises(100)) as tenant:
        path = tmp_path / "demo.toml"
        path.write_text(configuration_of(tenant))
        (environment,) = load(path).environments.values()
        assert environment.url.endswith("/Contoso")
        assert environment.auth.method == "ntlm"
        assert tenant.password not in path.read_text()


def test_private_files_are_private_and_go_with_the_tenant() -> None:
    with SimulatedTenant(organisation()) as tenant:
        files = [*tenant.state.directory.iterdir()]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE(tenant.state.directory.stat().st_mode) == 0o700
    assert not os.path.exists(tenant.state.directory)
    tenant.close()
