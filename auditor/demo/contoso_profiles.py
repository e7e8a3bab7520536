"""The profiles of the demo organisation: one that works, and one for each thing that does not."""

from auditor.demo.contoso_mail import OF_HARBOUR, PROFILES
from auditor.demo.planted import Planted
from auditor.demo.population import Population
from auditor.demo.profiles import (
    EXCHANGE_ONLINE_ADDRESS,
    Values,
    exchange_online,
    exchange_server,
    mail_server,
)
from auditor.demo.rows import stable_id

OTHER_TENANT_ID = stable_id("tenant", "fabrikam.onmicrosoft.com")
_BOTH = "incomingcredentialretrieval outgoingcredentialretrieval".split()


def add_profiles(population: Population, planted: Planted) -> None:
    """Add every profile, noting what each breaks under the edition `online`."""
    for name, values, rules in (*_catalogue(population), *PROFILES):
        population.add_profile(name, values)
        planted.note(name, rules)


def _catalogue(population: Population) -> list[tuple[str, Values, str]]:
    retired_owner = stable_id("user", f"{population.name}/Olga Retired")
    return [
        (
            "Microsoft Exchange Online",
            exchange_online(sendemailalert=False),
            "no-alert-email-for-profile",
        ),
        (
            "Exchange Online (each signs in)",
            exchange_online(**_retrieval(0)),
            "no-server-to-server-authentication credentials-by-user-or-queue "
            "basic-authentication-to-exchange-online",
        ),
        (
            "Exchange Online (one account)",
            exchange_online(**_retrieval(1), **_account()),
            "no-server-to-server-authentication credentials-in-profile "
            "basic-authentication-to-exchange-online",
        ),
        (
            "Exchange Online (impersonation)",
            exchange_online(
                **_retrieval(1),
                **_account(),
                incominguseimpersonation=True,
                outgoinguseimpersonation=True,
            ),
            "no-server-to-server-authentication credentials-in-profile "
            "impersonation-with-exchange-online exchange-online-impersonation-retired "
            "basic-authentication-to-exchange-online",
        ),
        (
            "Exchange Online (fixed address)",
            exchange_online(
                useautodiscover=False,
                incomingserverlocation=EXCHANGE_ONLINE_ADDRESS,
                outgoingserverlocation=EXCHANGE_ONLINE_ADDRESS,
                moveundeliveredemails=False,
            ),
            "auto-discover-off undeliverable-email-not-moved",
        ),
        (
            "Exchange Online (port 444)",
            exchange_online(
                incomingserverlocation="https://outlook.office365.com:444/EWS/Exchange.asmx"
            ),
            "",
        ),
        ("Exchange Online of Fabrikam", _other_tenant(7), "application-secret-expiring"),
        (
            "Exchange Online of Fabrikam (server to server)",
            _other_tenant(2),
            "exchange-online-in-other-tenant",
        ),
        (
            "Exchange Online (hourly)",
            exchange_online(minpollingintervalinminutes=60, _ownerid_value=retired_owner),
            "polling-interval-long profile-owner-inactive",
        ),
        (
            "Exchange Online (from next year)",
            exchange_online(processemailsreceivedafter=population.ago(days=-200)),
            "",
        ),
        (
            "Exchange Online (changed today)",
            exchange_online(modifiedon=population.ago(minutes=5)),
            "test-older-than-profile-change",
        ),
        (
            "Exchange Online (switched off)",
            exchange_online(statecode=1, statuscode=2),
            "inactive-profile-in-use",
        ),
        ("Exchange Online (nobody uses it)", exchange_online(), "profile-without-mailboxes"),
        (
            "Exchange Server 2010",
            exchange_server("ex2010.contoso.example", exchangeversion=2),
            "multi-factor-authentication retired-exchange-version exchange-server-end-of-support",
        ),
        (
            "Exchange Server 2013",
            exchange_server(
                "ex2013.contoso.example",
                lasttestexecutionstatus=0,
                lastauthorizationstatus=0,
                lastteststarttime=population.ago(days=1),
            ),
            "multi-factor-authentication profile-connection-test-failed "
            "exchange-2013-without-service-pack-1 exchange-server-end-of-support",
        ),
        (
            "Exchange Server 2016",
            exchange_server("ex2016.contoso.example", maxconcurrentconnections=300),
            "multi-factor-authentication connection-limit-unsuitable "
            "exchange-server-end-of-support",
        ),
        (
            "Exchange Server 2019",
            exchange_server(
                "ex2019.contoso.example",
                **_retrieval(3),
                incominguseimpersonation=False,
                outgoinguseimpersonation=False,
            ),
            "multi-factor-authentication integrated-credentials-online "
            "exchange-server-end-of-support",
        ),
        ("Gmail", mail_server("pop.gmail.com", "smtp.gmail.com"), "gmail-password-authentication"),
        (
            "Gmail (signed in by Google)",
            mail_server("pop.gmail.com", "smtp.gmail.com", incomingportnumber=993)
            | _retrieval(5)
            | {
                "oauthclientid": "contoso.apps.googleusercontent.com",
                "isoauthclientsecretset": True,
            },
            "port-of-another-protocol",
        ),
        ("Yahoo! Mail", mail_server("imap.mail.yahoo.com", "smtp.mail.yahoo.com", imap=True), ""),
        (
            "Outlook.com",
            mail_server("pop-mail.outlook.com", "smtp-mail.outlook.com"),
            "untested-mail-provider mail-server-not-fips-compliant "
            "outlook-com-basic-authentication",
        ),
        (
            "Zoho",
            mail_server(
                "imap.zoho.eu",
                "smtp.zoho.eu",
                imap=True,
                isincomingpasswordset=False,
                isoutgoingpasswordset=False,
                incomingusername=None,
                outgoingusername=None,
            ),
            "untested-mail-provider",
        ),
        (
            "Harbour hosting",
            mail_server(
                "pop.harbour.example",
                "smtp.harbour.example",
                incomingusessl=False,
                incomingportnumber=110,
            ),
            f"unencrypted-connection {OF_HARBOUR}",
        ),
        (
            "Exchange in, Gmail out",
            exchange_server(
                "ex2016.contoso.example",
                usesamesettingsforoutgoingconnections=False,
                outgoingserverlocation="smtp.gmail.com",
                outgoingportnumber=587,
                outgoinguseimpersonation=False,
            ),
            "mixed-incoming-and-outgoing multi-factor-authentication "
            "exchange-server-end-of-support gmail-password-authentication",
        ),
        (
            "Exchange Online (over IMAP)",
            mail_server("outlook.office365.com", "smtp.office365.com", imap=True),
            "unsupported-protocol smtp-basic-authentication-to-exchange-online",
        ),
        ("Answers that are missing", exchange_online(useautodiscover=None, **_retrieval(None)), ""),
        ("Answers that are new", exchange_online(servertype=9, **_retrieval(42)), ""),
    ]


def _retrieval(number: int | None) -> Values:
    return dict.fromkeys(_BOTH, number)


def _account() -> Values:
    return {
        "incomingusername": "svc-dynamics@contoso.example",
        "outgoingusername": "svc-dynamics@contoso.example",
        "isincomingpasswordset": True,
        "isoutgoingpasswordset": True,
    }


def _other_tenant(retrieval: int) -> Values:
    return exchange_online(
        **_retrieval(retrieval),
        usedefaulttenantid=False,
        exchangeonlinetenantid=OTHER_TENANT_ID,
        oauthclientid=stable_id("application", "fabrikam") if retrieval == 7 else None,
        isoauthclientsecretset=retrieval == 7,
    )
