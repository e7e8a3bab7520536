"""People of the demo organisation whose mailbox, as it is set up or as it runs, shows one thing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from auditor.demo.population import UNTESTED, Population
from auditor.demo.profiles import Values
from auditor.demo.schema import Value


class Case(NamedTuple):
    """One user: the rules that the mailbox breaks, and what differs from a sound one."""

    name: str
    rules: str
    mailbox: Mapping[str, Value]
    user: Mapping[str, Value] = MappingProxyType({})


def settings(population: Population) -> list[Case]:
    """Give those whose record, owner or methods are wrong."""
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
        Case("Mert Istanbul", "time-zone-refused-by-exchange", {}),
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


def synchronization(population: Population) -> list[Case]:
    """Give those whose tests or cycles are wrong."""
    ago = population.ago
    never: Values = {"lastsuccessfulsynccompletedon": None}
    return [
        Case("Lara Untested", "mailbox-never-tested", {**UNTESTED, **never}),
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
        Case(
            "Pia Waiting",
            "mailbox-test-pending",
            {
                "testemailconfigurationscheduled": True,
                "testemailconfigurationretrycount": 4,
                "postponetestemailconfigurationuntil": ago(hours=7),
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
                "officeappsdeploymentstatus": 77,
            },
        ),
    ]
