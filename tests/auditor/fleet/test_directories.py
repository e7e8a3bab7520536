"""Which directories are asked: each once for a sign-in, and none that has nothing to say."""

import pytest

from auditor.configuration import Configuration
from auditor.fleet.directories import in_turn, services
from connectors.discovery import global_discovery, power_platform
from tests.auditor.fleet.conftest import BOTH, CONTOSO

WORLDWIDE = "https://globaldisco.crm.dynamics.com"


def asked(configuration: Configuration) -> list[tuple[str, str, str]]:
    return [(each.kind, each.url, each.signs_in) for each in services(configuration)]


def test_the_directory_of_the_environments_cloud_is_asked(configured) -> None:
    china = CONTOSO.replace("crm.dynamics.com", "crm.dynamics.cn")
    assert asked(configured(CONTOSO)) == [(global_discovery.SOURCE, WORLDWIDE, "contoso")]
    assert asked(configured(china)) == [
        (global_discovery.SOURCE, "https://globaldisco.crm.dynamics.cn", "contoso")
    ]


def test_one_sign_in_asks_a_directory_once(configured) -> None:
    second = '[environments.second]\nurl = "https://second.crm4.dynamics.com"\n'
    assert len(services(configured(CONTOSO + second))) == 1
    other = second + '[environments.second.auth]\nclient_id = "decaf"\n'
    assert [each.signs_in for each in services(configured(CONTOSO + other))] == [
        "contoso",
        "second",
    ]


def test_the_power_platform_is_asked_where_it_is_wanted(configured) -> None:
    _, platform = services(configured(CONTOSO + BOTH))
    assert (platform.kind, platform.url) == (power_platform.SOURCE, "https://api.bap.microsoft.com")
    assert platform.resource == "https://service.powerapps.com"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "[::1]"])
def test_a_server_on_this_computer_has_no_directory(configured, host: str) -> None:
    local = f'[environments.contoso]\nurl = "https://{host}:8443"\n'
    assert asked(configured(local + BOTH)) == []
    named = '[discovery]\nurl = "https://localhost:9443/"\n'
    assert asked(configured(local + named)) == [
        (global_discovery.SOURCE, "https://localhost:9443", "contoso")
    ]


def test_a_sign_in_of_windows_has_no_directory(configured) -> None:
    windows = (
        '[environments.contoso]\nurl = "https://crm.contoso.example"\n'
        '[environments.contoso.auth]\nmethod = "ntlm"\nusername = "CONTOSO\\\\anna"\n'
        'password = "env:NO_SUCH_SECRET"\n'
    )
    assert asked(configured(windows)) == []


def test_two_directories_of_one_sign_in_are_asked_one_after_another(configured) -> None:
    ((first, then),) = in_turn(configured(CONTOSO + BOTH))
    assert (first.kind, then.kind) == (global_discovery.SOURCE, power_platform.SOURCE)
