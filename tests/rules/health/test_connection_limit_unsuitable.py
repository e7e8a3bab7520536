import pytest

from rules.health.connection_limit_unsuitable import HIGHEST, LOWEST, MANY_MAILBOXES, check
from rules.option_sets import CredentialRetrieval
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile, profile, use
from tests.rules.gravity import gravity

LIMITS = Thresholds({each.name: each for each in (LOWEST, MANY_MAILBOXES, HIGHEST)})


def shared_account(limit):
    return exchange_server_profile(max_concurrent_connections=limit)


@pytest.mark.parametrize(
    ("limit", "mailboxes", "expected", "severity"),
    [
        (9, 99, "pass", None),
        (9, 100, "fail", None),
        (10, 100, "pass", None),
        (27, 5, "pass", None),
        (28, 5, "fail", "note"),
        (None, 5, "undetermined", None),
    ],
)
def test_too_few_for_many_mailboxes_or_more_than_exchange_allows(
    limit, mailboxes, expected, severity
):
    verdict = check(shared_account(limit), use(synchronizing_mailboxes=mailboxes), LIMITS)
    assert outcome(verdict) == expected
    assert getattr(verdict, "severity", None) == severity


def test_the_limit_of_exchange_says_nothing_of_other_systems():
    subject = pop3_profile(
        max_concurrent_connections=300, both={"credential_retrieval": CredentialRetrieval.PROFILE}
    )
    assert outcome(check(subject, use(), LIMITS)) == "pass"


def test_without_an_account_that_mailboxes_share_the_limit_says_nothing():
    subject = profile(max_concurrent_connections=1)
    assert outcome(check(subject, use(synchronizing_mailboxes=500), LIMITS)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "used"),
    [
        (shared_account(MISSING), use()),
        (
            exchange_server_profile(max_concurrent_connections=28, both={"protocol": MISSING}),
            use(),
        ),
        (shared_account(1), use(synchronizing_mailboxes=MISSING)),
        (profile(incoming={"credential_retrieval": MISSING}), use()),
    ],
)
def test_what_is_not_known_leaves_it_open(subject, used):
    with pytest.raises(Undecided):
        check(subject, used, LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("connection-limit-unsuitable") == ("warning", "degrades")
