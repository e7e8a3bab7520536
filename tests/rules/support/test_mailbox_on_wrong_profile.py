import pytest

from rules.email_systems import Place, Protocol
from rules.option_sets import Deployment
from rules.support.mailbox_on_wrong_profile import (
    DUTY,
    EXCHANGE_SERVER_BEHIND_ONLINE_PROFILE,
    check,
)
from rules.unknown import Undecided
from rules.verdict import Undetermined, outcome
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    organization,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity

ONLINE = organization()
ON_PREMISES = organization(deployment=Deployment.ON_PREMISES)
OF_ANOTHER_TENANT = profile(same_tenant=False)
ALL = DUTY + EXCHANGE_SERVER_BEHIND_ONLINE_PROFILE


def living(place, subject_profile):
    return mailbox(exchange=exchange_mailbox(place=place), profile=subject_profile)


@pytest.mark.parametrize(
    ("place", "subject_profile", "expected", "statements"),
    [
        (Place.EXCHANGE_ONLINE, profile(), "pass", ALL),
        (Place.EXCHANGE_SERVER, profile(), "fail", ALL),
        (Place.EXCHANGE_SERVER, exchange_server_profile(), "pass", DUTY),
        (Place.EXCHANGE_ONLINE, exchange_server_profile(), "fail", DUTY),
    ],
)
def test_place_and_profile_must_fit(place, subject_profile, expected, statements):
    verdict = check(living(place, subject_profile), ONLINE)
    assert outcome(verdict) == expected
    assert verdict.statements == statements


@pytest.mark.parametrize(
    "subject",
    [
        living(Place.ELSEWHERE, profile()),
        living(Place.EXCHANGE_ONLINE, pop3_profile()),
        mailbox(profile=None),
    ],
)
def test_other_places_and_profiles_are_not_meant(subject):
    assert outcome(check(subject, ONLINE)) == "not-applicable"


SMTP = {"protocol": Protocol.SMTP, "host": "smtp.contoso.com"}
SENDS_BY_SMTP = profile(
    outgoing=SMTP,
    same_settings_for_outgoing=False,
    is_exchange_online=False,
    reaches_exchange_online=True,
)
"""It reads from Exchange Online, and sends by a mail server."""
HYBRID_THAT_NAMES_THE_CLOUD = exchange_server_profile(reaches_exchange_online=True)


@pytest.mark.parametrize(
    ("place", "subject_profile", "expected"),
    [
        (Place.EXCHANGE_ONLINE, SENDS_BY_SMTP, "pass"),
        (Place.EXCHANGE_SERVER, SENDS_BY_SMTP, "fail"),
        (Place.EXCHANGE_ONLINE, HYBRID_THAT_NAMES_THE_CLOUD, "fail"),
    ],
)
def test_the_directions_count_that_speak_to_exchange_unless_the_kind_tells(
    place, subject_profile, expected
):
    verdict = check(living(place, subject_profile), ONLINE)
    assert outcome(verdict) == expected


@pytest.mark.parametrize("namesake", Place)
def test_the_own_tenant_tells_nothing_of_a_mailbox_in_another_one(namesake):
    verdict = check(living(namesake, OF_ANOTHER_TENANT), ONLINE)
    assert isinstance(verdict, Undetermined)
    assert "another tenant" in verdict.message


def test_on_premises_the_mail_tenant_is_the_one_that_was_read():
    subject = living(Place.EXCHANGE_ONLINE, OF_ANOTHER_TENANT)
    assert outcome(check(subject, ON_PREMISES)) == "pass"


@pytest.mark.parametrize(
    "subject",
    [
        living(MISSING, profile()),
        mailbox(profile=MISSING),
        mailbox(profile=profile(reaches_exchange_online=MISSING)),
        mailbox(profile=profile(both={"protocol": MISSING})),
    ],
)
def test_undetermined_where_it_cannot_be_told(subject):
    with pytest.raises(Undecided):
        check(subject, ONLINE)


def test_a_mailbox_of_the_tenant_that_was_read_is_named_beside_a_profile_of_another():
    across = profile(same_tenant=False)
    verdict = check(living(Place.EXCHANGE_ONLINE, across), ONLINE)
    assert outcome(verdict) == "undetermined"
    assert "has a mailbox of this address" in verdict.message
    elsewhere = check(living(Place.ELSEWHERE, across), ONLINE)
    assert outcome(elsewhere) == "undetermined"
    assert "has a mailbox of this address" not in elsewhere.message


def test_a_profile_of_another_tenant_that_was_read_is_judged():
    read = profile(same_tenant=False, another_tenant_was_read=False)
    assert outcome(check(living(Place.EXCHANGE_ONLINE, read), ONLINE)) == "pass"


def test_how_grave_its_failure_is():
    assert gravity("mailbox-on-wrong-profile") == ("error", "unsupported")
