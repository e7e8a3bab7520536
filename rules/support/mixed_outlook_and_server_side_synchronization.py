"""mixed-outlook-and-server-side-synchronization: two ways for appointments in one organisation."""

from rules import bearing
from rules.counting import counted
from rules.evidence import Evidence
from rules.facts import Every, Mailbox, Organization
from rules.option_sets import ActMethod
from rules.people import is_of_a_person
from rules.rule import rule
from rules.unknown import Unknown, both, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

WAYS = (ActMethod.OUTLOOK, ActMethod.SERVER_SIDE)


@rule(
    id="mixed-outlook-and-server-side-synchronization",
    title="Appointments synchronize by Outlook for some and by the server for others",
    kind="support",
    severity="warning",
    effect="unsupported",
    bears_on=bearing.appointments,
    statements=("S17-69", "ON9-73", "OP9-50", "CUR-51"),
    source="https://learn.microsoft.com/power-platform/admin/supported-email-service-configurations-server-side-synchronization",
    remedy=(
        "Choose one way for the whole organisation: set the delivery method for appointments, "
        "contacts and tasks of every active user mailbox in Exchange to Server-Side "
        "Synchronization, and of those over POP3 or IMAP to None."
    ),
)
def check(organization: Organization, mailboxes: Every[Mailbox]) -> Verdict:
    """Counts only active mailboxes of enabled human users with an address.

    Outlook is also what the column holds by default elsewhere, so queues and forward mailboxes
    say nothing. Both ways seen are enough, whatever a mailbox hides; one way is not.
    """
    counts = dict.fromkeys(WAYS, 0)
    found: dict[ActMethod, tuple[Evidence, ...]] = {}
    hidden: Unknown | None = None
    for mailbox, count in mailboxes:
        counts_here = both(is_of_a_person(mailbox), is_one_of(mailbox.act_method, *WAYS))
        if isinstance(counts_here, Unknown):
            hidden = hidden or counts_here
        elif counts_here:
            way = known(mailbox.act_method)
            counts[way] += count
            found.setdefault(way, mailbox.evidence("act_method"))
    evidence = tuple(each for way in WAYS for each in found.get(way, ()))
    outlook, server_side = (counts[way] for way in WAYS)
    if outlook and server_side:
        by_outlook = counted(
            outlook, "active user mailbox synchronizes", "active user mailboxes synchronize"
        )
        return Fail(
            f"{by_outlook} appointments, contacts and tasks by Outlook and {server_side:,} by "
            "server-side synchronization.",
            evidence,
        )
    if hidden is not None:
        known(hidden)
    if not outlook and not server_side:
        return NotApplicable("No active user mailbox synchronizes appointments either way.")
    name = "Outlook" if outlook else "server-side synchronization"
    users = counted(outlook or server_side, "active user mailbox", "active user mailboxes")
    return Pass(f"Appointments, contacts and tasks go by {name} alone: {users}.", evidence)
