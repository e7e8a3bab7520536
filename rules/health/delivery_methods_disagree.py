"""delivery-methods-disagree: one person's email and appointments take different ways."""

from rules.email_systems import Protocol
from rules.facts import EmailServerProfile, Mailbox
from rules.option_sets import ActMethod, EmailMethod
from rules.people import is_of_a_person
from rules.rule import rule
from rules.unknown import any_of, both, either, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

OTHER_PROVIDERS = (
    "Set incoming and outgoing email of the mailbox to Server-Side Synchronization, and "
    "appointments, contacts and tasks to None: POP3 and IMAP carry none. Then Test & Enable "
    "Mailbox."
)


@rule(
    id="delivery-methods-disagree",
    title="Email and appointments of one mailbox take different ways",
    kind="health",
    severity="error",
    effect="degrades",
    repair="methods",
    source="https://learn.microsoft.com/power-platform/admin/supported-email-service-configurations-server-side-synchronization",
    remedy=(
        "Set incoming email, outgoing email and appointments, contacts and tasks of the mailbox "
        "to Server-Side Synchronization, then Test & Enable Mailbox."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Only mailboxes of persons: elsewhere Outlook is what the column holds by default."""
    if not known(is_of_a_person(mailbox)):
        return NotApplicable("It is not the mailbox of an enabled person with an address.")
    evidence = mailbox.evidence("incoming_method", "outgoing_method", "act_method")
    email_by_server = either(mailbox.synchronizes_incoming, mailbox.synchronizes_outgoing)
    email_by_outlook = either(
        is_one_of(mailbox.incoming_method, EmailMethod.OUTLOOK),
        is_one_of(mailbox.outgoing_method, EmailMethod.OUTLOOK),
    )
    appointments_by_outlook = is_one_of(mailbox.act_method, ActMethod.OUTLOOK)
    halves = [
        both(email_by_server, appointments_by_outlook),
        both(email_by_outlook, mailbox.synchronizes_appointments),
    ]
    if any_of(halves):
        by_server, by_outlook = "email", "appointments, contacts and tasks"
        if halves[0] is not True:
            by_server, by_outlook = by_outlook, by_server
        return Fail(
            f"Server-side synchronization is set for {by_server}, but Dynamics 365 for Outlook "
            f"for {by_outlook}.",
            evidence,
            remedy=None if _may_be_in_exchange(mailbox) else OTHER_PROVIDERS,
        )
    return Pass("Email and appointments do not split between the server and Outlook.", evidence)


def _may_be_in_exchange(mailbox: Mailbox) -> bool:
    profile = mailbox.profile
    if not isinstance(profile, EmailServerProfile):
        return True
    return is_one_of(profile.incoming.protocol, Protocol.POP3, Protocol.IMAP) is not True
