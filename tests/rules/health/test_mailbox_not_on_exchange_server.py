import pytest

from rules.email_systems import Place
from rules.health.mailbox_not_on_exchange_server import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity


def on_server(**changes):
    return exchange_mailbox(**({"place": Place.EXCHANGE_SERVER} | changes))


@pytest.mark.parametrize(("opens", "expected"), [(True, "pass"), (False, "fail")])
def test_the_server_must_have_the_mailbox(opens, expected):
    subject = mailbox(profile=exchange_server_profile(), exchange=on_server(opens_on_server=opens))
    assert outcome(check(subject)) == expected


@pytest.mark.parametrize("its_profile", [profile(), pop3_profile(), None])
@pytest.mark.parametrize("asked", ["mail.contoso.com", MISSING])
def test_other_profiles_are_not_meant_whoever_was_asked(its_profile, asked):
    exchange = on_server(opens_on_server=False, server_asked=asked)
    assert outcome(check(mailbox(profile=its_profile, exchange=exchange))) == "not-applicable"


def test_another_server_may_have_what_this_one_lacks():
    exchange = on_server(opens_on_server=False, server_asked="other.contoso.com")
    subject = mailbox(profile=exchange_server_profile(), exchange=exchange)
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize(
    "unknown",
    [
        {"exchange": on_server(opens_on_server=MISSING)},
        {"exchange": on_server(server_asked=MISSING, opens_on_server=MISSING)},
        {"profile": MISSING},
        {"profile": exchange_server_profile(reaches_exchange_online=MISSING)},
        {"profile": exchange_server_profile(both={"host": MISSING})},
    ],
)
def test_what_is_not_known_is_undetermined(unknown):
    with pytest.raises(Undecided):
        check(
            mailbox(**({"profile": exchange_server_profile(), "exchange": on_server()} | unknown))
        )


def test_a_mailbox_in_exchange_online_is_judged_by_its_profile_elsewhere():
    exchange = exchange_mailbox(opens_on_server=False)
    subject = mailbox(profile=exchange_server_profile(), exchange=exchange)
    assert outcome(check(subject)) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("mailbox-not-on-exchange-server") == ("error", "stops")
