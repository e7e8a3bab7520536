"""Organisations made by chance, as tables that an audit reads: sound in the main.

The same number makes the same organisation. Every source may be there, refused, cut short, or
lack a column; here and there a value is odd, null, or one that this release does not know.
"""

import datetime
import random
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import fields, replace

from auditor.request import Request, Waiver
from connectors.dynamics.privileges import PrivilegeRow
from connectors.dynamics.tables.emails import EmailRow
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.tables.mailboxtrackingfolders import TrackingFolderRow
from connectors.dynamics.tables.queues import QueueRow
from connectors.dynamics.tables.sdkmessageprocessingsteps import StepRow
from connectors.dynamics.tables.systemusers import UserRow as PersonRow
from connectors.dynamics.tables.timezonedefinitions import TimeZoneRow
from connectors.dynamics.tables.tracelogs import AlertRow
from connectors.dynamics.tables.usersettings import UserSettingsRow
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.cas_mailboxes import CasMailboxRow
from connectors.exchange_online.encryption import OF_MAILBOXES, OF_THE_TENANT, EncryptionPolicyRow
from connectors.exchange_online.forwarding import ForwardingRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.exchange_online.organization import OrganizationConfigRow
from connectors.exchange_online.role_assignments import IMPERSONATION, RoleAssignmentRow
from connectors.exchange_online.transport import TransportConfigRow
from connectors.exchange_server.mailboxes import OpenedRow
from connectors.exchange_server.servers import HostRow
from connectors.graph.applications import ApplicationRow, Credential
from connectors.graph.mailbox_settings import MailboxSettingsRow
from connectors.graph.message_rules import MessageRulesRow
from connectors.graph.organization import OrganizationRow as TenantRow
from connectors.graph.plans import Plan
from connectors.graph.security_defaults import SecurityDefaultsRow
from connectors.graph.service_principals import DYNAMICS_APP_ID, ServicePrincipalRow
from connectors.graph.users import UserRow as AccountRow
from connectors.mail_servers.rows import ProbeRow
from connectors.normalisation.declared import Declarations
from connectors.sources.catalogue import readers
from connectors.sources.source import SourceState, columns_of, not_configured
from rules.edition import EDITIONS
from rules.rule import catalogue
from tests.auditor import rows
from tests.auditor.recorded import DETAIL, Recorded, Told, request

OTHER_TENANT = "22222222-2222-2222-2222-222222222222"
CLIENT = "33333333-3333-3333-3333-333333333333"
EXCHANGE_PLAN = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"
IN_ORDER = {"dynamics.tracelogs", "dynamics.emails"}
"""Asked for with the newest first."""

TIME_ZONES = (
    TimeZoneRow("zone-1", 110, "W. Europe Standard Time"),
    TimeZoneRow("zone-2", 120, "Egypt Standard Time"),
    TimeZoneRow("zone-3", 134, "Turkey Standard Time"),
    TimeZoneRow("zone-4", 999, "Atlantis Standard Time"),
)
DAYS = ("2022-08-01", "2026-06-01", "2026-11-23", "2027-05-01")
EXCHANGE_BUILDS = (
    *("6.5.7638.1", "8.3.83.6", "14.2.247.5", "14.3.123.4", "15.0.847.31", "15.0.847.32"),
    *("15.1.2507.6", "15.2.1544.4", "15.2.2562.17", "99.9.9.9"),
)
MOMENTS = (
    *(None, "2024-01-01T00:00:00Z", rows.YESTERDAY, "2026-11-23T01:30:00Z", rows.JUST_NOW),
    *("2026-11-23T04:00:00Z", "2027-01-01T00:00:00Z", "not a time"),
)

