import pytest

from rules.health.ews_disabled import check
from rules.option_sets import ActMethod, CredentialRetrieval, EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    on_premises,
    organization,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity

OFF = exchange_mailbox(ews_enabled=False)
OWN = {"credential_retrieval": CredentialRetrieval.USER_OR_QUEUE}
APPLICATION = {"credential_retrieval": CredentialRetrieval.ENTRA_OAUTH}
IDLE = {
    "incoming_method": EmailMethod.NONE,
    "outgoing_method": EmailMethod.NONE,
    "act_method": ActMethod.NONE,
}


@pytest.mark.parametrize(("switch", "expected"), [(True, "pass"), (None, "pass"), (False, "fail")])
def test_only_a_switch_that_is_off_forbids(switch, expected):
    subject = mailbox(exchange=exchange_mailbox(ews_enabled=switch))
    assert outcome(check(subject, on_premises())) == expected


@pytest.mark.parametrize(
    ("of_profile", "where", "severity"),
    [
        (profile(), on_premises(), None),
        (profile(both=OWN), organization(), None),
        (exchange_server_profile(both=OWN), organization(), None),
        (exchange_server_profile(), organization(), "warning"),
        (exchange_server_profile(), on_premises(), "warning"),
    ],
)
def test_an_account_that_acts_for_others_on_exchange_server_is_a_warning(
    of_profile, where, severity
):
    verdict = check(mailbox(profile=of_profile, exchange=OFF), where)
    assert outcome(verdict) == "fail"
    assert verdict.severity == severity


@pytest.mark.parametrize("switch", [True, None, False])
def test_the_own_tenant_tells_nothing_of_a_mailbox_in_another_one(switch):
    across = profile(both=APPLICATION, same_tenant=False)
    subject = mailbox(profile=across, exchange=exchange_mailbox(ews_enabled=switch))
    verdict = check(subject, organization())
    assert outcome(verdict) == "undetermined"
    assert "another tenant" in verdict.message


def test_whether_an_application_of_its_own_needs_it_is_not_published():
    verdict = check(mailbox(profile=profile(both=APPLICATION), exchange=OFF), organization())
    assert outcome(verdict) == "undetermined"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(exchange=OFF),
        mailbox(exchange=OFF, profile=pop3_profile()),
        mailbox(exchange=OFF, profile=None),
        mailbox(exchange=OFF, profile=exchange_server_profile(), **IDLE),
    ],
)
def test_where_it_is_not_spoken_the_switch_says_nothing(subject):
    assert outcome(check(subject, organization())) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (mailbox(profile=MISSING), on_premises()),
        (mailbox(exchange=exchange_mailbox(ews_enabled=MISSING)), on_premises()),
        (mailbox(exchange=OFF), organization(deployment=MISSING)),
        (mailbox(exchange=OFF, profile=profile(reaches_exchange_online=MISSING)), organization()),
    ],
)
def test_what_is_not_known_leaves_it_open(subject, where):
    with pytest.raises(Undecided):
        check(subject, where)


SERVER = {"credential_retrieval": CredentialRetrieval.PROFILE, "reaches_exchange_online": False}


@pytest.mark.parametrize(
    ("incoming", "outgoing", "expected", "severity"),
    [
        # Neither direction is known to stop, and one may.
        (APPLICATION, SERVER, "undetermined", None),
        (SERVER, APPLICATION, "undetermined", None),
        # One stops, whatever the other one does.
        (APPLICATION, SERVER | OWN, "fail", None),
        (SERVER, {"credential_retrieval": CredentialRetrieval.PROFILE}, "fail", None),
        (SERVER, SERVER, "fail", "warning"),
    ],
)
def test_each_direction_is_judged_by_itself(incoming, outgoing, expected, severity):
    two = profile(incoming=incoming, outgoing=outgoing)
    verdict = check(mailbox(profile=two, exchange=OFF), organization())
    assert outcome(verdict) == expected
    assert getattr(verdict, "severity", None) == severity


@pytest.mark.parametrize(
    ("policy", "expected"), [(None, "pass"), ("EnforceAllowList", "undetermined")]
)
def test_a_policy_of_the_mailbox_on_client_names_may_keep_dynamics_out(policy, expected):
    verdict = check(mailbox(exchange=exchange_mailbox(client_policy=policy)), on_premises())
    assert outcome(verdict) == expected
    with pytest.raises(Undecided):
        check(mailbox(exchange=exchange_mailbox(client_policy=MISSING)), on_premises())
    assert outcome(check(mailbox(exchange=OFF), on_premises())) == "fail"


def test_how_grave_its_failure_is():
    assert gravity("ews-disabled") == ("error", "stops")
