"""When an administrator must approve a mailbox before its email may flow."""

from rules.facts import Mailbox, Organization, OwnerKind
from rules.unknown import Unknown, both, either, is_one_of
from rules.verdict import Undetermined


def approval_demanded(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """Whether the organisation demands approval for this kind of owner.

    A forward mailbox belongs to nobody, so it needs none.
    """
    kind = mailbox.owner.kind
    return either(
        both(is_one_of(kind, OwnerKind.USER), organization.requires_approval_for_user_email),
        both(is_one_of(kind, OwnerKind.QUEUE), organization.requires_approval_for_queue_email),
    )


def unless_excused(demanded: bool | Unknown) -> Undetermined | None:
    """What to say of a mailbox that is not approved where it is open whether approval is demanded.

    None where it is known.
    """
    if not isinstance(demanded, Unknown):
        return None
    return Undetermined(
        demanded.reason,
        demanded.remedy,
        demanded.cause,
        demanded.evidence,
        unknown=demanded,
        suspected=True,
    )


def demand_fields(mailbox: Mailbox) -> tuple[str, ...]:
    """The field of the organisation that demands it for this kind of owner."""
    if mailbox.owner.kind is OwnerKind.QUEUE:
        return ("requires_approval_for_queue_email",)
    return ("requires_approval_for_user_email",)
