"""In whose tenant the mail of a profile is, by its columns, its organisation and mail domains."""

import pytest
from msgspec import UNSET

from connectors.dns.rows import TenantRow
from connectors.graph.organization import SOURCE as TENANT
from connectors.graph.organization import OrganizationRow
from rules.unknown import Unknown
from tests.connectors.dynamics.readings import reading
from tests.connectors.normalisation.profile.one_profile import (
    ON_SITE,
    ONLINE_HOST,
    OTHER,
    OWN,
    fact,
)
from tests.rules import facts as healthy

ACROSS = {"usedefaulttenantid": False, "exchangeonlinetenantid": OTHER}
SPLIT = {
    "incomingserverlocation": ONLINE_HOST,
    "outgoingserverlocation": ON_SITE,
    "usesamesettingsforoutgoingconnections": False,
}
BY_SMTP = {
    "outgoingserverlocation": "smtp.contoso.example",
    "outgoingportnumber": 587,
    "usesamesettingsforoutgoingconnections": False,
}


@pytest.mark.parametrize(
    ("changes", "tenant", "same"),
    [
        ({"usedefaulttenantid": True, "exchangeonlinetenantid": None}, OWN, True),
        ({"usedefaulttenantid": True, "exchangeonlinetenantid": OTHER}, OWN, True),
        ({"usedefaulttenantid": False, "exchangeonlinetenantid": OTHER.upper()}, OTHER, False),
        ({"usedefaulttenantid": False, "exchangeonlinetenantid": OWN.upper()}, OWN, True),
        ({"usedefaulttenantid": False, "exchangeonlinetenantid": None}, Unknown, Unknown),
        ({"usedefaulttenantid": False, "exchangeonlinetenantid": ""}, Unknown, Unknown),
        ({"usedefaulttenantid": False, "exchangeonlinetenantid": UNSET}, Unknown, Unknown),
        ({"usedefaulttenantid": None, "exchangeonlinetenantid": OWN}, Unknown, Unknown),
        ({"usedefaulttenantid": UNSET, "exchangeonlinetenantid": OWN}, Unknown, Unknown),
        ({"servertype": 2, "incomingserverlocation": ON_SITE}, None, False),
        ({"servertype": 2, "incomingserverlocation": ONLINE_HOST, **ACROSS}, OTHER, False),
        ({**SPLIT, **ACROSS}, OTHER, False),
        ({**SPLIT, "usedefaulttenantid": True}, OWN, True),
        ({"incomingserverlocation": ONLINE_HOST, **BY_SMTP, **ACROSS}, OTHER, False),
        ({"incomingserverlocation": ON_SITE, **BY_SMTP, **ACROSS}, None, False),
        ({"servertype": None}, Unknown, Unknown),
    ],
)
def test_whose_tenant_the_mail_is_in(changes, tenant, same):
    found = fact(**changes)
    for value, expected in ((found.mail_tenant_id, tenant), (found.same_tenant, same)):
        assert isinstance(value, Unknown) if expected is Unknown else value == expected


@pytest.mark.parametrize(
    ("changes", "read", "expected"),
    [
        ({"usedefaulttenantid": True}, None, Unknown),
        ({"usedefaulttenantid": True}, OWN.upper(), False),
        ({"usedefaulttenantid": True}, OTHER, True),
        (ACROSS, None, Unknown),
        (ACROSS, OWN, True),
        (ACROSS, OTHER.upper(), False),
        ({"servertype": 1}, OTHER, False),
        ({"servertype": None}, OTHER, Unknown),
        ({"servertype": None}, None, Unknown),
        ({**ACROSS, "exchangeonlinetenantid": None}, OTHER, Unknown),
    ],
)
def test_which_tenant_was_read_is_what_microsoft_graph_says(changes, read, expected):
    told = {} if read is None else {TENANT: reading(TENANT, OrganizationRow(read, []))}
    value = fact(readings=told, **changes).another_tenant_was_read
    assert isinstance(value, Unknown) if expected is Unknown else value is expected


def test_a_tenant_of_its_own_is_compared_with_none_where_the_organisations_is_not_told():
    own = healthy.organization(tenant_id=healthy.MISSING)
    named = fact(own, usedefaulttenantid=False, exchangeonlinetenantid=OTHER)
    assert named.mail_tenant_id == OTHER
    assert named.same_tenant is healthy.MISSING
    default = fact(own, usedefaulttenantid=True)
    assert default.mail_tenant_id is healthy.MISSING
    assert default.same_tenant is True
    assert isinstance(default.another_tenant_was_read, Unknown)


@pytest.mark.parametrize(
    ("told", "same"),
    [((OWN, OWN), True), ((OTHER,), False), ((OWN, OTHER), Unknown), ((), Unknown)],
)
def test_mail_domains_tell_the_tenant_where_the_version_has_no_column_for_it(told, same):
    rows = [TenantRow(domain=f"d{n}.example", tenant_id=id) for n, id in enumerate(told)]
    readings = {"dns.tenants": reading("dns.tenants", *rows)}
    both = ("usedefaulttenantid", "exchangeonlinetenantid")
    found = fact(
        readings=readings,
        state={"absent": both},
        usedefaulttenantid=UNSET,
        exchangeonlinetenantid=UNSET,
    )
    if same is Unknown:
        assert isinstance(found.same_tenant, Unknown)
    else:
        assert found.same_tenant is same
        assert "dns.tenants" in {each.source for each in found.evidence("same_tenant")}
    named = fact(readings=readings, usedefaulttenantid=False, exchangeonlinetenantid=None)
    assert isinstance(named.same_tenant, Unknown), "a profile that may name one does not say which"
