"""Small organisations in which nothing is wrong but one thing, a fault for each rule.

Every organisation holds the same mailboxes: one that does everything, one each that only
receives, sends, or has its calendar synchronized, one whose own test failed, one with another
profile, and one that is not in use. A fault names those whose standing it decides.
"""

import datetime
from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from auditor.audit import audit
from auditor.model import Audit
from auditor.request import Request
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.encryption import OF_THE_TENANT, EncryptionPolicyRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.exchange_online.organization import OrganizationConfigRow
from connectors.exchange_online.transport import TransportConfigRow
from connectors.exchange_server.servers import HostRow
from connectors.graph.application_permissions import ApplicationPermissionRow
from connectors.graph.applications import ApplicationRow, Credential
from connectors.graph.organization import OrganizationRow as TenantRow
from connectors.graph.service_principals import DYNAMICS_APP_ID, ServicePrincipalRow
from connectors.mail_servers.rows import ProbeRow
from connectors.normalisation.declared import Declarations
from connectors.normalisation.profile.own_applications import NEEDED
from rules.health.asynchronous_service_stopped import FEWEST
from rules.option_sets import AuthenticationProtocol
from rules.rule import catalogue, thresholds_of
from rules.thresholds import Thresholds
from tests.auditor import rows
from tests.auditor.recorded import READ_AT, Recorded, request

OTHER_TENANT = "22222222-2222-2222-2222-222222222222"
JUST_CHANGED = "2026-11-23T02:55:00Z"
"""Later than the last success of any mailbox, so that none contradicts what is inferred."""

RECEIVES_ONLY = {"outgoingemaildeliverymethod": 0, "outgoingemailstatus": 0}
RECEIVES_ONLY["enabledforoutgoingemail"] = False
SENDS_ONLY = {"incomingemaildeliverymethod": 0, "incomingemailstatus": 0}
SENDS_ONLY["enabledforincomingemail"] = False
NO_CALENDAR = {"actdeliverymethod": 2, "actstatus": 0, "enabledforact": False}

WHOLE, RECEIVING, SENDING, CALENDAR = "whole", "receiving", "sending", "calendar"
ELSEWHERE, UNTESTED, IDLE = "elsewhere", "untested", "idle"

OF_THE_PROFILE = frozenset({WHOLE, RECEIVING, SENDING, CALENDAR})
READING = frozenset({WHOLE, RECEIVING, CALENDAR})
EMAIL = frozenset({WHOLE, RECEIVING, SENDING})
OUTGOING = frozenset({WHOLE, SENDING})
APPOINTMENTS = frozenset({WHOLE, CALENDAR})
EVERYONE = OF_THE_PROFILE | {ELSEWHERE}

Kind = Literal["exchange-server", "exchange-online", "gmail", "on-premises", "hybrid"]

CLOUD: dict[str, Any] = {**rows.CLOUD, "usesamesettingsforoutgoingconnections": False}
BY_APPLICATION: dict[str, Any] = {
    **CLOUD,
    "incomingcredentialretrieval": 7,
    "outgoingcredentialretrieval": 7,
    "oauthclientid": rows.CLIENT,
}
READS_BY_APPLICATION = {**BY_APPLICATION, "outgoingcredentialretrieval": 2}
OWN_SETTINGS = {
    "usesamesettingsforoutgoingconnections": False,
    "outgoingusername": "CONTOSO\\sync",
}
PASSWORD = {
    "incomingcredentialretrieval": 1,
    "incomingusername": "sync@contoso.example",
    "isincomingpasswordset": True,
}
HYBRID = {**CLOUD, "servertype": 3}

PROFILES: Mapping[Kind, dict[str, Any]] = {
    "exchange-server": OWN_SETTINGS,
    "exchange-online": CLOUD,
    "gmail": rows.GMAIL,
    "on-premises": OWN_SETTINGS,
    "hybrid": HYBRID,
}
DETAILS: Mapping[Kind, dict[str, Any]] = {
    "on-premises": {"OrganizationVersion": "9.1.28.5", "TenantId": None},
    "hybrid": {"OrganizationVersion": "9.1.28.5", "TenantId": None},
}
DAYS: Mapping[Kind, str] = {"hybrid": "2026-01-10"}
"""Before the end of Exchange Web Services comes within sight."""


