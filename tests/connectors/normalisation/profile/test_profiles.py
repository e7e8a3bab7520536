"""From rows to profiles: what is of Exchange Online, in whose tenant, and what is left open."""

import pytest
from msgspec import UNSET

from connectors.dns.rows import TenantRow
from connectors.exchange_online.accepted_domains import SOURCE as ACCEPTED
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.graph.organization import OrganizationRow
from rules.email_systems import Product
from rules.option_sets import CredentialRetrieval, Deployment, ProfileTestStatus, ServerType
from rules.unknown import Unknown
from tests.connectors.dynamics.readings import READ_AT, reading
from tests.connectors.normalisation.profile.one_profile import (
    ON_SITE,
    ONLINE_HOST,
    OTHER,
    OWN,
    SOURCE,
    fact,
)
from tests.rules import facts as healthy

ON_PREMISES = healthy.on_premises(default_profile_id="other")
NOT_TOLD = healthy.organization(deployment=healthy.MISSING, default_profile_id="other")


@pytest.mark.parametrize(
    ("own", "changes", "expected"),
    [
        # The kind decides first: EWS of the plain kind or of Exchange Online only.
        (None, {"servertype": 0}, True),
        (None, {"servertype": 3}, True),
        (None, {"servertype": 2}, False),
        (None, {"servertype": 1}, False),
        (None, {"servertype": 4}, False),
        (None, {"servertype": 5}, None),
        (None, {"servertype": None}, None),
        (None, {"servertype": UNSET}, None),
        # Then where it points to: every location in force.
        (None, {"incomingserverlocation": ONLINE_HOST}, True),
        (None, {"incomingserverlocation": ONLINE_HOST.upper()}, True),
        (None, {"incomingserverlocation": "https://outlook.office365.com./EWS"}, True),
        (None, {"incomingserverlocation": ON_SITE}, False),
        (None, {"incomingserverlocation": "https://outlook.office365.com.evil.example/"}, False),
        (None, {"incomingserverlocation": "  "}, True),
        (None, {"incomingserverlocation": UNSET}, None),
        (None, {"servertype": 3, "incomingserverlocation": ON_SITE}, False),
        (
            None,
            {
                "incomingserverlocation": ONLINE_HOST,
                "outgoingserverlocation": ON_SITE,
                "usesamesettingsforoutgoingconnections": False,
            },
            False,
        ),
        (
            None,
            {"incomingserverlocation": ONLINE_HOST, "outgoingserverlocation": ON_SITE},
            True,
        ),
        (
            None,
            {"incomingserverlocation": ONLINE_HOST, "usesamesettingsforoutgoingconnections": None},
            None,
        ),
        (
            None,
            {"incomingserverlocation": ON_SITE, "usesamesettingsforoutgoingconnections": None},
            False,
        ),
        # Then the default location.
        (None, {"defaultserverlocation": ONLINE_HOST}, True),
        (None, {"defaultserverlocation": ON_SITE}, False),
        (None, {"defaultserverlocation": UNSET}, None),
        # Nothing named: online it can only be Exchange Online, on premises the sign-in tells.
        (ON_PREMISES, {"servertype": 3}, True),
        (ON_PREMISES, {"incomingcredentialretrieval": 2}, True),
        (ON_PREMISES, {"incomingcredentialretrieval": 7}, True),
        (ON_PREMISES, {"incomingcredentialretrieval": 3}, False),
        (ON_PREMISES, {"incomingcredentialretrieval": 1}, None),
        (ON_PREMISES, {"incomingcredentialretrieval": None}, None),
        (NOT_TOLD, {}, None),
        (NOT_TOLD, {"incomingserverlocation": ON_SITE}, False),
    ],
)
def test_a_profile_is_of_exchange_online_by_kind_location_and_sign_in(own, changes, expected):
    found = fact(own, **changes).is_exchange_online
    assert isinstance(found, Unknown) if expected is None else found is expected


SPLIT = {
    "incomingserverlocation": ONLINE_HOST,
    "outgoingserverlocation": ON_SITE,
    "usesamesettingsforoutgoingconnections": False,
}


