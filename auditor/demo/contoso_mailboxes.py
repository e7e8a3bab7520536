"""The people and queues of the demo organisation whose mailboxes each show one thing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from auditor.demo.planted import Planted
from auditor.demo.population import Population
from auditor.demo.profiles import EXCHANGE_ONLINE_ADDRESS, Values
from auditor.demo.schema import Value


class Case(NamedTuple):
    """One user: the rules that the mailbox breaks, and what differs from a sound one."""

    name: str
    rules: str
    mailbox: Mapping[str, Value]
    user: Mapping[str, Value] = MappingProxyType({})


def add_mailboxes(population: Population, planted: Planted) -> None:
    """Add every named mailbox, noting what each breaks under the edition `online`."""
    cases = [*_settings(population), *_synchronization(population), *_places(population)]
    for case in cases:
        population.add_user(case.name, case.user, case.mailbox)
        planted.note(case.name, case.rules)
    for profile, name in _one_each():
        population.add_user(name, mailbox=_of(population, profile))
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
    ):
        # No calendar there: only Exchange has one.
        values |= {
            "actdeliverymethod": 2,
            "enabledforact": False,
            "actstatus": 0,
            "officeappsdeploymentstatus": 0,
        }
    return values | columns


def _settings(population: Population) -> list[Case]:
    outlook: Values = {"actdeliverymethod": 0, "enabledforact": False, "actstatus": 0}
    shared = {"emailaddress": "ben.twice@contoso.example"}
    return [
        Case(
            "Anna Pending",
            "mailbox-not-approved",
            {"emailrouteraccessapproval": 2},
            {"emailrouteraccessapproval": 2},
        ),
        Case(
            "Alan Rejected",
            "mailbox-not-approved",
            {"emailrouteraccessapproval": 3},
            {"emailrouteraccessapproval": 3},
        ),
        Case(
            "Amy Unapproved",
            "mailbox-not-approved-by-microsoft-365-administrator",
            {"isemailaddressapprovedbyo365admin": False},
            {"isemailaddressapprovedbyo365admin": False},
        ),
        Case("Ben Twice", "duplicate-address", shared),
        Case(
            "Bea Twice",
            "duplicate-address",
            shared,
            {"internalemailaddress": "ben.twice@contoso.example"},
        ),
        Case(
            "Carl Moved",
            "address-differs-from-owner",
            {},
            {"internalemailaddress": "carl.new@contoso.example"},
        ),
        Case(
            "Dora Nowhere",
            "mailbox-without-address",
            {"emailaddress": None},
            {"internalemailaddress": None},
        ),
        Case("Olga Retired", "mailbox-of-disabled-user", {}, {"isdisabled": True}),
        Case(
            "Emil Deactivated",
            "user-with-deactivated-mailbox",
            {
                "statecode": 1,
                "statuscode": 2,
                "enabledforincomingemail": False,
                "enabledforoutgoingemail": False,
                "enabledforact": False,
            },
        ),
        Case(
            "Eva Orphan",
            "mailbox-not-owned-by-its-user",
            {"_ownerid_value": population.administrator},
        ),
        Case("Finn Administrative", "user-without-license-or-access", {}, {"accessmode": 1}),
        Case("Fay Unlicensed", "user-without-license-or-access", {}, {"islicensed": False}),
        Case("Gus Unprofiled", "mailbox-without-profile", {"_emailserverprofile_value": None}),
        Case(
            "Gina Differs",
            "user-and-mailbox-methods-differ",
            {},
            {"incomingemaildeliverymethod": 0},
        ),
        Case("Hank Outlook", "delivery-methods-disagree dynamics-365-for-outlook-retired", outlook),
        Case("Hana Outlook", "delivery-methods-disagree dynamics-365-for-outlook-retired", outlook),
        Case("Igor Deletes", "delete-after-processing", {"processanddeleteemails": True}),
        Case(
            "Iris Forwards",
            "",
            {
                "incomingemaildeliverymethod": 3,
                "enabledforincomingemail": False,
                "incomingemailstatus": 0,
            },
            {"incomingemaildeliverymethod": 3},
        ),
        Case("Jack Verbose", "verbose-logging-left-on", {"verboseloggingenabled": 50}),
        Case("Jane Add-in", "app-for-outlook-deployment-failed", {"officeappsdeploymentstatus": 2}),
        Case("Kim Folders", "too-many-folder-tracking-rules", {}),
        Case(
            "Kurt Uninvolved",
            "",
            {
                "incomingemaildeliverymethod": 0,
                "outgoingemaildeliverymethod": 0,
                "actdeliverymethod": 2,
                "incomingemailstatus": 2,
                "enabledforincomingemail": False,
                "enabledforoutgoingemail": False,
                "enabledforact": False,
            },
            {"incomingemaildeliverymethod": 0, "outgoingemaildeliverymethod": 0},
        ),
    ]


def _synchronization(population: Population) -> list[Case]:
    ago = population.ago
    never: Values = {"lastsuccessfulsynccompletedon": None}
    untested: Values = {
        "enabledforincomingemail": False,
        "enabledforoutgoingemail": False,
        "enabledforact": False,
        "incomingemailstatus": 0,
        "outgoingemailstatus": 0,
        "actstatus": 0,
        "mailboxstatus": 0,
        "testmailboxaccesscompletedon": None,
        "lastsyncstartedon": None,
    }
    return [
        Case("Lara Untested", "mailbox-never-tested", untested | never),
        Case(
            "Leo Incoming",
            "incoming-email-failed",
            {"incomingemailstatus": 2, "enabledforincomingemail": False, "mailboxstatus": 2},
        ),
        Case(
            "Lisa Outgoing",
            "outgoing-email-failed",
            {"outgoingemailstatus": 2, "enabledforoutgoingemail": False, "mailboxstatus": 2},
        ),
        Case(
            "Luis Calendar",
            "appointments-contacts-tasks-failed",
            {"actstatus": 2, "enabledforact": False, "mailboxstatus": 2},
        ),
        Case("Mara Disabled", "tested-but-not-enabled", {"enabledforincomingemail": False}),
        Case(
            "Max Stale",
            "synchronization-stale",
            {"lastsuccessfulsynccompletedon": ago(hours=30), "lastsyncstartedon": ago(hours=30)},
        ),
        Case(
            "Mia Late",
            "synchronization-stale",
            {"lastsuccessfulsynccompletedon": ago(hours=2), "lastsyncstartedon": ago(hours=2)},
        ),
        Case(
            "Ned Never",
            "never-synchronized",
            never | {"testmailboxaccesscompletedon": ago(hours=5)},
        ),
        Case(
            "Nina Postponed",
            "processing-postponed",
            {"postponemailboxprocessinguntil": ago(hours=-6)},
        ),
        Case(
            "Otto Transient",
            "transient-failures",
            {
                "transientfailurecount": 10203,
                "lastsyncerrorcount": 4,
                "lastsyncerrorcode": 0x4203,
                "lastsyncerroroccurredon": ago(minutes=2),
            },
        ),
        Case(
            "Paul Recovered",
            "",
            {
                "transientfailurecount": 10203,
                "lastsyncerrorcount": 4,
                "lastsyncerroroccurredon": ago(hours=9),
            },
        ),
        Case("Petra Failing", "items-failed-in-last-cycle", {"itemsfailedforlastsync": 3}),
        Case("Quin Elsewhere", "another-organization-synchronizes", {}),
        Case(
            "Rita Unanswered",
            "",
            {
                "incomingemailstatus": None,
                "enabledforincomingemail": None,
                "emailrouteraccessapproval": None,
            },
        ),
        Case(
            "Rolf Unheard-of",
            "",
            {
                "incomingemaildeliverymethod": 7,
                "actdeliverymethod": 8,
                "officeappsdeploymentstatus": 77,
            },
        ),
    ]


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
            "mailbox-on-wrong-profile",
            {"ewsurl": "https://ex2016.contoso.example/EWS/Exchange.asmx"},
        ),
        Case("Walt Fabrikam", "app-for-outlook-across-tenants", _of(population, fabrikam)),
        Case(
            "Wanda Fabrikam",
            "cross-tenant-approval-missing",
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


def _one_each() -> list[tuple[str, str]]:
    """Give a person for each profile that no case of its own uses."""
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
    ]
    return [
        (profile, f"{first} Colleague{number}")
        for number, profile in enumerate(profiles)
        for first in ("Yara", "Zoe")
    ]


def _add_queues(population: Population, planted: Planted) -> None:
    population.add_queue("Service desk")
    population.add_queue("Replies only", {"incomingemailfilteringmethod": 1})
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
