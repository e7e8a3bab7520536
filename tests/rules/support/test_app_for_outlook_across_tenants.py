import pytest

from rules.option_sets import AppDeployment
from rules.support.app_for_outlook_across_tenants import DEPLOYED, check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_server_profile,
    mailbox,
    on_premises,
    organization,
    profile,
)
from tests.rules.gravity import gravity


def across(app, **changes):
    return mailbox(app_for_outlook=app, profile=profile(same_tenant=False, **changes))


@pytest.mark.parametrize("app", list(AppDeployment))
def test_fails_where_the_app_is_in_the_mailbox(app):
    expected = "fail" if app in DEPLOYED else "pass"
    assert outcome(check(across(app), organization())) == expected


@pytest.mark.parametrize("app", [None, MISSING])
def test_undetermined_where_the_mailbox_does_not_tell(app):
    with pytest.raises(Undecided):
        check(across(app), organization())


def test_undetermined_where_the_tenant_is_unknown():
    with pytest.raises(Undecided):
        check(mailbox(profile=profile(same_tenant=MISSING)), organization())


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (mailbox(), organization()),
        (mailbox(profile=None), organization()),
        (mailbox(profile=exchange_server_profile()), organization()),
        (across(AppDeployment.INSTALLED), on_premises()),
    ],
)
def test_one_tenant_exchange_server_and_on_premises_are_not_meant(subject, where):
    assert outcome(check(subject, where)) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("app-for-outlook-across-tenants") == ("error", "unsupported")
