"""What the mail tenant lets an application do, and of which tenant that was read."""

import pytest

from connectors.exchange_online.accepted_domains import SOURCE as DOMAINS
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.organization import SOURCE as EXCHANGE
from connectors.exchange_online.organization import OrganizationConfigRow
from connectors.graph.application_permissions import SOURCE as PERMISSIONS
from connectors.graph.application_permissions import ApplicationPermissionRow
from connectors.graph.organization import SOURCE as TENANT
from connectors.graph.organization import OrganizationRow
from connectors.normalisation.profile.own_applications import (
    NEEDED,
    Application,
    may_sign_in,
    may_use_ews,
    missing_permissions,
)
from connectors.normalisation.tenants_read import TenantsRead
from rules.unknown import Unknown
from tests.connectors.dynamics.readings import reading

CLIENT = "33333333-3333-3333-3333-333333333333"
OWN, OTHER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
HERE = Application(CLIENT.upper(), OWN, True)
THERE = Application(CLIENT, OTHER, False)
OPEN = Unknown("Nobody told.", "Ask.")


def readings(*permissions, tenant=OWN, verified="contoso.example", **exchange):
    config = {"EwsEnabled": True, "EwsAllowedAppIDs": CLIENT, "EwsApplicationAccessPolicy": None}
    return {
        TENANT: reading(TENANT, OrganizationRow(tenant, [{"name": verified}])),
        DOMAINS: reading(DOMAINS, AcceptedDomainRow("contoso.example")),
        EXCHANGE: reading(EXCHANGE, OrganizationConfigRow(**{**config, **exchange})),
        PERMISSIONS: reading(
            PERMISSIONS, *(ApplicationPermissionRow(CLIENT, "sp", each) for each in permissions)
        ),
    }


def read(*permissions, **told):
    return seen(readings(*permissions, **told))


def seen(told):
    return told, TenantsRead(told, OWN)


def test_the_ten_permissions_are_looked_for():
    assert len(NEEDED) == 10
    assert missing_permissions(*read(*NEEDED), HERE).value == ()
    assert missing_permissions(*read(*NEEDED[1:]), HERE).value == NEEDED[:1]
    assert missing_permissions(*read(None), HERE).value == NEEDED


@pytest.mark.parametrize(
    ("told", "application"),
    [
        (readings(*NEEDED), THERE),
        (readings(*NEEDED), Application(CLIENT, OPEN, OPEN)),
        (readings(), HERE),
        ({}, HERE),
    ],
)
def test_what_was_read_of_another_tenant_or_not_at_all_is_open_with_the_command(told, application):
    value, evidence = missing_permissions(*seen(told), application)
    assert isinstance(value, Unknown)
    assert evidence
    if application.tenant is not OPEN:
        assert "Get-MgServicePrincipalAppRoleAssignment" in value.remedy


def test_a_tenant_that_was_read_on_purpose_counts():
    assert missing_permissions(*read(*NEEDED, tenant=OTHER), THERE).value == ()


@pytest.mark.parametrize(
    ("exchange", "switch", "listed"),
    [
        ({}, True, True),
        ({"EwsAllowedAppIDs": None}, True, False),
        ({"EwsEnabled": False}, False, True),
        ({"EwsEnabled": None}, None, True),
    ],
)
def test_the_switch_and_the_list_of_the_own_tenant_count(exchange, switch, listed):
    found = [each.value for each in may_use_ews(*read(**exchange), HERE)]
    assert found == [switch, listed]


def test_those_of_another_tenant_count_where_a_domain_proves_that_it_was_read():
    assert [each.value for each in may_use_ews(*read(tenant=OTHER), THERE)] == [True, True]
    for told in (readings(), readings(tenant=OTHER, verified="away.example"), {}):
        assert all(isinstance(each.value, Unknown) for each in may_use_ews(*seen(told), THERE))


def with_switch(value, tenant=OWN):
    rows = [ApplicationPermissionRow(CLIENT, "sp", each, value) for each in NEEDED]
    return {**readings(tenant=tenant), PERMISSIONS: reading(PERMISSIONS, *rows)}


@pytest.mark.parametrize("value", [True, False])
def test_the_switch_of_the_application_in_its_tenant_counts(value):
    found, evidence = may_sign_in(*seen(with_switch(value)), HERE)
    assert found is value
    assert (evidence[0].record, evidence[0].value) == ("sp", value)


def test_an_application_that_its_tenant_does_not_have_may_not_sign_in():
    assert may_sign_in(*read(), HERE).value is False


@pytest.mark.parametrize(
    ("told", "application"),
    [
        (with_switch(True), THERE),
        (with_switch(False), THERE),
        (with_switch(None), HERE),
        (readings(*NEEDED), HERE),
        (readings(), THERE),
        ({}, HERE),
    ],
)
def test_a_switch_of_another_tenant_or_none_is_open(told, application):
    assert isinstance(may_sign_in(*seen(told), application).value, Unknown)
