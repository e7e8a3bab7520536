"""From what was seen of a mail server to the system behind it: recognised, contradicted, open."""

import base64
from typing import Any

import pytest

from connectors.dns.rows import MailDomainRow
from connectors.known_systems import known_systems
from connectors.mail_servers.rows import PROBE, ProbeRow
from connectors.normalisation.mail_domains import MAIL_DOMAINS
from connectors.normalisation.mail_servers.probed_systems import Answering, ProbedSystems
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.email_systems import Product, Protocol
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"
HOST = "mail.contoso.example"
EXCHANGE = "+OK The Microsoft Exchange POP3 service is ready."
CLOUD = base64.b64encode("AM0PR01CA0001.eurprd01.prod.exchangelabs.com".encode("utf-16-le"))
GMAIL = "+OK Gpop ready for requests from 198.51.100.7 a1b2"
DOVECOT = "+OK Dovecot ready."
GMAIL_NAMES = {"certificate_names": ("pop.gmail.com",), "trusted_publicly": True}
YAHOO_NAMES = {"certificate_names": ("*.mail.yahoo.com",), "trusted_publicly": True}


def systems(*domains: MailDomainRow, port: int = 995, **columns: Any) -> ProbedSystems:
    usual = {"resolution": "found", "understood": True, "connected": True, "encryption": "implicit"}
    row = ProbeRow(id=f"{HOST}:{port}", host=HOST, port=port, protocol="POP3", **usual | columns)
    readings = {
        PROBE: Reading(SourceState(PROBE, "read"), ((row, AT),)),
        MAIL_DOMAINS: Reading(
            SourceState(MAIL_DOMAINS, "read"), tuple((each, AT) for each in domains)
        ),
    }
    return ProbedSystems(readings, known_systems())


def domain(name: str, exchanger: str) -> MailDomainRow:
    return MailDomainRow(domain=name, addresses=1, resolution="found", exchangers=(exchanger,))


ONLINE = domain("contoso.example", "contoso-example.mail.protection.outlook.com")


def behind(*domains: MailDomainRow, **columns: Any) -> Answering:
    return systems(*domains, **columns).behind(Protocol.POP3, HOST, None)


def unknown(found: Answering) -> Unknown:
    assert isinstance(found.product, Unknown)
    return found.product


@pytest.mark.parametrize(
    ("columns", "product", "shown"),
    [
        ({"greeting": GMAIL}, Product.GMAIL, "greeting"),
        ({"greeting": DOVECOT}, Product.OTHER, "greeting"),
        (GMAIL_NAMES, Product.GMAIL, "certificate_names"),
        ({"canonical": "pop.gmail.com"}, Product.GMAIL, "canonical"),
    ],
)
def test_what_is_recognised_is_shown_by_what_gave_it_away(
    columns: dict[str, Any], product: Product, shown: str
) -> None:
    found = behind(**columns)
    assert (found.product, found.exchange) == (product, False)
    assert [each.field for each in found.evidence] == [shown]


@pytest.mark.parametrize(
    ("columns", "contradicted"),
    [
        ({"greeting": GMAIL, **YAHOO_NAMES}, True),
        ({"greeting": GMAIL, **YAHOO_NAMES, "trusted_publicly": False}, False),
        ({"greeting": GMAIL, **YAHOO_NAMES, "trusted_publicly": None}, False),
        ({"greeting": GMAIL, **GMAIL_NAMES}, False),
        ({"greeting": GMAIL, **GMAIL_NAMES, "certificate_names": (HOST,)}, False),
        ({"greeting": GMAIL, **GMAIL_NAMES, "certificate_names": ()}, False),
        ({"greeting": DOVECOT, **YAHOO_NAMES}, False),
        ({"canonical": "pop-mail.outlook.com", **YAHOO_NAMES}, False),
    ],
)
def test_a_certificate_of_another_provider_contradicts_a_greeting(
    columns: dict[str, Any], contradicted: bool
) -> None:
    found = behind(**columns)
    assert isinstance(found.product, Unknown) is contradicted
    if contradicted:
        assert unknown(found).reason == (
            f"{HOST}:995 greets as Gmail, but its certificate bears another provider's names."
        )
        assert [each.field for each in unknown(found).evidence] == ["greeting", "certificate_names"]


