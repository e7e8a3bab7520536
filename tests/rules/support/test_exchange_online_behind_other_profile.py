import pytest

from rules.email_systems import Place
from rules.support.exchange_online_behind_other_profile import check
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


@pytest.mark.parametrize("other", [exchange_server_profile(), pop3_profile()])
def test_fails_behind_any_other_profile(other):
    assert outcome(check(mailbox(profile=other), organization())) == "fail"


def test_passes_behind_its_own_whatever_the_name():
    renamed = profile(name="Kopie von Microsoft Exchange Online")
    assert outcome(check(mailbox(profile=renamed), organization())) == "pass"


@pytest.mark.parametrize("place", [Place.EXCHANGE_SERVER, Place.ELSEWHERE])
def test_mailboxes_of_other_places_are_not_meant(place):
    subject = mailbox(exchange=exchange_mailbox(place=place), profile=exchange_server_profile())
    assert outcome(check(subject, organization())) == "not-applicable"


def test_on_premises_and_without_a_profile_it_is_not_meant():
    assert outcome(check(mailbox(profile=pop3_profile()), on_premises())) == "not-applicable"
    assert outcome(check(mailbox(profile=None), organization())) == "not-applicable"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(exchange=exchange_mailbox(place=MISSING), profile=pop3_profile()),
        mailbox(profile=MISSING),
        mailbox(profile=profile(is_exchange_online=MISSING)),
    ],
)
def test_undetermined_where_it_cannot_be_told(subject):
    with pytest.raises(Undecided):
        check(subject, organization())


def test_how_grave_its_failure_is():
    assert gravity("exchange-online-behind-other-profile") == ("error", "unsupported")
