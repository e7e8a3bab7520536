import pytest

from rules.option_sets import AppDeployment
from rules.support.outlook_on_the_web_in_hybrid import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    declared,
    every,
    exchange_server_profile,
    mailbox,
    on_premises,
    organization,
    profile,
    reads_online,
)
from tests.rules.gravity import gravity

CLOUD = mailbox(app_for_outlook=AppDeployment.NOT_INSTALLED)
WITH_APP = mailbox()
SERVER = mailbox(profile=exchange_server_profile())
UNDECLARED = declared(outlook_on_the_web=MISSING)


@pytest.mark.parametrize(("said", "expected"), [(True, "fail"), (False, "pass")])
def test_the_declaration_decides_a_hybrid(said, expected):
    verdict = check(on_premises(), declared(outlook_on_the_web=said), every(SERVER, WITH_APP))
    assert outcome(verdict) == expected
    assert {e.field for e in verdict.evidence} == {"outlook_on_the_web", "reaches_exchange_online"}


def test_a_hybrid_of_exchange_server_that_names_a_host_in_the_cloud_is_one_too():
    there = mailbox(profile=exchange_server_profile(reaches_exchange_online=True))
    said = declared(outlook_on_the_web=True)
    assert outcome(check(on_premises(), said, every(there))) == "fail"


def test_one_direction_to_exchange_online_is_enough():
    split = mailbox(profile=reads_online())
    verdict = check(on_premises(), declared(outlook_on_the_web=True), every(split))
    assert outcome(verdict) == "fail"
    assert {e.value for e in verdict.evidence} == {True}


def test_undeclared_it_is_undetermined_and_counts_the_app():
    verdict = check(on_premises(), UNDECLARED, every(SERVER, CLOUD, WITH_APP, counts=(9, 5, 3)))
    assert outcome(verdict) == "undetermined"
    assert "3 mailboxes" in verdict.message
    assert verdict.cause == MISSING.cause


def test_undeclared_and_without_the_app_it_is_undetermined_too():
    verdict = check(on_premises(), UNDECLARED, every(CLOUD))
    assert outcome(verdict) == "undetermined"
    assert "mailboxes" not in verdict.message


@pytest.mark.parametrize(
    "mailboxes",
    [
        every(),
        every(SERVER),
        every(mailbox(profile=None)),
        every(mailbox(synchronizing=False)),
    ],
)
def test_without_exchange_online_in_use_it_is_no_hybrid(mailboxes):
    said = declared(outlook_on_the_web=True)
    assert outcome(check(on_premises(), said, mailboxes)) == "not-applicable"


def test_online_it_is_not_meant():
    said = declared(outlook_on_the_web=True)
    assert outcome(check(organization(), said, every(CLOUD))) == "not-applicable"


def test_only_a_hybrid_waits_for_the_mailboxes():
    said = declared(outlook_on_the_web=True)
    assert outcome(check(organization(), said, MISSING)) == "not-applicable"
    with pytest.raises(Undecided):
        check(on_premises(), said, MISSING)


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(profile=MISSING),
        mailbox(profile=profile(reaches_exchange_online=MISSING)),
        mailbox(synchronizing=MISSING),
    ],
)
def test_undetermined_where_it_may_be_a_hybrid(subject):
    with pytest.raises(Undecided):
        check(on_premises(), declared(), every(SERVER, subject))


def test_how_grave_its_failure_is():
    assert gravity("outlook-on-the-web-in-hybrid") == ("error", "unsupported")
