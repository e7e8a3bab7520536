"""From rows to profiles: what is of Exchange Online, in whose tenant, and what is left open."""

import pytest
from msgspec import UNSET

from connectors.dns.rows import TenantRow
from connectors.graph.applications import SOURCE as APPLICATIONS
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.profiles import profiles
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.email_systems import Product
from rules.option_sets import Deployment, ProfileTestStatus, ServerType
from rules.unknown import Unknown
from tests.auditor.rows import profile as row
from tests.connectors.dynamics.readings import READ_AT, reading
from tests.rules import facts as healthy

SOURCE = "dynamics.emailserverprofiles"
OWN, OTHER = healthy.OWN_TENANT, healthy.OTHER_TENANT
ONLINE_HOST = "https://outlook.office365.com/EWS/Exchange.asmx"
ON_SITE = "https://mail.contoso.example/EWS/Exchange.asmx"
NOWHERE = {"incomingserverlocation": None, "outgoingserverlocation": None}


def fact(own=None, *, owned_by=(True, False), readings=None, state=None, wall=None, **changes):
    """The one profile of these columns; by default the built-in kind, naming no server."""
    columns = {"servertype": 0, **NOWHERE, "incomingcredentialretrieval": 2, **changes}
    found = {SOURCE: reading(SOURCE, row(**columns), **(state or {})), **(readings or {})}
    systems = EmailSystems(found, {}, {}, READ_AT)
    own = own or healthy.organization(default_profile_id="other")
    (told,) = profiles(
        found, own, systems, lambda id: owned_by, wall or AlertIndex(None, 0)
    ).values()
    return told


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
        ({"servertype": 2}, None, False),
        ({"servertype": None}, Unknown, Unknown),
    ],
)
def test_whose_tenant_the_mail_is_in(changes, tenant, same):
    found = fact(**changes)
    for value, expected in ((found.mail_tenant_id, tenant), (found.same_tenant, same)):
        assert isinstance(value, Unknown) if expected is Unknown else value == expected


def test_a_tenant_of_its_own_is_compared_with_none_where_the_organisations_is_not_told():
    own = healthy.organization(tenant_id=healthy.MISSING)
    named = fact(own, usedefaulttenantid=False, exchangeonlinetenantid=OTHER)
    assert named.mail_tenant_id == OTHER
    assert named.same_tenant is healthy.MISSING
    default = fact(own, usedefaulttenantid=True)
    assert default.mail_tenant_id is healthy.MISSING
    assert default.same_tenant is True


def by_application(**changes):
    """A profile that signs in as an application of Entra."""
    return fact(**{"incomingcredentialretrieval": 7, "oauthclientid": "a-1", **changes})


def test_an_application_is_none_where_the_column_is_empty_or_not_in_this_version():
    assert by_application(oauthclientid=None).application_secret_days_left is None
    assert by_application(oauthclientid="").application_secret_days_left is None
    absent = by_application(oauthclientid=UNSET, state={"absent": ("oauthclientid",)})
    assert absent.application_secret_days_left is None


@pytest.mark.parametrize("retrieval", [0, 1, 2, 3, 4, 5])
def test_a_client_id_that_no_direction_signs_in_with_is_no_application(retrieval):
    left_over = by_application(incomingcredentialretrieval=retrieval)
    assert left_over.application_secret_days_left is None


def test_a_managed_identity_has_no_credential_that_runs_out():
    assert by_application(managed_identity="m-1").application_secret_days_left is None
    assert isinstance(by_application().application_secret_days_left, Unknown)
    older = by_application(managed_identity=UNSET, state={"absent": ("_managedidentityid_value",)})
    assert "application" in older.application_secret_days_left.reason


def test_an_application_that_was_not_told_is_not_none():
    for state in ({}, {"columns": ("servertype", "incomingcredentialretrieval")}):
        found = by_application(oauthclientid=UNSET, state=state)
        assert isinstance(found.application_secret_days_left, Unknown)
    for column in ("oauthclientid", "managed_identity"):
        name = {"managed_identity": "_managedidentityid_value"}.get(column, column)
        secured = by_application(**{column: None}, state={"secured": (name,)})
        assert isinstance(secured.application_secret_days_left, Unknown)
    unknown = by_application(incomingcredentialretrieval=None)
    assert isinstance(unknown.application_secret_days_left, Unknown)


def test_an_application_without_the_source_that_knows_its_secret_names_that_source():
    unread = {APPLICATIONS: Reading(SourceState(APPLICATIONS, "failed", reason="refused"))}
    found = by_application(readings=unread).application_secret_days_left
    assert isinstance(found, Unknown)
    assert found.cause.name == APPLICATIONS


def test_multi_factor_authentication_of_an_account_outside_entra_is_for_declarations_to_tell():
    found = fact(servertype=2, incomingserverlocation=ON_SITE).account_demands_multi_factor
    assert isinstance(found, Unknown)
    assert found.cause.kind == "declaration"


def shown(found, name):
    """The columns that a fact of a profile shows as its evidence."""
    return [each.field for each in found.evidence(name) if each.source == SOURCE]


def test_the_days_of_a_secret_show_the_direction_that_signs_in_as_the_application():
    own = {"usesamesettingsforoutgoingconnections": False}
    outgoing = by_application(**own, incomingcredentialretrieval=0, outgoingcredentialretrieval=7)
    incoming = by_application(**own, incomingcredentialretrieval=7, outgoingcredentialretrieval=0)
    name = "application_secret_days_left"
    assert shown(outgoing, name) == ["outgoingcredentialretrieval", "oauthclientid"]
    assert shown(incoming, name) == ["incomingcredentialretrieval", "oauthclientid"]


def test_a_profile_without_an_application_shows_how_both_directions_sign_in():
    both = fact(
        usesamesettingsforoutgoingconnections=False,
        incomingcredentialretrieval=0,
        outgoingcredentialretrieval=2,
    )
    assert shown(both, "application_secret_days_left") == [
        "incomingcredentialretrieval",
        "outgoingcredentialretrieval",
    ]


def test_multi_factor_authentication_shows_the_direction_that_reaches_exchange_online():
    outgoing = fact(
        usesamesettingsforoutgoingconnections=False,
        incomingserverlocation="pop.contoso.example",
        incomingcredentialretrieval=0,
        outgoingserverlocation=ONLINE_HOST,
        outgoingcredentialretrieval=0,
    )
    assert outgoing.reaches_exchange_online is True
    name = "account_demands_multi_factor"
    assert shown(outgoing, name) == ["outgoingcredentialretrieval"]
    assert shown(fact(), name) == ["incomingcredentialretrieval"]


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
        if name in ("origins", "id", "name", "incoming", "outgoing", "sole_direction"):
            continue
        assert found.evidence(name), name
        assert {each.record for each in found.evidence(name)} == {"profile-1"}, name
    (shown,) = found.evidence("active")
    assert (shown.source, shown.field, shown.value, shown.read_at) == (
        SOURCE,
        "statecode",
        0,
        READ_AT,
    )


def test_the_deployment_is_that_of_the_organisation_and_not_of_the_host():
    assert ON_PREMISES.deployment is Deployment.ON_PREMISES
    assert fact(ON_PREMISES, incomingserverlocation=ONLINE_HOST).is_exchange_online is True


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
