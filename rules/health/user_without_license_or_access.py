"""user-without-license-or-access: the user of the mailbox may not use Dynamics 365 fully."""

from rules.email_systems import Purpose
from rules.facts import Mailbox, Organization, OwnerKind
from rules.option_sets import AccessMode
from rules.rule import rule
from rules.scope import is_on_premises
from rules.unknown import all_of, either, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

READ_WRITE_ALONE = (
    "Let a System Administrator set the access mode of the user to Read-Write, or set the delivery "
    "methods of the mailbox to None."
)
LICENSE_ALONE = (
    "Let a License administrator assign a Dynamics 365 licence to the user (Microsoft 365 admin "
    "centre), or set the delivery methods of the mailbox to None."
)
OTHERS = (AccessMode.SUPPORT, AccessMode.DELEGATED_ADMIN)


@rule(
    id="user-without-license-or-access",
    title="The user of the mailbox has no licence, or an access mode that cannot synchronize",
    kind="health",
    severity="error",
    effect="stops",
    inferred=True,
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/error-code-8005e276",
    remedy=(
        "Let a License administrator assign a Dynamics 365 licence to the user (Microsoft 365 "
        "admin centre) and a System Administrator set the access mode to Read-Write; or set the "
        "delivery methods of the mailbox to None."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """Mailboxes of persons only: a shared mailbox needs no licence of its own."""
    owner = mailbox.owner
    if not all_of(
        [
            is_one_of(owner.kind, OwnerKind.USER),
            is_one_of(mailbox.exchange.purpose, Purpose.USER),
        ]
    ):
        return NotApplicable("It is not a person's mailbox in Exchange Online.")
    mode = known(owner.access_mode)
    if mode is None:
        return Undetermined(
            "The access mode of the user is empty.",
            "Set the access mode of the user to Read-Write.",
            evidence=owner.evidence("access_mode"),
        )
    if mode in OTHERS:
        return NotApplicable("The user is there for support or for a partner's administration.")
    if mode is AccessMode.ADMINISTRATIVE:
        return Fail(
            "The access mode of the user is Administrative, with which no mailbox synchronizes.",
            owner.evidence("access_mode"),
            remedy=READ_WRITE_ALONE if owner.licensed is True else None,
        )
    if mode is not AccessMode.READ_WRITE:
        return Pass(
            "The access mode of the user asks for no licence.", owner.evidence("access_mode")
        )
    if known(either(is_one_of(owner.licensed, True), is_on_premises(organization))):
        return Pass(
            "The user may read and write, and has the licence that this deployment asks for.",
            owner.evidence("access_mode", "licensed") + organization.evidence("deployment"),
        )
    if owner.licensed is None:
        return Undetermined(
            "It is not on record whether the user has a licence.",
            "See in the Microsoft 365 admin centre whether the user has a Dynamics 365 licence.",
            evidence=owner.evidence("licensed"),
        )
    return Fail(
        "The user has no Dynamics 365 licence, and the access mode Read-Write asks for one.",
        owner.evidence("access_mode", "licensed"),
        remedy=LICENSE_ALONE,
    )