def test_exchange_of_the_cloud_is_decided_by_the_mail_domains() -> None:
    greeting = f"{EXCHANGE} [{CLOUD.decode()}]"
    found = behind(ONLINE, greeting=greeting)
    assert (found.product, found.exchange) == (Product.EXCHANGE_ONLINE, False)
    assert [each.source for each in found.evidence] == [PROBE, MAIL_DOMAINS]
    assert "serves both" in unknown(behind(greeting=greeting)).reason


def test_an_exchange_without_its_version_is_open_and_known_to_be_one() -> None:
    found = behind(ONLINE, greeting=EXCHANGE)
    assert found.exchange is True
    assert unknown(found).reason == (
        f"Exchange answers at {HOST}; its greeting does not give the version."
    )
    assert [each.field for each in found.evidence] == ["greeting"]


@pytest.mark.parametrize("greeting", [EXCHANGE, f"{EXCHANGE} [{CLOUD.decode()}]", GMAIL])
def test_words_that_are_no_greeting_of_the_protocol_say_nothing(greeting: str) -> None:
    found = behind(ONLINE, greeting=greeting, understood=False, problem="It is odd.")
    assert found.exchange is False
    assert (
        unknown(found).reason == f"Which provider answers at {HOST} was not established. It is odd."
    )


def test_what_names_no_provider_is_open_with_the_remedy_to_declare_it() -> None:
    found = unknown(behind(greeting="+OK ready"))
    assert found.reason == (
        f"Which provider answers at {HOST} was not established. "
        "Neither its greeting nor its certificate names a known provider."
    )
    assert found.remedy == "Declare the provider under `providers` in the section `declared`."
    assert [each.field for each in found.evidence] == ["greeting", "certificate_names"]


def test_whoever_takes_the_mail_of_its_domain_is_a_hint_and_no_proof() -> None:
    found = unknown(behind(domain("contoso.example", "aspmx.l.google.com"), greeting="+OK ready"))
    assert found.reason.endswith(
        "Its domain's mail goes to Gmail, which does not say who answers here."
    )
    assert [each.source for each in found.evidence] == [PROBE, PROBE, MAIL_DOMAINS]


def test_a_host_that_was_not_probed_is_open() -> None:
    found = unknown(systems(port=1995).behind(Protocol.POP3, HOST, None))
    assert "was not among those that were looked at" in found.reason
    assert found.remedy.startswith("Run the audit again. Or: Declare the provider")
    assert (
        systems(port=1995, greeting=DOVECOT).behind(Protocol.POP3, HOST, 1995).product
        is Product.OTHER
    )


def test_a_shared_host_is_open_with_both_remedies() -> None:
    found = unknown(systems().behind_shared_host("outlook.office365.com"))
    assert found.reason.startswith("outlook.office365.com serves both Exchange Online and Outlook")
    assert "Or: Declare the provider" in found.remedy
    assert systems(ONLINE).behind_shared_host("outlook.office365.com").product is (
        Product.EXCHANGE_ONLINE
    )


def test_algorithms_are_those_of_the_probe_with_its_evidence() -> None:
    found, evidence = systems(outside_fips=True).fips_disproved(Protocol.POP3, HOST, None)
    assert found is True
    assert [each.field for each in evidence] == [
        "encryption",
        "tls_version",
        "cipher",
        "outside_fips",
    ]
    assert systems(outside_fips=False).fips_disproved(Protocol.POP3, HOST, 995)[0] is False
    missing, nothing = systems(outside_fips=True).fips_disproved(Protocol.POP3, HOST, 110)
    assert isinstance(missing, Unknown)
    assert nothing == ()
