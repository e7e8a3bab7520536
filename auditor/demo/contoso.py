"""The demo organisation: online, with clean mailboxes, planted faults and open questions."""

import datetime as dt

from auditor.demo.contoso_directory import EXCHANGE, applications, directory
from auditor.demo.contoso_mail import HOSTS, ZONE
from auditor.demo.contoso_mailboxes import add_mailboxes
from auditor.demo.contoso_profiles import add_profiles
from auditor.demo.contoso_traces import add_traces
from auditor.demo.crowd import crowd
from auditor.demo.healthy import TENANT_ID, healthy_settings
from auditor.demo.organisation import Organisation
from auditor.demo.planted import Planted
from auditor.demo.population import Population
from auditor.demo.profiles import EXCHANGE_ONLINE_ADDRESS

NAME = "Contoso"
DEFAULT_MAILBOXES = 400
DECLARED: dict[str, bool] = {
    "mass_email_campaigns": True,
    "custom_email_providers": True,
    "extended_email_protocols": True,
    "packet_inspection": True,
    "multi_factor_authentication": True,
}
"""What the configuration of the demo declares of it, since no interface tells."""
BUILDS = {
    "ex2010.contoso.example": "14.3.513.0",
    "ex2013.contoso.example": "15.0.516.32",
    "ex2016.contoso.example": "15.1.2507.39",
    "ex2019.contoso.example": "15.2.1544.4",
}
"""The Exchange Servers that profiles point to."""
BEYOND_THE_WEB_API = frozenset(
    {
        "address-not-primary",
        "application-secret-expiring",
        "attachment-limit-below-exchange",
        "ews-disabled",
        "ews-disabled-in-tenant",
        "exchange-license-missing",
        "exchange-online-behind-other-profile",
        "impersonation-role-still-assigned",
        "inbox-rules-move-email",
        "mailbox-not-in-exchange-online",
        "mailbox-on-wrong-profile",
        "mailbox-points-to-external-server",
        "microsoft-365-account-disabled",
        "mailbox-not-on-exchange-server",
        "undeliverable-email-waits",
        "user-without-license-or-access",
    }
)
"""Planted rules that Exchange or Microsoft Graph must be read for as well."""
PLANTED_BEFORE_ONLINE = {"non-default-ports": ["Exchange Online (port 444)"]}
"""What only an older edition rules out (crm-2016)."""


def contoso(n_mailboxes: int = DEFAULT_MAILBOXES, now: dt.datetime | None = None) -> Organisation:
    """Give the demo organisation; `planted` tells what breaks which rule of edition `online`.

    There are never fewer mailboxes than the named ones, some hundred.
    """
    now = now or dt.datetime.now(dt.UTC)
    population, planted = (
        Population(NAME, now, online=True, place=EXCHANGE_ONLINE_ADDRESS),
        Planted(),
    )
    population.add_usual_users()
    add_profiles(population, planted)
    add_mailboxes(population, planted)
    add_traces(population, planted)
    population.add_crowd(crowd(population, max(n_mailboxes - population.named_mailboxes, 0)))
    planted.note(
        NAME,
        "no-default-profile approval-not-required alerts-switched-off "
        "unresolved-recipients-block-sending attachment-limit-below-exchange "
        "forward-mailbox-missing mixed-outlook-and-server-side-synchronization "
        "email-pending-send email-sending-failed open-error-alerts dormant-mailboxes "
        "mass-email-campaigns custom-email-provider "
        "extended-email-protocol packet-inspection ews-disabled-in-tenant "
        "impersonation-role-still-assigned",
    )
    # Of the two on the first Exchange Server, the other has no mailbox there.
    planted.note("Yara Colleague7", "undeliverable-email-waits")
    planted.note("Zoe Colleague7", "mailbox-not-on-exchange-server")
    for host in HOSTS:
        planted.note(host.host, host.rules)
    settings = healthy_settings("") | {
        "_defaultemailserverprofileid_value": None,
        "requireapprovalforqueueemail": False,
        "generatealertsforwarnings": False,
        "allowunresolvedpartiesonemailsend": False,
        "maxuploadfilesize": 5 * 1024 * 1024,
        "isfolderbasedtrackingenabled": True,
    }
    return Organisation(
        name=NAME,
        display_name="Contoso Ltd",
        deployment="online",
        version="9.2.24113.211",
        now=now,
        tables=population.tables(settings),
        tenant_id=TENANT_ID,
        planted=planted.by_rule,
        directory=directory(),
        exchange=EXCHANGE,
        applications=applications(now),
        exchange_builds=BUILDS,
        exchange_mailboxes={"yara.colleague7@contoso.example": (31, 3)},
        mail_hosts=HOSTS,
        zone=ZONE,
    )
