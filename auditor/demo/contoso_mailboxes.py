"""The mailboxes of the demo organisation that have a name: people, queues, a forward mailbox."""

from auditor.demo.contoso_cases import Case, settings, synchronization
from auditor.demo.contoso_directory import people
from auditor.demo.contoso_mail import PROFILES
from auditor.demo.planted import Planted
from auditor.demo.population import Population
from auditor.demo.profiles import EXCHANGE_ONLINE_ADDRESS, Values

_BROKEN_BY_PROFILE = {
    "Exchange Online (from next year)": "process-email-received-after-in-future",
    "Exchange Online of Fabrikam (server to server)": "app-for-outlook-across-tenants",
    "Exchange Online (over IMAP)": "exchange-online-behind-other-profile",
    "Zoho": "credentials-missing",
}
"""What a profile breaks in each mailbox of it."""


def add_mailboxes(population: Population, planted: Planted) -> None:
    """Add every named mailbox, noting what each breaks under the edition `online`."""
    cases = [*settings(population), *synchronization(population), *_places(population), *people()]
    for case in cases:
        population.add_user(case.name, case.user, case.mailbox)
        planted.note(case.name, case.rules)
    for profile, name in _two_each():
        population.add_user(name, mailbox=_of(population, profile))
        planted.note(name, _BROKEN_BY_PROFILE.get(profile, ""))
    planted.note("Yara Colleague0", "ews-disabled")
    _add_queues(population, planted)


def _of(population: Population, profile: str, **columns: str | int | bool | None) -> Values:
    values: Values = {"_emailserverprofile_value": population.profile_id(profile)}
    if not profile.startswith(("Microsoft", "Exchange Online")):
        values["ewsurl"] = None
    if profile.startswith("Exchange Server"):
        year = profile.rsplit(" ", 1)[1]
        values["ewsurl"] = f"https://ex{year}.contoso.example/EWS/Exchange.asmx"
    if profile in (
        "Gmail",
        "Gmail (signed in by Google)",
        "Yahoo! Mail",
        "Outlook.com",
        "Zoho",
        "Harbour hosting",
        "Exchange in, Gmail out",
        "Exchange Online (over IMAP)",
        *(name for name, _, _ in PROFILES),
    ):
        # No calendar there: only Exchange has one.
        values |= {
            "actdeliverymethod": 2,
            "enabledforact": False,
            "actstatus": 0,
            "officeappsdeploymentstatus": 0,
        }
    return values | columns


def _places(population: Population) -> list[Case]:
    calendar: Values = {"actdeliverymethod": 1, "enabledforact": True, "actstatus": 1}
    cloud: Values = {"ewsurl": EXCHANGE_ONLINE_ADDRESS}
    fabrikam = "Exchange Online of Fabrikam"
    return [
        Case(
            "Sara Calendar",
            "unsupported-appointments-contacts-tasks",
            _of(population, "Gmail") | calendar,
        ),
        Case(
            "Sven Calendar",
            "unsupported-appointments-contacts-tasks",
            _of(population, "Yahoo! Mail") | calendar,
        ),
        Case(
            "Tara Tracks",
            "manual-tracking-over-pop3 delivery-methods-disagree dynamics-365-for-outlook-retired",
            _of(population, "Harbour hosting", actdeliverymethod=0),
        ),
        Case(
            "Tim Unsaved", "credentials-missing", _of(population, "Exchange Online (each signs in)")
        ),
        Case(
            "Tom Saved",
            "",
            _of(
                population,
                "Exchange Online (each signs in)",
                ispasswordset=True,
                allowemailconnectortousecredentials=True,
                username="tom.saved@contoso.example",
            ),
        ),
        Case(
            "Udo Expired",
            "oauth-token-missing-or-expired",
            _of(population, "Gmail (signed in by Google)"),
        ),
        Case(
            "Uma Signed In",
            "",
            _of(
                population,
                "Gmail (signed in by Google)",
                isoauthaccesstokenset=True,
                isoauthrefreshtokenset=True,
                oauthtokenexpireson=population.ago(hours=-1),
            ),
        ),
        Case(
            "Vera Cloud",
            "mailbox-on-wrong-profile exchange-online-behind-other-profile",
            _of(population, "Exchange Server 2016") | cloud,
        ),
        Case(
            "Vic Cellar",
            "mailbox-on-wrong-profile mailbox-not-in-exchange-online "
            "mailbox-points-to-external-server",
            {"ewsurl": "https://ex2016.contoso.example/EWS/Exchange.asmx"},
        ),
        Case("Walt Fabrikam", "app-for-outlook-across-tenants", _of(population, fabrikam)),
        Case(
            "Wanda Fabrikam",
            "cross-tenant-approval-missing mailbox-not-approved-by-microsoft-365-administrator",
            _of(
                population,
                fabrikam,
                isemailaddressapprovedbyo365admin=False,
                officeappsdeploymentstatus=0,
            ),
            {"isemailaddressapprovedbyo365admin": False},
        ),
        Case(
            "Willy Changed",
            "",
            _of(
                population,
                "Exchange Online (changed today)",
                lastsuccessfulsynccompletedon=population.ago(minutes=25),
            ),
        ),
        Case("Xara Switched", "", _of(population, "Exchange Online (switched off)")),
    ]