class World(Struct, frozen=True, kw_only=True):
    """One organisation. `profile` changes the profile of all mailboxes but one."""

    profile: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    detail: dict[str, Any] = {}
    sources: dict[str, Struct] = {}
    mailboxes: dict[str, Any] = {}
    """Changes of every mailbox in use."""
    more: tuple[Any, ...] = ()
    """Further mailboxes."""
    profiles: tuple[Any, ...] = ()
    """Further profiles."""
    declared: dict[str, Any] = {}
    builds: dict[str, str] = {}
    providers: dict[str, str] = {}
    thresholds: dict[str, int] = {}
    day: str = ""
    edition: str = ""


def merged(one: World, other: World) -> World:
    """Both at once; where they disagree, the other counts."""
    changes: dict[str, Any] = {}
    for name in World.__struct_fields__:
        first, second = getattr(one, name), getattr(other, name)
        changes[name] = {**first, **second} if isinstance(first, dict) else second or first
    return World(**changes)


class Fault(Struct, frozen=True, kw_only=True):
    """A fault in an organisation of one kind, and the mailboxes that it stops or makes unsupported.

    `beside` is there before the fault and after its repair, and `before` is how mailboxes stand
    then that do not work.
    """

    kind: Kind
    breaks: World
    bears_on: frozenset[str] = OF_THE_PROFILE
    beside: World = World()
    before: Mapping[str, str] = {}


def mailboxes(kind: Kind, changes: Mapping[str, Any]) -> list[Any]:
    """The mailboxes of an organisation of that kind."""
    of_kind = dict(NO_CALENDAR) if kind == "gmail" else {}
    if kind == "gmail":
        of_kind["isoauthrefreshtokenset"] = True
    usual = {**of_kind, **changes}
    found = [
        rows.mailbox(WHOLE, **usual),
        rows.mailbox(RECEIVING, **{**usual, **RECEIVES_ONLY, **NO_CALENDAR}),
        rows.mailbox(SENDING, **{**usual, **SENDS_ONLY, **NO_CALENDAR}),
        rows.mailbox(UNTESTED, **{**usual, "incomingemailstatus": 2}),
        rows.mailbox(ELSEWHERE, **{**changes, "profile": "profile-2"}),
        rows.mailbox(IDLE, statecode=1, regarding="user-gone", owner="user-gone"),
    ]
    if kind != "gmail":
        found.insert(3, rows.mailbox(CALENDAR, **{**usual, **RECEIVES_ONLY, **SENDS_ONLY}))
    return found


def audited(kind: Kind, world: World) -> Audit:
    """The audit of an organisation of that kind, by the whole catalogue."""
    return audit(*made(kind, world), lambda: READ_AT)


def made(kind: Kind, world: World) -> tuple[Request, Recorded]:
    """An organisation of that kind, and what is asked of it."""
    second = "https://mail-2.contoso.example/EWS/Exchange.asmx"
    other = {"incomingserverlocation": second, "outgoingserverlocation": second}
    outside = rows.tables(
        [*mailboxes(kind, world.mailboxes), *world.more],
        profiles=[
            rows.profile(**{**PROFILES[kind], **world.profile}),
            rows.profile("profile-2", **other),
            *world.profiles,
        ],
        of=rows.detail(**{**DETAILS.get(kind, {}), **world.detail}),
        settings=rows.organization(**world.settings),
    )
    tenant = any(each.startswith(("exchange_online.", "graph.")) for each in world.sources)
    for source, row in {**(OF_TENANT if tenant else {}), **world.sources}.items():
        outside = outside.but(source, rows.told(source, row))
    asked = replace(
        request(catalogue(), {}),
        declarations=Declarations(
            values=world.declared, builds=world.builds, providers=world.providers
        ),
        thresholds=Thresholds(thresholds_of(catalogue()), world.thresholds),
        edition=world.edition or "auto",
    )
    if day := world.day or DAYS.get(kind):
        # The audit itself is of that day: what is foreseen on an earlier one is another matter.
        as_of = datetime.date.fromisoformat(day)
        asked = replace(asked, as_of=as_of, started_at=f"{day}T03:00:00Z")
    return asked, outside


