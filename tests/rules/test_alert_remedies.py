"""The remedy of an alert fits the profile and the owner."""

import pytest

from rules.alert_causes import AlertCause
from rules.alert_remedies import remedy_for
from rules.option_sets import Approval, CredentialRetrieval
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    owner,
    pop3_profile,
    profile,
)

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


@pytest.mark.parametrize(
    "cause",
    [
        AlertCause.CREDENTIALS_REFUSED,
        AlertCause.ACCOUNT_REFUSED,
        AlertCause.MAY_NOT_IMPERSONATE,
        AlertCause.NO_MAILBOX_BEHIND_ADDRESS,
    ],
)
def test_nobody_is_asked_to_repair_a_password_that_exchange_online_refuses(cause):
    stored = profile(both={"credential_retrieval": CredentialRetrieval.PROFILE})
    assert "Microsoft Exchange Online profile" in remedy_for(cause, stored)
    across = profile(same_tenant=False, both={"credential_retrieval": CredentialRetrieval.PROFILE})
    assert "OAuth of Microsoft Entra" in remedy_for(cause, across)
    assert remedy_for(cause, exchange_server_profile()) == cause.remedy


@pytest.mark.parametrize(
    ("cause", "undone"),
    [
        (AlertCause.NOT_APPROVED, {"approval": Approval.PENDING}),
        (AlertCause.NOT_APPROVED_BY_MICROSOFT_365, {"approved_by_microsoft_365": False}),
        (AlertCause.MAILBOX_DISABLED, {"active": False}),
        (AlertCause.NO_PROFILE, {"profile": None}),
        (AlertCause.NO_PROFILE, {"profile": profile(active=MISSING)}),
        (AlertCause.LICENSE_OR_ACCESS_MODE, {"owner": owner(licensed=False)}),
        (
            AlertCause.EXCHANGE_LICENSE_MISSING,
            {"exchange": exchange_mailbox(has_exchange_license=False)},
        ),
        (
            AlertCause.ACCOUNT_DISABLED,
            {"exchange": exchange_mailbox(account_enabled=MISSING)},
        ),
    ],
)
def test_nobody_is_asked_for_what_the_records_show_to_be_done(cause, undone):
    assert "in place by now" in remedy_for(cause, mailbox())
    assert remedy_for(cause, mailbox(**undone)) == cause.remedy


@pytest.mark.parametrize(("port", "asked"), [(465, True), (587, False)])
def test_the_port_of_submission_is_asked_for_once(port, asked):
    subject = pop3_profile(outgoing={"port": port})
    told = remedy_for(AlertCause.SMTP_PORT_OF_ANOTHER_KIND, subject)
    assert ("Set the outgoing port" in told) is asked


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
