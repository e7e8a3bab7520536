import pytest

from rules.email_systems import Place
from rules.health.undeliverable_email_waits import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    profile,
)
from tests.rules.gravity import gravity


def on_server(**changes):
    return exchange_mailbox(**({"place": Place.EXCHANGE_SERVER} | changes))


WAITS = on_server(undeliverable_email_waits=True)


@pytest.mark.parametrize(("waits", "expected"), [(False, "pass"), (True, "fail")])
def test_no_undeliverable_email_may_wait(waits, expected):
    subject = mailbox(
        profile=exchange_server_profile(),
        exchange=on_server(undeliverable_email_waits=waits),
    )
    assert outcome(check(subject)) == expected


@pytest.mark.parametrize(
    "other",
    [
        {"profile": profile()},
        {"profile": None},
        {"profile": exchange_server_profile(incoming={"reaches_exchange_online": True})},
        {"profile": exchange_server_profile(incoming={"host": "other.example"})},
        {"incoming_method": EmailMethod.NONE},
        {"exchange": on_server(undeliverable_email_waits=True, server_asked="other.example")},
    ],
)
def test_other_mailboxes_are_not_meant(other):
    subject = mailbox(**({"profile": exchange_server_profile(), "exchange": WAITS} | other))
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize(
    "unknown",
    [
        {"exchange": on_server(undeliverable_email_waits=MISSING)},
        {"exchange": on_server(server_asked=MISSING)},
        {"incoming_method": MISSING},
    ],
)
def test_what_is_not_known_is_undetermined(unknown):
    with pytest.raises(Undecided):
        check(
            mailbox(**({"profile": exchange_server_profile(), "exchange": on_server()} | unknown))
        )


def test_how_grave_its_failure_is():
    assert gravity("undeliverable-email-waits") == ("warning", "degrades")
