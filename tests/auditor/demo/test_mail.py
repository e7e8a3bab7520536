"""The simulated mail servers and name server speak as real ones do, to others' clients."""

import imaplib
import poplib
import smtplib
import socket
import ssl
from collections.abc import Iterator

import dns.message
import dns.query
import dns.rcode
import pytest

from auditor.demo.contoso import contoso
from auditor.demo.contoso_mail import HOSTS
from auditor.demo.mail_servers import MailHost
from auditor.demo.server import SimulatedTenant
from tests.auditor.demo.conftest import NOW, organisation

BAD = (
    MailHost(host="garbage.example", protocol="POP3", behaviour="garbage"),
    MailHost(host="silent.example", protocol="POP3", behaviour="silent"),
    MailHost(host="flood.example", protocol="POP3", behaviour="flood"),
)


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatedTenant]:
    whole = contoso(150, NOW)
    whole.mail_hosts = (*HOSTS, *BAD)
    with SimulatedTenant(whole) as started:
        yield started


def context_of(tenant: SimulatedTenant) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(tenant.ca_bundle))
    context.check_hostname = False
    return context


def place_of(tenant: SimulatedTenant, host: str) -> tuple[str, int]:
    name_server, port = str(tenant.name_server).split(":")
    answer = dns.query.udp(dns.message.make_query(host, "A"), name_server, 60, int(port))
    (found,) = answer.answer[0]
    location = tenant.mail_locations[host]
    return found.to_text(), int(location.rpartition(":")[2])


def test_pop3_in_clear_lets_nobody_in(tenant: SimulatedTenant) -> None:
    client = poplib.POP3(*place_of(tenant, "pop.harbour.example"), timeout=60)
    assert "UIDL" in client.capa()
    with pytest.raises(poplib.error_proto, match="Unknown command"):
        client.user("somebody")
    client.quit()


def test_imap_over_tls_has_the_certificate_that_it_should_not(tenant: SimulatedTenant) -> None:
    address, port = place_of(tenant, "imap.lighthouse.example")
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        imaplib.IMAP4_SSL(address, port, ssl_context=context_of(tenant), timeout=60)
    trusting = context_of(tenant)
    trusting.verify_mode = ssl.CERT_NONE
    client = imaplib.IMAP4_SSL(address, port, ssl_context=trusting, timeout=60)
    assert "IMAP4REV1" in client.capabilities
    client.logout()


def test_smtp_turns_to_tls_when_asked(tenant: SimulatedTenant) -> None:
    with smtplib.SMTP(*place_of(tenant, "smtp.harbour.example"), timeout=60) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        client.starttls(context=context_of(tenant))
        client.ehlo()
        assert not client.has_extn("starttls")
        assert client.mail("a@contoso.example")[0] == 502


def said_by(tenant: SimulatedTenant, host: str, most_bytes: int, patience_s: float = 60) -> bytes:
    with socket.create_connection(place_of(tenant, host), 60) as connection:
        connection.settimeout(patience_s)
        said = b""
        try:
            while len(said) < most_bytes and (part := connection.recv(65536)):
                said += part
        except TimeoutError:
            pass
        return said


def test_bad_servers_behave_badly(tenant: SimulatedTenant) -> None:
    assert b"\x00\xff" in said_by(tenant, "garbage.example", 10)
    assert said_by(tenant, "silent.example", 1, patience_s=0.5) == b""
    assert len(said_by(tenant, "flood.example", 5_000_000)) >= 5_000_000


@pytest.mark.parametrize("ask", [dns.query.udp, dns.query.tcp])
def test_the_name_server_knows_its_own_and_refuses_the_rest(tenant: SimulatedTenant, ask) -> None:
    name_server, port = str(tenant.name_server).split(":")

    def asked(name: str, kind: str) -> dns.message.Message:
        return ask(dns.message.make_query(name, kind), name_server, 60, int(port))

    assert "mail.protection.outlook.com" in asked("contoso.example", "MX").answer[0].to_text()
    leads = asked("autodiscover.contoso.example", "CNAME").answer[0].to_text()
    assert "autodiscover.outlook.com" in leads
    assert asked("imap.vanished.example", "A").rcode() == dns.rcode.NXDOMAIN
    assert asked("pop.gmail.com", "A").rcode() == dns.rcode.REFUSED
    assert not asked("pop.harbour.example", "AAAA").answer


def test_profiles_point_to_the_ports_and_planted_faults_to_the_servers(
    tenant: SimulatedTenant,
) -> None:
    whole = tenant.state.organisation
    locations = {row.get("incomingserverlocation") for row in whole.rows_of("emailserverprofiles")}
    assert tenant.mail_locations["pop.harbour.example"] in locations
    assert whole.planted["tls-not-offered"] == [tenant.mail_locations["pop.harbour.example"]]


def test_an_organisation_without_mail_servers_has_no_name_server_either() -> None:
    with SimulatedTenant(organisation()) as plain:
        assert plain.name_server is None
        assert plain.mail_locations == {}


def test_stopping_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.demo.mail_servers._IDLE_TIMEOUT_S", 3600)
    with SimulatedTenant(contoso(150, NOW)) as started:
        place = place_of(started, "pop.harbour.example")
        held = socket.create_connection(place, 60)
    held.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(place, 1)
