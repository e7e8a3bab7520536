"""Each access is withdrawn in turn: what rests on it is open, all else stays, doctor names it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from auditor.catalogue.rules_by_source import rules_of
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.ews import ExchangeServer
from auditor.demo.faults import Fault
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from connectors.dynamics import privileges
from connectors.sources.catalogue import readers
from tests.end_to_end.conftest import Call, call

Servers = dict[str, ExchangeServer]
Withdraw = Callable[[SimulatedTenant, Servers, str], str]
"""Takes an access away; gives the configuration, changed where that is what it takes."""


class Case(Struct, frozen=True):
    """One withdrawal: the sources that it fails, and what doctor must say of the first.

    `in_part` can be asked as before, and are read in part for want of those.
    """

    withdraw: Withdraw
    sources: tuple[str, ...]
    words: tuple[str, ...]
    in_part: tuple[str, ...] = ()


def _permission(name: str) -> Withdraw:
    def withdraw(tenant: SimulatedTenant, servers: Servers, text: str) -> str:
        tenant.faults.denied_permissions.add(name)
        return text

    return withdraw


def _table(name: str) -> Withdraw:
    def withdraw(tenant: SimulatedTenant, servers: Servers, text: str) -> str:
        tenant.faults.denied_tables.add(name)
        return text

    return withdraw


def _path(path: str) -> Withdraw:
    def withdraw(tenant: SimulatedTenant, servers: Servers, text: str) -> str:
        tenant.faults.add(Fault("forbidden", path=path))
        return text

    return withdraw


def _servers(**changes: Any) -> Withdraw:
    def withdraw(tenant: SimulatedTenant, servers: Servers, text: str) -> str:
        for server in servers.values():
            for name, value in changes.items():
                setattr(server, name, value)
        return text

    return withdraw


def _password(tenant: SimulatedTenant, servers: Servers, text: str) -> str:
    _servers(tells_build=False)(tenant, servers, text)
    wrong = tenant.ca_bundle.parent / "wrong"
    wrong.write_text("simulated-Password-2", "utf-8")
    return text.replace(str(tenant.password_file), str(wrong))


def _name_server(tenant: SimulatedTenant, servers: Servers, text: str) -> str:
    assert tenant.name_server is not None
    return text.replace(tenant.name_server, "127.0.0.1:9")


def _of_table(name: str, privilege: str, *more: str) -> Case:
    return Case(_table(name), (f"dynamics.{name}", *more), (privilege, "security role"))


SERVERS = ("exchange_server.builds", "exchange_server.mailboxes")
OF_ADDRESSES = ("dns.mail-domains", "dns.tenants")
OF_PROFILES = (
    "exchange_server.builds",
    "graph.application-permissions",
    "graph.applications",
    "mail_servers.probe",
)
CASES = {
    "prvReadMailbox": _of_table("mailboxes", "prvReadMailbox"),
    "prvReadUser": replace(_of_table("systemusers", "prvReadUser"), in_part=OF_ADDRESSES),
    "prvReadQueue": replace(_of_table("queues", "prvReadQueue"), in_part=OF_ADDRESSES),
    "own privileges": Case(
        _path("*RetrieveUser*Privileges*"),
        (privileges.SOURCE, *(each.source for each in readers() if each.privilege)),
        ("prvReadUser", "prvReadOrganization", "security role"),
        in_part=OF_ADDRESSES + OF_PROFILES,
    ),
    "organisation's detail": Case(
        _path("*RetrieveCurrentOrganization*"),
        ("dynamics.organization-detail",),
        ("403", "is enabled", "security role"),
    ),
    "prvReadMailboxTrackingFolder": _of_table(
        "mailboxtrackingfolders", "prvReadMailboxTrackingFolder"
    ),
    "prvReadEmailServerProfile": _of_table(
        "emailserverprofiles", "prvReadEmailServerProfile", *OF_PROFILES
    ),
    "prvReadOrganization": _of_table("organizations", "prvReadOrganization"),
    "prvReadActivity": _of_table("emails", "prvReadActivity", "dynamics.activityparties"),
    "prvReadTraceLog": _of_table("tracelogs", "prvReadTraceLog"),
    "prvReadSdkMessageProcessingStep": _of_table(
        "sdkmessageprocessingsteps", "prvReadSdkMessageProcessingStep"
    ),
    "time zones": Case(
        _path("*/timezonedefinitions*"),
        ("dynamics.timezonedefinitions",),
        ("No privilege", "every user"),
        in_part=("dynamics.usersettings",),
    ),
    "prvReadUserSettings": Case(
        _table("usersettingscollection"),
        ("dynamics.usersettings",),
        ("prvReadUserSettings", "security role"),
    ),
    "User.Read.All": Case(
        _permission("User.Read.All"),
        ("graph.users", "graph.mailbox-settings", "graph.message-rules"),
        ("User.Read.All", "az ad app permission add", "df021288-bdef-4463-88db-98f22de89214"),
    ),
    "Organization.Read.All": Case(
        _permission("Organization.Read.All"),
        ("graph.organization",),
        ("Organization.Read.All", "az ad app permission add"),
    ),
    "MailboxSettings.Read": Case(
        _permission("MailboxSettings.Read"),
        ("graph.mailbox-settings", "graph.message-rules"),
        ("MailboxSettings.Read", "az ad app permission add"),
    ),
    "Application.Read.All": Case(
        _permission("Application.Read.All"),
        ("graph.application-permissions", "graph.applications", "graph.service-principals"),
        ("Application.Read.All", "az ad app permission add"),
    ),
    "Policy.Read.All": Case(
        _permission("Policy.Read.All"),
        ("graph.conditional-access", "graph.security-defaults"),
        ("Policy.Read.All", "az ad app permission add"),
    ),
    "Get-AcceptedDomain": Case(
        _permission("Get-AcceptedDomain"),
        ("exchange_online.accepted-domains",),
        ("Exchange.ManageAsAppV2", "View-Only Configuration", "New-RoleGroup"),
    ),
    "Get-CASMailbox": Case(
        _permission("Get-CASMailbox"),
        ("exchange_online.cas-mailboxes",),
        ("Exchange.ManageAsApp", "View-Only Recipients", "New-RoleGroup"),
    ),
    "Get-DataEncryptionPolicy": Case(
        _permission("Get-DataEncryptionPolicy"),
        ("exchange_online.encryption",),
        ("Exchange.ManageAsApp", "New-RoleGroup"),
    ),
    "Get-Recipient": Case(
        _permission("Get-Recipient"),
        ("exchange_online.forwarding",),
        ("Exchange.ManageAsApp", "View-Only Recipients"),
    ),
    "Get-Mailbox": Case(
        _permission("Get-Mailbox"),
        ("exchange_online.mailboxes", "exchange_online.forwarding"),
        ("Exchange.ManageAsAppV2", "View-Only Recipients"),
    ),
    "Get-ManagementRoleAssignment": Case(
        _permission("Get-ManagementRoleAssignment"),
        ("exchange_online.role-assignments",),
        ("Exchange.ManageAsApp", "View-Only Configuration", "New-RoleGroup"),
    ),
    "Get-OrganizationConfig": Case(
        _permission("Get-OrganizationConfig"),
        ("exchange_online.organization",),
        ("Exchange.ManageAsApp", "View-Only Configuration"),
    ),
    "Get-TransportConfig": Case(
        _permission("Get-TransportConfig"),
        ("exchange_online.transport",),
        ("Exchange.ManageAsApp", "View-Only Configuration"),
    ),
    "EWS for the account": Case(
        _servers(forbidden=True, tells_build=False),
        SERVERS,
        ("403", "sign in to Exchange Web Services", "firewall"),
    ),
    "password": Case(_password, SERVERS, ("refused the user name or password", "`password`")),
    "ApplicationImpersonation": Case(
        _servers(impersonates=False),
        ("exchange_server.mailboxes",),
        ("ErrorImpersonateUserDenied", "New-ManagementRoleAssignment"),
    ),
    "name server": Case(
        _name_server,
        ("dns.mail-domains", "dns.tenants", "mail_servers.probe", *SERVERS),
        ("name server", "`servers` in the section `dns`"),
    ),
    "authority's description": Case(
        _path("/contoso.example/v2.0/*"), ("dns.tenants",), ("403", "authority")
    ),
}


@pytest.fixture(scope="module")
def servers() -> Servers:
    return {
        host: ExchangeServer(build, mailboxes=contoso(0).exchange_mailboxes)
        for host, build in contoso(0).exchange_builds.items()
    }


@pytest.fixture(scope="module")
def tenant(servers: Servers) -> Iterator[SimulatedTenant]:
    with SimulatedTenant(contoso(0), exchange_servers=servers) as started:
        yield started


@pytest.fixture(autouse=True)
def granted_again(tenant: SimulatedTenant, servers: Servers) -> Iterator[None]:
    yield
    tenant.faults.clear()
    _servers(forbidden=False, tells_build=None, impersonates=True)(tenant, servers, "")


def ran(tenant: SimulatedTenant, path: Path, command: str, text: str = "") -> Call:
    config = path / "auditor.toml"
    config.write_text(text or configuration_of(tenant, DECLARED), "utf-8")
    report = ("--json",) if command == "doctor" else ("--report", "json", "--fail-on", "never")
    return call(command, "--config", config, *report)


@pytest.fixture(scope="module")
def whole(tenant: SimulatedTenant, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    run = ran(tenant, tmp_path_factory.mktemp("whole"), "run")
    assert run.code == 0, run.err
    return run.report


def states(report: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["status"] for each in report["sources"]}


def counts(report: dict[str, Any]) -> dict[str, dict[str, int]]:
    return {each["id"]: each["counts"] for each in report["rules"]}


def accesses(run: Call) -> dict[str, dict[str, Any]]:
    (environment,) = json.loads(run.out)["environments"]
    return {each["name"]: each for each in environment["accesses"]}


def test_every_source_is_withdrawn_in_one_of_the_cases() -> None:
    withdrawn = {source for case in CASES.values() for source in case.sources}
    assert {reader.source for reader in readers()} <= withdrawn


def test_doctor_finds_every_access_of_the_demo_and_nothing_to_do(
    tenant: SimulatedTenant, tmp_path: Path
) -> None:
    run = ran(tenant, tmp_path, "doctor")
    assert run.code == 0, run.out
    found = accesses(run)
    assert {name: each["state"] for name, each in found.items()} == {
        reader.source: "works" for reader in readers()
    }


@pytest.mark.parametrize("name", list(CASES))
def test_what_rests_on_a_withdrawn_access_is_open_and_nothing_else_changes(
    tenant: SimulatedTenant, servers: Servers, whole: dict[str, Any], tmp_path: Path, name: str
) -> None:
    case = CASES[name]
    text = case.withdraw(tenant, servers, configuration_of(tenant, DECLARED))

    run = ran(tenant, tmp_path, "run", text)
    assert run.code == 3
    before, after = states(whole), states(run.report)
    affected = (*case.sources, *case.in_part)
    assert {each for each in after if after[each] != before[each]} == set(affected)
    told = {each["name"]: each for each in run.report["sources"]}
    for source in affected:
        assert told[source]["status"] in ("failed", "partial")
        assert told[source]["reason"]
        assert told[source]["remedy"]
    unlocked = {rule for source in affected for rule in rules_of(source)}
    then, now = counts(whole), counts(run.report)
    # A rule that was open before in all its subjects has nothing to lose but their number.
    decided = {rule for rule in then if then[rule]["pass"] or then[rule]["fail"]}
    changed = {rule for rule in decided if now[rule] != then[rule]}
    assert changed <= unlocked
    for rule in changed:
        assert now[rule]["undetermined"] > 0, rule
        # What passes whatever is unknown passes where it was out of scope before.
        out_of_scope = then[rule]["not-applicable"] - now[rule]["not-applicable"]
        assert now[rule]["pass"] <= then[rule]["pass"] + max(0, out_of_scope), rule
        assert now[rule]["fail"] <= then[rule]["fail"], rule

    examined = ran(tenant, tmp_path, "doctor", text)
    assert examined.code == 3
    found = accesses(examined)
    first = found[case.sources[0]]
    assert first["state"] == "missing"
    assert "auditor doctor" not in first["remedy"], "it is what answers"
    for word in case.words:
        assert word in first["reason"] + first["remedy"] + first["grant"], word
    assert set(first["unlocks"]) == set(rules_of(case.sources[0]))
    not_there = {each for each in after if found[each]["state"] in ("missing", "not-tried")}
    assert not_there == set(case.sources)


def test_no_privilege_is_called_missing_where_nobody_knows_which_there_are(
    tenant: SimulatedTenant, servers: Servers, tmp_path: Path
) -> None:
    CASES["own privileges"].withdraw(tenant, servers, "")
    found = accesses(ran(tenant, tmp_path, "doctor"))
    missing = [name for name, each in found.items() if each["state"] == "missing"]
    assert missing == [privileges.SOURCE]
    assert privileges.SOURCE in found["dynamics.mailboxes"]["remedy"]
