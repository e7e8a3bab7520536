import pytest

from rules.email_systems import Product
from rules.lifecycle import smtp_basic_authentication_to_exchange_online as rule
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
from rules.unknown import Undecided
from tests.rules.facts import MISSING, pop3_profile, profile, tenant, use
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import STOPS, days_before, on, told


def check(subject, exchange, day, sends_in_tenant_read=True):
    return rule.check(subject, use(sends_in_tenant_read=sends_in_tenant_read), exchange, day)


TODAY = on("2026-11-23")
ALLOWED = tenant(smtp_basic_authentication_disabled=False)
PASSWORD = {
    "product": Product.EXCHANGE_ONLINE,
    "credential_retrieval": CredentialRetrieval.PROFILE,
    "authentication": AuthenticationProtocol.BASIC,
}


@pytest.mark.parametrize(("days", "expected"), STOPS)
def test_passwords_are_off_by_default_from_its_day(days, expected):
    verdict = check(pop3_profile(outgoing=PASSWORD), ALLOWED, days_before("2026-12-31", days))
    assert told(verdict) == expected
    assert expected != "warning" or "2026-12-31" in verdict.message


def test_oauth_passes():
    subject = pop3_profile(outgoing={"product": Product.EXCHANGE_ONLINE})
    assert told(check(subject, tenant(), TODAY)) == "pass"


@pytest.mark.parametrize(
    "subject",
    [
        profile(),
        pop3_profile(incoming=PASSWORD),
        pop3_profile(outgoing={**PASSWORD, "product": Product.OTHER}),
    ],
)
def test_only_submission_to_exchange_online_is_meant(subject):
    assert told(check(subject, tenant(), TODAY)) == "not-applicable"


@pytest.mark.parametrize("hidden", [*PASSWORD, "protocol"])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(pop3_profile(outgoing={**PASSWORD, hidden: MISSING}), tenant(), TODAY)


LONG_BEFORE = on("2026-01-01")
REFUSED = tenant(smtp_basic_authentication_disabled=True)
UNREAD = tenant(smtp_basic_authentication_disabled=MISSING)


@pytest.mark.parametrize("day", [LONG_BEFORE, TODAY])
def test_a_tenant_that_refuses_passwords_today_is_an_error_today(day):
    verdict = check(pop3_profile(outgoing=PASSWORD), REFUSED, day)
    assert told(verdict) == "error"
    assert "today" in verdict.message


@pytest.mark.parametrize("own", [True, MISSING])
def test_the_own_switch_of_a_mailbox_goes_before_the_tenant_s(own):
    refused = tenant(smtp_basic_authentication_disabled=True, smtp_allowed_for_a_mailbox=own)
    verdict = check(pop3_profile(outgoing=PASSWORD), refused, TODAY)
    assert told(verdict) == "warning"
    assert "own switch" in verdict.message
    assert (MISSING.reason in verdict.message) is (own is MISSING)
    assert told(check(pop3_profile(outgoing=PASSWORD), refused, LONG_BEFORE)) == "undetermined"


@pytest.mark.parametrize("exchange", [UNREAD, MISSING])
def test_an_unread_switch_leaves_the_warning_and_says_what_it_would_change(exchange):
    verdict = check(pop3_profile(outgoing=PASSWORD), exchange, TODAY)
    assert told(verdict) == "warning"
    assert MISSING.reason in verdict.message


@pytest.mark.parametrize("exchange", [UNREAD, MISSING])
def test_an_unread_switch_long_before_the_day_is_undetermined(exchange):
    with pytest.raises(Undecided):
        check(pop3_profile(outgoing=PASSWORD), exchange, LONG_BEFORE)


@pytest.mark.parametrize("here", [False, MISSING])
@pytest.mark.parametrize("refuses", [True, False])
def test_what_a_tenant_tells_is_nothing_of_another_one_that_mailboxes_send_in(here, refuses):
    """Exchange Online lets an account send as the addresses of its own tenant alone."""
    exchange = tenant(smtp_basic_authentication_disabled=refuses)
    subject = pop3_profile(outgoing=PASSWORD)
    verdict = check(subject, exchange, TODAY, here)
    assert told(verdict) == "warning"
    assert "is not known" in verdict.message
    assert verdict.may_stop
    with pytest.raises(Undecided):
        check(subject, exchange, LONG_BEFORE, here)


def test_how_grave_its_failure_is():
    assert gravity("smtp-basic-authentication-to-exchange-online") == ("error", "stops")