def probed(host: str, port: int, protocol: str, **changes: Any) -> dict[str, Struct]:
    values: dict[str, Any] = {
        "resolution": "found",
        "address": "203.0.113.7",
        "public": True,
        "connected": True,
        "understood": True,
        "capabilities": (),
        "encryption": "implicit",
        "tls_version": "TLSv1.3",
        "cipher": "TLS_AES_256_GCM_SHA384",
        "accepted_by_dataverse": True,
        "outside_fips": False,
        "certificate_names": (host,),
        "issuer": "An authority",
        "expires_at": "2027-11-01T00:00:00Z",
        "name_matches": True,
        "trusted_publicly": True,
    }
    row = ProbeRow(
        id=f"{host}:{port}", host=host, port=port, protocol=protocol, **{**values, **changes}
    )
    return {"mail_servers.probe": row}


def exchange_online(**changes: Any) -> dict[str, Struct]:
    values: dict[str, Any] = {
        "EwsEnabled": True,
        "EwsAllowedAppIDs": f"{DYNAMICS_APP_ID},{rows.CLIENT}",
        "EwsApplicationAccessPolicy": None,
        "EwsAllowList": None,
    }
    return {"exchange_online.organization": OrganizationConfigRow(**{**values, **changes})}


OF_TENANT: dict[str, Struct] = {
    "exchange_online.accepted-domains": AcceptedDomainRow("contoso.example", "Authoritative"),
    "graph.organization": TenantRow(rows.TENANT, [{"name": "contoso.example"}]),
}
LAST_WEEK = {
    "lastsuccessfulsynccompletedon": "2026-11-15T03:00:00Z",
    "testmailboxaccesscompletedon": "2026-11-15T03:00:00Z",
}
STALE = dict.fromkeys((*READING, ELSEWHERE), "broken")
ENTRA_OAUTH = {"incomingcredentialretrieval": 7, "outgoingcredentialretrieval": 7}
SUBMITTED: dict[str, Any] = {
    **ENTRA_OAUTH,
    "incomingserverlocation": "outlook.office365.com",
    "outgoingserverlocation": "smtp.office365.com",
}
OUTLOOK_COM: dict[str, Any] = {
    **ENTRA_OAUTH,
    "incomingserverlocation": "pop-mail.outlook.com",
    "outgoingserverlocation": "smtp-mail.outlook.com",
}
ALREADY = dict.fromkeys(OF_THE_PROFILE, "unsupported")
FORWARDED = {
    "incomingemaildeliverymethod": 3,
    "incomingemailstatus": 0,
    "enabledforincomingemail": False,
}


def forward_mailbox(**changes: Any) -> Any:
    values = {"regarding": None, "owner": None, "isforwardmailbox": True, **SENDS_NOTHING}
    return rows.mailbox("forward", **{**values, **changes})


SENDS_NOTHING = {**RECEIVES_ONLY, **NO_CALENDAR}
MAIL = "mail.contoso.example"
NTLM, BASIC = AuthenticationProtocol.NTLM.value, AuthenticationProtocol.BASIC.value
ONLINE = "https://outlook.office365.com{0}/EWS/Exchange.asmx"
PLACE = "https://mail.contoso.example/owa"
OFFERS_BASIC = {"exchange_server.builds": HostRow(f"{MAIL}:443", MAIL, 443, schemes="basic")}

