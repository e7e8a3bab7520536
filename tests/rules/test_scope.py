"""When rules speak of a profile: by where each direction of it leads, and in whose tenant."""

import pytest

from rules.option_sets import CredentialRetrieval
from rules.scope import (
    directions_online,
    directions_online_where,
    is_in_unread_tenant,
    leads_online,
    online_with_exchange_online,
    reached_across_tenants,
    signed_in_online_otherwise,
)
from rules.unknown import Undecided
from tests.rules.facts import (
    MISSING,
    exchange_server_profile,
    on_premises,
    organization,
    pop3_profile,
    profile,
    reads_online,
)

ENTRA, PASSWORD = CredentialRetrieval.ENTRA_OAUTH, CredentialRetrieval.PROFILE


def test_one_direction_to_exchange_online_is_enough() -> None:
    assert leads_online(profile()) is leads_online(reads_online()) is True
    assert leads_online(exchange_server_profile()) is leads_online(pop3_profile()) is False
    assert leads_online(profile(reaches_exchange_online=MISSING)) is MISSING
    assert directions_online(reads_online()) == ("incoming",)
    assert online_with_exchange_online(organization(), reads_online())
    assert not online_with_exchange_online(on_premises(), reads_online())


def test_the_direction_to_a_server_of_ones_own_is_not_asked() -> None:
    both_sides = reads_online(both={"impersonates": True})
    found = directions_online_where(both_sides, lambda each: each.impersonates)
    assert found == (both_sides.incoming,)
    other = reads_online(outgoing={"impersonates": MISSING})
    assert directions_online_where(other, lambda each: each.impersonates) == ()


def test_a_direction_that_may_lead_there_is_open_unless_nothing_holds_of_it() -> None:
    somewhere = profile(reaches_exchange_online=MISSING)
    assert directions_online_where(somewhere, lambda each: each.impersonates) == ()
    with pytest.raises(Undecided):
        directions_online_where(somewhere, lambda each: True)


def test_those_that_sign_in_otherwise_are_given() -> None:
    mixed = profile(
        incoming={"credential_retrieval": ENTRA}, outgoing={"credential_retrieval": PASSWORD}
    )
    assert signed_in_online_otherwise(mixed, ENTRA) == (mixed.outgoing,)
    assert signed_in_online_otherwise(mixed, PASSWORD) == (mixed.incoming,)
    assert signed_in_online_otherwise(mixed, ENTRA, PASSWORD) == ()
    assert signed_in_online_otherwise(mixed) == (mixed.incoming, mixed.outgoing)


def test_an_unknown_way_is_open_unless_the_other_direction_decides() -> None:
    unknown = {"credential_retrieval": MISSING}
    half = profile(incoming=unknown, outgoing={"credential_retrieval": PASSWORD})
    assert signed_in_online_otherwise(half, ENTRA) == (half.outgoing,)
    with pytest.raises(Undecided):
        signed_in_online_otherwise(half, PASSWORD)


def test_a_profile_with_one_direction_in_another_tenant_reaches_across() -> None:
    there = reads_online(same_tenant=False, another_tenant_was_read=True)
    assert reached_across_tenants(organization(), there)
    assert is_in_unread_tenant(organization(), there)
    assert not reached_across_tenants(organization(), exchange_server_profile())
    assert not reached_across_tenants(on_premises(), there)
