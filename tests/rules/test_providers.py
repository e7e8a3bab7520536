"""A mail provider is told by what was established of it, or ruled out by the protocol."""

import pytest

from rules.email_systems import Product, Protocol
from rules.providers import is_product
from rules.unknown import Unknown
from tests.rules.facts import MISSING, connection


@pytest.mark.parametrize("protocol", [Protocol.POP3, Protocol.IMAP, Protocol.SMTP])
def test_over_a_mail_protocol_the_product_decides(protocol):
    gmail = connection(protocol=protocol, product=Product.GMAIL)
    assert is_product(gmail, Product.GMAIL) is True
    assert is_product(gmail, Product.YAHOO_MAIL) is False
    assert isinstance(is_product(connection(protocol=protocol, product=MISSING)), Unknown)


def test_what_speaks_exchange_web_services_is_no_mail_provider():
    assert is_product(connection(protocol=Protocol.EWS, product=MISSING), Product.GMAIL) is False


def test_an_unknown_protocol_leaves_an_unknown_product_open():
    either = connection(protocol=MISSING, product=MISSING)
    assert isinstance(is_product(either, Product.GMAIL), Unknown)
