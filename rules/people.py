"""Mailboxes of persons, apart from those of queues, applications and the system."""

from rules.facts import Mailbox, Owner, OwnerKind
from rules.option_sets import AccessMode
from rules.unknown import Unknown, both, is_one_of

PEOPLE = (AccessMode.READ_WRITE, AccessMode.ADMINISTRATIVE, AccessMode.READ)
"""Access modes of users that are persons."""


def belongs_to_a_person(owner: Owner) -> bool | Unknown:
    """Whether the owner is an enabled user that is a person."""
    return both(
        is_one_of(owner.kind, OwnerKind.USER),
        is_one_of(owner.enabled, True),
        is_one_of(owner.is_application, False),
        is_one_of(owner.is_pseudo_user, False),
        is_one_of(owner.access_mode, *PEOPLE),
    )


def is_of_a_person(mailbox: Mailbox) -> bool | Unknown:
    """Whether it is an active mailbox, with an address, of an enabled user that is a person."""
    return both(mailbox.active, mailbox.has_address, belongs_to_a_person(mailbox.owner))
