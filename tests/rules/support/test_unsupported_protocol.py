import pytest

from rules.edition import EDITIONS, load
from rules.email_systems import Product, Protocol
from rules.support.unsupported_protocol import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_server_profile,
    on_premises,
    organization,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity

PLACES = {"online": organization(), "on-premises": on_premises()}


def judged(edition, place, product, protocol):
    outgoing = Protocol.EWS if protocol is Protocol.EWS else Protocol.SMTP
    subject = profile(
        both={"product": product},
        incoming={"protocol": protocol},
        outgoing={"protocol": outgoing},
    )
    return check(subject, PLACES[place], load(edition))


@pytest.mark.parametrize(
    ("edition", "place", "product", "protocol", "expected", "cell"),
    [
        ("crm-2016", "on-premises", Product.EXCHANGE_2016, Protocol.EWS, "pass", "S17-09"),
        ("crm-2016", "on-premises", Product.EXCHANGE_2016, Protocol.POP3, "fail", "S17-09"),
        ("crm-2016", "online", Product.EXCHANGE_ONLINE, Protocol.IMAP, "fail", "S17-27"),
        ("crm-2016", "online", Product.GMAIL, Protocol.POP3, "pass", "S17-36"),
        ("crm-2016", "online", Product.GMAIL, Protocol.IMAP, "fail", "S17-36"),
        ("online", "online", Product.GMAIL, Protocol.IMAP, "pass", "CUR-15"),
        ("online", "online", Product.EXCHANGE_2013_SP1, Protocol.POP3, "fail", "CUR-06"),
        ("customer-engagement-9", "on-premises", Product.MSN, Protocol.IMAP, "pass", "OP9-24"),
        ("customer-engagement-2018", "online", Product.YAHOO_MAIL, Protocol.IMAP, "fail", "ON9-18"),
    ],
)
def test_the_protocol_is_that_of_the_row(edition, place, product, protocol, expected, cell):
    verdict = judged(edition, place, product, protocol)
    assert outcome(verdict) == expected
    assert verdict.statements[0] == cell


def test_exchange_online_over_pop3_is_what_the_edition_of_2016_leaves_out_too():
    verdict = judged("crm-2016", "online", Product.EXCHANGE_ONLINE, Protocol.POP3)
    assert "S17-70" in verdict.statements


@pytest.mark.parametrize("product", [Product.OTHER, Product.EXCHANGE_2010, Product.MSN])
def test_a_system_without_a_row_is_judged_elsewhere(product):
    assert outcome(judged("online", "online", product, Protocol.POP3)) == "not-applicable"


def test_a_mix_of_exchange_with_others_is_judged_elsewhere():
    mixed = profile(outgoing={"protocol": Protocol.SMTP})
    assert outcome(check(mixed, organization(), load("online"))) == "not-applicable"


def test_one_direction_is_enough_even_where_the_other_is_unknown():
    subject = pop3_profile(
        incoming={"product": Product.EXCHANGE_2016}, outgoing={"product": MISSING}
    )
    assert outcome(check(subject, organization(), load("online"))) == "fail"


def test_undetermined_where_the_product_is_not_proven():
    subject = pop3_profile(both={"product": MISSING})
    verdict = check(subject, organization(), load("online"))
    assert outcome(verdict) == "undetermined"
    assert set(verdict.statements) == {f"CUR-{n:02}" for n in range(3, 19, 3)}


def test_no_exchange_fails_over_exchange_web_services_so_an_unread_build_leaves_nothing_open():
    subject = exchange_server_profile(both={"product": MISSING})
    unread = check(subject, organization(), load("online"))
    without_row = judged("online", "online", Product.EXCHANGE_2010, Protocol.EWS)
    assert outcome(unread) == outcome(without_row) == "pass"
    assert unread.statements == without_row.statements == ()


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_row_of_exchange_names_exchange_web_services(edition):
    rows = [each for each in load(edition).rows if Product(each.email_system).is_exchange]
    assert rows
    assert all("EWS" in each.protocols for each in rows)


def test_no_mail_provider_speaks_exchange_web_services():
    assert outcome(judged("online", "online", Product.GMAIL, Protocol.EWS)) == "not-applicable"


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
def test_undetermined_where_the_protocol_is_unknown(side):
    with pytest.raises(Undecided):
        check(profile(**{side: {"protocol": MISSING}}), organization(), load("online"))


def test_an_edition_that_does_not_speak_of_the_deployment_says_nothing():
    assert outcome(check(profile(), on_premises(), load("online"))) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("unsupported-protocol") == ("error", "unsupported")
