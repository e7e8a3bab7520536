"""Exchange Servers are named by the builds that they tell, whatever they call themselves."""

import datetime as dt
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.configuration import load, look_up_secrets
from auditor.connections.connection import Connection
from auditor.demo.ews import PATH, ExchangeServer
from auditor.demo.healthy import BUILT_IN, healthy_settings
from auditor.demo.organisation import Organisation
from auditor.demo.population import Population
from auditor.demo.profiles import exchange_server, pointed_to
from auditor.demo.rows import stable_id
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.reading import read
from connectors.exchange_server.hosts import Place
from connectors.exchange_server.servers import READER, ExchangeServers
from connectors.normalisation.declared import Declarations
from connectors.normalisation.endpoints import named_servers
from connectors.normalisation.facts import Facts, normalise
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy
from rules.email_systems import Product
from rules.option_sets import Deployment
from rules.thresholds import Thresholds
from rules.unknown import Unknown
from tests.ports import free_port

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
PRODUCTS = {
    "8.0.685.25": Product.EXCHANGE_2007,
    "8.3.83.6": Product.EXCHANGE_2007,
    "14.3.123.4": Product.EXCHANGE_2010,
    "15.0.516.32": Product.EXCHANGE_2013,
    "15.0.847.32": Product.EXCHANGE_2013_SP1,
    "15.0.1497.2": Product.EXCHANGE_2013_SP1,
    "15.1.2507.39": Product.EXCHANGE_2016,
    "15.2.1544.4": Product.EXCHANGE_2019,
    "15.2.2562.17": Product.EXCHANGE_SUBSCRIPTION_EDITION,
}
NTLM = ("Negotiate", "NTLM")
BEARER = (
    'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", token_types="service_asserted_app"',
    "Negotiate",
)
BASIC = ('Basic realm="mail"',)


def host_of(build: str) -> str:
    return f"ex-{build.replace('.', '-')}.contoso.example"


def organisation(hosts: list[str]) -> Organisation:
    """Dynamics 365 8.2 on premises, with a profile of each host and one mailbox that uses it."""
    population = Population("Contoso", NOW, online=False, place=f"https://{hosts[0]}{PATH}")
    # The usual users are on the profile of this name, whatever it is called.
    default = population.profile_id(BUILT_IN)
    for number, host in enumerate(hosts):
        own = {"servertype": 0} | ({} if number else {"emailserverprofileid": default})
        profile = population.add_profile(host, exchange_server(host) | own)
        population.add_user(
            f"Person at {host}",
            mailbox={"_emailserverprofile_value": profile if number else default},
        )
    population.add_usual_users()
    return Organisation(
        name="Contoso",
        display_name="Contoso Ltd",
        deployment="on-premises",
        version="8.2.29.13",
        now=NOW,
        tables=population.tables(healthy_settings(default)),
    )


@contextmanager
def tenant_with(servers: Mapping[str, ExchangeServer]) -> Iterator[SimulatedTenant]:
    with SimulatedTenant(organisation(list(servers)), exchange_servers=servers) as tenant:
        yield tenant


def facts_of(tenant: SimulatedTenant, path: Path, method: str = "ntlm", text: str = "") -> Facts:
    path = path / "auditor.toml"
    path.write_text(text or configuration_of(tenant, exchange_method=method))
    path.chmod(0o600)
    configuration = load(path)
    (environment,) = configuration.environments.values()
    with Connection(
        configuration, environment, look_up_secrets(configuration, [environment])
    ) as connection:
        declarations = Declarations(builds=environment.declared.exchange_builds)
        records = read(connection.outside(), connection.deployment)
        return normalise(records, declarations, Thresholds({}).limits_of, "2026-11-23T12:00:00Z")


def products(facts: Facts) -> dict[str, Product | Unknown]:
    return {each.name: each.incoming.product for each in facts.profiles.values()}