CLOUD = {
    "servertype": 0,
    "useautodiscover": True,
    "incomingserverlocation": None,
    "outgoingserverlocation": None,
    "incomingauthenticationprotocol": 0,
    "outgoingauthenticationprotocol": 0,
    "incomingcredentialretrieval": 2,
    "outgoingcredentialretrieval": 2,
    "incominguseimpersonation": False,
    "outgoinguseimpersonation": False,
    "usedefaulttenantid": True,
}
ACROSS = {
    **CLOUD,
    "incomingcredentialretrieval": 7,
    "usedefaulttenantid": False,
    "exchangeonlinetenantid": OTHER_TENANT,
    "oauthclientid": CLIENT,
}


def of_provider(incoming: str, outgoing: str, kind: int = 1) -> dict[str, Any]:
    return {
        "servertype": kind,
        "incomingserverlocation": incoming,
        "outgoingserverlocation": outgoing,
        "incomingcredentialretrieval": 0,
        "outgoingcredentialretrieval": 0,
        "incominguseimpersonation": False,
        "outgoinguseimpersonation": False,
        "usesamesettingsforoutgoingconnections": False,
    }


PROFILES: tuple[dict[str, Any], ...] = (
    *(CLOUD, CLOUD, CLOUD, ACROSS, ACROSS, {}, {}),
    {
        **CLOUD,
        "incomingcredentialretrieval": 0,
        "useautodiscover": False,
        "incomingportnumber": 444,
    },
    {**CLOUD, "incomingcredentialretrieval": 1, "incominguseimpersonation": True},
    {**CLOUD, "servertype": 3},
    {
        **CLOUD,
        "incomingcredentialretrieval": 1,
        "incomingusername": "CONTOSO\\svc",
        "lasttestexecutionstatus": 0,
    },
    {"incomingserverlocation": "mail.contoso.example"},
    {
        "incomingserverlocation": "https://old.contoso.example/EWS/Exchange.asmx",
        "usesamesettingsforoutgoingconnections": True,
    },
    of_provider("pop.gmail.com", "smtp.gmail.com"),
    {
        **of_provider("imap.gmail.com", "smtp.gmail.com", 4),
        "incomingcredentialretrieval": 5,
        "outgoingcredentialretrieval": 5,
    },
    of_provider("pop.mail.yahoo.com", "smtp.mail.yahoo.com"),
    of_provider("pop-mail.outlook.com", "smtp-mail.outlook.com"),
    of_provider("outlook.office365.com", "smtp.office365.com"),
    of_provider("pop.messe.example", "smtp.messe.example"),
    {"outgoingserverlocation": "smtp.gmail.com", "usesamesettingsforoutgoingconnections": False},
)

COLD = {
    "incomingemailstatus": 0,
    "outgoingemailstatus": 0,
    "actstatus": 0,
    "enabledforincomingemail": False,
    "enabledforoutgoingemail": False,
    "enabledforact": False,
}
SICK: tuple[dict[str, Any], ...] = (
    COLD,
    {"processingstatecode": 1, "hostid": "host-1", "processinglastattemptedon": rows.YESTERDAY},
    {"lastsuccessfulsynccompletedon": None},
    {
        "lastsyncerrorcount": 50,
        "transientfailurecount": 65537,
        "lastsyncerroroccurredon": rows.JUST_NOW,
        "lastsuccessfulsynccompletedon": rows.YESTERDAY,
    },
    {"isemailaddressapprovedbyo365admin": False, "officeappsdeploymentstatus": 1},
    {"regarding": None, "isforwardmailbox": True},
)
"""Mailboxes that nobody ever tested, that a host holds on to, and that fail in other ways."""

HOSTS = {
    "mail.contoso.example:443": "EWS",
    "old.contoso.example:443": "EWS",
    "imap.gmail.com:993": "IMAP",
    "pop.gmail.com:995": "POP3",
    "smtp.gmail.com:587": "SMTP",
    "smtp-mail.outlook.com:587": "SMTP",
    "pop.messe.example:995": "POP3",
    "smtp.messe.example:587": "SMTP",
}


