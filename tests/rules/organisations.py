"""One organisation for each matter on which the editions of the support document speak.

Each is a world of facts, the same whatever edition it is judged by. Everything in it that the
matter does not touch is healthy.
"""

from typing import Any

from rules.dates import Dates
from rules.email_systems import Place, Product, Protocol
from rules.facts import (
    AddressUse,
    Alerts,
    Declared,
    EmailExtensions,
    Emails,
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Mailbox,
    MailServer,
    Organization,
    ProfileUse,
)
from rules.option_sets import (
    ActMethod,
    CredentialRetrieval,
    Deployment,
    ServerType,
)
from tests.rules import facts
from tests.rules.worlds import DAYS, World

MAIL_BY_SERVER = {"act_method": ActMethod.NONE}
"""What every mailbox of a mail provider has: no row carries appointments for it."""

OWN_SERVER = facts.exchange_mailbox(place=Place.EXCHANGE_SERVER)


def world(
    organization: Organization, profile: EmailServerProfile, *others: Mailbox, **changes: Any
) -> World:
    """The facts of an organisation whose mailboxes use the profile.

    `mailbox` and `declared` are dicts of what is not healthy; a fact of another kind goes by its
    own name.
    """
    mailbox = facts.mailbox(profile=profile, **changes.get("mailbox", {}))
    return {
        Organization: organization,
        Declared: facts.declared(**changes.get("declared", {})),
        ExchangeTenant: changes.get("tenant", facts.tenant()),
        EmailServerProfile: profile,
        ProfileUse: facts.use(),
        Mailbox: mailbox,
        AddressUse: facts.address_use(),
        MailServer: facts.mail_server(),
        Alerts: facts.alerts(),
        Emails: facts.emails(),
        EmailExtensions: facts.extensions(),
        Every[Mailbox]: facts.every(mailbox, *others),
        Every[EmailServerProfile]: facts.every(profile),
        Every[MailServer]: facts.every(),
        Dates: Dates(as_of=DAYS[3]),
    }


def exchange_online(
    own: Organization, both: dict[str, Any] | None = None, **changes: Any
) -> EmailServerProfile:
    """A profile of Exchange Online; on premises it is of the hybrid kind."""
    online = own.deployment is Deployment.ONLINE
    kind = ServerType.EXCHANGE_SERVER if online else ServerType.EXCHANGE_ONLINE_HYBRID
    return facts.profile(both=both or {}, **{"server_type": kind, **changes})


def with_exchange_online(own: Organization, both: Any = None, **changes: Any) -> World:
    profile = exchange_online(own, both, **changes.pop("profile", {}))
    return world(own, profile, **changes)


def with_exchange_server(own: Organization, product: Product, *build: int) -> World:
    profile = facts.exchange_server_profile(both={"product": product, "build": build})
    return world(own, profile, mailbox={"exchange": OWN_SERVER})


def with_provider(own: Organization, product: Product, **changes: Any) -> World:
    vouched = {"fips_compliant_mail_servers": ("pop.gmail.com", "smtp.gmail.com")}
    changes["mailbox"] = {
        "exchange": facts.exchange_mailbox(place=Place.ELSEWHERE),
        **MAIL_BY_SERVER,
        **changes.get("mailbox", {}),
    }
    declared = {**vouched, **changes.pop("declared", {})}
    profile = facts.pop3_profile(product, **changes.pop("profile", {}))
    return world(own, profile, declared=declared, **changes)


def by_imap(own: Organization) -> World:
    imap = {"server_type": ServerType.IMAP_SMTP, "incoming": {"protocol": Protocol.IMAP}}
    return with_provider(own, Product.GMAIL, profile=imap)


def across_tenants(retrieval: CredentialRetrieval, **mailbox: Any) -> World:
    other = {"mail_tenant_id": facts.OTHER_TENANT, "same_tenant": False}
    both = {"credential_retrieval": retrieval}
    return with_exchange_online(ONLINE, both, profile=other, mailbox=mailbox)


def mixed(**sides: Any) -> World:
    profile = facts.exchange_server_profile(**sides)
    return world(ONLINE, profile, mailbox={"exchange": OWN_SERVER})


