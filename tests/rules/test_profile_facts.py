"""The directions of a profile as its mailboxes use it."""

from msgspec.structs import replace

from tests.rules.facts import profile

BOTH = profile()


def test_both_directions_count_unless_one_alone_is_used() -> None:
    assert BOTH.connections == (BOTH.incoming, BOTH.outgoing)
    assert replace(BOTH, sole_direction="incoming").connections == (BOTH.incoming,)
    assert replace(BOTH, sole_direction="outgoing").connections == (BOTH.outgoing,)


def test_a_profile_is_itself_where_both_are_used() -> None:
    assert BOTH.used_for(None) is BOTH


def test_what_one_direction_alone_leaves_known_goes_first() -> None:
    alone = profile(name="As incoming mailboxes use it")
    prepared = replace(BOTH, alone={"incoming": alone})
    assert prepared.used_for("incoming") is alone
    assert prepared.used_for("outgoing") == replace(prepared, sole_direction="outgoing")
    assert prepared.used_for("outgoing").connections == (BOTH.outgoing,)