class Chance:
    """Draws from a number, so that it can be drawn again. `oddity` is how much is not sound."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.oddity = self._random.choice((0.0, 0.02, 0.1, 0.3))

    def one(self, *values: Any) -> Any:
        return self._random.choice(values)

    def odd(self, usual: Any, *others: Any) -> Any:
        """The usual value, now and then another one."""
        return self._random.choice(others) if self._random.random() < self.oddity else usual

    def count(self, most: int) -> int:
        return self._random.randint(0, most)

    def some(self, values: Sequence[Any], most: int) -> list[Any]:
        return [self._random.choice(values) for _ in range(self.count(most))]

    def shuffled(self, values: Sequence[Any]) -> list[Any]:
        return self._random.sample(list(values), len(values))


class Made(Struct, frozen=True):
    """An organisation: its tables, what is declared of it, and how it is asked."""

    outside: Recorded
    request: Request


def made(seed: int) -> Made:
    """The organisation of that number."""
    chance = Chance(seed)
    profiles = _profiles(chance)
    users = _users(chance)
    queues = _queues(chance)
    mailboxes = _mailboxes(chance, profiles, users, queues)
    found: dict[str, Sequence[Struct]] = {
        "dynamics.organizations": [_organization(chance, profiles)],
        "dynamics.emailserverprofiles": profiles,
        "dynamics.systemusers": users,
        "dynamics.queues": queues,
        "dynamics.mailboxes": mailboxes,
        "dynamics.tracelogs": _alerts(chance, mailboxes, profiles),
        "dynamics.emails": _emails(chance),
        "dynamics.mailboxtrackingfolders": _folders(chance, mailboxes),
        "dynamics.sdkmessageprocessingsteps": [StepRow("step-1", "Own step on email", 0, 0)],
        **_of_microsoft_365(chance, mailboxes),
        "mail_servers.probe": [_probe(chance, id) for id in HOSTS],
        "exchange_server.builds": [_host(chance, id) for id in HOSTS if HOSTS[id] == "EWS"],
        "exchange_server.mailboxes": _opened(chance, mailboxes),
    }
    told = {source: _told(chance, source, each) for source, each in found.items()}
    told[DETAIL] = _told(chance, DETAIL, [_detail(chance)])
    privileges = "dynamics.privileges"
    told[privileges] = Told(
        [], SourceState(privileges, "read", 0, columns=columns_of(PrivilegeRow))
    )
    told |= _time_zones(Chance(-1 - seed), users)
    return Made(Recorded(told), _request(chance))


def _time_zones(chance: Chance, users: Sequence[PersonRow]) -> dict[str, Told]:
    """By numbers of their own, so that all else is as it would be without them."""
    settings = [
        UserSettingsRow(each.systemuserid, chance.one(120, 134, 999)) for each in users[::5]
    ]
    found: dict[str, Sequence[Struct]] = {
        "dynamics.timezonedefinitions": TIME_ZONES,
        "dynamics.usersettings": settings,
    }
    return {source: _told(chance, source, each) for source, each in found.items()}


def shuffled(made: Made, seed: int) -> Made:
    """The same organisation, each table in another order but those that are asked for in one."""
    chance = Chance(seed)
    told = {
        source: each if source in IN_ORDER else Told(chance.shuffled(each.rows), each.state)
        for source, each in made.outside.told.items()
    }
    return Made(Recorded(told), made.request)


def _request(chance: Chance) -> Request:
    declared: dict[str, Any] = {
        name: chance.one(None, True, False, False)
        for name in (
            *("fips_140_2", "mass_email_campaigns", "custom_email_providers"),
            *("extended_email_protocols", "outlook_on_the_web", "packet_inspection"),
            *("dynamics_365_for_outlook", "multi_factor_authentication", "ews_allow_listed"),
        )
    }
    declared["fips_compliant_mail_servers"] = chance.one(
        None, (), ("pop.gmail.com", "smtp.gmail.com", "imap.gmail.com"), ("pop.messe.example",)
    )
    told = {name: value for name, value in declared.items() if value is not None}
    return replace(
        request(catalogue(), told),
        edition=chance.one("auto", *EDITIONS),
        as_of=datetime.date.fromisoformat(chance.one(*DAYS)),
        declarations=Declarations(
            values=told,
            builds=chance.one({}, {"mail.contoso.example": chance.one(*EXCHANGE_BUILDS)}),
            providers=chance.one({}, {"pop.messe.example": "Gmail"}, {"pop.messe.example": "Ours"}),
        ),
        waivers=tuple(
            Waiver(
                rule=chance.one(*catalogue()).id,
                reason="CHG-1",
                until=datetime.date.fromisoformat(chance.one("2026-01-01", "2028-01-01")),
                subject=chance.one(None, "profile:*", "mailbox:mailbox-1*"),
            )
            for _ in range(chance.count(4))
        ),
    )


def _told(chance: Chance, source: str, found: Sequence[Struct]) -> Told:
    """The rows as a server may tell them: all, some, none, or without one column."""
    (reader,) = (each for each in readers() if each.source == source)
    columns = columns_of(reader.row)
    state = SourceState(source, "read", len(found), columns=columns)
    how = chance.odd("read", "partial", "failed", "absent", "secured", "not-configured")
    if how == "not-configured":
        return Told([], not_configured(source, reader.section))
    if how in ("partial", "failed"):
        kept = list(found[::2]) if how == "partial" else []
        ended = SourceState(
            source,
            how,
            len(kept),
            code="forbidden",
            reason="Forbidden.",
            remedy="Grant it.",
            columns=columns,
        )
        return Told(kept, ended)
    if how in ("absent", "secured"):
        column = chance.one(*fields(reader.row)[1:] or fields(reader.row))
        value = UNSET if how == "absent" else None
        if source.startswith("dynamics") and source != DETAIL:
            hidden = [replace(each, **{column.name: value}) for each in found]
            return Told(hidden, replace(state, **{how: (column.encode_name,)}))
    return Told(list(found), state)


def _changes(chance: Chance, values: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Now and then another value than the usual one, for columns by name."""
    return {name: chance.one(*others) for name, others in values.items() if chance.odd(False, True)}


