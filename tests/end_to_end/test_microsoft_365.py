"""Microsoft Graph and Exchange Online over HTTPS: found in full, and each refused in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.audit import audit
from auditor.configuration import load, look_up_secrets
from auditor.connections.connection import Connection
from auditor.demo.contoso import BEYOND_THE_WEB_API, DECLARED, contoso
from auditor.demo.faults import Fault
from auditor.demo.healthy import healthy_hybrid, healthy_online
from auditor.demo.organisation import Organisation
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.model import Audit
from auditor.running import Judging, now, request_of

MAILBOXES = 160
GRAPH = (
    "graph.application-permissions",
    "graph.applications",
    "graph.conditional-access",
    "graph.mailbox-settings",
    "graph.message-rules",
    "graph.organization",
    "graph.security-defaults",
    "graph.service-principals",
    "graph.users",
)
EXCHANGE = (
    "exchange_online.accepted-domains",
    "exchange_online.cas-mailboxes",
    "exchange_online.encryption",
    "exchange_online.forwarding",
    "exchange_online.mailboxes",
    "exchange_online.organization",
    "exchange_online.role-assignments",
    "exchange_online.transport",
)
Verdicts = dict[tuple[str, str, str], str]


def audited(tenant: SimulatedTenant, directory: Path, *, dropped: str = "") -> Audit:
    text = configuration_of(tenant, DECLARED if tenant.state.organisation.planted else None)
    path = directory / "auditor.toml"
    path.write_text("\n".join(line for line in text.splitlines() if line != dropped or not dropped))
    configuration = load(path)
    (environment,) = configuration.environments.values()
    secrets = look_up_secrets(configuration, [environment])
    with Connection(configuration, environment, secrets) as connection:
        request = request_of(configuration, environment, Judging(), now())
        return audit(request, connection.outside(), now)


def verdicts(found: Audit) -> Verdicts:
    """Failing subjects by rule, kind and id."""
    return {
        (each.rule, each.subject.kind, each.subject.id): each.verdict
        for each in found.findings()
        if each.verdict == "fail"
    }


def counts(found: Audit) -> dict[str, dict[str, int]]:
    return {
        each.rule.id: {
            "pass": each.counts.passed,
            "fail": each.counts.fail,
            "undetermined": each.counts.undetermined,
        }
        for each in found.rules
    }


def states(found: Audit) -> dict[str, str]:
    return {each.name: each.status for each in found.sources}


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(contoso(MAILBOXES)) as started:
        yield started


@pytest.fixture(scope="module")
def whole(tenant: SimulatedTenant, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return audited(tenant, tmp_path_factory.mktemp("whole"))


@pytest.fixture(autouse=True)
def sound(tenant: SimulatedTenant) -> None:
    tenant.faults.clear()


def test_every_source_is_read_and_every_planted_fault_is_found(whole: Audit) -> None:
    assert {name: states(whole)[name] for name in GRAPH + EXCHANGE} == dict.fromkeys(
        GRAPH + EXCHANGE, "read"
    )
    found = {(each.rule, each.subject.name) for each in whole.findings() if each.verdict == "fail"}
    rules = {rule for rule, _ in found}
    planted = contoso(MAILBOXES).planted
    for rule in BEYOND_THE_WEB_API:
        assert rule in rules
        if rule not in ("ews-disabled-in-tenant", "impersonation-role-still-assigned"):
            assert {name for by, name in found if by == rule} >= set(planted[rule]), rule


def test_graph_alone_tells_where_each_mailbox_lives(
    tenant: SimulatedTenant, whole: Audit, tmp_path: Path
) -> None:
    tenant.faults.denied_permissions |= {"Exchange.ManageAsAppV2", "Exchange.ManageAsApp"}
    found = audited(tenant, tmp_path)
    assert {name: states(found)[name] for name in EXCHANGE} == dict.fromkeys(EXCHANGE, "failed")
    by_place = {"mailbox-on-wrong-profile", "exchange-online-behind-other-profile"}
    assert {each for each in verdicts(found) if each[0] in by_place} == {
        each for each in verdicts(whole) if each[0] in by_place
    }


def test_neither_graph_nor_exchange_leaves_the_place_undetermined(
    tenant: SimulatedTenant, tmp_path: Path
) -> None:
    tenant.faults.denied_permissions |= {"Get-Mailbox", "MailboxSettings.Read", "User.Read.All"}
    counted = counts(audited(tenant, tmp_path, dropped="mailboxes = 2000"))
    for rule in ("mailbox-on-wrong-profile", "mailbox-not-in-exchange-online"):
        assert counted[rule]["pass"] == counted[rule]["fail"] == 0
        assert counted[rule]["undetermined"] > 50


def test_cmdlets_are_left_out_unless_the_configuration_asks_for_them(
    tenant: SimulatedTenant, tmp_path: Path
) -> None:
    arrived = len(tenant.requests)
    found = states(audited(tenant, tmp_path, dropped="cmdlets = true"))
    assert found["exchange_online.mailboxes"] == "read"
    for name in ("cas-mailboxes", "encryption", "forwarding", "role-assignments", "transport"):
        assert found[f"exchange_online.{name}"] == "not-configured"
    assert not any("InvokeCommand" in each.path for each in tenant.requests[arrived:])


def test_a_throttled_part_of_a_batch_is_asked_again_without_a_trace(
    tenant: SimulatedTenant, whole: Audit, tmp_path: Path
) -> None:
    path = "/v1.0/users/*/mailboxSettings"
    tenant.faults.add(Fault("throttled", path, times=3, retry_after="0"))
    found = audited(tenant, tmp_path)
    assert states(found) == states(whole)
    assert verdicts(found) == verdicts(whole)


@pytest.mark.parametrize("kind", ["throttled", "reset", "unauthorized"])
@pytest.mark.parametrize("path", ["/v1.0/users", "/adminapi/*/Mailbox"])
def test_one_passing_fault_of_the_network_leaves_no_trace(
    tenant: SimulatedTenant, whole: Audit, tmp_path: Path, kind: str, path: str
) -> None:
    tenant.faults.add(Fault(kind, path, times=1, retry_after="0"))  # type: ignore[arg-type]
    found = audited(tenant, tmp_path)
    assert states(found) == states(whole)
    assert verdicts(found) == verdicts(whole)


@pytest.mark.parametrize("organisation", [healthy_online(2300), healthy_hybrid(300)])
def test_a_sound_organisation_has_no_failing_mailbox_with_these_sources(
    organisation: Organisation, tmp_path: Path
) -> None:
    with SimulatedTenant(organisation) as sound_tenant:
        found = audited(sound_tenant, tmp_path)
    assert {name: states(found)[name] for name in GRAPH + EXCHANGE} == dict.fromkeys(
        GRAPH + EXCHANGE, "read"
    )
    failing = {each.rule for each in found.findings() if each.verdict == "fail"}
    assert failing <= {"dormant-mailboxes"}
    place = counts(found)["mailbox-on-wrong-profile"]
    assert place["undetermined"] == place["fail"] == 0
    assert place["pass"] > 50
