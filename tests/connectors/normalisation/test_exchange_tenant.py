"""Facts of the Exchange tenant, each from its source, open where that does not tell."""

from typing import Any

import pytest
from msgspec import UNSET, Struct

from connectors.exchange_online.accepted_domains import SOURCE as DOMAINS
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.encryption import OF_MAILBOXES, OF_THE_TENANT, EncryptionPolicyRow
from connectors.exchange_online.organization import OrganizationConfigRow
from connectors.exchange_online.role_assignments import IMPERSONATION, RoleAssignmentRow
from connectors.exchange_online.transport import TransportConfigRow
from connectors.graph.organization import SOURCE as GRAPH
from connectors.graph.organization import OrganizationRow
from connectors.graph.service_principals import DYNAMICS_APP_ID, ServicePrincipalRow
from connectors.normalisation.exchange_tenant import SOURCES, exchange_tenant
from connectors.normalisation.tenants_read import TenantsRead
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.facts import ExchangeTenant
from rules.unknown import Unknown

READ_AT = "2026-11-23T12:00:00Z"
OWN, OTHER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
DOMAIN = "contoso.example"


def read_of(graph: str | None, exchange: str | None = DOMAIN) -> dict[str, Reading]:
    """Which tenant Microsoft Graph named, and which domain Exchange Online accepted."""
    told: dict[str, Struct] = {}
    if graph is not None:
        told[GRAPH] = OrganizationRow(graph, [{"name": DOMAIN}])
    if exchange is not None:
        told[DOMAINS] = AcceptedDomainRow(exchange)
    return {
        source: Reading(SourceState(source, "read"), ((row, READ_AT),))
        for source, row in told.items()
    }


OF_OWN = TenantsRead(read_of(OWN), OWN)


def fact(name: str, *rows: Struct) -> Any:
    source, _ = SOURCES[name]
    reading = Reading(SourceState(source, "read"), tuple((row, READ_AT) for row in rows))
    tenant = exchange_tenant({source: reading}, OF_OWN, ())
    assert tenant.evidence(name)
    return getattr(tenant, name)


@pytest.mark.parametrize(
    ("name", "rows", "value"),
    [
        ("id", [OrganizationRow("ABC-1")], "abc-1"),
        ("ews_enabled", [OrganizationConfigRow(EwsEnabled=True)], True),
        ("ews_enabled", [OrganizationConfigRow(EwsEnabled="False")], False),
        ("ews_enabled", [OrganizationConfigRow(EwsEnabled=None)], None),
        (
            "dynamics_allowed_for_ews",
            [
                OrganizationConfigRow(
                    EwsAllowedAppIDs=f"a, {DYNAMICS_APP_ID.upper()}",
                    EwsApplicationAccessPolicy=None,
                )
            ],
            True,
        ),
        ("dynamics_allowed_for_ews", [OrganizationConfigRow(EwsAllowedAppIDs="a,b")], False),
        ("dynamics_allowed_for_ews", [OrganizationConfigRow(EwsAllowedAppIDs=None)], False),
        ("customer_key_in_force", [], False),
        ("customer_key_in_force", [EncryptionPolicyRow("K", True, OF_THE_TENANT)], True),
        ("customer_key_in_force", [EncryptionPolicyRow("K", False, OF_MAILBOXES)], False),
        (
            "smtp_basic_authentication_disabled",
            [TransportConfigRow(SmtpClientAuthenticationDisabled=True)],
            True,
        ),
        (
            "max_receive_size_bytes",
            [TransportConfigRow(MaxReceiveSize="35 MB (36,700,160 bytes)")],
            36_700_160,
        ),
        ("max_receive_size_bytes", [TransportConfigRow(MaxReceiveSize="Unlimited")], None),
        ("impersonation_role_assigned", [], False),
        (
            "impersonation_role_assigned",
            [RoleAssignmentRow("a", "Mail Recipients", "b", True)],
            False,
        ),
        (
            "impersonation_role_assigned",
            [RoleAssignmentRow("a", IMPERSONATION, "b", "False")],
            False,
        ),
        (
            "impersonation_role_assigned",
            [
                RoleAssignmentRow("a", IMPERSONATION, "b", False),
                RoleAssignmentRow("c", IMPERSONATION, "d", "True"),
            ],
            True,
        ),
        (
            "impersonation_role_assigned",
            [RoleAssignmentRow("a", IMPERSONATION, "b", True, "DelegatingOrgWide")],
            False,
        ),
        (
            "impersonation_role_assigned",
            [
                RoleAssignmentRow(
                    f"{IMPERSONATION}-Organization Management-Delegating", IMPERSONATION
                )
            ],
            False,
        ),
        (
            "impersonation_role_assigned",
            [RoleAssignmentRow("a-Delegating", IMPERSONATION, "b", True, "Regular")],
            True,
        ),
        ("dynamics_principal_enabled", [], False),
        (
            "dynamics_principal_enabled",
            [ServicePrincipalRow("1", DYNAMICS_APP_ID, accountEnabled=True)],
            True,
        ),
    ],
)
def test_what_the_source_tells_is_the_fact(name: str, rows: list[Struct], value: object) -> None:
    found = fact(name, *rows)
    assert found == value
    assert not isinstance(found, Unknown)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("id", []),
        ("ews_enabled", [OrganizationConfigRow()]),
        ("ews_enabled", [OrganizationConfigRow(EwsEnabled="perhaps")]),
        ("ews_enabled", []),
        ("dynamics_allowed_for_ews", []),
        ("dynamics_allowed_for_ews", [OrganizationConfigRow(EwsAllowedAppIDs=None)] * 2),
        ("dynamics_allowed_for_ews", [OrganizationConfigRow()]),
        ("dynamics_allowed_for_ews", [OrganizationConfigRow(EwsAllowedAppIDs=DYNAMICS_APP_ID)]),
        (
            "dynamics_allowed_for_ews",
            [
                OrganizationConfigRow(
                    EwsAllowedAppIDs=DYNAMICS_APP_ID, EwsApplicationAccessPolicy="EnforceAllowList"
                )
            ],
        ),
        ("customer_key_in_force", [EncryptionPolicyRow("K", True, OF_MAILBOXES)]),
        ("customer_key_in_force", [EncryptionPolicyRow("K", None, OF_MAILBOXES)]),
        ("smtp_basic_authentication_disabled", [TransportConfigRow()]),
        ("max_receive_size_bytes", [TransportConfigRow(MaxReceiveSize="36 MB")]),
        ("max_receive_size_bytes", [TransportConfigRow(), TransportConfigRow()]),
        (
            "dynamics_principal_enabled",
            [ServicePrincipalRow("1", DYNAMICS_APP_ID, accountEnabled=None)],
        ),
    ],
)
def test_what_the_source_leaves_open_is_unknown(name: str, rows: list[Struct]) -> None:
    assert isinstance(fact(name, *rows), Unknown)