def _choices(*names: str, values: Sequence[Any]) -> dict[str, Sequence[Any]]:
    return dict.fromkeys(names, values)


YES_NO = (True, False, None)


def _detail(chance: Chance) -> Struct:
    version = chance.one("8.0.0.1088", "8.1.0.359", "8.2.2.112", "9.0.2.1", "9.1.18.22", "9.2.24.1")
    return rows.detail(
        OrganizationVersion=chance.odd(version, None, "7.0", "new"),
        TenantId=chance.one(rows.TENANT, rows.TENANT, None),
        OrganizationType=chance.one("Customer", "CustomerTest", "Secondary", 0, None),
    )


def _organization(chance: Chance, profiles: Sequence[ProfileRow]) -> Struct:
    flags = _choices(
        *("requireapprovalforuseremail", "requireapprovalforqueueemail"),
        *("generatealertsforerrors", "generatealertsforwarnings"),
        *("allowunresolvedpartiesonemailsend", "isfolderbasedtrackingenabled"),
        *("ismailboxinactivebackoffenabled", "ismailboxforcedunlockingenabled"),
        *("emailcorrelationenabled", "unresolveemailaddressifmultiplematch"),
        values=YES_NO,
    )
    settings = (
        "<EmailSettings><IncomingEmailDeliveryMethod>{0}</IncomingEmailDeliveryMethod>"
        "<OutgoingEmailDeliveryMethod>2</OutgoingEmailDeliveryMethod>"
        "<ACTDeliveryMethod>1</ACTDeliveryMethod></EmailSettings>"
    )
    return rows.organization(
        **_changes(
            chance,
            {
                **flags,
                "emailconnectionchannel": (0, 1, 2, None),
                "default_profile": (
                    None,
                    "gone",
                    *(each.emailserverprofileid for each in profiles),
                ),
                "defaultemailsettings": (None, "", *map(settings.format, (2, 1, 1))),
                "maxuploadfilesize": (None, 5242880, 134217728),
                "maxfolderbasedtrackingmappings": (None, 1, 25),
                "trackingprefix": (None, "", "CRM:"),
                "performactsyncafter": MOMENTS,
                "tracelogmaximumageindays": (None, 1, 30),
            },
        )
    )


