"""Which organisation it is and how it is set: version, tenant and settings, or why not known."""

import pytest
from msgspec import UNSET

from connectors.normalisation.organization import organization
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.option_sets import Deployment, EmailConnectionChannel
from rules.unknown import Unknown
from tests.auditor import rows
from tests.auditor.rows import TENANT
from tests.connectors.dynamics.readings import READ_AT, reading

DETAIL, SETTINGS = "dynamics.organization-detail", "dynamics.organizations"
NO_TENANT = "00000000-0000-0000-0000-000000000000"
ONLINE, ON_PREMISES = Deployment.ONLINE, Deployment.ON_PREMISES


def fact(configured=None, *, settings=None, secured=(), **told):
    readings = {
        DETAIL: reading(DETAIL, rows.detail(**told)),
        SETTINGS: reading(SETTINGS, rows.organization(**(settings or {})), secured=secured),
    }
    return organization(readings, configured)


def same(found, expected):
    return isinstance(found, Unknown) if expected is Unknown else found == expected


@pytest.mark.parametrize(
    ("version", "tenant", "expected"),
    [
        ("9.2.24104.195", TENANT, ONLINE),
        ("9.1.0.1", TENANT, ONLINE),
        ("8.2.2.112", TENANT.upper(), ONLINE),
        ("9.1.18.22", None, ON_PREMISES),
        ("9.1.18.22", UNSET, ON_PREMISES),
        ("9.1.18.22", "", ON_PREMISES),
        ("9.1.18.22", NO_TENANT, ON_PREMISES),
        ("8.2.2.112", UNSET, ON_PREMISES),
        ("9.2.0.0", None, Unknown),
        ("10.0.0.0", NO_TENANT, Unknown),
        ("nine", None, Unknown),
        (None, None, Unknown),
        (UNSET, UNSET, Unknown),
    ],
)
def test_online_names_a_tenant_and_on_premises_ends_at_version_9_1(version, tenant, expected):
    found = fact(OrganizationVersion=version, TenantId=tenant)
    assert same(found.deployment, expected)


@pytest.mark.parametrize("configured", Deployment)
def test_what_is_configured_is_not_contradicted_by_the_answers(configured):
    for version, tenant in (("9.2.1.1", TENANT), ("9.1.18.22", None), ("9.2.1.1", None)):
        found = fact(configured, OrganizationVersion=version, TenantId=tenant)
        assert found.deployment is configured
        assert found.version[:2] == tuple(int(each) for each in version.split(".")[:2])


def test_an_organisation_online_has_a_tenant_even_where_the_server_names_none():
    for tenant in (None, UNSET, NO_TENANT):
        online = fact(ONLINE, OrganizationVersion="9.2.1.1", TenantId=tenant)
        assert isinstance(online.tenant_id, Unknown)
        not_told = fact(OrganizationVersion="9.2.1.1", TenantId=tenant)
        assert isinstance(not_told.tenant_id, Unknown)
        assert fact(OrganizationVersion="9.1.1.1", TenantId=tenant).tenant_id is None
    assert fact(TenantId=TENANT.upper()).tenant_id == TENANT


def test_a_server_that_was_not_asked_leaves_only_what_is_configured():
    readings = {
        DETAIL: Reading(SourceState(DETAIL, "failed", reason="refused", remedy="Repair it.")),
        SETTINGS: reading(SETTINGS, rows.organization()),
    }
    open_one = organization(readings)
    for name in ("deployment", "version", "tenant_id", "is_production"):
        told = getattr(open_one, name)
        assert isinstance(told, Unknown)
        assert (told.reason, told.cause.name) == ("refused", DETAIL)
        assert open_one.evidence(name)
    assert organization(readings, ON_PREMISES).deployment is ON_PREMISES
    assert open_one.name == "contoso"


def test_a_server_that_tells_its_version_alone_goes_by_the_id_in_its_settings():
    detail = rows.detail(OrganizationId=UNSET)
    told = organization(
        {DETAIL: reading(DETAIL, detail), SETTINGS: reading(SETTINGS, rows.organization())}
    )
    assert told.id == rows.organization().organizationid


def test_without_its_settings_every_setting_names_the_table():
    state = SourceState(SETTINGS, "failed", reason="refused", remedy="Grant it.")
    told = organization({DETAIL: reading(DETAIL, rows.detail()), SETTINGS: Reading(state)})
    assert told.id == "organization-1"
    for name in ("default_profile_id", "email_connection_channel", "uses_tracking_token"):
        assert getattr(told, name).cause.name == SETTINGS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Customer", True),
        (0, True),
        (4, True),
        ("Default", True),
        (5, False),
        ("CustomerTest", False),
        ("Developer", False),
        ("Unheard of", Unknown),
        (99, Unknown),
        (None, Unknown),
        (UNSET, Unknown),
    ],
)
def test_production_is_told_by_name_or_number(value, expected):
    assert same(fact(OrganizationType=value).is_production, expected)


