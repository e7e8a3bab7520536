"""dynamics-365-for-outlook-retired: a mailbox relies on the add-in that is gone."""

from rules.dates import Dates
from rules.facts import Mailbox, Organization
from rules.option_sets import ActMethod, EmailMethod
from rules.people import is_of_a_person
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import all_of, any_of, is_one_of
from rules.verdict import NotApplicable, Pass, Verdict

ID = "dynamics-365-for-outlook-retired"


@rule(
    id=ID,
    title="The mailbox relies on Dynamics 365 for Outlook, which is retired",
    kind="lifecycle",
    severity="error",
    effect="degrades",
    repair="methods",
    population="all",
    source="https://learn.microsoft.com/dynamics365/outlook-addin/admin-guide/dynamics-365-for-outlook",
    remedy=(
        "Set the delivery methods of the mailbox to Server-Side Synchronization (over POP3 or IMAP "
        "that of appointments, contacts and tasks to None), then Test & Enable Mailbox. In "
        "Exchange give its user Dynamics 365 App for Outlook."
    ),
)
def check(mailbox: Mailbox, organization: Organization, dates: Dates) -> Verdict:
    """Only mailboxes of persons, with Dynamics 365 (online).

    Elsewhere Outlook is what the column holds by default, and on premises the add-in goes on.
    """
    if not all_of([is_online(organization), is_of_a_person(mailbox)]):
        return NotApplicable(
            "It is not the mailbox of an enabled person with an address in Dynamics 365 (online)."
        )
    evidence = mailbox.evidence("incoming_method", "outgoing_method", "act_method")
    by_outlook = {
        "incoming email": is_one_of(mailbox.incoming_method, EmailMethod.OUTLOOK),
        "outgoing email": is_one_of(mailbox.outgoing_method, EmailMethod.OUTLOOK),
        "appointments, contacts and tasks": is_one_of(mailbox.act_method, ActMethod.OUTLOOK),
    }
    if any_of(by_outlook.values()):
        names = "; ".join(name for name, found in by_outlook.items() if found is True)
        return judge_retirement(
            dates, ID, f"The mailbox leaves this to Dynamics 365 for Outlook: {names}.", evidence
        )
    return Pass("The mailbox leaves nothing to Dynamics 365 for Outlook.", evidence)