def _profiles(chance: Chance) -> list[ProfileRow]:
    sides = ("incoming", "outgoing")
    odd = {
        "statecode": (0, 1, None),
        "servertype": (0, 1, 2, 3, 4, 9, None),
        "exchangeversion": (0, 2, 5, None),
        "usedefaulttenantid": YES_NO,
        "exchangeonlinetenantid": (None, "", rows.TENANT, OTHER_TENANT),
        "oauthclientid": (None, CLIENT),
        "owner": (rows.USER, "user-2", "gone", None),
        "owneremailaddress": (None, "", "postmaster@contoso.example"),
        "minpollingintervalinminutes": (None, 0, 1, 30, 2000),
        "maxconcurrentconnections": (None, 0, 1, 10, 500),
        "timeoutmailboxconnectionafteramount": (None, 0, 1000, 100000),
        "lasttestexecutionstatus": (None, 0, 1, 2, 3, 4, 9),
        "lastauthorizationstatus": (None, 0, 1, 2, 3, 4),
        "lasttestvalidationstatus": (None, 0, 1, 2, 3, 4),
        "lastteststarttime": MOMENTS,
        "modifiedon": MOMENTS,
        "processemailsreceivedafter": MOMENTS,
        **_choices(
            *("useautodiscover", "usesamesettingsforoutgoingconnections", "sendemailalert"),
            *("timeoutmailboxconnection", "moveundeliveredemails"),
            *("isincomingpasswordset", "isoutgoingpasswordset"),
            values=YES_NO,
        ),
    }
    for side in sides:
        odd |= {
            f"{side}serverlocation": (None, " ", "outlook.office365.com:444", "smtp.gmail.com:25"),
            f"{side}portnumber": (None, 0, 443, 995, 8443),
            f"{side}usessl": YES_NO,
            f"{side}authenticationprotocol": (None, 0, 1, 2, 3, 4, 9),
            f"{side}credentialretrieval": (None, 0, 1, 2, 3, 4, 5, 6, 7, 9),
            f"{side}useimpersonation": YES_NO,
        }
    return [
        rows.profile(f"profile-{at}", **{**chance.one(*PROFILES), **_changes(chance, odd)})
        for at in range(1, 2 + chance.count(4))
    ]


def _users(chance: Chance) -> list[PersonRow]:
    odd = {
        "internalemailaddress": (None, "", "mailbox-2@contoso.example"),
        "isdisabled": YES_NO,
        "accessmode": (None, 0, 1, 2, 3, 4, 5, 9),
        "applicationid": (None, CLIENT),
        "islicensed": YES_NO,
        "isintegrationuser": YES_NO,
        "fullname": ("A person", "SYSTEM", "INTEGRATION", None),
        "incomingemaildeliverymethod": (None, 0, 1, 2, 3),
        "outgoingemaildeliverymethod": (None, 0, 1, 2),
        "default_mailbox": (None, "mailbox-1", "mailbox-2", "gone"),
    }
    return [
        rows.user(
            f"user-{at}",
            **{
                "internalemailaddress": f"mailbox-{at}@contoso.example",
                "isdisabled": chance.one(False, False, False, False, True),
                "default_mailbox": f"mailbox-{at}",
                **_changes(chance, odd),
            },
        )
        for at in range(1, 2 + chance.count(6))
    ]