@pytest.mark.parametrize(
    ("own", "changes", "expected"),
    [
        (None, {"incomingserverlocation": ONLINE_HOST}, True),
        (ON_PREMISES, {"incomingserverlocation": ONLINE_HOST}, True),
        (None, {"incomingserverlocation": ON_SITE}, False),
        (None, SPLIT, False),
        (None, {"incomingserverlocation": UNSET}, None),
        (None, {"defaultserverlocation": ONLINE_HOST}, True),
        (None, {"defaultserverlocation": ON_SITE}, False),
        # Nothing named: the sign-in tells, else online the kind is the one for Exchange Server.
        (None, {"incomingcredentialretrieval": 1}, False),
        (None, {"incomingcredentialretrieval": 0}, False),
        (None, {"incomingcredentialretrieval": 2}, True),
        (None, {"incomingcredentialretrieval": None}, None),
        (None, {"incomingcredentialretrieval": 42}, None),
        (ON_PREMISES, {"incomingcredentialretrieval": 1}, None),
        (NOT_TOLD, {"incomingcredentialretrieval": 1}, None),
        (None, {"incomingcredentialretrieval": 7}, True),
        (None, {"incomingcredentialretrieval": 3}, False),
        (None, {"incomingcredentialretrieval": 6}, False),
    ],
)
def test_a_hybrid_of_exchange_server_reaches_where_its_host_leads(own, changes, expected):
    found = fact(own, servertype=2, **changes)
    reached = found.reaches_exchange_online
    assert isinstance(reached, Unknown) if expected is None else reached is expected
    assert found.is_exchange_online is False


@pytest.mark.parametrize(
    ("incoming", "outgoing", "way", "expected"),
    [
        (ONLINE_HOST, ON_SITE, 1, (True, False)),
        (ON_SITE, ONLINE_HOST, 1, (False, True)),
        (None, None, 1, (True, True)),
        (ONLINE_HOST, None, 1, (True, True)),
        # Auto-discover may find the server that the other direction names.
        (ON_SITE, None, 1, (False, None)),
        (None, ON_SITE, 1, (True, False)),
        (ON_SITE, None, 2, (False, True)),
        (ON_SITE, None, 3, (False, None)),
        (ONLINE_HOST, "smtp.contoso.example", 1, (True, False)),
    ],
)
def test_each_direction_leads_where_it_points(incoming, outgoing, way, expected):
    found = fact(
        incomingserverlocation=incoming,
        outgoingserverlocation=outgoing,
        outgoingcredentialretrieval=way,
        usesamesettingsforoutgoingconnections=False,
    )
    for each, leads in zip(found.connections, expected, strict=True):
        value = each.reaches_exchange_online
        assert isinstance(value, Unknown) if leads is None else value is leads


def test_what_a_direction_names_that_is_not_used_decides_nothing():
    split = fact(
        incomingserverlocation=ON_SITE,
        outgoingcredentialretrieval=1,
        usesamesettingsforoutgoingconnections=False,
    )
    assert isinstance(split.outgoing.reaches_exchange_online, Unknown)
    assert split.used_for("outgoing").outgoing.reaches_exchange_online is True


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"servertype": 0}, True),
        ({"servertype": 3, "incomingserverlocation": ON_SITE}, False),
        ({"servertype": 1, "incomingserverlocation": "outlook.office365.com"}, False),
        ({"servertype": 5}, None),
    ],
)
def test_other_kinds_reach_exchange_online_where_they_are_of_it(changes, expected):
    reached = fact(**changes).reaches_exchange_online
    assert isinstance(reached, Unknown) if expected is None else reached is expected


def test_where_email_is_sent_by_smtp_says_nothing_of_where_exchange_is():
    elsewhere = {
        "outgoingserverlocation": "smtp.gmail.com",
        "outgoingportnumber": 587,
        "usesamesettingsforoutgoingconnections": False,
    }
    for kind in (0, 2, 3):
        found = fact(servertype=kind, incomingserverlocation=ONLINE_HOST, **elsewhere)
        assert (found.reaches_exchange_online, found.is_exchange_online) == (True, False)
        found = fact(servertype=kind, incomingserverlocation=ON_SITE, **elsewhere)
        assert found.reaches_exchange_online is False
    neither = fact(incomingserverlocation="imap.gmail.com", **elsewhere)
    assert neither.reaches_exchange_online is False


def test_its_name_never_tells_where_a_profile_leads():
    on_site = fact(name="Microsoft Exchange Online", incomingserverlocation=ON_SITE)
    assert on_site.is_exchange_online is False
    assert fact(name="Vår profil").is_exchange_online is True


