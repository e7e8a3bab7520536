"""Mail servers and mail domains as a whole run sees them."""

from pathlib import Path
from typing import Any

import pytest

from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.end_to_end.conftest import Call, call


def sources(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in report["sources"]}


def verdicts(report: dict[str, Any], rule: str) -> dict[str, str]:
    return {
        each["subject"]["name"]: each["verdict"]
        for each in report["findings"]
        if each["rule"] == rule
    }


def test_probes_and_lookups_are_sources_of_the_audit(contoso_run: Call) -> None:
    found = sources(contoso_run.report)
    assert found["mail_servers.probe"]["status"] == "read"
    assert found["mail_servers.probe"]["records"] > 10
    assert found["mail_servers.probe"]["requests"] > found["mail_servers.probe"]["records"]
    assert (found["dns.mail-domains"]["status"], found["dns.mail-domains"]["records"]) == (
        "read",
        1,
    )
    assert found["dns.tenants"]["status"] == "read"


def test_the_provider_behind_an_own_name_is_recognised(contoso_run: Call) -> None:
    untested = verdicts(contoso_run.report, "untested-mail-provider")
    assert untested["Harbour hosting"] == "fail"
    assert untested["Vanished hosting"] == "undetermined"
    assert "Gmail (under an own name)" not in untested


def test_the_mail_domain_settles_whose_the_shared_host_is(contoso_run: Call) -> None:
    unsupported = verdicts(contoso_run.report, "unsupported-protocol")
    assert unsupported["Exchange Online (over IMAP)"] == "fail"


def test_what_name_servers_refuse_is_one_finding_for_each_rule(contoso_run: Call) -> None:
    refused = [
        each
        for each in contoso_run.report["findings"]
        if each["cause"] and each["cause"]["code"] == "mail_servers.probe:names-unanswered"
    ]
    assert len(refused) == len({each["rule"] for each in refused}) > 3


@pytest.fixture(scope="module")
def without_probes(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], int]:
    path = tmp_path_factory.mktemp("off") / "auditor.toml"
    with SimulatedTenant(contoso(150)) as tenant:
        text = configuration_of(tenant, DECLARED)
        assert "probe = true" in text
        path.write_text(text.replace("probe = true", "probe = false"), "utf-8")
        run = call("run", "--config", path, "--report", "json")
    return run.report, run.code


def test_probes_can_be_turned_off(without_probes: tuple[dict[str, Any], int]) -> None:
    report, code = without_probes
    assert code == 1
    assert report["complete"] is True
    probe = sources(report)["mail_servers.probe"]
    assert (probe["status"], probe["requests"]) == ("not-configured", 0)
    assert not {each["rule"] for each in report["findings"] if each["verdict"] == "fail"} & {
        "certificate-invalid",
        "host-not-found",
        "tls-not-offered",
    }


def test_a_name_server_that_is_gone_leaves_the_run_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "auditor.toml"
    with SimulatedTenant(contoso(150)) as tenant:
        text = configuration_of(tenant, DECLARED)
        assert tenant.name_server is not None
        path.write_text(text.replace(tenant.name_server, "127.0.0.1:9"), "utf-8")
        run = call("run", "--config", path, "--report", "json", "--fail-on", "never")
    assert run.code == 3
    found = sources(run.report)
    assert found["dns.mail-domains"]["status"] == "failed"
    assert found["dns.tenants"]["status"] == "failed"
    assert "dns" in found["dns.mail-domains"]["remedy"]
    assert "host-not-found" not in {
        each["rule"] for each in run.report["findings"] if each["verdict"] == "fail"
    }