def _queues(chance: Chance) -> list[QueueRow]:
    odd = {
        "emailaddress": (None, "", "mailbox-1@contoso.example"),
        "statecode": (0, 1, None),
        "queueviewtype": (0, 1, None),
        "incomingemailfilteringmethod": (None, 0, 1, 2, 3, 4, 9),
        "incomingemaildeliverymethod": (None, 0, 2, 3),
        "outgoingemaildeliverymethod": (None, 0, 2),
        "default_mailbox": (None, "mailbox-1", "gone"),
    }
    usual = {"incomingemailfilteringmethod": chance.one(0, 1), "emailaddress": None}
    return [
        rows.queue(f"queue-{at}", **{**chance.one({}, usual), **_changes(chance, odd)})
        for at in range(1, 2 + chance.count(3))
    ]


def _mailboxes(
    chance: Chance,
    profiles: Sequence[ProfileRow],
    users: Sequence[PersonRow],
    queues: Sequence[QueueRow],
) -> list[MailboxRow]:
    statuses = _choices("incomingemailstatus", "outgoingemailstatus", "actstatus", values=(0, 1, 2))
    switches = _choices(
        *("enabledforincomingemail", "enabledforoutgoingemail", "enabledforact"),
        *("isemailaddressapprovedbyo365admin", "allowemailconnectortousecredentials"),
        *("ispasswordset", "isoauthrefreshtokenset", "processanddeleteemails"),
        *("testemailconfigurationscheduled", "isforwardmailbox"),
        values=YES_NO,
    )
    moments = _choices(
        *("testmailboxaccesscompletedon", "lastsuccessfulsynccompletedon"),
        *("processinglastattemptedon", "postponemailboxprocessinguntil", "postponesendinguntil"),
        *("receivingpostponeduntil", "receivingpostponeduntilforact", "lastsyncerroroccurredon"),
        *("oauthtokenexpireson", "processemailreceivedafter"),
        values=MOMENTS,
    )
    odd = {
        **statuses,
        **switches,
        **moments,
        "emailaddress": (None, "", "mailbox-1@contoso.example", "someone@elsewhere.example"),
        "statecode": (0, 1, None),
        "regarding": (None, "gone", *(each.queueid for each in queues)),
        "owner": (None, "gone", "user-2"),
        "profile": (None, "gone"),
        "incomingemaildeliverymethod": (0, 1, 2, 3, 9, None),
        "outgoingemaildeliverymethod": (0, 1, 2, 9, None),
        "actdeliverymethod": (0, 1, 2, 9, None),
        "emailrouteraccessapproval": (None, 0, 1, 2, 3, 9),
        "lastsyncerrorcount": (None, 0, 1, 3, 50),
        "transientfailurecount": (None, 0, 65537),
        "itemsfailedforlastsync": (None, 0, 4),
        "processingstatecode": (None, 0, 1),
        "hostid": (None, "host-1"),
        "verboseloggingenabled": (None, 0, 1),
        "officeappsdeploymentstatus": (None, 0, 1, 2, 3, 4, 9),
        "exchangecontactsimportstatus": (None, 0, 1, 2, 9),
        "ewsurl": (None, "https://outlook.office365.com/EWS/Exchange.asmx", rows.EXCHANGE),
    }
    owners = [each.systemuserid for each in users]
    return [
        rows.mailbox(
            f"mailbox-{at}",
            **{
                "regarding": chance.one(*owners, *owners, *(each.queueid for each in queues)),
                "profile": chance.one(*profiles).emailserverprofileid,
                "actdeliverymethod": chance.one(1, 1, 2),
                **chance.one({}, {}, {}, {}, *SICK),
                **_changes(chance, odd),
            },
        )
        for at in range(1, 1 + chance.count(14))
    ]


def _alerts(
    chance: Chance, mailboxes: Sequence[MailboxRow], profiles: Sequence[ProfileRow]
) -> list[AlertRow]:
    texts = (
        *("The mailbox is configured with another CRM organization.", "The server failed.", ""),
        "Email cannot be received. UnknownIncomingEmailIntegrationError -2147220970",
    )
    subjects = [each.mailboxid for each in mailboxes]
    subjects += [each.emailserverprofileid for each in profiles]
    return [
        AlertRow(
            tracelogid=f"alert-{at}",
            level=chance.one(1, 2, 3),
            text=chance.one(*texts),
            createdon=chance.one("2026-06-01T00:00:00Z", rows.YESTERDAY),
            modifiedon=chance.one("2026-06-01T00:00:00Z", rows.YESTERDAY),
            regarding=chance.one(*subjects, None),
        )
        for at in range(chance.count(4))
    ]


