"""Probes against real servers: Dovecot for POP3 and IMAP, aiosmtpd for SMTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from connectors.known_systems import known_systems
from connectors.mail_servers.rows import ProbeRow
from connectors.normalisation.mail_servers.recognition import recognised
from rules.email_systems import Product, Protocol
from tests.connectors.mail_servers import dovecot
from tests.connectors.mail_servers.probing import look
from tests.connectors.mail_servers.servers import Authority, context_of
from tests.ports import free_port


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory, certificate: Path) -> Iterator[dovecot.Ports]:
    with dovecot.running(tmp_path_factory.mktemp("dovecot"), certificate) as started:
        yield started


def provider_of(row: ProbeRow) -> Product | None:
    found = recognised(row, known_systems())
    return None if found is None else found.product


@pytest.mark.parametrize(
    ("name", "protocol", "encryption", "capability"),
    [
        ("pop3", Protocol.POP3, "starttls", "UIDL"),
        ("pop3s", Protocol.POP3, "implicit", "UIDL"),
        ("imap", Protocol.IMAP, "starttls", "IMAP4REV1"),
        ("imaps", Protocol.IMAP, "implicit", "IMAP4REV1"),
    ],
)
def test_dovecot_shows_its_tls_and_what_it_can(
    ports: dovecot.Ports,
    authority: Authority,
    name: str,
    protocol: Protocol,
    encryption: str,
    capability: str,
) -> None:
    row = look(getattr(ports, name), protocol, ca_bundle=authority.bundle)
    assert row.problem is None
    assert (row.encryption, row.tls_version) == (encryption, "TLSv1.3")
    assert (row.accepted_by_dataverse, row.outside_fips) == (True, False)
    assert (row.name_matches, row.trusted_by_configuration) == (True, True)
    assert row.capabilities is not None
    assert capability in row.capabilities
    assert row.schemes == ("basic",)
    assert "Dovecot" in str(row.greeting)
    assert provider_of(row) is Product.OTHER


class Heard(Sink):
    def __init__(self) -> None:
        super().__init__()
        self.greeted: list[str] = []
        self.messages = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.greeted.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope) -> str:
        self.messages += 1
        return "250 OK"


def test_a_real_smtp_server_shows_starttls_and_is_sent_nothing(
    authority: Authority, certificate: Path
) -> None:
    heard = Heard()
    port = free_port()
    controller = Controller(
        heard,
        hostname="127.0.0.1",
        port=port,
        tls_context=context_of(certificate),
        auth_required=False,
        authenticator=None,
    )
    controller.start()
    try:
        row = look(port, Protocol.SMTP, ca_bundle=authority.bundle)
    finally:
        controller.stop()
    assert row.problem is None
    assert (row.encryption, row.tls_version) == ("starttls", "TLSv1.3")
    assert row.accepted_by_dataverse is True
    assert (row.name_matches, row.trusted_by_configuration) == (True, True)
    assert row.capabilities is not None
    assert "8BITMIME" in row.capabilities
    assert set(heard.greeted) == {"[127.0.0.1]"}
    assert heard.messages == 0
