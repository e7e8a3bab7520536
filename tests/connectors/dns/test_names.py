"""Lookups tell a name that is not there from name servers that do not answer."""

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.name
import dns.rrset
import pytest

from auditor.demo.dns import SimulatedNameServer, Zone
from connectors.dns.names import (
    LIFETIME_S,
    MOST_ANSWERS,
    MOST_SILENCES,
    NameNotFound,
    Names,
    NoAnswer,
    NoName,
)
from tests.waiting import wait_until

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
    return Names([server.address], lifetime_s=60)


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
        ("QR RA", "www.fabrikam.example. 60 IN A 192.0.2.1", "", NoAnswer),
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
    """RFC 2308, section 2.2: an alias without its target and a referral say nothing.

    Nor do records of another name.
    """
    with Answering(flags, answer, authority) as server:
        asked = Names([server.address], lifetime_s=60)
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
    asked = Names([server.address], lifetime_s=60)
    assert asked.mail_exchangers("contoso.example")
    asked._silences = MOST_SILENCES
    assert asked.mail_exchangers("contoso.example")


def test_a_name_server_that_answers_garbage_is_not_believed() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as odd:
        odd.bind(("127.0.0.1", 0))
        odd.settimeout(60)

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


def test_a_system_that_does_not_answer_is_waited_for_no_longer_than_the_time_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    end = threading.Event()

    def silent(host: object, *_: object, **__: object) -> None:
        asked.append(host)
        end.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "told by a test")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    names = Names(remaining_s=lambda: 0.02)
    try:
        for _ in range(MOST_SILENCES + 3):
            with pytest.raises(NoAnswer, match="in time"):
                names.addresses("mail.contoso.example")
        # A thread that was begun may come to ask a moment later.
        wait_until(lambda: len(asked) >= MOST_SILENCES)
    finally:
        end.set()
    assert len(asked) == MOST_SILENCES


def test_nothing_is_asked_once_the_time_for_lookups_is_over(server: SimulatedNameServer) -> None:
    for servers in ([], [server.address]):
        late = Names(servers, remaining_s=lambda: -1.0)
        with pytest.raises(NoAnswer, match="over"):
            late.addresses("pop.contoso.example")


def test_without_name_servers_the_host_file_of_the_system_counts() -> None:
    assert "127.0.0.1" in Names().addresses("localhost").addresses


def test_an_address_with_a_port_and_one_of_ipv6_are_name_servers() -> None:
    asked = Names(["192.0.2.53", "[2001:db8::53]:5353", "127.0.0.1:5353", "2001:db8::1"])
    assert asked is not None


class Records(list[object]):
    """What a name server answered: texts as records."""

    canonical_name = dns.name.from_text("mail.contoso.example")


class Record:
    def __init__(self, at: int) -> None:
        self.preference = -at
        self.exchange = dns.name.from_text(f"mx{at}.contoso.example")
        self._text = f"192.0.2.{at}"

    def to_text(self) -> str:
        return self._text


@pytest.mark.parametrize("count", [MOST_ANSWERS, MOST_ANSWERS + 1])
def test_so_many_records_of_an_answer_are_looked_at(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Names(["192.0.2.53"])
    records = Records(Record(at) for at in range(count))
    monkeypatch.setattr(asked._own_resolver(), "resolve", lambda *_, **__: records)
    found = asked.addresses("mail.contoso.example").addresses
    first = tuple(f"192.0.2.{at}" for at in range(MOST_ANSWERS))
    assert found == first * 2
    exchangers = asked.mail_exchangers("contoso.example")
    assert exchangers == tuple(f"mx{at}.contoso.example" for at in reversed(range(MOST_ANSWERS)))


@pytest.mark.parametrize("count", [MOST_ANSWERS, MOST_ANSWERS + 1])
def test_so_many_addresses_of_the_system_are_looked_at(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [(0, 0, 0, "", (f"192.0.2.{at}", 0)) for at in range(count)]
    told[1] = (0, 0, 0, "Mail.Target.Example.", ("192.0.2.1", 0))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: told)
    found = Names().addresses("mail.contoso.example")
    assert found.addresses == tuple(f"192.0.2.{at}" for at in range(MOST_ANSWERS))
    assert found.canonical == "mail.target.example"


@pytest.mark.parametrize(
    ("lifetime_s", "remaining_s", "asked_s"),
    [(2.0, None, 2.0), (2.0, 3.0, 2.0), (2.0, 1.0, 1.0), (None, None, LIFETIME_S)],
)
def test_a_lookup_takes_no_longer_than_it_and_the_run_may(
    lifetime_s: float | None,
    remaining_s: float | None,
    asked_s: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = Names(["192.0.2.53"], lifetime_s, lambda: remaining_s)
    lifetimes: list[float] = []

    def resolve(*_: object, lifetime: float, **__: object) -> Records:
        lifetimes.append(lifetime)
        return Records()

    monkeypatch.setattr(asked._own_resolver(), "resolve", resolve)
    assert asked.mail_exchangers("contoso.example") == ()
    assert lifetimes == [asked_s]


def test_a_text_that_is_no_name_is_shown_in_part() -> None:
    with pytest.raises(NoName) as caught:
        Names(["192.0.2.53"]).mail_exchangers("\u2603" * 70 + ".example")
    assert str(caught.value).count("\u2603") == 60
