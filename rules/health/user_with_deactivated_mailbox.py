"""user-with-deactivated-mailbox: an enabled user whose mailbox was deactivated."""

from rules.facts import Mailbox, OwnerKind
from rules.option_sets import AccessMode, EmailMethod
from rules.rule import rule
from rules.unknown import Unknown, all_of, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict

PEOPLE = (
    AccessMode.READ_WRITE,
    AccessMode.ADMINISTRATIVE,
    AccessMode.READ,
    AccessMode.NON_INTERACTIVE,
)


@rule(
    id="user-with-deactivated-mailbox",
    title="The mailbox of an enabled user is deactivated",
    kind="health",
    severity="error",
    effect="stops",
    population="all",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/email-message-cannot-be-sent",
    remedy=(
        "Activate the mailbox, then Test & Enable Mailbox; or set the user's delivery methods to "
        "None."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Judges the mailbox that an enabled user with an address has for synchronized email."""
    owner = mailbox.owner
    wanted = all_of(
        [
            is_one_of(owner.kind, OwnerKind.USER),
            is_one_of(owner.enabled, True),
            is_one_of(owner.is_application, False),
            is_one_of(owner.is_pseudo_user, False),
            is_one_of(owner.access_mode, *PEOPLE),
            is_one_of(owner.has_address, True),
            negated(is_one_of(owner.default_mailbox_is_this, False)),
            _synchronizes_email(mailbox),
        ]
    )
    if not wanted:
        return NotApplicable("It is not the mailbox of an enabled user who synchronizes email.")
    evidence = mailbox.evidence("active") + owner.evidence(
        "enabled", "incoming_method", "outgoing_method"
    )
    if not known(mailbox.active):
        return Fail(
            "The mailbox is deactivated although its user is enabled and set to server-side "
            "synchronization.",
            evidence,
        )
    return Pass("The mailbox of the enabled user is active.", evidence)


def _synchronizes_email(mailbox: Mailbox) -> bool | Unknown:
    """By the methods of the user, which show what is wanted of the mailbox."""
    return either(
        is_one_of(mailbox.owner.incoming_method, EmailMethod.SERVER_SIDE),
        is_one_of(mailbox.owner.outgoing_method, EmailMethod.SERVER_SIDE),
    )