def test_where_auto_discover_leads_to_exchange_online_both_directions_are_of_it():
    found = fact()
    assert {each.product for each in found.connections} == {Product.EXCHANGE_ONLINE}
    open_one = fact(ON_PREMISES, incomingcredentialretrieval=1)
    assert all(isinstance(each.product, Unknown) for each in open_one.connections)


@pytest.mark.parametrize(
    ("column", "value", "name", "expected"),
    [
        ("statecode", 0, "active", True),
        ("statecode", 1, "active", False),
        ("statecode", 2, "active", Unknown),
        ("statecode", None, "active", Unknown),
        ("statecode", UNSET, "active", Unknown),
        ("useautodiscover", True, "auto_discover", True),
        ("useautodiscover", None, "auto_discover", Unknown),
        ("servertype", 4, "server_type", ServerType.IMAP_SMTP),
        ("servertype", 7, "server_type", Unknown),
        ("usesamesettingsforoutgoingconnections", None, "same_settings_for_outgoing", Unknown),
        ("maxconcurrentconnections", None, "max_concurrent_connections", None),
        ("maxconcurrentconnections", 0, "max_concurrent_connections", 0),
        ("maxconcurrentconnections", UNSET, "max_concurrent_connections", Unknown),
        ("minpollingintervalinminutes", 5, "polling_interval_minutes", 5),
        ("timeoutmailboxconnection", None, "times_out", Unknown),
        ("timeoutmailboxconnectionafteramount", None, "timeout_ms", None),
        ("moveundeliveredemails", False, "moves_undeliverable_email", False),
        ("sendemailalert", None, "sends_alert_email", Unknown),
        ("owneremailaddress", None, "has_alert_address", False),
        ("owneremailaddress", "", "has_alert_address", False),
        ("owneremailaddress", "a@b.example", "has_alert_address", True),
        ("owneremailaddress", UNSET, "has_alert_address", Unknown),
        ("processemailsreceivedafter", None, "process_email_after_in_future", False),
        ("processemailsreceivedafter", READ_AT, "process_email_after_in_future", False),
        ("processemailsreceivedafter", "2026-11-23T12:00:01Z", "process_email_after_in_future", 1),
        ("processemailsreceivedafter", UNSET, "process_email_after_in_future", Unknown),
        ("lasttestexecutionstatus", 0, "last_test", ProfileTestStatus.FAILURE),
        ("lasttestexecutionstatus", None, "last_test", None),
        ("lasttestexecutionstatus", 3, "last_test", Unknown),
        ("lastauthorizationstatus", 2, "last_authorization", ProfileTestStatus.WARNING),
        ("lasttestvalidationstatus", UNSET, "last_validation", Unknown),
        ("owner", None, "owner_is_active", Unknown),
    ],
)
def test_each_setting_is_as_its_column_says(column, value, name, expected):
    found = getattr(fact(**{column: value}), name)
    assert isinstance(found, Unknown) if expected is Unknown else found == expected


def test_the_owner_is_asked_for_by_id():
    found = fact(owned_by=(False, True))
    assert (found.owner_is_active, found.owner_is_pseudo_user) == (False, True)


def test_the_default_is_the_one_that_the_organisation_names():
    assert fact(healthy.organization(default_profile_id="profile-1")).is_default is True
    assert fact(healthy.organization(default_profile_id=None)).is_default is False
    unknown = healthy.organization(default_profile_id=healthy.MISSING)
    assert fact(unknown).is_default is healthy.MISSING


def test_a_null_that_column_security_may_have_made_is_unknown():
    found = fact(state={"secured": ("owneremailaddress", "processemailsreceivedafter")})
    assert found.has_alert_address is True, "a value that was shown was not hidden"
    assert isinstance(found.process_email_after_in_future, Unknown)
    assert fact().process_email_after_in_future is False


def test_every_fact_names_the_record_and_columns_it_was_read_from():
    found = fact(ON_PREMISES, servertype=2, incomingserverlocation=ON_SITE)
    for name in found.__struct_fields__:
        if name in ("origins", "id", "name", "incoming", "outgoing", "sole_direction", "alone"):
            continue
        assert "profile-1" in {each.record for each in found.evidence(name)}, name
    (shown,) = found.evidence("active")
    assert (shown.source, shown.field, shown.value, shown.read_at) == (
        SOURCE,
        "statecode",
        0,
        READ_AT,
    )


