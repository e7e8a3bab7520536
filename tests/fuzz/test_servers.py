"""Whatever servers say, what comes of it is an answer or a failure in words."""

import datetime
import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import dns.exception
import dns.message
import dns.nameserver
import dns.rrset
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.columnar.addresses import ascii_domain, compared
from connectors.dns.names import NameNotFound, Names, NoAnswer
from connectors.exchange_server.answers import build_in, build_told, judge, schemes_of
from connectors.exchange_server.hosts import place_of
from connectors.known_systems import known_systems
from connectors.mail_servers.conversation import Broken, Conversation, Limit
from connectors.mail_servers.protocols import SPEECHES, schemes_in
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.links import check_follow_up
from connectors.transport.guard.reachability import Reachability
from connectors.transport.redaction import Redaction
from rules.email_systems import Protocol
from tests.fuzz.inputs import TEXTS, damaged, some

WHEN = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
LINES = st.sampled_from(
    [
        *(b"+OK ready", b"-ERR no", b"* OK ready", b"* BYE", b"* PREAUTH", b"220 ready", b"220-a"),
        *(b"250-STARTTLS", b"250 AUTH PLAIN", b"554 no", b"* CAPABILITY IMAP4rev1 STARTTLS", b"."),
        *(
            b"a1 OK [CAPABILITY X",
            b"a1 NO",
            b"a2 OK",
            b"a2 BAD",
            b"STLS",
            b"SASL PLAIN",
            b"",
            b"\0",
        ),
        *(b"\xff\xfe", b"250", b"2500 x", b"XXXXXXXA", b"AUTH", b"AUTH ==", b"+OK" + b"x" * 5000),
    ]
) | st.binary(max_size=40)


@some
@given(st.sampled_from(list(Protocol)), st.lists(LINES, max_size=12), st.binary(max_size=5))
def test_any_words_of_a_mail_server_are_understood_or_broken_off(
    protocol: Protocol, said: list[bytes], end: bytes
) -> None:
    if (speech := SPEECHES.get(protocol)) is None:
        return
    with socket.create_server(("127.0.0.1", 0)) as door:
        ours = socket.create_connection(door.getsockname())
        theirs = door.accept()[0]
    with theirs, Conversation(ours, Limit(5, 5)) as server:
        theirs.sendall(b"\r\n".join([*said, end]))
        theirs.shutdown(socket.SHUT_WR)
        for step in (
            lambda: speech.greeting(server),
            lambda: schemes_in(speech.capabilities(server, "* OK [CAPABILITY")),
            lambda: speech.turn_to_tls(server),
            lambda: speech.leave(server),
        ):
            try:
                step()
            except Broken as broken:
                assert broken.words


class _Odd(dns.nameserver.Nameserver):
    """Answers each question with these bytes, its number put right."""

    def __init__(self, wire: bytes) -> None:
        super().__init__()
        self._wire = wire

    def query(self, request: Any, *args: Any, **rest: Any) -> dns.message.Message:
        wire = request.id.to_bytes(2, "big") + self._wire[2:]
        answer = dns.message.from_wire(wire)
        if not request.is_response(answer):
            raise dns.exception.FormError
        return answer

    def kind(self) -> str:
        return "odd"

    def answer_nameserver(self) -> str:
        return "odd"

    def answer_port(self) -> int:
        return 53

    def is_always_max_size(self) -> bool:
        return True

    def __str__(self) -> str:
        return "odd"


def _wire(kind: str, *records: str) -> bytes:
    message = dns.message.make_response(dns.message.make_query("mail.contoso.example", kind))
    for each in records:
        owner, ttl, kind_class, record, told = each.split(" ", 4)
        message.answer.append(dns.rrset.from_text(owner, int(ttl), kind_class, record, told))
    return message.to_wire()


ALIAS = "mail.contoso.example. 60 IN CNAME a.contoso.example."
ANSWERS = [
    _wire("MX", "mail.contoso.example. 60 IN MX 10 a.contoso.example."),
    _wire("A", ALIAS, "a.contoso.example. 60 IN A 192.0.2.1"),
    _wire("CNAME", ALIAS),
    _wire("A"),
]


@some
@given(st.sampled_from(ANSWERS).flatmap(damaged) | st.binary(min_size=2, max_size=60))
def test_any_answer_of_a_name_server_is_an_answer_or_none(wire: bytes) -> None:
    names = Names(["192.0.2.53"], lifetime_s=0.05)
    names._own_resolver().nameservers = [_Odd(wire)]
    for ask in (names.addresses, names.mail_exchangers):
        try:
            ask("mail.contoso.example")
        except (NameNotFound, NoAnswer) as none:
            assert str(none)


EWS = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
    b'<h:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" '
    b'MinorBuildNumber="4"/></s:Header><s:Body><m:ResponseCode>NoError</m:ResponseCode></s:Body>'
    b"</s:Envelope>"
)
HEADERS = st.dictionaries(
    st.sampled_from(["www-authenticate", "x-owa-version", "location", "server", "x-feserver"]),
    TEXTS | st.sampled_from(['Basic realm="', "NTLM,,Negotiate", 'Bearer x="a, b"', "15.2.1.1"]),
)


@some
@given(
    st.sampled_from([200, 302, 401, 403, 404, 413, 429, 440, 500, 503]),
    HEADERS,
    damaged(EWS) | st.binary(max_size=60),
)
def test_any_answer_of_an_exchange_server_is_judged(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    answer = Answer(status, headers, body, "https://mail.contoso.example/EWS", WHEN, 1)
    schemes_of(answer)
    build_told(answer)
    build_in(answer)
    failure = judge(answer, "https://mail.contoso.example/EWS", Redaction())
    assert failure is None or (failure.reason and failure.remedy)


BASE = "https://org.example:444/api/data/v9.2"
LINKS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", BASE, "https://org.example", "http://org.example:444", "//", "HTTPS:"]),
    st.sampled_from(["", "/", "/mailboxes", "/../", "/%2e%2e/", "\\", "@", "#", "?a=b", ":443"]),
    TEXTS,
)


@some
@given(LINKS)
@example("https://org.example:444/api/data/v9.2/../../x")
def test_a_link_leads_below_the_base_or_nowhere(link: str) -> None:
    try:
        followed = check_follow_up(BASE, link, set())
    except SourceFailed as failure:
        assert failure.code in ("foreign-link", "repeated-link")
        return
    assert followed.startswith("https://org.example:444/")
    assert urlsplit(followed).path.lower().startswith("/api/data/v9.2")
    assert "/../" not in urlsplit(followed).path


@some
@given(TEXTS, st.integers(-1, 70000), st.lists(TEXTS, max_size=3))
def test_any_text_in_the_place_of_a_host_is_one_or_is_refused(
    host: str, port: int, found: list[str]
) -> None:
    systems = known_systems()
    systems.is_exchange_online(host)
    systems.provider(host)
    systems.taker([host, *found])
    assert compared(compared(host)) == compared(host)
    ascii_domain(host)
    try:
        place_of(host)
    except ValueError as refusal:
        assert str(refusal)
    try:
        reached = Reachability().resolve(host, port, lookup=lambda _: found)
    except SourceFailed as failure:
        assert failure.reason
    else:
        assert all(ipaddress.ip_address(each).is_global for each in reached.addresses)
