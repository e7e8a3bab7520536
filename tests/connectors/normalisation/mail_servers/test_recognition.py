"""Which email system answered: by its words, its certificate and its names, never by a guess."""

import base64

import pytest

from connectors.known_systems import known_systems
from connectors.mail_servers.certificates import matches, shown
from connectors.mail_servers.rows import ProbeRow
from connectors.normalisation.mail_servers.recognition import (
    greets_as_exchange,
    is_exchange_cloud,
    recognised,
)
from rules.email_systems import Product

KNOWN = known_systems()
CLOUD_HOST = "HE1PR01CA0007.eurprd01.prod.exchangelabs.com"
SMTP_OF_THE_CLOUD = (
    "220 AB0PR01CA0001.outlook.office365.com Microsoft ESMTP MAIL Service ready at Tue, 1 Sep 2026"
)
POP3_OF_EXCHANGE = "+OK The Microsoft Exchange POP3 service is ready."


def cloud_greeting(host: str = CLOUD_HOST) -> str:
    return f"{POP3_OF_EXCHANGE} [{base64.b64encode(host.encode('utf-16-le')).decode()}]"


def seen(**columns: object) -> ProbeRow:
    fields: dict[str, object] = {
        "id": "mail.contoso.example:995",
        "host": "mail.contoso.example",
        "port": 995,
        "protocol": "POP3",
        "resolution": "found",
        "understood": True,
    }
    return ProbeRow(**(fields | columns))  # type: ignore[arg-type]


def product_of(**columns: object) -> Product | None:
    found = recognised(seen(**columns), KNOWN)
    return None if found is None else found.product


@pytest.mark.parametrize(
    ("greeting", "product"),
    [
        ("+OK Gpop ready for requests from 192.0.2.1 ab12", Product.GMAIL),
        ("* OK Gimap ready for requests from 192.0.2.1 ab12", Product.GMAIL),
        ("220 smtp.gmail.com ESMTP ab12 - gsmtp", Product.GMAIL),
        ("+OK Hello from jpop-0.1", Product.YAHOO_MAIL),
        ("220 smtp.mail.yahoo.com ESMTP ready", Product.YAHOO_MAIL),
        ("+OK Dovecot (Debian) ready.", Product.OTHER),
        ("* OK [CAPABILITY IMAP4rev1] Dovecot ready.", Product.OTHER),
        ("220 mail.contoso.example ESMTP Postfix", Product.OTHER),
        ("220 postfix ESMTP Exim 4.96 ready", Product.OTHER),
        ("220 postfix ESMTP ready", None),
        ("220 zimbra.contoso.example ESMTP ready", None),
        ("220-dovecot.contoso.example ESMTP ready", None),
        ("+OK dovecot.contoso.example POP3 ready", None),
        ("* OK [CAPABILITY IMAP4rev1] cyrus.contoso.example. ready", None),
        ("* OK cyrus.contoso.example Cyrus IMAP 3.6.1-Debian server ready", Product.OTHER),
        ("* OK [CAPABILITY IMAP4rev1 XYMHIGHESTMODSEQ X-MSG-EXT] IMAP4rev1 Hello", None),
        ("* OK IMAP4rev1 Hello", None),
        ("+OK ready", None),
        ("220 not-gmail.example ESMTP smtp.gmail.com", None),
        (POP3_OF_EXCHANGE, None),
        (cloud_greeting(), None),
    ],
)
def test_the_greeting_tells_the_provider(greeting: str, product: Product | None) -> None:
    assert product_of(greeting=greeting) is product


def test_words_that_were_no_greeting_tell_nothing() -> None:
    assert product_of(greeting="+OK Gpop ready", understood=False) is None


def test_an_alias_of_a_provider_tells_it() -> None:
    assert product_of(canonical="pop.gmail.com") is Product.GMAIL
    assert product_of(canonical="smtp.office365.com") is Product.EXCHANGE_ONLINE
    assert product_of(canonical="mail.contoso.example") is None