def _emails(chance: Chance) -> list[EmailRow]:
    return [
        EmailRow(
            activityid=f"email-{at}",
            statuscode=chance.one(6, 7, 8),
            createdon=chance.one("2026-06-01T00:00:00Z", rows.JUST_NOW),
            modifiedon=chance.one("2026-06-01T00:00:00Z", rows.JUST_NOW),
            deliveryattempts=chance.one(None, 0, 3),
            delayedemailsendtime=chance.one(None, "2027-01-01T00:00:00Z"),
        )
        for at in range(chance.count(3))
    ]


def _folders(chance: Chance, mailboxes: Sequence[MailboxRow]) -> list[TrackingFolderRow]:
    ids = [each.mailboxid for each in mailboxes]
    return [
        TrackingFolderRow(f"folder-{at}", id, chance.one(None, "account-1"))
        for at, id in enumerate(chance.some(ids, 6) if ids else [])
    ]


def _of_microsoft_365(
    chance: Chance, mailboxes: Sequence[MailboxRow]
) -> dict[str, Sequence[Struct]]:
    addresses = sorted({each.emailaddress for each in mailboxes if each.emailaddress})
    known = [each for each in addresses if not chance.odd(False, True)]
    plans = [Plan(service="exchange", capabilityStatus="Enabled", servicePlanId=EXCHANGE_PLAN)]
    form = chance.one("SMTP", "SMTP", "smtp")
    sizes = ("36 MB (37,748,736 bytes)", "150 MB (157,286,400 bytes)", "Unlimited", "36 MB")
    ends = [
        None,
        [],
        [Credential("2026-12-01T00:00:00Z")],
        [Credential("2028-01-01T00:00:00Z")],
    ]
    return {
        "graph.organization": [TenantRow(chance.odd(rows.TENANT, OTHER_TENANT), [], None)],
        "graph.users": [
            AccountRow(
                id=f"account-{each}",
                mail=each,
                userPrincipalName=each,
                proxyAddresses=[f"{form}:{each}"],
                accountEnabled=chance.odd(True, False, None),
                assignedPlans=chance.odd(plans, [], None),
                onPremisesSyncEnabled=chance.one(None, True, False),
                userType="Member",
            )
            for each in known
        ],
        "graph.mailbox-settings": [
            MailboxSettingsRow(
                each,
                chance.odd(200, 403),
                None,
                chance.odd("user", "shared", "room", "others", "new", None),
            )
            for each in known
            if not chance.odd(False, True)
        ],
        "graph.message-rules": [
            MessageRulesRow(each, 200, None, chance.odd(True, False, None))
            if chance.odd(True, False)
            else MessageRulesRow(each, chance.one(403, 404), chance.one("ErrorAccessDenied", None))
            for each in known
            if not chance.odd(False, True)
        ],
        "graph.applications": [
            ApplicationRow("application-1", CLIENT, chance.one(*ends), chance.one([], None))
        ],
        "graph.security-defaults": [SecurityDefaultsRow(chance.one(True, False, None))],
        "graph.service-principals": [
            ServicePrincipalRow(
                "principal-1", DYNAMICS_APP_ID, "Dynamics", chance.odd(True, False, None)
            )
        ],
        "exchange_online.accepted-domains": [AcceptedDomainRow("contoso.example", "Authoritative")],
        "exchange_online.organization": [
            OrganizationConfigRow(
                Name="contoso",
                Guid=rows.TENANT,
                EwsEnabled=chance.one(True, False, None, UNSET),
                EwsAllowedAppIDs=chance.one(DYNAMICS_APP_ID, CLIENT, None, UNSET),
                EwsApplicationAccessPolicy=chance.one(None, "EnforceAllowList"),
                EwsAllowList=chance.one(None, [], ["Outlook"]),
            )
        ],
        "exchange_online.mailboxes": [
            ExchangeMailboxRow(
                each, [f"{form}:{each}"], chance.odd("UserMailbox", "SharedMailbox", "MailUser")
            )
            for each in known
            if chance.one(True, True, False)
        ],
        "exchange_online.cas-mailboxes": [
            CasMailboxRow(
                each,
                [f"SMTP:{each}"],
                chance.odd(True, False, None),
                chance.odd(None, "EnforceAllowList"),
                chance.odd(None, True, False),
            )
            for each in known
        ],
        "exchange_online.forwarding": [
            ForwardingRow(
                PrimarySmtpAddress=each,
                EmailAddresses=[f"SMTP:{each}"],
                RecipientTypeDetails=chance.odd("UserMailbox", "MailUser"),
                ForwardingAddress=None,
                ForwardingSmtpAddress=chance.odd(None, "smtp:away@elsewhere.example"),
                DeliverToMailboxAndForward=chance.one(True, False),
                ExternalEmailAddress=chance.odd(None, "SMTP:away@elsewhere.example"),
            )
            for each in known
        ],
        "exchange_online.encryption": [
            EncryptionPolicyRow("Policy", True, chance.one(OF_THE_TENANT, OF_MAILBOXES))
        ][: chance.count(1)],
        "exchange_online.role-assignments": [
            RoleAssignmentRow(
                "one", chance.one(IMPERSONATION, "Mail Recipients"), "who", chance.odd(True, False)
            )
        ][: chance.count(1)],
        "exchange_online.transport": [
            TransportConfigRow(chance.one(True, False), chance.one(*sizes))
        ],
    }