ORGANIZATION, USERS, TENANT, DOMAINS = (
    "dynamics.organizations",
    "dynamics.systemusers",
    "graph.organization",
    "dns.tenants",
)
ON_A_SERVER = {"incomingcredentialretrieval": CredentialRetrieval.WINDOWS_INTEGRATED.value}
IN_DEFAULT = {"usedefaulttenantid": True}
IN_OTHER = {"usedefaulttenantid": False, "exchangeonlinetenantid": OTHER}
OF_OTHER = healthy.organization(tenant_id=OTHER)
NO_TENANT_COLUMNS = {"usedefaulttenantid": UNSET, "exchangeonlinetenantid": UNSET}
ABSENT = {"state": {"absent": tuple(NO_TENANT_COLUMNS)}, **NO_TENANT_COLUMNS}


def graph_of(tenant):
    return {"readings": {TENANT: reading(TENANT, OrganizationRow(tenant, []))}}


def domains_of(tenant):
    return {
        "readings": {
            DOMAINS: reading(DOMAINS, TenantRow(domain="contoso.example", tenant_id=tenant))
        }
    }


@pytest.mark.parametrize(
    ("source", "one", "other", "columns"),
    [
        (ORGANIZATION, {"own": healthy.organization()}, {"own": ON_PREMISES}, ON_A_SERVER),
        (ORGANIZATION, {"own": healthy.organization()}, {"own": OF_OTHER}, IN_DEFAULT),
        (ORGANIZATION, {"own": healthy.organization()}, {"own": OF_OTHER}, IN_OTHER),
        (
            ORGANIZATION,
            {"own": healthy.organization(default_profile_id="profile-1")},
            {"own": healthy.organization(default_profile_id="profile-2")},
            {},
        ),
        (USERS, {"owned_by": (True, False)}, {"owned_by": (False, True)}, {}),
        (TENANT, graph_of(OWN), graph_of(OTHER), IN_DEFAULT),
        (DOMAINS, domains_of(OWN), domains_of(OTHER), ABSENT),
    ],
)
def test_what_changes_a_fact_is_among_its_evidence(source, one, other, columns):
    """A fact that two sources decide shows both, whichever of them changes it."""
    first, second = fact(**one, **columns), fact(**other, **columns)
    names = set(first.__struct_fields__) - {"origins", "alone", "incoming", "outgoing"}
    changed = sorted(name for name in names if getattr(first, name) != getattr(second, name))
    assert changed
    for name in changed:
        for each in (first, second):
            if not isinstance(getattr(each, name), Unknown):
                assert source in {shown.source for shown in each.evidence(name)}, name


def test_the_deployment_is_that_of_the_organisation_and_not_of_the_host():
    assert ON_PREMISES.deployment is Deployment.ON_PREMISES
    assert fact(ON_PREMISES, incomingserverlocation=ONLINE_HOST).is_exchange_online is True


@pytest.mark.parametrize(
    ("own", "changes", "address", "expected"),
    [
        (None, {"usedefaulttenantid": True}, "ann@contoso.example", False),
        (None, {"usedefaulttenantid": True}, "ann@away.example", Unknown),
        (None, IN_OTHER, "ann@contoso.example", Unknown),
        (ON_PREMISES, {"usedefaulttenantid": True}, "ann@contoso.example", False),
        (ON_PREMISES, {"usedefaulttenantid": True}, "ann@away.example", Unknown),
    ],
)
def test_the_own_tenant_was_read_where_it_has_the_domain_of_a_user(own, changes, address, expected):
    told = {ACCEPTED: reading(ACCEPTED, AcceptedDomainRow("contoso.example"))}
    value = fact(own, readings=told, addresses=[address], **changes).another_tenant_was_read
    assert isinstance(value, Unknown) if expected is Unknown else value is expected


UNNAMED = {"incomingserverlocation": None, "outgoingserverlocation": None}


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"servertype": 3, **UNNAMED}, "servertype"),
        ({"servertype": 1}, "servertype"),
        ({**UNNAMED, "defaultserverlocation": ONLINE_HOST}, "defaultserverlocation"),
        ({"incomingserverlocation": ONLINE_HOST}, "incomingserverlocation"),
    ],
)
def test_a_direction_shows_the_column_that_decided_where_it_leads(changes, column):
    shown = fact(**changes).incoming.evidence("reaches_exchange_online")
    assert column in {each.field for each in shown}
