"""Lookups tell a name that is not there from name servers that do not answer."""

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rrset
import pytest

from auditor.demo.dns import SimulatedNameServer, Zone
from connectors.dns.names import MOST_SILENCES, NameNotFound, Names, NoAnswer

ZONE = Zone(
    hosts={"pop.contoso.example": "127.0.0.9"},
    missing=("gone.contoso.example",),
    exchangers={"contoso.example": "contoso-example.mail.protection.outlook.com"},
    aliases={"autodiscover.contoso.example": "autodiscover.outlook.com"},
)


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatedNameServer]:
    with SimulatedNameServer(ZONE) as started:
        yield started


@pytest.fixture(scope="module")
def names(server: SimulatedNameServer) -> Names:
    return Names([server.address], lifetime_s=1)


def test_a_host_leads_to_its_addresses(names: Names) -> None:
    found = names.addresses("pop.contoso.example")
    assert found.addresses == ("127.0.0.9",)
    assert found.canonical == "pop.contoso.example"


def test_exchangers_are_told(names: Names) -> None:
    exchangers = names.mail_exchangers("contoso.example")
    assert exchangers == ("contoso-example.mail.protection.outlook.com",)


@pytest.mark.parametrize("host", ["gone.contoso.example", "a" * 64 + ".example", "a..example"])
def test_a_name_that_does_not_exist_is_not_found(names: Names, host: str) -> None:
    with pytest.raises(NameNotFound):
        names.addresses(host)


class Answering(SimulatedNameServer):
    """Gives one answer to every question."""

    def __init__(self, flags: str, answer: str, authority: str) -> None:
        self._told = flags, answer, authority
        super().__init__(ZONE)

    def _answer(self, wire: bytes) -> bytes:
        flags, answer, authority = self._told
        response = dns.message.make_response(dns.message.from_wire(wire))
        response.flags = dns.flags.from_text(flags)
        for section, text in ((response.answer, answer), (response.authority, authority)):
            if text:
                owner, ttl, kind_class, kind, told = text.split(" ", 4)
                section.append(dns.rrset.from_text(owner, int(ttl), kind_class, kind, told))
        return response.to_wire()


ALIAS = "mail.contoso.example. 60 IN CNAME mail.target.example."
SOA = "contoso.example. 60 IN SOA ns.contoso.example. a.contoso.example. 1 2 3 4 5"


@pytest.mark.parametrize(
    ("flags", "answer", "authority", "expected"),
    [
        ("QR RA", ALIAS, "", NoAnswer),
        ("QR RA", ALIAS, "com. 60 IN NS a.gtld-servers.net.", NoAnswer),
        ("QR RA", ALIAS, SOA, NoAnswer),
        ("QR RA", ALIAS, "target.example. 60 IN SOA a. b. 1 2 3 4 5", NameNotFound),
        ("QR", "", "contoso.example. 60 IN NS ns.contoso.example.", NoAnswer),
        ("QR", "", "", NoAnswer),
        ("QR AA", "", "", NameNotFound),
        ("QR RA", "", SOA, NameNotFound),
    ],
)
def test_only_a_whole_answer_says_that_there_is_none(
    flags: str, answer: str, authority: str, expected: type[Exception]
) -> None:
    """RFC 2308, section 2.2: an alias without its target and a referral say nothing."""
    with Answering(flags, answer, authority) as server:
        asked = Names([server.address], lifetime_s=1)
        with pytest.raises(expected):
            asked.mail_exchangers("mail.contoso.example")
        with pytest.raises(expected):
            asked.addresses("mail.contoso.example")


def test_a_refusal_is_no_proof_that_the_name_does_not_exist(names: Names) -> None:
    with pytest.raises(NoAnswer, match="refused"):
        names.addresses("www.fabrikam.example")


def test_a_silent_name_server_costs_bounded_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        asked = Names([f"127.0.0.1:{silent.getsockname()[1]}"], lifetime_s=0.3)
        with pytest.raises(NoAnswer, match="in time"):
            asked.mail_exchangers("contoso.example")


def test_a_name_server_that_never_answered_is_asked_no_more() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        asked = Names([f"127.0.0.1:{silent.getsockname()[1]}"], lifetime_s=0.05)
        for at in range(MOST_SILENCES):
            with pytest.raises(NoAnswer, match="answered in time"):
                asked.mail_exchangers(f"{at}.example")
        silent.settimeout(0.01)
        while True:
            try:
                silent.recv(512)
            except TimeoutError:
                break
        with pytest.raises(NoAnswer, match="any of 8 lookups"):
            asked.mail_exchangers("last.example")
        with pytest.raises(TimeoutError):
            silent.recv(512)


def test_who_answered_once_is_asked_again_after_silences(server: SimulatedNameServer) -> None:
    asked = Names([server.address], lifetime_s=1)
    assert asked.mail_exchangers("contoso.example")
    asked._silences = MOST_SILENCES
    assert asked.mail_exchangers("contoso.example")


def test_a_name_server_that_answers_garbage_is_not_believed() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as odd:
        odd.bind(("127.0.0.1", 0))
        odd.settimeout(2)

        def answer() -> None:
            _, asker = odd.recvfrom(4096)
            odd.sendto(b"\xff" * 40, asker)

        thread = threading.Thread(target=answer)
        thread.start()
        asked = Names([f"127.0.0.1:{odd.getsockname()[1]}"], lifetime_s=0.3)
        with pytest.raises(NoAnswer):
            asked.mail_exchangers("contoso.example")
        thread.join()


@pytest.mark.parametrize(
    ("number", "expected"),
    [(socket.EAI_NONAME, NameNotFound), (socket.EAI_AGAIN, NoAnswer), (socket.EAI_FAIL, NoAnswer)],
)
def test_the_system_tells_the_two_apart_as_well(
    monkeypatch: pytest.MonkeyPatch, number: int, expected: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "told by a test")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(expected):
        Names().addresses("mail.contoso.example")


def test_without_name_servers_the_host_file_of_the_system_counts() -> None:
    assert "127.0.0.1" in Names().addresses("localhost").addresses


def test_an_address_with_a_port_and_one_of_ipv6_are_name_servers() -> None:
    asked = Names(["192.0.2.53", "[2001:db8::53]:5353", "127.0.0.1:5353", "2001:db8::1"])
    assert asked is not None
