"""Whose address a queue may not read: the one of a person, synchronizing or not."""

import pytest

from tests.auditor import rows
from tests.auditor.recorded import outcomes, verdicts
from tests.auditor.rows import QUEUE, USER, mailbox, queue, tables, user

RULE = "queue-takes-a-user-address"
ADDRESS = "anna@contoso.example"
NOT_IN_USE = {
    "incomingemaildeliverymethod": 0,
    "outgoingemaildeliverymethod": 0,
    "actdeliverymethod": 2,
}


def of_queue(person=None, person_mailbox=None, **own):
    """How the mailbox of a queue ends whose address a user has too."""
    outside = tables(
        [
            mailbox(emailaddress=ADDRESS, regarding=USER, **(person_mailbox or {})),
            mailbox(
                "mailbox-q", emailaddress=ADDRESS.upper(), regarding=QUEUE, actdeliverymethod=2
            ),
        ],
        users=[user(internalemailaddress=ADDRESS, **(person or {}))],
        queues=[queue(emailaddress=ADDRESS, **{"incomingemailfilteringmethod": 0, **own})],
    )
    found = verdicts(outside, {})
    return outcomes(found, outside)[RULE, "mailbox", "mailbox-q"]


def test_a_person_whose_email_synchronizes():
    assert of_queue() == "fail"
    assert of_queue(incomingemailfilteringmethod=1) == "not-applicable"


def test_a_person_whose_mailbox_is_not_in_use_gets_private_email_too():
    assert of_queue(person_mailbox=NOT_IN_USE) == "fail"


@pytest.mark.parametrize(
    "person",
    [
        {"isdisabled": True},
        {"applicationid": "11111111-0000-0000-0000-000000000000"},
        {"fullname": "SYSTEM"},
        {"accessmode": 4},
        {"accessmode": 3},
    ],
)
def test_whoever_is_no_person_any_more_has_nothing_private(person):
    assert of_queue(person, person_mailbox=NOT_IN_USE) == "pass"


def test_two_persons_share_no_queue():
    outside = tables(
        [mailbox(emailaddress=ADDRESS), mailbox("mailbox-2", emailaddress=ADDRESS, **NOT_IN_USE)],
        users=[rows.user()],
    )
    ended = outcomes(verdicts(outside, {}), outside)
    assert ended["duplicate-address", "mailbox", "mailbox-1"] == "pass"
    assert ended["duplicate-address", "mailbox", "mailbox-2"] == "not-applicable"


def test_mailboxes_that_share_an_address_to_no_effect_stay_in_their_group():
    outside = tables(
        [mailbox(emailaddress=ADDRESS), mailbox("mailbox-2", emailaddress=ADDRESS, **NOT_IN_USE)],
        users=[rows.user()],
    )
    assert [group.count for group in verdicts(outside, {}).groups] == [1, 1]


@pytest.mark.parametrize("person", [{"accessmode": None}, {"accessmode": 77}])
def test_a_user_of_unknown_kind_leaves_it_open(person):
    assert of_queue(person, person_mailbox=NOT_IN_USE) == "undetermined"


def test_another_mailbox_that_may_synchronize_leaves_a_duplicate_open():
    untried = {f"enabledfor{each}": False for each in ("incomingemail", "outgoingemail", "act")}
    untried |= {"incomingemailstatus": 0, "outgoingemailstatus": 0, "actstatus": 0}
    outside = tables(
        [mailbox(emailaddress=ADDRESS), mailbox("mailbox-2", emailaddress=ADDRESS, **untried)],
        users=[rows.user()],
    ).without("dynamics.systemusers", "isdisabled")
    found = verdicts(outside, {})
    assert outcomes(found, outside)["duplicate-address", "mailbox", "mailbox-1"] == "undetermined"


BY_SERVER = {
    "incoming": {"incomingemaildeliverymethod": 2},
    "outgoing": {"outgoingemaildeliverymethod": 2},
    "appointments": {"actdeliverymethod": 1},
}
"""One direction by server-side synchronization, and no other."""


@pytest.mark.parametrize("one", BY_SERVER)
@pytest.mark.parametrize("other", BY_SERVER)
def test_two_mailboxes_collide_in_the_same_direction_alone(one, other):
    outside = tables(
        [
            mailbox(emailaddress=ADDRESS, **(NOT_IN_USE | BY_SERVER[one])),
            mailbox("mailbox-2", emailaddress=ADDRESS, **(NOT_IN_USE | BY_SERVER[other])),
        ],
        users=[rows.user()],
    )
    ended = outcomes(verdicts(outside, {}), outside)
    expected = "fail" if one == other else "pass"
    assert ended["duplicate-address", "mailbox", "mailbox-1"] == expected
    assert ended["duplicate-address", "mailbox", "mailbox-2"] == expected


def test_a_mailbox_that_shares_its_address_is_named_where_it_ended_alone():
    outside = tables(
        [
            mailbox(emailaddress=ADDRESS),
            mailbox("mailbox-2", emailaddress=ADDRESS),
            mailbox("mailbox-3", emailaddress="ben@contoso.example"),
        ],
        users=[rows.user()],
    )
    found = verdicts(outside, {})
    named = {group.number: {each.id for each in group.named} for group in found.groups}
    moved = {id for number in set(found.moved.values()) for id in named.pop(number)}
    assert moved == {"mailbox-1", "mailbox-2"}
    assert {id for ids in named.values() for id in ids} == {"mailbox-3"}
    assert sum(group.count for group in found.groups) == 3


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("info@straße.example", "info@strasse.example", "pass"),
        ("info@münchen.example", "info@xn--mnchen-3ya.example", "fail"),
    ],
)
def test_domains_are_compared_as_name_servers_know_them(one, other, expected):
    outside = tables(
        [mailbox(emailaddress=one), mailbox("mailbox-2", emailaddress=other)],
        users=[rows.user()],
    )
    found = outcomes(verdicts(outside, {}), outside)
    assert found["duplicate-address", "mailbox", "mailbox-2"] == expected
