"""`auditor environments`, `init --discover` and what `run --all` says of both directories."""

import json
import tomllib
from pathlib import Path

import pytest

from auditor.demo.faults import Fault, Faults
from auditor.demo.server import SimulatedTenant
from tests.end_to_end.conftest import call

INSTANCES = "/api/discovery/v2.0/Instances"


def test_the_list_says_what_is_configured(contoso_toml: Path) -> None:
    listed = call("environments", "--config", contoso_toml, "--format", "json")
    assert listed.code == 0
    answer = json.loads(listed.out)
    by_name = {each["name"]: each for each in answer["organizations"]}
    assert by_name["Contoso Ltd"]["environment"] == "contoso"
    assert by_name["Contoso sandbox"]["environment"] is None
    assert by_name["Contoso sandbox"]["stage"] == "Sandbox"
    assert answer["not_listed"] == answer["problems"] == []
    table = call("environments", "--config", contoso_toml)
    assert "https://sandbox.contoso.example (Contoso sandbox) is not configured." in " ".join(
        table.out.split()
    )


def test_only_a_listed_read_leaves(contoso_toml: Path, contoso_tenant: SimulatedTenant) -> None:
    before = len(contoso_tenant.state.requests)
    call("environments", "--config", contoso_toml)
    asked = contoso_tenant.state.requests[before:]
    reads = [each for each in asked if "/oauth2/" not in each.path and "/.well" not in each.path]
    assert [(each.method, each.path) for each in reads] == [("GET", INSTANCES)]


def test_a_directory_that_refuses_is_incomplete(contoso_toml: Path, faulty: Faults) -> None:
    faulty.add(Fault("forbidden", path=f"*{INSTANCES}*"))
    listed = call("environments", "--config", contoso_toml, "--format", "json")
    assert listed.code == 3
    answer = json.loads(listed.out)
    assert answer["organizations"] == answer["not_listed"] == []
    (problem,) = answer["problems"]
    assert problem["service"] == "global-discovery"
    assert problem["reason"]
    assert problem["remedy"]


@pytest.fixture
def moved(contoso_toml: Path, contoso_tenant: SimulatedTenant, tmp_path: Path) -> Path:
    """The demo's configuration with an address of the environment that no list has."""
    url = f'url = "{contoso_tenant.url}"'
    text = contoso_toml.read_text("utf-8")
    assert text.index(url) < text.index("[environments.contoso.auth]")
    path = tmp_path / "moved.toml"
    path.write_text(text.replace(url, 'url = "https://elsewhere.contoso.example"', 1), "utf-8")
    return path


def test_an_environment_that_is_not_listed_is_not_called_gone(moved: Path) -> None:
    answer = json.loads(call("environments", "--config", moved, "--format", "json").out)
    (missing,) = answer["not_listed"]
    assert (missing["environment"], missing["is_gone"]) == ("contoso", False)


def test_the_list_of_the_whole_tenant_tells_what_is_gone(
    moved: Path, contoso_tenant: SimulatedTenant
) -> None:
    asking = f'[discovery]\npower_platform = true\npower_platform_url = "{contoso_tenant.url}"'
    moved.write_text(moved.read_text("utf-8").replace("[discovery]", asking), "utf-8")
    answer = json.loads(call("environments", "--config", moved, "--format", "json").out)
    assert len(answer["organizations"]) == 3
    (missing,) = answer["not_listed"]
    assert missing["is_gone"] is True


def asking_the_admin_api(config: Path, tenant: SimulatedTenant, tmp_path: Path) -> Path:
    asking = f'[discovery]\npower_platform = true\npower_platform_url = "{tenant.url}"'
    path = tmp_path / "asking.toml"
    path.write_text(config.read_text("utf-8").replace("[discovery]", asking), "utf-8")
    return path


def last_access(config: Path) -> dict[str, str]:
    """What `doctor` says of the access that it tries last."""
    told = call("doctor", "--config", config, "--json")
    (environment,) = json.loads(told.out)["environments"]
    found: dict[str, str] = environment["accesses"][-1]
    return found


def test_doctor_says_how_powerful_a_management_application_is(
    contoso_toml: Path, contoso_tenant: SimulatedTenant, tmp_path: Path
) -> None:
    config = asking_the_admin_api(contoso_toml, contoso_tenant, tmp_path)
    access = last_access(config)
    assert (access["name"], access["state"]) == ("discovery.power_platform", "more-than-needed")
    assert "as much as an administrator of the tenant" in access["reason"]
    assert f"-ApplicationId {contoso_tenant.client_id}" in access["remedy"]


def test_doctor_says_how_a_management_application_is_registered(
    contoso_toml: Path, contoso_tenant: SimulatedTenant, tmp_path: Path, faulty: Faults
) -> None:
    faulty.add(Fault("forbidden", path="*/environments*"))
    config = asking_the_admin_api(contoso_toml, contoso_tenant, tmp_path)
    access = last_access(config)
    assert (access["name"], access["state"]) == ("discovery.power_platform", "missing")
    assert "New-PowerAppManagementApp" in access["remedy"]


def test_what_is_listed_is_added_with_references_alone(contoso_toml: Path, tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text(contoso_toml.read_text("utf-8") + "# A note of mine.\n", "utf-8")
    added = call("init", "--discover", "--config", config)
    assert added.code == 0
    assert "2 more: sandbox, trial" in added.out
    written = tomllib.loads(config.read_text("utf-8"))["environments"]
    assert written["sandbox"]["url"] == "https://sandbox.contoso.example"
    assert written["sandbox"]["auth"] == written["contoso"]["auth"]
    assert written["sandbox"]["auth"]["client_secret"].startswith("file:")
    assert "# A note of mine." in config.read_text("utf-8")
    again = call("init", "--discover", "--config", config)
    assert "nothing was added" in again.out


def test_a_run_of_all_says_what_is_not_configured(contoso_toml: Path) -> None:
    run = call(
        "run", "--all", "--config", contoso_toml, "--rule", "duplicate-address", "--report", "json"
    )
    assert "https://trial.contoso.example (Contoso trial) is not configured." in run.err
    assert "init --discover" in run.err
    assert run.report["environment"]["name"] == "contoso"
