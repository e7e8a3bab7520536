import pytest

from rules.email_systems import Product, Protocol
from rules.support.packet_inspection import check
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    certificate,
    declared,
    every,
    mail_server,
    on_premises,
    organization,
)
from tests.rules.gravity import gravity

UNDECLARED = declared(packet_inspection=MISSING)


def exchange(**changes):
    return mail_server(
        **{
            "id": "mail.contoso.com:443",
            "host": "mail.contoso.com",
            "port": 443,
            "protocol": Protocol.EWS,
            "product": Product.EXCHANGE_2016,
            "certificate": certificate(trusted_publicly=False),
            **changes,
        }
    )


PUBLIC = exchange(certificate=certificate())


@pytest.mark.parametrize(
    ("said", "servers", "expected"),
    [
        (True, every(PUBLIC), "fail"),
        (True, MISSING, "fail"),
        (MISSING, every(PUBLIC, exchange()), "fail"),
        (MISSING, every(PUBLIC), "undetermined"),
        (MISSING, MISSING, "undetermined"),
        (False, every(PUBLIC), "pass"),
        (False, MISSING, "pass"),
        (False, every(exchange()), "undetermined"),
    ],
)
def test_what_is_declared_and_seen_decides(said, servers, expected):
    verdict = check(organization(), declared(packet_inspection=said), servers)
    assert outcome(verdict) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"resolves_publicly": False},
        {"resolves_publicly": MISSING},
        {"protocol": Protocol.POP3},
        {"product": Product.EXCHANGE_ONLINE},
        {"product": MISSING},
        {"certificate": None},
        {"certificate": MISSING},
    ],
)
def test_only_a_certificate_at_a_public_address_of_exchange_server_counts(changes):
    verdict = check(organization(), UNDECLARED, every(exchange(**changes)))
    assert outcome(verdict) == "undetermined"


@pytest.mark.parametrize(
    ("where", "expected"), [(organization(), "fail"), (on_premises(), "undetermined")]
)
def test_an_authority_of_the_configuration_is_trusted_on_premises_alone(where, expected):
    own = certificate(trusted_publicly=False, trusted_by_configuration=True)
    assert outcome(check(where, UNDECLARED, every(exchange(certificate=own)))) == expected


def test_how_grave_its_failure_is():
    assert gravity("packet-inspection") == ("error", "unsupported")