ONLINE = facts.organization()
ON_PREMISES = facts.on_premises()
ACCOUNT = {"credential_retrieval": CredentialRetrieval.PROFILE}
DEMANDED = {"multi_factor_authentication": True}
SMTP = {"protocol": Protocol.SMTP, "product": Product.GMAIL}
POP3 = {"protocol": Protocol.POP3, "product": Product.GMAIL}

ORGANISATIONS: dict[str, World] = {
    "on-premises, Exchange Online": with_exchange_online(ON_PREMISES),
    "on-premises, Exchange 2010": with_exchange_server(
        ON_PREMISES, Product.EXCHANGE_2010, 14, 3, 123, 4
    ),
    "on-premises, Exchange 2013": with_exchange_server(
        ON_PREMISES, Product.EXCHANGE_2013, 15, 0, 847, 31
    ),
    "on-premises, Exchange 2016": with_exchange_server(
        ON_PREMISES, Product.EXCHANGE_2016, 15, 1, 2507, 6
    ),
    "on-premises, Exchange 2019": with_exchange_server(
        ON_PREMISES, Product.EXCHANGE_2019, 15, 2, 1544, 4
    ),
    "on-premises, Exchange SE": with_exchange_server(
        ON_PREMISES, Product.EXCHANGE_SUBSCRIPTION_EDITION, 15, 2, 2562, 17
    ),
    "on-premises, Exchange 2003": with_exchange_server(
        ON_PREMISES, Product.EXCHANGE_2003, 6, 5, 7638, 1
    ),
    "on-premises, Exchange 2007": with_exchange_server(
        ON_PREMISES, Product.EXCHANGE_2007, 8, 3, 83, 6
    ),
    "online, Exchange Online": with_exchange_online(ONLINE),
    "online, Exchange 2010 SP3": with_exchange_server(ONLINE, Product.EXCHANGE_2010, 14, 3, 123, 4),
    "online, Exchange 2013": with_exchange_server(ONLINE, Product.EXCHANGE_2013, 15, 0, 847, 31),
    "online, Exchange 2013 SP1": with_exchange_server(
        ONLINE, Product.EXCHANGE_2013_SP1, 15, 0, 847, 32
    ),
    "online, Exchange 2016": with_exchange_server(ONLINE, Product.EXCHANGE_2016, 15, 1, 2507, 6),
    "online, Exchange 2019": with_exchange_server(ONLINE, Product.EXCHANGE_2019, 15, 2, 1544, 4),
    "online, Exchange SE": with_exchange_server(
        ONLINE, Product.EXCHANGE_SUBSCRIPTION_EDITION, 15, 2, 2562, 17
    ),
    "online, Exchange 2003": with_exchange_server(ONLINE, Product.EXCHANGE_2003, 6, 5, 7638, 1),
    "online, Exchange 2007": with_exchange_server(ONLINE, Product.EXCHANGE_2007, 8, 3, 83, 6),
    "on-premises, Gmail": with_provider(ON_PREMISES, Product.GMAIL),
    "on-premises, Yahoo!": with_provider(ON_PREMISES, Product.YAHOO_MAIL),
    "on-premises, MSN": with_provider(ON_PREMISES, Product.MSN),
    "on-premises, Outlook.com": with_provider(ON_PREMISES, Product.OUTLOOK_COM),
    "on-premises, Windows Live Mail": with_provider(ON_PREMISES, Product.WINDOWS_LIVE_MAIL),
    "on-premises under FIPS, Outlook.com": with_provider(
        ON_PREMISES, Product.OUTLOOK_COM, declared={"fips_140_2": True}
    ),
    "online, Gmail": with_provider(ONLINE, Product.GMAIL),
    "online, Yahoo!": with_provider(ONLINE, Product.YAHOO_MAIL),
    "online, Outlook.com": with_provider(ONLINE, Product.OUTLOOK_COM),
    "on-premises, Gmail by IMAP": by_imap(ON_PREMISES),
    "online, Gmail by IMAP": by_imap(ONLINE),
    "on-premises, Gmail with appointments": with_provider(
        ON_PREMISES, Product.GMAIL, mailbox={"act_method": ActMethod.SERVER_SIDE}
    ),
    "online, Gmail with appointments": with_provider(
        ONLINE, Product.GMAIL, mailbox={"act_method": ActMethod.SERVER_SIDE}
    ),
    "on-premises, other provider": with_provider(ON_PREMISES, Product.OTHER),
    "online, other provider": with_provider(ONLINE, Product.OTHER),
    "on-premises, Outlook on the web": with_exchange_online(
        ON_PREMISES, declared={"outlook_on_the_web": True}
    ),
    "online, mailbox on Exchange Server behind the online profile": with_exchange_online(
        ONLINE, mailbox={"exchange": OWN_SERVER}
    ),
    "on-premises, mailbox on Exchange Server behind the online profile": with_exchange_online(
        ON_PREMISES, mailbox={"exchange": OWN_SERVER}
    ),
    "on-premises, Gmail with the add-in": with_provider(
        ON_PREMISES, Product.GMAIL, declared={"dynamics_365_for_outlook": True}
    ),
    "online, Gmail with the add-in": with_provider(
        ONLINE, Product.GMAIL, mailbox={"act_method": ActMethod.OUTLOOK}
    ),
    "online 8.0 with Customer Key": with_exchange_online(
        facts.organization(version=(8, 0, 1, 79)), tenant=facts.tenant(customer_key_in_force=True)
    ),
    "online 8.1 with Customer Key": with_exchange_online(
        facts.organization(version=(8, 1, 0, 359)), tenant=facts.tenant(customer_key_in_force=True)
    ),
    "online, credentials by user or queue": with_exchange_online(
        ONLINE, {"credential_retrieval": CredentialRetrieval.USER_OR_QUEUE}
    ),
    "online, credentials in the profile": with_exchange_online(ONLINE, ACCOUNT),
    "online, impersonation": with_exchange_online(ONLINE, {"impersonates": True}),
    "online, auto-discover off": with_exchange_online(ONLINE, profile={"auto_discover": False}),
    "online, other profile": world(ONLINE, facts.exchange_server_profile()),
    "online, other port": with_exchange_online(ONLINE, {"port": 444, "uses_default_port": False}),
    "online, other tenant": across_tenants(CredentialRetrieval.SERVER_TO_SERVER),
    "online, other tenant by OAuth": across_tenants(CredentialRetrieval.ENTRA_OAUTH),
    "online, other tenant by OAuth, not approved": across_tenants(
        CredentialRetrieval.ENTRA_OAUTH, approved_by_microsoft_365=False
    ),
    "Exchange in, SMTP out": mixed(outgoing=SMTP),
    "POP3 in, Exchange out": mixed(incoming=POP3),
    "on-premises, mailbox points outside": with_exchange_online(
        ON_PREMISES, mailbox={"exchange": facts.exchange_mailbox(points_outside=True)}
    ),
    "online, mailbox points outside": with_exchange_online(
        ONLINE, mailbox={"exchange": facts.exchange_mailbox(points_outside=True)}
    ),
    "campaigns": with_exchange_online(ONLINE, declared={"mass_email_campaigns": True}),
    "extended protocols": with_exchange_online(ONLINE, declared={"extended_email_protocols": True}),
    "custom providers": with_exchange_online(ONLINE, declared={"custom_email_providers": True}),
    "online to Exchange Server, second factor": world(
        ONLINE,
        facts.exchange_server_profile(account_demands_multi_factor=True),
        mailbox={"exchange": OWN_SERVER},
        declared=DEMANDED,
    ),
    "on-premises to Exchange Online, second factor": with_exchange_online(
        ON_PREMISES,
        ACCOUNT,
        profile={"account_demands_multi_factor": True},
        declared=DEMANDED,
    ),
    "packet inspection": with_exchange_online(ONLINE, declared={"packet_inspection": True}),
    "appointments by both ways": world(
        ONLINE,
        exchange_online(ONLINE),
        facts.mailbox(act_method=ActMethod.OUTLOOK),
    ),
}
