"""The remedy of an alert fits the profile and the owner."""

import pytest

from rules.alert_causes import AlertCause
from rules.alert_remedies import remedy_for
from rules.option_sets import CredentialRetrieval
from tests.rules.facts import MISSING, exchange_server_profile, mailbox, owner, profile

BUILT_IN = mailbox()
ON_A_SERVER = mailbox(profile=exchange_server_profile())


def test_in_exchange_online_nobody_is_asked_to_change_auto_discover():
    remedy = remedy_for(AlertCause.MAILBOX_NOT_LOCATED, BUILT_IN)
    assert "auto-discover" not in remedy
    assert "server location" not in remedy
    assert "licensed" in remedy


def test_on_exchange_server_the_article_s_own_remedy_holds():
    assert "auto-discover" in remedy_for(AlertCause.MAILBOX_NOT_LOCATED, ON_A_SERVER)


def test_where_the_profile_is_not_known_both_cases_are_named():
    remedy = remedy_for(AlertCause.MAILBOX_NOT_LOCATED, mailbox(profile=MISSING))
    assert "Exchange Server" in remedy
    assert "Exchange Online" in remedy


@pytest.mark.parametrize("cause", [AlertCause.CREDENTIALS_REFUSED, AlertCause.ACCOUNT_REFUSED])
def test_nobody_is_asked_for_credentials_where_an_application_signs_in(cause):
    assert "enter no credentials" in remedy_for(cause, BUILT_IN)
    assert "enter no credentials" in remedy_for(cause, profile())
    stored = profile(both={"credential_retrieval": CredentialRetrieval.PROFILE})
    assert remedy_for(cause, stored) == cause.remedy


def test_no_role_is_asked_for_that_exchange_online_no_longer_has():
    assert "New-ManagementRoleAssignment" not in remedy_for(
        AlertCause.MAY_NOT_IMPERSONATE, BUILT_IN
    )
    assert "New-ManagementRoleAssignment" in remedy_for(AlertCause.MAY_NOT_IMPERSONATE, ON_A_SERVER)


@pytest.mark.parametrize(
    ("licensed", "word"), [(True, "another mailbox"), (False, "Give the user"), (MISSING, "Where")]
)
def test_a_licensed_user_is_not_asked_to_have_a_licence(licensed, word):
    subject = mailbox(owner=owner(licensed=licensed))
    assert word in remedy_for(AlertCause.ADDRESS_OF_AN_UNLICENSED_USER, subject)


@pytest.mark.parametrize("cause", AlertCause)
def test_every_cause_has_a_remedy_whatever_the_subject(cause):
    for subject in (BUILT_IN, ON_A_SERVER, profile(), exchange_server_profile()):
        assert remedy_for(cause, subject).endswith(".")