FAULTS: Mapping[str, Fault] = {
    # Mail servers
    "host-not-found": Fault(
        kind="gmail",
        breaks=World(
            sources=probed("smtp.gmail.com", 587, "SMTP", resolution="not-found", connected=None)
        ),
        bears_on=OUTGOING,
        beside=World(sources=probed("smtp.gmail.com", 587, "SMTP")),
    ),
    "tls-version-too-old": Fault(
        kind="gmail",
        breaks=World(sources=probed("pop.gmail.com", 995, "POP3", tls_version="TLSv1")),
        bears_on=READING,
        beside=World(sources=probed("pop.gmail.com", 995, "POP3")),
    ),
    # The organisation
    "appointments-suspended": Fault(
        kind="exchange-server",
        breaks=World(settings={"performactsyncafter": "2027-01-01T00:00:00Z"}),
        bears_on=APPOINTMENTS | {ELSEWHERE},
    ),
    "email-router-retired": Fault(
        kind="exchange-server",
        breaks=World(settings={"emailconnectionchannel": 1}),
        bears_on=EMAIL | {ELSEWHERE},
    ),
    # Too few mailboxes, of which as many are stale, tell nothing of the service.
    "asynchronous-service-stopped": Fault(
        kind="exchange-server",
        breaks=World(thresholds={FEWEST.name: 3}),
        bears_on=EVERYONE,
        beside=World(mailboxes=LAST_WEEK, thresholds={FEWEST.name: 100}),
        before=STALE,
    ),
    "forward-mailbox-missing": Fault(
        kind="exchange-server",
        breaks=World(
            more=(rows.mailbox("forwarded", **FORWARDED), forward_mailbox(isforwardmailbox=False))
        ),
        bears_on=frozenset({"forwarded"}),
        beside=World(more=(rows.mailbox("forwarded", **FORWARDED), forward_mailbox())),
    ),
    # A warning: whoever has an appointment still synchronizes it in a supported way.
    "mixed-outlook-and-server-side-synchronization": Fault(
        kind="exchange-server",
        breaks=World(
            more=(
                rows.mailbox("by-outlook", actdeliverymethod=0, actstatus=0, enabledforact=False),
            )
        ),
        bears_on=frozenset(),
        beside=World(more=(rows.mailbox("by-outlook", **NO_CALENDAR),)),
    ),
    "custom-email-provider": Fault(
        kind="exchange-server",
        breaks=World(declared={"custom_email_providers": True}),
        bears_on=EVERYONE,
        beside=World(declared={"custom_email_providers": False}),
    ),
    "extended-email-protocol": Fault(
        kind="exchange-server",
        breaks=World(declared={"extended_email_protocols": True}),
        bears_on=EVERYONE,
        beside=World(declared={"extended_email_protocols": False}),
    ),
    "mass-email-campaigns": Fault(
        kind="exchange-server",
        breaks=World(declared={"mass_email_campaigns": True}),
        bears_on=OUTGOING | {ELSEWHERE},
        beside=World(declared={"mass_email_campaigns": False}),
    ),
    "packet-inspection": Fault(
        kind="gmail",
        breaks=World(declared={"packet_inspection": True}),
        bears_on=frozenset({ELSEWHERE}),
        beside=World(declared={"packet_inspection": False}),
    ),
    "customer-key-before-supported-version": Fault(
        kind="exchange-online",
        breaks=World(
            detail={"OrganizationVersion": "8.0.0.1088"},
            sources={
                "exchange_online.encryption": EncryptionPolicyRow("policy", True, OF_THE_TENANT)
            },
        ),
    ),
    "dynamics-end-of-support": Fault(
        kind="on-premises",
        breaks=World(detail={"OrganizationVersion": "8.2.2.112"}),
        bears_on=EVERYONE,
    ),
    "outlook-on-the-web-in-hybrid": Fault(
        kind="hybrid",
        breaks=World(declared={"outlook_on_the_web": True}),
        beside=World(declared={"outlook_on_the_web": False}),
    ),
    # The tenant
    "ews-disabled-in-tenant": Fault(
        kind="hybrid",
        breaks=World(sources=exchange_online(EwsEnabled=False)),
        beside=World(sources=exchange_online()),
    ),
    "dynamics-service-principal-disabled": Fault(
        kind="exchange-online",
        breaks=World(
            sources={
                "graph.service-principals": ServicePrincipalRow(
                    "principal-1", DYNAMICS_APP_ID, "Dynamics", False
                )
            }
        ),
        beside=World(
            sources={
                "graph.service-principals": ServicePrincipalRow(
                    "principal-1", DYNAMICS_APP_ID, "Dynamics", True
                )
            }
        ),
    ),
    # No mailbox synchronized lately, for one that did shows that the policy stops nothing.
    "client-policy-may-stop-dynamics": Fault(
        kind="exchange-online",
        breaks=World(
            sources=exchange_online(EwsApplicationAccessPolicy="EnforceAllowList", EwsAllowList=[])
        ),
        beside=World(sources=exchange_online(), mailboxes=LAST_WEEK, thresholds={FEWEST.name: 100}),
        before=STALE,
    ),
    # Profiles: what stops
    "inactive-profile-in-use": Fault(
        kind="exchange-server", breaks=World(profile={"statecode": 1})
    ),
    "profile-connection-test-failed": Fault(
        kind="exchange-server",
        breaks=World(profile={"lasttestexecutionstatus": 0, "lastteststarttime": JUST_CHANGED}),
    ),
    "exchange-location-incomplete": Fault(
        kind="exchange-server",
        breaks=World(profile={"outgoingserverlocation": PLACE}),
        bears_on=OUTGOING,
    ),
    "sign-in-not-offered": Fault(
        kind="exchange-server",
        breaks=World(profile={"outgoingauthenticationprotocol": NTLM}),
        bears_on=OUTGOING,
        beside=World(
            profile={
                "incomingauthenticationprotocol": BASIC,
                "outgoingauthenticationprotocol": BASIC,
            },
            sources=OFFERS_BASIC,
        ),
    ),
    "integrated-credentials-online": Fault(
        kind="exchange-server",
        breaks=World(profile={"incomingcredentialretrieval": 3}),
        bears_on=READING,
    ),
    "impersonation-off-with-one-account": Fault(
        kind="exchange-server",
        breaks=World(profile={"incominguseimpersonation": False}),
        bears_on=APPOINTMENTS,
    ),
    "basic-authentication-to-exchange-online": Fault(
        kind="exchange-online",
        breaks=World(profile={**PASSWORD, "incomingauthenticationprotocol": 2}),
        bears_on=READING,
    ),
    "exchange-online-impersonation-retired": Fault(
        kind="exchange-online",
        breaks=World(profile={"outgoinguseimpersonation": True}),
        bears_on=OUTGOING,
    ),
    "application-secret-expiring": Fault(
        kind="exchange-online",
        breaks=World(
            sources={
                "graph.applications": ApplicationRow(
                    "application-1", rows.CLIENT, [Credential(rows.YESTERDAY)], []
                )
            }
        ),
        bears_on=READING,
        beside=World(
            profile=READS_BY_APPLICATION,
            sources={
                **OF_TENANT,
                "graph.applications": ApplicationRow(
                    "application-1", rows.CLIENT, [Credential("2028-01-01T00:00:00Z")], []
                ),
            },
        ),
    ),
    "application-graph-permissions-missing": Fault(
        kind="exchange-online",
        breaks=World(
            sources={
                "graph.application-permissions": ApplicationPermissionRow(
                    rows.CLIENT, "principal", NEEDED[0], accountEnabled=True
                )
            }
        ),
        bears_on=READING,
        beside=World(profile=READS_BY_APPLICATION, sources=OF_TENANT, day="2028-01-10"),
    ),
    "application-disabled-in-tenant": Fault(
        kind="exchange-online",
        breaks=World(
            sources={
                "graph.application-permissions": ApplicationPermissionRow(
                    rows.CLIENT, "principal", NEEDED[0], accountEnabled=False
                )
            }
        ),
        bears_on=READING,
        beside=World(profile=READS_BY_APPLICATION, sources=OF_TENANT),
    ),
    "exchange-online-ews-retirement-of-applications": Fault(
        kind="exchange-online",
        breaks=World(sources=exchange_online(EwsAllowedAppIDs=DYNAMICS_APP_ID)),
        bears_on=READING,
        beside=World(profile=READS_BY_APPLICATION, sources={**OF_TENANT, **exchange_online()}),
    ),
    "exchange-online-ews-retirement": Fault(
        kind="hybrid",
        breaks=World(declared={"ews_allow_listed": False}),
        beside=World(declared={"ews_allow_listed": True}, day="2026-11-23"),
    ),
    "gmail-password-authentication": Fault(
        kind="gmail",
        breaks=World(
            profile={
                "outgoingcredentialretrieval": 1,
                "outgoingusername": "sync@gmail.com",
                "isoutgoingpasswordset": True,
            }
        ),
        bears_on=OUTGOING,
    ),
    "outlook-com-basic-authentication": Fault(
        kind="gmail",
        breaks=World(
            profile={
                "incomingcredentialretrieval": 1,
                "incomingauthenticationprotocol": 1,
                "isincomingpasswordset": True,
            }
        ),
        bears_on=READING,
        beside=World(profile=OUTLOOK_COM),
        before=ALREADY,
    ),
    "port-of-another-protocol": Fault(
        kind="gmail", breaks=World(profile={"incomingportnumber": 993}), bears_on=READING
    ),
    "smtp-basic-authentication-to-exchange-online": Fault(
        kind="gmail",
        breaks=World(
            profile={
                "outgoingcredentialretrieval": 1,
                "outgoingauthenticationprotocol": 1,
                "isoutgoingpasswordset": True,
            }
        ),
        bears_on=OUTGOING,
        beside=World(
            profile=SUBMITTED,
            sources={
                "exchange_online.transport": TransportConfigRow(
                    SmtpClientAuthenticationDisabled=True
                ),
                # With a listing of mailboxes it is known whose tenant has their domain.
                "exchange_online.mailboxes": ExchangeMailboxRow(
                    "somebody@contoso.example", ["SMTP:somebody@contoso.example"], "UserMailbox"
                ),
            },
        ),
        before=ALREADY,
    ),
    # Profiles: what is not supported
    "auto-discover-off": Fault(
        kind="exchange-online", breaks=World(profile={"useautodiscover": False})
    ),
    "credentials-by-user-or-queue": Fault(
        kind="exchange-online",
        breaks=World(profile={"outgoingcredentialretrieval": 0}),
        bears_on=OUTGOING,
    ),
    "credentials-in-profile": Fault(
        kind="exchange-online",
        breaks=World(profile={"outgoingcredentialretrieval": 1}),
        bears_on=OUTGOING,
    ),
    "no-server-to-server-authentication": Fault(
        kind="exchange-online",
        breaks=World(profile={"outgoingcredentialretrieval": 6}),
        bears_on=OUTGOING,
    ),
    "impersonation-with-exchange-online": Fault(
        kind="exchange-online",
        breaks=World(profile={"outgoinguseimpersonation": True}),
        bears_on=OUTGOING,
    ),
    "non-default-ports": Fault(
        kind="exchange-online",
        breaks=World(profile={"incomingserverlocation": ONLINE.format(":444")}),
        bears_on=READING,
        beside=World(
            profile={
                "useautodiscover": False,
                "incomingserverlocation": ONLINE.format(""),
                "outgoingserverlocation": ONLINE.format(""),
            },
            edition="crm-2016",
        ),
        before=ALREADY,
    ),
    "exchange-online-in-other-tenant": Fault(
        kind="exchange-online",
        breaks=World(profile={"usedefaulttenantid": False, "exchangeonlinetenantid": OTHER_TENANT}),
    ),
    "exchange-2013-without-service-pack-1": Fault(
        kind="exchange-server", breaks=World(builds={MAIL: "15.0.516.32"})
    ),
    "exchange-server-end-of-support": Fault(
        kind="exchange-server", breaks=World(builds={MAIL: "15.1.2507.6"})
    ),
    "retired-exchange-version": Fault(
        kind="exchange-server", breaks=World(builds={MAIL: "8.3.83.6"})
    ),
    "unsupported-email-system": Fault(
        kind="exchange-server",
        breaks=World(builds={MAIL: "14.3.123.4"}),
        beside=World(edition="crm-2016"),
    ),
    "mixed-incoming-and-outgoing": Fault(
        kind="exchange-server",
        breaks=World(
            profile={"outgoingserverlocation": "smtp.gmail.com", "outgoingcredentialretrieval": 5}
        ),
    ),
    "unsupported-protocol": Fault(kind="gmail", breaks=World(profile=SUBMITTED)),
    "untested-mail-provider": Fault(
        kind="gmail",
        # A provider of one's own knows no OAuth of Gmail.
        breaks=World(
            providers={"pop.gmail.com": "Ours"}, profile={"incomingcredentialretrieval": 4}
        ),
    ),
    "mail-server-not-fips-compliant": Fault(
        kind="gmail",
        breaks=World(sources=probed("pop.gmail.com", 995, "POP3", outside_fips=True)),
    ),
    "multi-factor-authentication": Fault(
        kind="exchange-server",
        breaks=World(declared={"multi_factor_authentication": True}),
        bears_on=EVERYONE,
        beside=World(declared={"multi_factor_authentication": False}),
    ),
    # This version of Dynamics 365 is out of support some months before.
    "on-premises-with-exchange-online-end-of-support": Fault(
        kind="hybrid",
        breaks=World(day="2026-06-01"),
        beside=World(detail={"OrganizationVersion": "8.2.2.112"}, day="2026-02-01"),
        before=dict.fromkeys(EVERYONE, "unsupported"),
    ),
}
