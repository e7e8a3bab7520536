"""Whose hosts are whose, by their names alone."""

import pytest

from connectors.known_systems import known_systems
from rules.email_systems import Product

KNOWN = known_systems()


@pytest.mark.parametrize(
    ("host", "product"),
    [
        ("pop.gmail.com", Product.GMAIL),
        ("x.pop.gmail.com", None),
        ("pop.mail.yahoo.com", Product.YAHOO_MAIL),
        ("mail.yahoo.com", Product.YAHOO_MAIL),
        ("pop.mail.yahoo.co.jp", Product.OTHER),
        ("hotmail.yahoo.com", None),
        ("notmail.yahoo.com", None),
        ("pop-mail.outlook.com", Product.OUTLOOK_COM),
        ("pop3.email.msn.com", Product.MSN),
        ("pop3.live.com", Product.WINDOWS_LIVE_MAIL),
        ("contoso.mx.microsoft", Product.EXCHANGE_ONLINE),
        ("mail.contoso.example", None),
        ("", None),
    ],
)
def test_a_provider_is_known_by_its_name_or_by_one_below_it(
    host: str, product: Product | None
) -> None:
    assert KNOWN.provider(host) is product


@pytest.mark.parametrize(
    ("exchangers", "product"),
    [
        (["a.l.google.com", "smtp.google.com"], Product.GMAIL),
        (["l.google.com"], Product.GMAIL),
        (["a.smtp.google.com"], None),
        (["a.l.google.com", "mx.contoso.example"], None),
        (["a.l.google.com", "a.yahoodns.net"], None),
        (["mx.contoso.example"], None),
        (["x.olc.protection.outlook.com"], Product.OUTLOOK_COM),
        (["x.mail.protection.outlook.com"], Product.EXCHANGE_ONLINE),
        ([], None),
    ],
)
def test_the_exchangers_of_a_domain_are_all_of_one_taker(
    exchangers: list[str], product: Product | None
) -> None:
    assert KNOWN.taker(exchangers) is product


@pytest.mark.parametrize(
    ("host", "is_it", "may_be"),
    [
        ("outlook.office365.com", True, True),
        ("smtp.office365.com", True, True),
        ("pod51043.outlook.com", False, True),
        ("pop-mail.outlook.com", False, False),
        ("mail.contoso.example", False, False),
        ("52.96.0.1", False, True),
        ("[2603:1006::1]", False, True),
        ("10.0.0.5", False, False),
        ("[::1]", False, False),
    ],
)
def test_which_hosts_are_exchange_online_and_which_may_be(
    host: str, is_it: bool, may_be: bool
) -> None:
    assert KNOWN.is_exchange_online(host) is is_it
    assert KNOWN.may_be_exchange_online(host) is may_be


def test_greetings_are_compared_without_case_and_names_by_set() -> None:
    assert any(each.match("+ok dovecot ready") for each, _ in KNOWN.greetings)
    assert KNOWN.mail_domains["hotmail.com"] is Product.OUTLOOK_COM
