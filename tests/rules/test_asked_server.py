"""Which mailboxes are of the Exchange Server that was asked to open them."""

from typing import Any

import pytest

from rules.asked_server import is_of_asked_server
from rules.email_systems import Place, Protocol
from rules.option_sets import ActMethod, EmailMethod
from rules.unknown import Undecided
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    pop3_profile,
    profile,
)

HOST = "mail.contoso.com"
ELSEWHERE = {"host": "other.contoso.com"}
NO_INCOMING = {"incoming_method": EmailMethod.NONE, "act_method": ActMethod.NONE}
NO_OUTGOING = {"outgoing_method": EmailMethod.NONE}


def found(
    server: Any = None,
    asked: Any = HOST,
    place: Any = Place.EXCHANGE_SERVER,
    over: Any = None,
    **own: Any,
):
    exchange = exchange_mailbox(place=place, server_asked=asked)
    chosen = server or exchange_server_profile()
    return is_of_asked_server(mailbox(**{"profile": chosen, "exchange": exchange, **own}), over)


def test_a_mailbox_whose_profile_names_the_host_is_of_it() -> None:
    assert found() is True
    assert found(place=MISSING) is True


def test_another_host_in_both_directions_is_another_server() -> None:
    assert found(asked="other.contoso.com") is False


def test_without_a_profile_it_is_of_none() -> None:
    assert found(profile=None) is False
    with pytest.raises(Undecided):
        found(profile=MISSING)


def test_a_mailbox_in_exchange_online_is_another_rules_matter() -> None:
    assert found(place=Place.EXCHANGE_ONLINE) is False
    assert found(profile(), asked=MISSING) is False


def test_only_the_directions_in_use_count() -> None:
    split = exchange_server_profile(incoming=ELSEWHERE)
    assert found(split) is True
    assert found(split, **NO_OUTGOING) is False
    assert found(split, **NO_INCOMING) is True
    assert found(split, outgoing_method=MISSING) is MISSING


def test_only_exchange_web_services_lead_to_it() -> None:
    assert found(pop3_profile()) is False
    mixed = exchange_server_profile(incoming={"protocol": Protocol.POP3})
    assert found(mixed) is True
    assert found(mixed, **NO_OUTGOING) is False


def test_an_unknown_server_leaves_it_open_for_those_that_use_one() -> None:
    assert found(asked=MISSING) is MISSING
    assert found(pop3_profile(), asked=MISSING) is False
    assert found(exchange_server_profile(reaches_exchange_online=True), asked=MISSING) is False


def test_each_direction_is_looked_at_by_itself() -> None:
    reads_online = exchange_server_profile(
        incoming={"reaches_exchange_online": True, "host": "outlook.office365.com"}
    )
    assert found(reads_online) is True
    assert found(reads_online, asked=MISSING) is MISSING
    assert found(reads_online, asked=MISSING, **NO_OUTGOING) is False
    for asked in (HOST, MISSING):
        assert found(reads_online, asked=asked, over="incoming") is False
        assert found(reads_online, asked=asked, over="outgoing") is not False


def test_what_the_profile_leaves_open_stays_open() -> None:
    assert found(exchange_server_profile(reaches_exchange_online=MISSING)) is MISSING
    assert found(exchange_server_profile(both={"host": MISSING})) is MISSING
    assert found(exchange_server_profile(incoming={"host": MISSING})) is True