@pytest.mark.parametrize(
    ("method", "schemes"),
    [("ntlm", NTLM), ("basic", BASIC), ("negotiate", NTLM), ("negotiate", ("Negotiate",))],
)
@pytest.mark.parametrize("told", [True, False])
def test_every_product_is_named_by_its_build(
    tmp_path: Path, method: str, schemes: tuple[str, ...], told: bool
) -> None:
    servers = {
        host_of(build): ExchangeServer(build, schemes, tells_build=told) for build in PRODUCTS
    }
    with tenant_with(servers) as tenant:
        facts = facts_of(tenant, tmp_path, method)
    state = facts.readings["exchange_server.builds"].state
    assert (state.status, state.reason, state.records) == ("read", "", len(PRODUCTS))
    assert products(facts) == {host_of(build): PRODUCTS[build] for build in PRODUCTS}
    for profile in facts.profiles.values():
        assert ".".join(map(str, profile.incoming.build)) in PRODUCTS
        assert "ServerVersionInfo" in {each.field for each in profile.incoming.evidence("build")}
    wanted = {"basic": "Basic", "ntlm": "NTLM", "negotiate": "Negotiate"}[method]
    assert [set(server.proofs) for server in servers.values()] == [{wanted}] * len(servers)


@pytest.mark.parametrize(
    ("method", "schemes"), [("ntlm", NTLM), ("basic", BASIC), ("negotiate", NTLM)]
)
def test_a_wrong_password_is_proved_once_at_each_host(
    tmp_path: Path, method: str, schemes: tuple[str, ...]
) -> None:
    builds = ["8.3.83.6", "14.3.123.4", "15.1.2507.39"]
    servers = {host_of(build): ExchangeServer(build, schemes) for build in builds}
    with tenant_with(servers) as tenant:
        wrong = tmp_path / "wrong"
        wrong.write_text("simulated-Password-2")
        text = configuration_of(tenant, exchange_method=method)
        facts = facts_of(tenant, tmp_path, text=text.replace(str(tenant.password_file), str(wrong)))
    wanted = {"basic": "Basic", "ntlm": "NTLM", "negotiate": "Negotiate"}[method]
    assert [server.proofs for server in servers.values()] == [[wanted]] * 3
    state = facts.readings["exchange_server.builds"].state
    assert (state.status, state.code) == ("partial", "unauthorized")
    found = products(facts)
    assert found[host_of("15.1.2507.39")] is Product.EXCHANGE_2016
    unknown = found[host_of("14.3.123.4")]
    assert isinstance(unknown, Unknown)
    assert "refused the user name or password" in unknown.reason
    assert "simulated-Password" not in repr(facts.readings)


@pytest.mark.parametrize(
    "reason",
    [
        "EWS is disabled for this user or tenant",
        "EWS is blocked by policy for this user or tenant",
    ],
)
def test_a_refusal_of_ews_by_exchange_online_is_told_as_such(tmp_path: Path, reason: str) -> None:
    servers = {
        "mail.contoso.example": ExchangeServer("15.20.9.0", policy=reason, tells_build=False)
    }
    with tenant_with(servers) as tenant:
        facts = facts_of(tenant, tmp_path)
    state = facts.readings["exchange_server.builds"].state
    assert (state.status, state.code) == ("partial", "ews-refused-by-policy")
    unknown = products(facts)["mail.contoso.example"]
    assert isinstance(unknown, Unknown)
    assert f"Exchange Online refuses Exchange Web Services here: {reason}" in unknown.reason
    assert servers["mail.contoso.example"].proofs == []


def test_a_bare_403_is_not_taken_for_that_refusal(tmp_path: Path) -> None:
    servers = {
        "mail.contoso.example": ExchangeServer("15.2.1544.4", forbidden=True, tells_build=False)
    }
    with tenant_with(servers) as tenant:
        facts = facts_of(tenant, tmp_path)
    assert facts.readings["exchange_server.builds"].state.code == "forbidden"
    unknown = products(facts)["mail.contoso.example"]
    assert isinstance(unknown, Unknown)
    assert "Exchange Online" not in unknown.reason
    assert servers["mail.contoso.example"].proofs == []