@pytest.mark.parametrize(
    ("names", "publicly", "product"),
    [
        (("pop.gmail.com",), True, Product.GMAIL),
        (("*.mail.yahoo.com", "pop.mail.yahoo.com"), True, Product.YAHOO_MAIL),
        (("pop.gmail.com",), False, None),
        (("pop.gmail.com", "mail.contoso.example"), True, None),
        (("mail.contoso.example",), True, None),
        ((), True, None),
    ],
)
def test_a_public_certificate_of_a_provider_alone_tells_it(
    names: tuple[str, ...], publicly: bool, product: Product | None
) -> None:
    assert product_of(certificate_names=names, trusted_publicly=publicly) is product


def test_exchange_in_the_cloud_names_its_host() -> None:
    assert is_exchange_cloud(cloud_greeting(), KNOWN)
    assert is_exchange_cloud(SMTP_OF_THE_CLOUD, KNOWN)
    assert product_of(greeting=SMTP_OF_THE_CLOUD) is None
    own = SMTP_OF_THE_CLOUD.replace("outlook.office365.com", "contoso.example")
    assert not is_exchange_cloud(own, KNOWN)
    assert not is_exchange_cloud(POP3_OF_EXCHANGE, KNOWN)
    assert not is_exchange_cloud(cloud_greeting("mail.contoso.example"), KNOWN)
    assert not is_exchange_cloud(f"{POP3_OF_EXCHANGE} [AAAAAAAA!]", KNOWN)
    assert not is_exchange_cloud(cloud_greeting().replace("Microsoft", "Another"), KNOWN)
    assert greets_as_exchange(seen(greeting=POP3_OF_EXCHANGE), KNOWN)
    assert not greets_as_exchange(seen(greeting="+OK ready"), KNOWN)


@pytest.mark.parametrize(
    ("exchanger", "product"),
    [
        ("contoso-com.mail.protection.outlook.com", Product.EXCHANGE_ONLINE),
        ("contoso-com.a-v1.mx.microsoft", Product.EXCHANGE_ONLINE),
        ("outlook-com.olc.protection.outlook.com", Product.OUTLOOK_COM),
        ("aspmx.l.google.com", Product.GMAIL),
        ("smtp.google.com", Product.GMAIL),
        ("mta5.am0.yahoodns.net", Product.YAHOO_MAIL),
        ("mail.protection.outlook.com.evil.example", None),
        ("mx.contoso.example", None),
    ],
)
def test_exchangers_tell_who_takes_the_mail(exchanger: str, product: Product | None) -> None:
    assert KNOWN.taker([exchanger]) is product
    assert KNOWN.taker([exchanger, "mx.other.example"]) is None or product is None


@pytest.mark.parametrize(
    ("host", "name", "fits"),
    [
        ("mail.contoso.example", "mail.contoso.example", True),
        ("MAIL.contoso.example", "mail.Contoso.example.", True),
        ("mail.contoso.example", "*.contoso.example", True),
        ("a.mail.contoso.example", "*.contoso.example", False),
        ("contoso.example", "*.contoso.example", False),
        ("mail.contoso.example", "*.example", False),
        ("contoso.example", "*.example", False),
        ("mail.contoso.example", "m*.contoso.example", False),
        ("mail.contoso.example", "*", False),
        ("mail.contoso.example", "", False),
    ],
)
def test_a_star_stands_for_one_label_only(host: str, name: str, fits: bool) -> None:
    assert matches(host, name) is fits


@pytest.mark.parametrize("content", [b"", b"\x30\x03\x02\x01\x01", b"\xff" * 1000])
def test_what_is_no_certificate_is_told_as_none(content: bytes) -> None:
    assert shown(content, "mail.contoso.example") is None


@pytest.mark.parametrize(
    ("host", "product"),
    [
        ("contoso-com.mail.protection.outlook.com", Product.EXCHANGE_ONLINE),
        ("contoso-com.a-v1.mx.microsoft", Product.EXCHANGE_ONLINE),
        ("aspmx.l.google.com", Product.GMAIL),
        ("mail.protection.outlook.com.evil.example", None),
    ],
)
def test_an_exchanger_as_outgoing_server_is_known(host: str, product: Product | None) -> None:
    assert KNOWN.provider(host) is product
