import pytest

from rules.lifecycle.exchange_online_ews_retirement import check
from rules.unknown import Undecided
from tests.rules.facts import (
    MISSING,
    declared,
    exchange_server_profile,
    on_premises,
    organization,
    profile,
    reads_online,
    tenant,
)
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import days_before, on, told

NOTHING_READ = tenant(ews_enabled=MISSING, dynamics_allowed_for_ews=MISSING)
UNDECLARED = declared(ews_allow_listed=MISSING)


def judge(day, exchange=None, said=UNDECLARED):
    return check(profile(), on_premises(), exchange or tenant(), said, on(day))


def test_the_day_before_is_a_warning_that_names_the_day():
    verdict = judge("2026-09-30")
    assert told(verdict) == "warning"
    assert "2026-10-01" in verdict.message


@pytest.mark.parametrize("exchange", [MISSING, NOTHING_READ, tenant(ews_enabled=False)])
def test_before_the_day_the_switches_do_not_matter(exchange):
    assert told(judge("2026-09-30", exchange)) == "warning"


@pytest.mark.parametrize("day", ["2026-10-01", "2027-03-31"])
@pytest.mark.parametrize("switch", [False, None])
def test_from_the_day_a_tenant_that_is_off_or_never_set_is_an_error(day, switch):
    assert told(judge(day, tenant(ews_enabled=switch, dynamics_allowed_for_ews=MISSING))) == "error"


def test_a_hybrid_of_exchange_server_that_names_a_host_in_the_cloud_is_hit_too():
    there = exchange_server_profile(reaches_exchange_online=True)
    assert told(check(there, on_premises(), MISSING, UNDECLARED, on("2027-04-01"))) == "error"


def test_from_the_day_dynamics_off_the_list_is_an_error():
    assert told(judge("2026-10-01", tenant(dynamics_allowed_for_ews=False))) == "error"
    unlisted = declared(ews_allow_listed=False)
    verdict = judge("2026-10-01", MISSING, unlisted)
    assert told(verdict) == "error"
    assert "2026-10-01" in verdict.message


@pytest.mark.parametrize("day", ["2026-10-01", "2027-03-31"])
def test_from_the_day_dynamics_on_the_list_is_a_warning_that_names_the_end(day):
    verdict = judge(day)
    assert told(verdict) == "warning"
    assert "2027-04-01" in verdict.message


@pytest.mark.parametrize("exchange", [MISSING, NOTHING_READ])
def test_a_declaration_stands_in_for_a_tenant_that_was_not_read(exchange):
    assert told(judge("2026-10-01", exchange, declared(ews_allow_listed=True))) == "warning"


def test_what_the_tenant_says_goes_before_what_is_declared():
    unlisted = tenant(dynamics_allowed_for_ews=False)
    assert told(judge("2026-10-01", unlisted, declared(ews_allow_listed=True))) == "error"


@pytest.mark.parametrize(
    "exchange", [MISSING, NOTHING_READ, tenant(dynamics_allowed_for_ews=MISSING)]
)
def test_from_the_day_an_unknown_list_is_a_warning_that_says_what_it_would_change(exchange):
    verdict = judge("2026-10-01", exchange)
    assert told(verdict) == "warning"
    assert MISSING.reason in verdict.message
    assert "Where it is not, no mailbox synchronizes today." in verdict.message
    assert "Get-OrganizationConfig" in verdict.remedy


def test_an_unknown_switch_beside_a_known_list_is_a_warning_that_says_so():
    verdict = judge("2026-10-01", tenant(ews_enabled=MISSING))
    assert told(verdict) == "warning"
    assert "switch" in verdict.message


def test_nobody_who_is_on_the_list_is_asked_to_go_on_it():
    assert "llow list" not in judge("2026-10-01").remedy
    assert "2027-04-01" in judge("2026-10-01").remedy


@pytest.mark.parametrize("exchange", [None, MISSING])
def test_the_end_is_an_error_whatever_is_allowed(exchange):
    verdict = judge("2027-04-01", exchange)
    assert told(verdict) == "error"
    assert "2027-04-01" in verdict.message


@pytest.mark.parametrize(("days", "expected"), [(181, "pass"), (180, "warning")])
def test_it_is_warned_of_for_180_days(days, expected):
    dates = days_before("2026-10-01", days)
    assert told(check(profile(), on_premises(), tenant(), UNDECLARED, dates)) == expected


@pytest.mark.parametrize(
    ("subject", "where"),
    [(profile(), organization()), (exchange_server_profile(), on_premises())],
)
def test_online_and_exchange_server_are_never_meant(subject, where):
    verdict = check(subject, where, tenant(), declared(), on("2027-04-01"))
    assert told(verdict) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (profile(reaches_exchange_online=MISSING), on_premises()),
        (profile(), on_premises(deployment=MISSING)),
    ],
)
def test_an_unknown_pair_is_undetermined(subject, where):
    with pytest.raises(Undecided):
        check(subject, where, tenant(), declared(), on("2027-04-01"))


def test_one_direction_that_leads_there_is_enough_and_is_named():
    verdict = check(reads_online(), on_premises(), tenant(), declared(), on("2027-04-01"))
    assert (told(verdict), verdict.directions) == ("error", ("incoming",))


def test_how_grave_its_failure_is():
    assert gravity("exchange-online-ews-retirement") == ("error", "stops")
