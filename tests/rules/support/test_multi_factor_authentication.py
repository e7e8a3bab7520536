import pytest

from rules.edition import load
from rules.email_systems import Protocol
from rules.option_sets import CredentialRetrieval
from rules.support.multi_factor_authentication import (
    NO_PERSON,
    ON_PREMISES_TO_EXCHANGE_ONLINE,
    ONLINE_TO_EXCHANGE_SERVER,
    check,
)
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    declared,
    exchange_server_profile,
    on_premises,
    organization,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity

EDITION = load("customer-engagement-2018")
"""Speaks of both directions."""

ACCOUNT = {"credential_retrieval": CredentialRetrieval.PROFILE}


def hybrid(direction, **changes):
    if direction == "online":
        return exchange_server_profile(**changes), organization()
    return profile(**{"both": ACCOUNT, **changes}), on_premises()


@pytest.mark.parametrize(
    ("direction", "statements"),
    [
        ("online", ONLINE_TO_EXCHANGE_SERVER),
        ("on-premises", ON_PREMISES_TO_EXCHANGE_ONLINE),
    ],
)
@pytest.mark.parametrize(
    ("measured", "said", "expected"),
    [
        (True, True, "fail"),
        (True, MISSING, "fail"),
        (MISSING, True, "fail"),
        (False, False, "pass"),
        (False, MISSING, "pass"),
        (MISSING, False, "pass"),
        (True, False, "undetermined"),
        (False, True, "undetermined"),
    ],
)
def test_what_is_read_and_declared_decides(direction, statements, measured, said, expected):
    subject, where = hybrid(direction, account_demands_multi_factor=measured)
    verdict = check(subject, where, declared(multi_factor_authentication=said), EDITION)
    assert outcome(verdict) == expected
    assert verdict.statements == statements


@pytest.mark.parametrize("measured", [True, MISSING])
def test_a_finding_shows_how_the_profile_signs_in(measured):
    subject, where = hybrid("on-premises", account_demands_multi_factor=measured)
    verdict = check(subject, where, declared(multi_factor_authentication=True), EDITION)
    ways = [each.value for each in verdict.evidence if each.field == "credential_retrieval"]
    assert ways == [CredentialRetrieval.PROFILE.value]


@pytest.mark.parametrize("direction", ["online", "on-premises"])
def test_undetermined_where_neither_tells(direction):
    subject, where = hybrid(direction, account_demands_multi_factor=MISSING)
    with pytest.raises(Undecided):
        check(subject, where, declared(multi_factor_authentication=MISSING), EDITION)


@pytest.mark.parametrize("direction", ["online", "on-premises"])
@pytest.mark.parametrize("retrieval", NO_PERSON)
def test_signing_in_as_an_application_passes(direction, retrieval):
    subject, where = hybrid(
        direction, both={"credential_retrieval": retrieval}, account_demands_multi_factor=True
    )
    assert outcome(check(subject, where, declared(), EDITION)) == "pass"


def test_one_direction_with_an_account_is_enough():
    subject, where = hybrid(
        "online",
        outgoing={"credential_retrieval": CredentialRetrieval.EXCHANGE_HYBRID_MODERN},
        account_demands_multi_factor=True,
    )
    assert (
        outcome(check(subject, where, declared(multi_factor_authentication=True), EDITION))
        == "fail"
    )


def test_a_direction_by_smtp_signs_in_to_no_exchange():
    subject, where = hybrid(
        "online",
        incoming={"credential_retrieval": CredentialRetrieval.EXCHANGE_HYBRID_MODERN},
        outgoing={"protocol": Protocol.SMTP},
        account_demands_multi_factor=True,
    )
    assert outcome(check(subject, where, declared(), EDITION)) == "pass"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (profile(both=ACCOUNT, account_demands_multi_factor=True), organization()),
        (exchange_server_profile(account_demands_multi_factor=True), on_premises()),
        (pop3_profile(account_demands_multi_factor=True), organization()),
    ],
)
def test_only_hybrids_with_exchange_are_meant(subject, where):
    verdict = check(subject, where, declared(multi_factor_authentication=True), EDITION)
    assert outcome(verdict) == "not-applicable"


def test_a_hybrid_of_exchange_server_is_judged_by_where_its_host_leads():
    leads_online = exchange_server_profile(
        reaches_exchange_online=True, account_demands_multi_factor=True
    )
    verdict = check(leads_online, organization(), declared(), EDITION)
    assert outcome(verdict) == "not-applicable"
    said = declared(multi_factor_authentication=True)
    verdict = check(leads_online, on_premises(), said, EDITION)
    assert (outcome(verdict), verdict.statements) == ("fail", ON_PREMISES_TO_EXCHANGE_ONLINE)


@pytest.mark.parametrize("where", [organization(), on_premises()])
def test_where_nobody_knows_where_a_hybrid_leads_nothing_is_said(where):
    anywhere = exchange_server_profile(reaches_exchange_online=MISSING)
    with pytest.raises(Undecided):
        check(anywhere, where, declared(), EDITION)


def test_an_edition_that_does_not_speak_of_the_pair_says_nothing():
    subject, where = hybrid("online", account_demands_multi_factor=True)
    verdict = check(subject, where, declared(), load("customer-engagement-9"))
    assert outcome(verdict) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("multi-factor-authentication") == ("error", "unsupported")