@pytest.mark.parametrize("value", [UNSET, None, "Customer", "Unheard of"])
def test_on_premises_no_organisation_is_of_a_kind_for_trying_out(value):
    told = fact(OrganizationVersion="9.1.18.22", TenantId=UNSET, OrganizationType=value)
    assert told.is_production is None


@pytest.mark.parametrize(
    ("column", "value", "name", "expected"),
    [
        ("emailconnectionchannel", 1, "email_connection_channel", None),
        ("emailconnectionchannel", 2, "email_connection_channel", Unknown),
        ("requireapprovalforuseremail", False, "requires_approval_for_user_email", False),
        ("requireapprovalforqueueemail", None, "requires_approval_for_queue_email", Unknown),
        ("default_profile", None, "default_profile_id", None),
        ("default_profile", UNSET, "default_profile_id", Unknown),
        ("maxuploadfilesize", None, "max_upload_size_bytes", None),
        ("maxuploadfilesize", 5242880, "max_upload_size_bytes", 5242880),
        ("trackingprefix", "CRM:", "uses_tracking_token", True),
        ("trackingprefix", "", "uses_tracking_token", False),
        ("trackingprefix", UNSET, "uses_tracking_token", Unknown),
        ("performactsyncafter", None, "appointments_suspended", False),
        ("performactsyncafter", READ_AT, "appointments_suspended", False),
        ("performactsyncafter", "2026-11-23T12:00:01Z", "appointments_suspended", True),
        ("performactsyncafter", UNSET, "appointments_suspended", Unknown),
        ("tracelogmaximumageindays", None, "alert_retention_days", None),
    ],
)
def test_each_setting_is_as_its_column_says(column, value, name, expected):
    if column == "emailconnectionchannel" and expected is None:
        expected = EmailConnectionChannel.EMAIL_ROUTER
    assert same(getattr(fact(settings={column: value}), name), expected)


def test_a_null_that_column_security_may_have_made_is_unknown():
    settings = {"default_profile": None, "performactsyncafter": None}
    secured = ("_defaultemailserverprofileid_value", "performactsyncafter")
    found = fact(settings=settings, secured=secured)
    assert isinstance(found.default_profile_id, Unknown)
    assert isinstance(found.appointments_suspended, Unknown)


def stored(incoming="2", outgoing="2", appointments="1", wrap="{}"):
    return wrap.format(
        "<EmailSettings>"
        f"<IncomingEmailDeliveryMethod>{incoming}</IncomingEmailDeliveryMethod>"
        f"<OutgoingEmailDeliveryMethod> {outgoing} </OutgoingEmailDeliveryMethod>"
        f"<ACTDeliveryMethod>{appointments}</ACTDeliveryMethod>"
        "</EmailSettings>"
    )


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<EmailSettings><IncomingEmailDeliveryMethod>&b;</IncomingEmailDeliveryMethod></EmailSettings>"
)
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><EmailSettings>&a;</EmailSettings>'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        (UNSET, Unknown),
        (stored(), True),
        (stored(wrap='<a xmlns="urn:x">{}</a>'), True),
        (stored().upper(), True),
        (stored(incoming="1"), False),
        (stored(outgoing="0"), False),
        (stored(appointments="0"), False),
        (stored(appointments="2"), False),
        (stored(incoming=""), False),
        ("<EmailSettings/>", Unknown),
        ("<EmailSettings>", Unknown),
        ("not xml", Unknown),
        ("\0", Unknown),
        (BOMB, Unknown),
        (OUTSIDE, Unknown),
        ("<!-- a comment -->" + stored(), Unknown),
    ],
)
def test_the_stored_default_methods_are_read_and_hostile_text_is_not(text, expected):
    found = fact(settings={"defaultemailsettings": text}).default_methods_are_server_side
    assert same(found, expected)


def test_every_fact_names_what_it_was_read_from():
    found = fact()
    for name in found.__struct_fields__:
        if name not in ("origins", "id", "name"):
            assert found.evidence(name), name
    assert found.evidence("deployment")[0].value == TENANT
    assert found.evidence("appointments_suspended")[0].field == "performactsyncafter"


@pytest.mark.parametrize("version", ["9.1.18.22", "9.2.1.1", None])
def test_a_tenant_that_was_answered_in_another_form_leaves_the_deployment_open(version):
    detail = rows.detail(OrganizationVersion=version, TenantId=UNSET)
    told = organization(
        {
            DETAIL: reading(DETAIL, detail, odd=("TenantId",)),
            SETTINGS: reading(SETTINGS, rows.organization()),
        }
    )
    assert isinstance(told.deployment, Unknown)
    assert isinstance(told.tenant_id, Unknown)
    assert told.tenant_id.cause is not None
    assert told.deployment == told.tenant_id
