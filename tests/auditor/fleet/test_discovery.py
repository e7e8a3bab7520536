"""What directories list, and what of the configuration they do not."""

import threading
from collections.abc import Callable, Iterable

import pytest

from auditor.configuration import Secrets
from auditor.fleet import discovery
from auditor.fleet.directories import services
from auditor.fleet.discovery import (
    APPLICATION_REMEDY,
    Discovery,
    address_of,
    discover,
)
from connectors.discovery import global_discovery, power_platform
from connectors.discovery.organisation import ListedOrganisation
from connectors.transport.errors import SourceFailed
from tests.auditor.fleet.conftest import BOTH, CONTOSO


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://contoso.crm.dynamics.com", "https://Contoso.CRM.dynamics.com:443/"),
        ("https://crm.contoso.example/Org", "https://crm.contoso.example./org/"),
    ],
)
def test_addresses_of_one_organisation_are_alike(one: str, other: str) -> None:
    assert address_of(one) == address_of(other)


def test_another_port_or_path_is_another_organisation() -> None:
    addresses = ("https://crm.example/a", "https://crm.example/b", "https://crm.example:444/a")
    assert len({address_of(each) for each in addresses}) == 3


Listed = Iterable[ListedOrganisation]


def listed(*urls: str) -> Listed:
    return [ListedOrganisation(url=url, name=url) for url in urls]


def breaks_off(*urls: str) -> Listed:
    yield from listed(*urls)
    raise SourceFailed("the directory refused", "Ask for the role.", "forbidden")


@pytest.fixture
def found(configured, monkeypatch: pytest.MonkeyPatch) -> Callable[[Listed, Listed], Discovery]:
    """What is discovered where the two directories list so much."""

    def discovered(of_discovery: Listed, of_platform: Listed) -> Discovery:
        lists = {global_discovery.SOURCE: of_discovery, power_platform.SOURCE: of_platform}
        monkeypatch.setattr(discovery, "_listing", lambda service, *_: lists[service.kind])
        return discover(configured(CONTOSO + BOTH), Secrets({}))

    return discovered


OURS, TRIAL = "https://contoso.crm.dynamics.com/", "https://trial.crm.dynamics.com"


def test_an_organisation_that_both_list_is_found_once(found) -> None:
    answer = found(listed(TRIAL, OURS), listed(OURS))
    assert [(each.listed.url, each.configured) for each in answer.organisations] == [
        (OURS, "contoso"),
        (TRIAL, None),
    ]
    assert {each.service for each in answer.organisations} == {global_discovery.SOURCE}
    assert [each.listed.url for each in answer.not_configured] == [TRIAL]
    assert answer.not_listed == answer.problems == ()


def test_what_the_whole_list_of_a_tenant_lacks_is_gone(found) -> None:
    (missing,) = found(listed(TRIAL), listed(TRIAL)).not_listed
    assert (missing.environment, missing.is_gone) == ("contoso", True)


def test_what_a_list_that_broke_off_lacks_is_not_called_gone(found) -> None:
    answer = found(listed(TRIAL), breaks_off(TRIAL))
    (missing,) = answer.not_listed
    assert not missing.is_gone
    assert [each.reason for each in answer.problems] == ["the directory refused"]


def test_an_application_that_the_admin_api_refuses_is_to_be_registered(found) -> None:
    (problem,) = found(listed(OURS), breaks_off()).problems
    assert "New-PowerAppManagementApp -ApplicationId " in problem.remedy
    assert "as much as an administrator" in problem.remedy


def test_an_empty_list_is_a_problem_and_tells_of_no_environment(found) -> None:
    answer = found([], [])
    assert answer.not_listed == answer.organisations == ()
    assert [each.remedy for each in answer.problems] == [APPLICATION_REMEDY] * 2


def test_directories_of_several_sign_ins_are_asked_side_by_side(
    configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_ask = threading.Barrier(2)

    def listing(service: discovery.Service, *_: object) -> Listed:
        both_ask.wait(60)
        return listed(f"https://{service.signs_in}.crm.dynamics.com")

    monkeypatch.setattr(discovery, "_listing", listing)
    second = (
        '[environments.second]\nurl = "https://second.crm4.dynamics.com"\n'
        '[environments.second.auth]\nclient_id = "decaf"\n'
    )
    found = discover(configured(CONTOSO + second), Secrets({}))
    assert [each.found_with for each in found.organisations] == ["contoso", "second"]


BY_PERSONS = "".join(
    f'[environments.{name}]\nurl = "https://{name}.crm.dynamics.com"\n'
    f'[environments.{name}.auth]\nmethod = "device-code"\ntenant = "{name}.example"\n'
    for name in ("anna", "ben", "cid")
)


@pytest.mark.parametrize("environments", [CONTOSO + BOTH, BY_PERSONS])
def test_one_sign_in_and_any_person_is_asked_one_thing_at_a_time(
    configured, monkeypatch: pytest.MonkeyPatch, environments: str
) -> None:
    free = threading.Lock()

    def listing(service: discovery.Service, *_: object) -> Listed:
        assert free.acquire(blocking=False)
        yield from listed(OURS)
        free.release()

    monkeypatch.setattr(discovery, "_listing", listing)
    configuration = configured(environments)
    assert len(services(configuration)) > 1
    assert len(discover(configuration, Secrets({})).organisations) == 1
