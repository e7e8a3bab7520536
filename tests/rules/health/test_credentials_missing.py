import msgspec
import pytest

from rules.health.credentials_missing import check
from rules.option_sets import ActMethod, CredentialRetrieval, EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, mailbox, pop3_profile
from tests.rules.gravity import gravity

OWN = {"credential_retrieval": CredentialRetrieval.USER_OR_QUEUE}
STORED = {"credential_retrieval": CredentialRetrieval.PROFILE, "user_name_is_principal": True}
BY_APPLICATION = [CredentialRetrieval.ENTRA_OAUTH, CredentialRetrieval.GMAIL_OAUTH]
ONLY_SENDS = {"incoming_method": EmailMethod.NONE, "act_method": ActMethod.NONE}
ONLY_APPOINTMENTS = {"incoming_method": EmailMethod.NONE, "outgoing_method": EmailMethod.NONE}


@pytest.mark.parametrize(
    ("password", "allowed", "expected"),
    [
        (True, True, "pass"),
        (True, False, "fail"),
        (False, True, "fail"),
        (False, MISSING, "fail"),
        (MISSING, False, "fail"),
    ],
)
def test_the_mailbox_needs_a_password_that_may_be_used(password, allowed, expected):
    subject = mailbox(
        profile=pop3_profile(both=OWN), password_set=password, credentials_allowed=allowed
    )
    assert outcome(check(subject)) == expected


@pytest.mark.parametrize(("password", "expected"), [(True, "pass"), (False, "fail")])
def test_the_profile_needs_its_own_password(password, expected):
    subject = mailbox(profile=exchange_server_profile(both={"password_set": password}))
    assert outcome(check(subject)) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [(True, "pass"), (False, "pass"), (None, "fail"), (MISSING, None)]
)
def test_the_account_of_the_profile_needs_a_name(name, expected):
    subject = mailbox(profile=exchange_server_profile(both={"user_name_is_principal": name}))
    if expected is None:
        with pytest.raises(Undecided):
            check(subject)
    else:
        verdict = check(subject)
        assert outcome(verdict) == expected
        assert expected == "pass" or "no user name" in verdict.message


@pytest.mark.parametrize("retrieval", BY_APPLICATION)
def test_oauth_needs_an_application(retrieval):
    profile = pop3_profile(both={"credential_retrieval": retrieval}, application_named=False)
    verdict = check(mailbox(profile=profile))
    assert outcome(verdict) == "fail"
    assert "names no application" in verdict.message
    with pytest.raises(Undecided):
        check(mailbox(profile=msgspec.structs.replace(profile, application_named=MISSING)))


@pytest.mark.parametrize("retrieval", BY_APPLICATION)
@pytest.mark.parametrize("named", [True, MISSING])
def test_oauth_needs_what_its_application_signs_in_with(retrieval, named):
    profile = pop3_profile(
        both={"credential_retrieval": retrieval},
        application_named=named,
        application_credential_held=False,
    )
    verdict = check(mailbox(profile=profile))
    assert outcome(verdict) == "fail"
    assert "no client secret" in verdict.message
    assert "client secret" in verdict.remedy


@pytest.mark.parametrize("hidden", ["application_named", "application_credential_held"])
def test_what_oauth_needs_is_open_where_it_was_not_read(hidden):
    with pytest.raises(Undecided):
        check(mailbox(profile=pop3_profile(**{hidden: MISSING})))


@pytest.mark.parametrize("hidden", ["application_named", "application_credential_held"])
@pytest.mark.parametrize("other", [STORED | {"password_set": False}, OWN])
def test_what_is_missed_of_one_direction_fails_whatever_the_application_holds(hidden, other):
    by_google = {"credential_retrieval": CredentialRetrieval.GMAIL_OAUTH}
    profile = pop3_profile(incoming=by_google, outgoing=other, **{hidden: MISSING})
    verdict = check(mailbox(profile=profile, password_set=False))
    assert outcome(verdict) == "fail"
    assert "(outgoing)" in verdict.message


def test_a_secret_of_a_direction_that_is_not_used_is_not_missed():
    profile = pop3_profile(both=STORED | {"password_set": True}, application_credential_held=False)
    assert outcome(check(mailbox(profile=profile))) == "pass"
    by_google = {"credential_retrieval": CredentialRetrieval.GMAIL_OAUTH}
    sending = pop3_profile(
        both=STORED | {"password_set": True},
        incoming=by_google,
        application_credential_held=False,
    )
    assert outcome(check(mailbox(profile=sending, **ONLY_SENDS))) == "pass"
    assert outcome(check(mailbox(profile=sending))) == "fail"


@pytest.mark.parametrize(
    ("methods", "bare", "expected"),
    [
        (ONLY_SENDS, "incoming", "pass"),
        (ONLY_SENDS, "outgoing", "fail"),
        (ONLY_APPOINTMENTS, "incoming", "fail"),
        (ONLY_APPOINTMENTS, "outgoing", "pass"),
    ],
)
def test_only_directions_in_use_count(methods, bare, expected):
    profile = pop3_profile(both={**STORED, "password_set": True}, **{bare: {"password_set": False}})
    verdict = check(mailbox(profile=profile, **methods))
    assert outcome(verdict) == expected
    assert expected == "pass" or f"({bare})" in verdict.message


@pytest.mark.parametrize("own", ["incoming", "outgoing"])
def test_the_directions_of_the_mailboxes_own_account_are_named(own):
    profile = pop3_profile(both={**STORED, "password_set": True}, **{own: OWN})
    verdict = check(mailbox(profile=profile, password_set=False))
    assert outcome(verdict) == "fail"
    assert f"own account ({own})" in verdict.message


@pytest.mark.parametrize("retrieval", [each for each in CredentialRetrieval if each.value > 1])
def test_other_ways_to_sign_in_store_no_password(retrieval):
    subject = mailbox(profile=pop3_profile(both={"credential_retrieval": retrieval}))
    expected = "pass" if retrieval in BY_APPLICATION else "not-applicable"
    assert outcome(check(subject)) == expected


def test_without_a_profile_another_rule_judges():
    assert outcome(check(mailbox(profile=None))) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        {"profile": MISSING},
        {"profile": pop3_profile(both={"credential_retrieval": MISSING})},
        {"profile": pop3_profile(both={**STORED, "password_set": MISSING})},
        {"profile": pop3_profile(both=OWN), "password_set": MISSING, "credentials_allowed": True},
        {"profile": exchange_server_profile(both={"password_set": False}), **ONLY_SENDS}
        | {"outgoing_method": MISSING},
    ],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden))


def test_how_grave_its_failure_is():
    assert gravity("credentials-missing") == ("error", "stops")
