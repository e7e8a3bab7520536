"""What a server tells without credentials, over real HTTPS."""

import re

import pytest

from auditor.connections.introduction import Introduction, introduced
from connectors.transport.errors import SourceFailed
from tests.end_to_end.conftest import call


def test_the_tenant_is_found_from_the_address(contoso_tenant):
    told = introduced(contoso_tenant.url, contoso_tenant.ca_bundle)
    assert told == Introduction("entra", contoso_tenant.authority_url, contoso_tenant.tenant_id)


def test_a_server_that_is_not_trusted_is_told_by_its_certificate(contoso_tenant):
    with pytest.raises(SourceFailed, match="certificate"):
        introduced(contoso_tenant.url)


def test_init_asks_it_and_writes_what_doctor_can_use(contoso_tenant, tmp_path):
    said = call(
        *("init", "--url", contoso_tenant.url, "--ca-bundle", contoso_tenant.ca_bundle),
        *("--client-id", contoso_tenant.client_id, "--graph", "--exchange-online"),
    )
    assert said.code == 0, said.err
    assert f"tenant {contoso_tenant.tenant_id}" in said.out
    assert "auditor doctor" in said.out
    written = (tmp_path / "auditor.toml").read_text("utf-8")
    assert f'tenant = "{contoso_tenant.tenant_id}"' in written
    secret = f"file:{contoso_tenant.secret_file}"
    # An authority of which Microsoft knows nothing is never written by itself.
    authority = f'authority = "{contoso_tenant.authority_url}"'
    usable = written.replace("env:AUDITOR_CLIENT_SECRET", secret)
    usable = usable.replace("\nmethod = ", f"\n{authority}\nmethod = ", 1)
    (tmp_path / "auditor.toml").write_text(usable, "utf-8")
    doctor = call("doctor")
    assert re.match(
        r"\S+: Dynamics 365 9\.2\.[\d.]+, \d+ of \d+ configured accesses work", doctor.out
    )
