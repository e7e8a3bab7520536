"""mixed-outlook-and-server-side-synchronization: two ways for appointments in one organisation."""

from rules.evidence import Evidence
from rules.facts import Every, Mailbox, Organization
from rules.option_sets import ActMethod
from rules.people import is_of_a_person
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="mixed-outlook-and-server-side-synchronization",
    title="Appointments synchronize by Outlook for some and by the server for others",
    kind="support",
    severity="warning",
    statements=("S17-69", "ON9-73", "OP9-50", "CUR-51"),
    source="https://learn.microsoft.com/power-platform/admin/supported-email-service-configurations-server-side-synchronization",
    remedy=(
        "Choose one way for the whole organisation: set the delivery method for appointments, "
        "contacts and tasks of every active user mailbox to Server-Side Synchronization."
    ),
)
def check(organization: Organization, mailboxes: Every[Mailbox]) -> Verdict:
    """Counts only active mailboxes of enabled human users with an address.

    Outlook is also what the column holds by default elsewhere, so queues and forward mailboxes
    say nothing.
    """
    counts = {ActMethod.OUTLOOK: 0, ActMethod.SERVER_SIDE: 0}
    found: tuple[Evidence, ...] = ()
    for mailbox, count in mailboxes:
        if not known(is_of_a_person(mailbox)):
            continue
        method = known(mailbox.act_method)
        if method in counts:
            if not counts[method]:
                found += mailbox.seen("act_method")
            counts[method] += count
    outlook, server_side = counts[ActMethod.OUTLOOK], counts[ActMethod.SERVER_SIDE]
    if not outlook and not server_side:
        return NotApplicable("No active user mailbox synchronizes appointments either way.")
    if outlook and server_side:
        return Fail(
            f"{outlook} active user mailboxes synchronize appointments, contacts and tasks by "
            f"Outlook and {server_side} by server-side synchronization.",
            found,
        )
    way = "Outlook" if outlook else "server-side synchronization"
    return Pass(f"All {outlook or server_side} active user mailboxes use {way}.", found)