@pytest.mark.parametrize("status", ["failed", "partial", "not-configured"])
def test_a_source_that_was_not_wholly_read_leaves_its_facts_open(status: Any) -> None:
    readings = {
        source: Reading(SourceState(source, status, reason="because", remedy="do"))
        for source, _ in SOURCES.values()
    }
    tenant = exchange_tenant(readings, OF_OWN, ())
    for name in ExchangeTenant.__struct_fields__:
        if name != "origins":
            value = getattr(tenant, name)
            assert isinstance(value, Unknown)
            assert (value.reason, value.remedy) == ("because", "do")
            assert value.cause is not None
            assert value.cause.name == SOURCES[name][0]


@pytest.mark.parametrize(
    ("switches", "status", "allowed"),
    [
        ((), "read", False),
        ((None, True), "read", False),
        ((None, False), "read", True),
        ((False,), "partial", True),
        ((None,), "partial", None),
        ((UNSET,), "read", None),
        (("perhaps",), "read", None),
    ],
)
def test_that_no_mailbox_may_submit_over_smtp_takes_the_whole_listing(
    switches: tuple[Any, ...], status: Any, allowed: bool | None
) -> None:
    name = "smtp_allowed_for_a_mailbox"
    reading = Reading(SourceState(SOURCES[name][0], status))
    found = exchange_tenant(
        {SOURCES[name][0]: reading}, OF_OWN, (), switches
    ).smtp_allowed_for_a_mailbox
    assert isinstance(found, Unknown) if allowed is None else found is allowed


def test_a_list_that_only_the_cmdlet_endpoint_tells_names_the_switch() -> None:
    unknown = fact("dynamics_allowed_for_ews", OrganizationConfigRow(Name="contoso"))
    assert "`cmdlets` to true" in unknown.remedy


@pytest.mark.parametrize(
    "row", [RoleAssignmentRow("a"), RoleAssignmentRow("a", IMPERSONATION, "b", None)]
)
def test_an_assignment_that_does_not_tell_its_role_leaves_it_open(row: RoleAssignmentRow) -> None:
    assert isinstance(fact("impersonation_role_assigned", row), Unknown)


@pytest.mark.parametrize(
    ("told", "mail_tenants", "known"),
    [
        (read_of(OWN), (), {"own", "mail"}),
        (read_of(OTHER), (OTHER,), {"mail"}),
        (read_of(OTHER), (), set()),
        (read_of(OTHER), (OWN,), set()),
        # Exchange Online is not shown to be of the tenant that Microsoft Graph names.
        (read_of(OWN, "elsewhere.example"), (), {"own"}),
    ],
)
def test_only_the_tenant_of_the_mail_tells(
    told: dict[str, Reading], mail_tenants: tuple[str, ...], known: set[str]
) -> None:
    rows: dict[str, Struct] = {
        SOURCES["dynamics_principal_enabled"][0]: ServicePrincipalRow(
            "1", DYNAMICS_APP_ID, accountEnabled=False
        ),
        SOURCES["ews_enabled"][0]: OrganizationConfigRow(EwsEnabled=False),
    }
    readings = told | {
        source: Reading(SourceState(source, "read"), ((row, READ_AT),))
        for source, row in rows.items()
    }
    tenant = exchange_tenant(readings, TenantsRead(readings, OWN), mail_tenants)
    expected = {"own": tenant.dynamics_principal_enabled, "mail": tenant.ews_enabled}
    assert {name for name, value in expected.items() if value is False} == known
    assert all(isinstance(value, bool | Unknown) for value in expected.values())
    assert tenant.id in (OWN, OTHER)