def _two_each() -> list[tuple[str, str]]:
    """Give two people for each profile that no case of its own uses."""
    profiles = [
        "Exchange Online (one account)",
        "Exchange Online (impersonation)",
        "Exchange Online (fixed address)",
        "Exchange Online (port 444)",
        "Exchange Online of Fabrikam (server to server)",
        "Exchange Online (hourly)",
        "Exchange Online (from next year)",
        "Exchange Server 2010",
        "Exchange Server 2013",
        "Exchange Server 2016",
        "Exchange Server 2019",
        "Gmail",
        "Yahoo! Mail",
        "Outlook.com",
        "Zoho",
        "Harbour hosting",
        "Exchange in, Gmail out",
        "Exchange Online (over IMAP)",
        "Answers that are missing",
        "Answers that are new",
        *(name for name, _, _ in PROFILES),
    ]
    return [
        (profile, f"{first} Colleague{number}")
        for number, profile in enumerate(profiles)
        for first in ("Yara", "Zoe")
    ]


def _add_queues(population: Population, planted: Planted) -> None:
    population.add_queue("Service desk")
    population.add_queue("Replies only", {"incomingemailfilteringmethod": 1})
    population.add_queue("Deaf ears", {"incomingemailfilteringmethod": 4})
    planted.note("Deaf ears", "queue-accepts-no-email")
    population.add_queue("Old complaints", {"statecode": 1, "statuscode": 2}, population.dormant())
    population.add_queue(
        "Booking", mailbox={"actdeliverymethod": 1, "enabledforact": True, "actstatus": 1}
    )
    planted.note("Booking", "appointments-contacts-tasks-on-queue")
    address = population.add_user("Zack Private")
    population.add_queue("Zack's customers", {"emailaddress": address}, {"emailaddress": address})
    planted.note("Zack's customers", "queue-takes-a-user-address duplicate-address")
    planted.note("Zack Private", "duplicate-address")
    population.add_queue(
        "Unapproved queue", {"emailrouteraccessapproval": 2}, {"emailrouteraccessapproval": 2}
    )
    population.add_forward_mailbox("Left behind", {"isforwardmailbox": False})
    planted.note("Left behind", "mailbox-without-owner")
    population.add_forward_mailbox(
        "Forwarding",
        {
            "incomingemailstatus": 2,
            "enabledforincomingemail": False,
            "outgoingemaildeliverymethod": 0,
            "enabledforoutgoingemail": False,
        },
    )
    planted.note("Forwarding", "incoming-email-failed")
