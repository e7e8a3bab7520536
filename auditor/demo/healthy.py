"""Organisations without a fault: online, on-premises, hybrid, each with its usual population."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

from auditor.demo.crowd import crowd
from auditor.demo.dns import Zone
from auditor.demo.organisation import Organisation
from auditor.demo.population import SERVER_SIDE_SETTINGS, Population
from auditor.demo.profiles import EXCHANGE_ONLINE_ADDRESS, exchange_online, exchange_server
from auditor.demo.rows import Row, stable_id
from auditor.demo.schema import Value

TENANT_ID = stable_id("tenant", "contoso.onmicrosoft.com")
BUILT_IN = "Microsoft Exchange Online"
INTERNAL = "Exchange Server"
INTERNAL_BUILD = "15.2.2562.46"
INTERNAL_HOST = "mail.contoso.example"
MailSystem = Literal["online", "on-premises", "hybrid"]


def healthy_online(n_mailboxes: int = 5000, now: dt.datetime | None = None) -> Organisation:
    """Give an online organisation with Exchange Online."""
    return _healthy("online", n_mailboxes, now)


def healthy_on_premises(n_mailboxes: int = 1000, now: dt.datetime | None = None) -> Organisation:
    """Give an on-premises organisation, version 9.1, with Exchange Server over NTLM."""
    return _healthy("on-premises", n_mailboxes, now)


def healthy_hybrid(n_mailboxes: int = 1000, now: dt.datetime | None = None) -> Organisation:
    """Give an online organisation with Exchange Online and Exchange Server."""
    return _healthy("hybrid", n_mailboxes, now)


def healthy_settings(default_profile_id: str) -> dict[str, Value]:
    """Give the email settings of an organisation that is set up as the documents advise."""
    return {
        "initialversion": "9.0.0.1",
        "languagecode": 1033,
        "emailconnectionchannel": 0,
        "_defaultemailserverprofileid_value": default_profile_id,
        "defaultemailsettings": SERVER_SIDE_SETTINGS,
        "requireapprovalforuseremail": True,
        "requireapprovalforqueueemail": True,
        "allowunresolvedpartiesonemailsend": True,
        "resolvesimilarunresolvedemailaddress": False,
        "unresolveemailaddressifmultiplematch": False,
        "ignoreinternalemail": True,
        "emailcorrelationenabled": True,
        "isfolderbasedtrackingenabled": False,
        "maxfolderbasedtrackingmappings": 25,
        "isappointmentattachmentsyncenabled": False,
        "isassignedtaskssyncenabled": False,
        "ismailboxforcedunlockingenabled": True,
        "ismailboxinactivebackoffenabled": False,
        "notifymailboxownerofemailserverlevelalerts": True,
        "generatealertsforerrors": True,
        "generatealertsforinformation": True,
        "generatealertsforwarnings": True,
        "performactsyncafter": None,
        "tracelogmaximumageindays": 30,
        "syncoptinselection": False,
        "trackingprefix": "CRM:",
        "enablesmartmatching": False,
        "maxuploadfilesize": 128 * 1024 * 1024,
        "officeappsautodeploymentenabled": True,
        "orgdborgsettings": "<OrgSettings></OrgSettings>",
    }


def _healthy(mail: MailSystem, n_mailboxes: int, now: dt.datetime | None) -> Organisation:
    now = now or dt.datetime.now(dt.UTC)
    online = mail != "on-premises"
    internal = f"https://{INTERNAL_HOST}/EWS/Exchange.asmx"
    name = {"online": "Fourthcoffee", "on-premises": "Contoso", "hybrid": "Northwind"}[mail]
    place = EXCHANGE_ONLINE_ADDRESS if online else internal
    population = Population(name, now, online=online, place=place)
    default = population.profile_id(BUILT_IN)
    if online:
        population.add_profile(BUILT_IN, exchange_online())
    else:
        # The usual population points to the default profile, whatever it is called.
        account: dict[str, Value] = {"servertype": 0, "emailservertypename": "Exchange Server"}
        protocols: dict[str, Value] = {
            "incomingauthenticationprotocol": 2,
            "outgoingauthenticationprotocol": 2,
        }
        values = exchange_server(INTERNAL_HOST) | account | protocols
        population.add_profile(INTERNAL, values | {"emailserverprofileid": default})
    population.add_usual_users()
    if mail == "hybrid":
        modern: dict[str, Value] = {
            "incomingcredentialretrieval": 6,
            "outgoingcredentialretrieval": 6,
        }
        without_account: dict[str, Value] = {
            "incominguseimpersonation": False,
            "outgoinguseimpersonation": False,
            "incomingusername": None,
            "outgoingusername": None,
            "isincomingpasswordset": False,
            "isoutgoingpasswordset": False,
        }
        profile = population.add_profile(
            INTERNAL, exchange_server(INTERNAL_HOST) | modern | without_account
        )
        for number in range(max(n_mailboxes // 10, 1)):
            own = {"_emailserverprofile_value": profile, "ewsurl": internal}
            population.add_user(f"Plant Worker {number}", mailbox=own)
    population.add_crowd(crowd(population, max(n_mailboxes - population.named_mailboxes, 0)))
    tables = population.tables(healthy_settings(default))
    return Organisation(
        name=name,
        display_name=f"{name} Ltd",
        deployment="online" if online else "on-premises",
        version="9.2.24113.211" if online else "9.1.28.5",
        now=now,
        tables=tables,
        tenant_id=TENANT_ID if online else None,
        exchange_builds={} if mail == "online" else {INTERNAL_HOST: INTERNAL_BUILD},
        exchange_mailboxes={} if mail == "online" else _mailboxes(tables),
        zone=Zone(
            exchangers={"contoso.example": "contoso-example.mail.protection.outlook.com"},
            aliases={"autodiscover.contoso.example": "autodiscover.outlook.com"},
        )
        if online
        else Zone(exchangers={"contoso.example": INTERNAL_HOST}),
    )


def _mailboxes(tables: Mapping[str, Sequence[Row]]) -> dict[str, tuple[int, int | None]]:
    """Give a mailbox without undeliverable email to everyone who has an address."""
    columns = {"systemusers": "internalemailaddress", "queues": "emailaddress"}
    addresses = (row.get(column) for table, column in columns.items() for row in tables[table])
    return {str(address).lower(): (12, None) for address in addresses if address}