def test_a_host_that_the_configuration_does_not_name_gets_no_password(tmp_path: Path) -> None:
    servers = {
        "own.contoso.example": ExchangeServer("15.2.1544.4"),
        "told.contoso.example": ExchangeServer("15.1.2507.39"),
        "silent.contoso.example": ExchangeServer("15.1.2507.39", tells_build=False),
    }
    with tenant_with(servers) as tenant:
        text = configuration_of(tenant)
        hosts = re.search(r"^hosts = .*$", text, re.MULTILINE)
        assert hosts is not None
        facts = facts_of(tenant, tmp_path, text=text.replace(hosts.group(), ""))
    assert [server.proofs for server in servers.values()] == [["NTLM"], [], []]
    found = products(facts)
    assert found["told.contoso.example"] is Product.EXCHANGE_2016
    silent = found["silent.contoso.example"]
    assert isinstance(silent, Unknown)
    assert "gives its build only to accounts that have signed in" in silent.reason
    assert silent.cause is None
    assert facts.readings["exchange_server.builds"].state.status == "read"
    schemes = {each.authentication_schemes for each in facts.mail_servers}
    assert schemes == {("negotiate", "ntlm")}


def test_nothing_is_sent_that_the_server_does_not_offer(tmp_path: Path) -> None:
    servers = {"mail.contoso.example": ExchangeServer("15.2.1544.4", BASIC)}
    with tenant_with(servers) as tenant:
        facts = facts_of(tenant, tmp_path, "ntlm")
    state = facts.readings["exchange_server.builds"].state
    assert state.code == "sign-in-not-offered"
    assert "the server offers basic" in state.reason
    assert servers["mail.contoso.example"].proofs == []
    assert products(facts)["mail.contoso.example"] is Product.EXCHANGE_2019


def test_what_is_declared_counts_where_the_server_tells_nothing(tmp_path: Path) -> None:
    servers = {
        "mail.contoso.example": ExchangeServer("15.2.1544.4", forbidden=True, tells_build=False)
    }
    with tenant_with(servers) as tenant:
        declared = {"exchange_builds": {"127.0.0.1": "15.1.2507.39"}}
        text = configuration_of(tenant, declared)
        facts = facts_of(tenant, tmp_path, text=text)
        assert products(facts)["mail.contoso.example"] is Product.EXCHANGE_2016
        servers["mail.contoso.example"].forbidden = False
        facts = facts_of(tenant, tmp_path, text=text)
        assert products(facts)["mail.contoso.example"] is Product.EXCHANGE_2019


def test_a_server_that_is_down_does_not_hold_the_others_back(tmp_path: Path) -> None:
    servers = {host_of(build): ExchangeServer(build) for build in ("14.3.123.4", "15.2.1544.4")}
    free = free_port()
    whole = organisation(list(servers))
    away = {host_of("14.3.123.4"): f"https://127.0.0.1:{free}/EWS/Exchange.asmx"}
    with SimulatedTenant(pointed_to(whole, away), exchange_servers=servers) as tenant:
        facts = facts_of(tenant, tmp_path)
    state = facts.readings["exchange_server.builds"].state
    assert (state.status, state.code) == ("partial", "refused")
    assert state.reason.startswith("1 of 3 Exchange Servers could not be read")
    assert products(facts)[host_of("15.2.1544.4")] is Product.EXCHANGE_2019
    unknown = products(facts)[host_of("14.3.123.4")]
    assert isinstance(unknown, Unknown)
    assert "refused the connection" in unknown.reason
    (down,) = (each for each in facts.mail_servers if each.port == free)
    assert down.connects is False


class Aimed:
    """A reading of Exchange Servers as an environment elsewhere would make it."""

    def __init__(self, facts: Facts, bundle: Path, host: str, addresses: list[str]) -> None:
        self.progress = Progress()
        with Transport(NetworkPolicy(ca_bundle=bundle, retries=0)) as transport:
            servers = ExchangeServers(
                transport=transport,
                configured=Place("mail.contoso.example"),
                trusted=frozenset({Place("mail.contoso.example")}),
                environment_host=host,
                lookup=lambda name: addresses,
            )
            earlier = EarlierReadings(
                readings=facts.readings,
                servers=lambda: named_servers(facts.readings, Deployment.ONLINE),
            )
            (page,) = READER.read(servers, self.progress, earlier)
        self.rows = {row.id: row for row in page.rows}


