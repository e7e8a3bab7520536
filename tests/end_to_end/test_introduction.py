"""What a server tells without credentials, over real HTTPS."""

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
