import pytest

from rules.edition import load
from rules.email_systems import Product, Protocol
from rules.option_sets import ActMethod
from rules.support.unsupported_appointments_contacts_tasks import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_server_profile,
    mailbox,
    on_premises,
    organization,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity

ONLINE = load("online")


@pytest.mark.parametrize(
    ("edition", "where", "product", "cell"),
    [
        ("crm-2016", on_premises(), Product.GMAIL, "S17-11"),
        ("crm-2016", on_premises(), Product.WINDOWS_LIVE_MAIL, "S17-23"),
        ("crm-2016", organization(), Product.YAHOO_MAIL, "S17-38"),
        ("customer-engagement-9", on_premises(), Product.MSN, "OP9-23"),
        ("online", organization(), Product.GMAIL, "CUR-14"),
    ],
)
@pytest.mark.parametrize("protocol", [Protocol.POP3, Protocol.IMAP])
def test_fails_over_pop3_and_imap_by_the_cell_of_the_provider(
    edition, where, product, cell, protocol
):
    subject = mailbox(profile=pop3_profile(product, incoming={"protocol": protocol}))
    verdict = check(subject, where, load(edition))
    assert outcome(verdict) == "fail"
    assert verdict.statements == (cell,)


@pytest.mark.parametrize("product", [Product.OTHER, MISSING])
def test_fails_whoever_the_provider_is(product):
    subject = mailbox(profile=pop3_profile(both={"product": product}))
    verdict = check(subject, organization(), ONLINE)
    assert outcome(verdict) == "fail"
    assert verdict.statements == ("CUR-14", "CUR-17")


@pytest.mark.parametrize(
    ("subject", "cell"),
    [
        (mailbox(), "CUR-02"),
        (mailbox(profile=exchange_server_profile()), "CUR-08"),
    ],
)
def test_passes_with_a_listed_exchange(subject, cell):
    verdict = check(subject, organization(), ONLINE)
    assert outcome(verdict) == "pass"
    assert verdict.statements == (cell,)


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(profile=pop3_profile(), act_method=ActMethod.NONE),
        mailbox(profile=pop3_profile(), act_method=ActMethod.OUTLOOK),
        mailbox(profile=None),
        mailbox(profile=exchange_server_profile(both={"product": Product.EXCHANGE_2010})),
    ],
)
def test_not_applicable_where_the_server_synchronizes_none_or_the_system_is_unlisted(subject):
    assert outcome(check(subject, organization(), ONLINE)) == "not-applicable"


def test_an_edition_that_does_not_speak_of_the_deployment_says_nothing():
    assert outcome(check(mailbox(), on_premises(), ONLINE)) == "not-applicable"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(act_method=MISSING),
        mailbox(profile=MISSING),
        mailbox(profile=profile(incoming={"protocol": MISSING})),
        mailbox(profile=exchange_server_profile(incoming={"product": MISSING})),
    ],
)
def test_undetermined_where_it_cannot_be_told(subject):
    with pytest.raises(Undecided):
        check(subject, organization(), ONLINE)


def test_fails_where_the_row_says_no_whatever_the_protocol():
    subject = mailbox(profile=exchange_server_profile(both={"product": Product.GMAIL}))
    verdict = check(subject, organization(), ONLINE)
    assert outcome(verdict) == "fail"
    assert verdict.statements == ("CUR-14",)


def test_fails_over_pop3_with_exchange_too():
    subject = mailbox(profile=pop3_profile(Product.EXCHANGE_2016))
    assert outcome(check(subject, organization(), ONLINE)) == "fail"


def test_how_grave_its_failure_is():
    assert gravity("unsupported-appointments-contacts-tasks") == ("error", "unsupported")
