"""forward-mailbox-missing: email is forwarded to a mailbox that nobody reads."""

from rules import bearing
from rules.counting import counted
from rules.facts import Every, Mailbox, Organization, OwnerKind
from rules.option_sets import EmailMethod, TestStatus
from rules.rule import rule
from rules.unknown import Unknown, both, either, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="forward-mailbox-missing",
    title="Email is to arrive by a forward mailbox, but none works",
    kind="health",
    severity="error",
    effect="stops",
    bears_on=bearing.forwarded,
    source="https://learn.microsoft.com/power-platform/admin/create-forward-mailboxes-edit-mailboxes",
    remedy=(
        "Create a forward mailbox with server-side synchronization for incoming email and Test & "
        "Enable it, or set the mailboxes to Server-Side Synchronization."
    ),
)
def check(organization: Organization, mailboxes: Every[Mailbox]) -> Verdict:
    """A forward mailbox works when it is active and its test of incoming email succeeded."""
    wanting = [(_wants(mailbox), mailbox, count) for mailbox, count in mailboxes]
    wanted = either(*(wants for wants, _, _ in wanting))
    if wanted is False:
        return NotApplicable("No mailbox in use receives email by a forward mailbox.")
    working = [(_works(mailbox), mailbox) for mailbox, _ in mailboxes]
    if known(either(*(works for works, _ in working))):
        first = next(mailbox for works, mailbox in working if works is True)
        return Pass(
            "A forward mailbox is active and its test succeeded.",
            first.evidence("is_forward_mailbox", "incoming_method", "incoming_status"),
        )
    known(wanted)
    count = sum(count for wants, _, count in wanting if wants is True)
    first = next(mailbox for wants, mailbox, _ in wanting if wants is True)
    several = counted(count, "mailbox receives", "mailboxes receive")
    return Fail(
        f"{several} email by a forward mailbox, but no active forward mailbox was tested with "
        "success.",
        first.evidence("incoming_method"),
    )


def _wants(mailbox: Mailbox) -> bool | Unknown:
    return both(
        mailbox.active,
        mailbox.has_address,
        is_one_of(mailbox.incoming_method, EmailMethod.FORWARD_MAILBOX),
        is_one_of(mailbox.owner.enabled, True),
    )


def _works(mailbox: Mailbox) -> bool | Unknown:
    return both(
        mailbox.active,
        is_one_of(mailbox.owner.kind, OwnerKind.FORWARD),
        mailbox.is_forward_mailbox,
        mailbox.synchronizes_incoming,
        is_one_of(mailbox.incoming_status, TestStatus.SUCCESS),
    )
