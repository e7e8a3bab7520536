"""Exchange Servers are named by the builds that they tell, whatever they call themselves."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from auditor.configuration import load, look_up_secrets
from auditor.connecting import Connection
from auditor.demo.ews import ExchangeServer
from auditor.demo.organisation import Organisation, access_tables
from auditor.demo.profiles import exchange_server
from auditor.demo.rows import Row, rows, stable_id
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.gathering import Declarations, Facts, normalise, read
from rules.email_systems import Product
from rules.thresholds import Thresholds
from rules.unknown import Unknown

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
BASIC = ('Basic realm="mail"',)


def host_of(build: str) -> str:
    return f"ex-{build.replace('.', '-')}.contoso.example"


def organisation(hosts: list[str], **columns: object) -> Organisation:
    profiles = [
        Row(
            exchange_server(host)
            | {
                "emailserverprofileid": stable_id("profile", host),
                "name": host,
                "servertype": 0,
                "_ownerid_value": stable_id("user", "owner"),
            }
            | columns
        )
        for host in hosts
    ]
    return Organisation(
        name="Contoso",
        display_name="Contoso Ltd",
        deployment="on-premises",
        version="8.2.29.13",
        now=NOW,
        tables=access_tables("Contoso")
        | {
            "emailserverprofiles": profiles,
            "systemusers": rows([{"systemuserid": stable_id("systemuser", "Contoso/auditor")}]),
            "organizations": rows([{"organizationid": stable_id("organization", "Contoso")}]),
        },
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
        records = read(connection.outside())
        return normalise(records, declarations, Thresholds({}).limits_of, "2026-11-23T12:00:00Z")


def products(facts: Facts) -> dict[str, Product | Unknown]:
    return {each.name: each.incoming.product for each in facts.profiles.values()}


@pytest.mark.parametrize(("method", "schemes"), [("ntlm", NTLM), ("basic", BASIC)])
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
        assert "ServerVersionInfo" in {each.field for each in profile.incoming.seen("build")}
    wanted = "Basic" if method == "basic" else "NTLM"
    assert [set(server.proofs) for server in servers.values()] == [{wanted}] * len(servers)


@pytest.mark.parametrize(("method", "schemes"), [("ntlm", NTLM), ("basic", BASIC)])
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
    wanted = "Basic" if method == "basic" else "NTLM"
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