def test_a_profile_that_names_a_hostile_address_gets_nothing(tmp_path: Path) -> None:
    hosts = ["169.254.169.254", "[fd00:ec2::254]", "[::1]", "10.1.2.3", "127.1", "localhost"]
    servers = {"mail.contoso.example": ExchangeServer("15.2.1544.4")}
    whole = organisation(["mail.contoso.example", *hosts])
    with SimulatedTenant(whole, exchange_servers=servers) as tenant:
        before = servers["mail.contoso.example"].requests
        facts = facts_of(tenant, tmp_path)
        asked = servers["mail.contoso.example"].requests
        assert asked > before
        aimed = Aimed(facts, tenant.ca_bundle, "contoso.crm.dynamics.com", ["127.0.0.1"])
        assert servers["mail.contoso.example"].requests == asked
    assert len(aimed.rows) == len(hosts) + 2
    named = {id: row for id, row in aimed.rows.items() if id != "mail.contoso.example:443"}
    assert {row.code for row in named.values()} == {"address-not-allowed"}
    assert all(row.connects is None for row in named.values())
    assert aimed.progress.code in ("address-not-allowed", "refused")


def test_metadata_is_not_asked_even_beside_an_environment_on_loopback(tmp_path: Path) -> None:
    with SimulatedTenant(organisation(["169.254.169.254", "[fe80::1]"])) as tenant:
        facts = facts_of(tenant, tmp_path)
        aimed = Aimed(facts, tenant.ca_bundle, "127.0.0.1", ["169.254.169.254"])
    assert {row.code for row in aimed.rows.values()} == {"address-not-allowed"}


def test_no_more_than_two_hundred_hosts_are_asked_beside_the_configured_one(tmp_path: Path) -> None:
    with SimulatedTenant(organisation([f"m{n:03}.contoso.example" for n in range(205)])) as tenant:
        facts = facts_of(tenant, tmp_path)
        aimed = Aimed(facts, tenant.ca_bundle, "contoso.crm.dynamics.com", ["10.0.0.1"])
    assert len(aimed.rows) == 201


def test_the_report_names_each_product_and_its_build(tmp_path: Path) -> None:
    servers = {host_of(build): ExchangeServer(build) for build in PRODUCTS}
    with tenant_with(servers) as tenant:
        configuration = tmp_path / "auditor.toml"
        configuration.write_text(configuration_of(tenant))
        command = [sys.executable, "-m", "auditor", "run", "--config", str(configuration)]
        run = subprocess.run(
            [*command, "--report", "json", "--no-history", "--no-notify"],
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert run.returncode == 1, run.stderr
    report = json.loads(run.stdout)
    (source,) = (each for each in report["sources"] if each["name"] == "exchange_server.builds")
    assert (source["status"], source["records"]) == ("read", len(PRODUCTS))
    told: dict[str, str] = {}
    for finding in report["findings"]:
        if finding["subject"]["kind"] == "profile":
            name = finding["subject"]["name"]
            told[name] = told.get(name, "") + json.dumps([finding["message"], finding["evidence"]])
    for build, product in PRODUCTS.items():
        assert build in told[host_of(build)]
        assert product.value in told[host_of(build)]
    assert "simulated-Password" not in run.stdout + run.stderr


@pytest.mark.parametrize("known", [True, False])
def test_hybrid_modern_authentication_signs_in_with_a_token(tmp_path: Path, known: bool) -> None:
    servers = {"mail.contoso.example": ExchangeServer("15.2.1544.4", BEARER, tells_build=False)}
    online = replace(
        organisation(list(servers)),
        deployment="online",
        version="9.2.24113.211",
        tenant_id=stable_id("tenant", "contoso.onmicrosoft.com"),
    )
    with SimulatedTenant(online, exchange_servers=servers) as tenant:
        text = configuration_of(tenant)
        (environment,) = tomllib.loads(text)["environments"].values()
        kept = text.partition("[environments.contoso.exchange_server.auth]")
        auth = "".join(
            f"{key} = {json.dumps(value)}\n" for key, value in environment["auth"].items()
        )
        if not known:
            auth = auth.replace(str(tenant.secret_file), str(tenant.password_file))
        text = f"{kept[0]}{kept[1]}\n{auth}\n[tls]{kept[2].partition('[tls]')[2]}"
        facts = facts_of(tenant, tmp_path, text=text)
    found = products(facts)["mail.contoso.example"]
    if known:
        assert found is Product.EXCHANGE_2019
        assert set(servers["mail.contoso.example"].proofs) == {"Bearer"}
    else:
        assert isinstance(found, Unknown)
        assert servers["mail.contoso.example"].proofs == []
        assert facts.readings["exchange_server.builds"].state.status == "partial"
