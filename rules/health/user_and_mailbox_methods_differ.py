"""user-and-mailbox-methods-differ: the user's form tells another delivery method than is used."""

from rules.facts import Mailbox, OwnerKind
from rules.option_sets import EmailMethod
from rules.rule import rule
from rules.unknown import Unknown, any_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

EMPTY = Unknown(
    reason="The user's record names no delivery method.",
    remedy="Open the user's record and save it with a delivery method.",
)


@rule(
    id="user-and-mailbox-methods-differ",
    title="User and mailbox name different delivery methods",
    kind="health",
    severity="warning",
    effect="advice",
    repair="methods",
    source="https://learn.microsoft.com/power-platform/admin/set-incoming-outgoing-email-synchronization",
    remedy="Set the wanted delivery methods on the mailbox and save it: both then agree.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Synchronization follows the mailbox; the user's columns only show what was once chosen."""
    owner = mailbox.owner
    if not known(is_one_of(owner.kind, OwnerKind.USER)):
        return NotApplicable("The mailbox is not a user's.")
    differing = {
        "incoming": _differ(owner.incoming_method, mailbox.incoming_method),
        "outgoing": _differ(owner.outgoing_method, mailbox.outgoing_method),
    }
    if any_of(differing.values()):
        names = [name for name, differs in differing.items() if differs is True]
        fields = [f"{name}_method" for name in names]
        return Fail(
            f"The user's record names another delivery method than the mailbox "
            f"({' and '.join(names)}); the mailbox's is the one in use.",
            owner.evidence(*fields) + mailbox.evidence(*fields),
        )
    return Pass(
        "User and mailbox name the same delivery methods.",
        owner.evidence("incoming_method", "outgoing_method")
        + mailbox.evidence("incoming_method", "outgoing_method"),
    )


def _differ(
    of_user: EmailMethod | None | Unknown, of_mailbox: EmailMethod | Unknown
) -> bool | Unknown:
    if isinstance(of_user, Unknown):
        return of_user
    if of_user is None:
        return EMPTY
    return of_mailbox if isinstance(of_mailbox, Unknown) else of_user is not of_mailbox
