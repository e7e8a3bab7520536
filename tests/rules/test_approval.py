"""When an administrator must approve a mailbox: by the kind of its owner."""

import pytest

from rules.approval import approval_demanded, demand_fields
from rules.facts import OwnerKind
from tests.rules.facts import MISSING, forward_owner, mailbox, organization, owner, queue


@pytest.mark.parametrize(
    ("whose", "of_users", "of_queues", "demanded"),
    [
        (owner(), True, False, True),
        (owner(), False, True, False),
        (queue(), True, False, False),
        (queue(), False, True, True),
        (forward_owner(), True, True, False),
        (owner(), MISSING, True, MISSING),
        (queue(), MISSING, False, False),
        (owner(kind=MISSING), True, True, MISSING),
        (owner(kind=MISSING), False, False, False),
    ],
)
def test_each_kind_of_owner_has_its_own_demand(whose, of_users, of_queues, demanded) -> None:
    own = organization(
        requires_approval_for_user_email=of_users, requires_approval_for_queue_email=of_queues
    )
    assert approval_demanded(mailbox(owner=whose), own) is demanded


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (OwnerKind.USER, "requires_approval_for_user_email"),
        (OwnerKind.QUEUE, "requires_approval_for_queue_email"),
        (OwnerKind.FORWARD, "requires_approval_for_user_email"),
    ],
)
def test_the_demand_stands_in_the_field_of_the_kind(kind: OwnerKind, field: str) -> None:
    assert demand_fields(mailbox(owner=owner(kind=kind))) == (field,)
