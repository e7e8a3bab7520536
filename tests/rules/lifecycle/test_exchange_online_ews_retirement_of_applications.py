import pytest

from rules.lifecycle.exchange_online_ews_retirement_of_applications import check
from rules.option_sets import CredentialRetrieval
from rules.unknown import Undecided
from tests.rules.facts import MISSING, OTHER_TENANT, on_premises, organization, profile
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import on, told

TODAY = "2026-11-29"


def own(**changes):
    fields = {"application_allowed_for_ews": True, "mail_tenant_ews_enabled": True, **changes}
    return profile(both={"credential_retrieval": CredentialRetrieval.ENTRA_OAUTH}, **fields)


def judged(subject, day=TODAY, where=None):
    return check(subject, where or organization(), on(day))


@pytest.mark.parametrize(
    "changes",
    [
        {"application_allowed_for_ews": False},
        {"mail_tenant_ews_enabled": False},
        {"mail_tenant_ews_enabled": None},
        {"mail_tenant_ews_enabled": False, "application_allowed_for_ews": MISSING},
        {"application_allowed_for_ews": False, "mail_tenant_ews_enabled": MISSING},
    ],
)
@pytest.mark.parametrize("tenants", [{}, {"same_tenant": False, "mail_tenant_id": OTHER_TENANT}])
def test_off_the_list_or_switched_off_is_an_error(changes, tenants):
    assert told(judged(own(**changes, **tenants))) == "error"


def test_on_the_list_with_the_switch_on_passes():
    assert told(judged(own())) == "pass"


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-04-03", "pass"), ("2026-04-04", "warning"), ("2026-09-30", "warning")],
)
def test_before_the_list_counts_the_day_is_warned_of(day, expected):
    assert told(judged(own(application_allowed_for_ews=False), day)) == expected


def test_after_the_end_the_permissions_decide_elsewhere():
    assert told(judged(own(), "2027-04-01")) == "not-applicable"


ENTRA = {"credential_retrieval": CredentialRetrieval.ENTRA_OAUTH}
UNTOLD = {"reaches_exchange_online": MISSING}


@pytest.mark.parametrize("day", [TODAY, "2026-09-30"])
def test_what_ends_bears_on_the_direction_that_signs_in_so(day):
    one = profile(incoming=ENTRA, application_allowed_for_ews=False, mail_tenant_ews_enabled=True)
    assert judged(one, day).directions == ("incoming",)


def test_without_an_application_it_does_not_matter_where_a_direction_leads():
    elsewhere = {"reaches_exchange_online": False}
    assert told(judged(profile(incoming=elsewhere, outgoing=UNTOLD))) == "not-applicable"
    by_application = profile(incoming=elsewhere, outgoing=UNTOLD | ENTRA)
    with pytest.raises(Undecided):
        judged(by_application)
    assert told(judged(by_application, where=on_premises())) == "not-applicable"


@pytest.mark.parametrize(("subject", "where"), [(profile(), None), (own(), on_premises())])
def test_other_ways_are_not_meant(subject, where):
    assert told(judged(subject, where=where)) == "not-applicable"


@pytest.mark.parametrize("field", ["application_allowed_for_ews", "mail_tenant_ews_enabled"])
def test_what_was_not_read_is_undetermined(field):
    with pytest.raises(Undecided):
        judged(own(**{field: MISSING}))


def test_how_grave_its_failure_is():
    assert gravity("exchange-online-ews-retirement-of-applications") == ("error", "stops")