def _probe(chance: Chance, id: str) -> ProbeRow:
    host, _, port = id.partition(":")
    return ProbeRow(
        id=id,
        host=host,
        port=int(port),
        protocol=HOSTS[id],
        resolution=chance.odd("found", "not-found", "unknown"),
        address="203.0.113.7",
        public=chance.odd(True, False, None),
        connected=chance.odd(True, False, None),
        greeting=chance.one("+OK Gpop ready", "+OK ready", None),
        understood=chance.odd(True, False, None),
        capabilities=(),
        schemes=("plain",),
        encryption=chance.odd("implicit", "starttls", "none", None),
        tls_version=chance.odd("TLSv1.3", "TLSv1.2", "TLSv1.1", None),
        cipher="TLS_AES_256_GCM_SHA384",
        accepted_by_dataverse=chance.odd(True, False, None),
        outside_fips=chance.odd(False, True, None),
        certificate_names=(host,),
        issuer="An authority",
        expires_at=chance.odd("2027-11-01T00:00:00Z", "2026-12-01T00:00:00Z", rows.YESTERDAY),
        name_matches=chance.odd(True, False),
        trusted_publicly=chance.odd(True, False),
        trusted_by_configuration=chance.odd(False, True),
    )


def _opened(chance: Chance, mailboxes: Sequence[MailboxRow]) -> list[OpenedRow]:
    addresses = {each.emailaddress.lower() for each in mailboxes if each.emailaddress}
    return [
        OpenedRow(
            address=each,
            host="mail.contoso.example:443",
            code=chance.odd(None, "ErrorNonExistentMailbox", "ErrorMailboxMoveInProgress"),
            inbox_items=chance.count(9),
            undeliverable_items=chance.odd(None, 2),
        )
        for each in sorted(addresses)
        if chance.one(True, True, False)
    ]


def _host(chance: Chance, id: str) -> HostRow:
    host, _, port = id.partition(":")
    build = chance.odd(chance.one(*EXCHANGE_BUILDS), None)
    return HostRow(
        id=id,
        host=host,
        port=int(port),
        host_found=True,
        public=True,
        connects=True,
        schemes="ntlm, basic",
        build=build,
        learned="X-OWA-Version" if build else None,
        signed_in=False,
    )
