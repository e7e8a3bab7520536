"""What POP3, IMAP and SMTP servers say before anybody signs in: each line, each bound."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.mail_servers import protocols
from connectors.mail_servers.conversation import Broken
from connectors.mail_servers.protocols import (
    MOST_CAPABILITIES,
    OPEN_ENDS,
    REFUSES,
    SPEECHES,
    UNTOLD,
    Imap,
    Pop3,
    Smtp,
    plain_text,
    schemes_in,
)
from rules.email_systems import Protocol


class Scripted:
    """A server that says the given lines, whatever it is asked."""

    def __init__(self, *lines: bytes, own_address: str = "192.0.2.1") -> None:
        self.lines = list(lines)
        self.sent: list[str] = []
        self.own_address = own_address

    def line(self) -> bytes:
        return self.lines.pop(0)

    def send(self, text: str) -> None:
        self.sent.append(text)


def breaks(ask: Callable[[Any], object], *lines: bytes) -> Broken:
    with pytest.raises(Broken) as caught:
        ask(Scripted(*lines))
    return caught.value


POP3, IMAP, SMTP = Pop3(), Imap(), Smtp()


def test_each_protocol_has_its_speech() -> None:
    assert set(SPEECHES) == {Protocol.POP3, Protocol.IMAP, Protocol.SMTP}
    assert [SPEECHES[each].starttls for each in SPEECHES] == ["STLS", "STARTTLS", "STARTTLS"]
    assert OPEN_ENDS == {REFUSES, UNTOLD}


@pytest.mark.parametrize(
    ("speech", "line"),
    [
        (POP3, b"+OK ready"),
        (POP3, b"+ok ready"),
        (IMAP, b"* OK ready"),
        (IMAP, b"* ok ready"),
        (SMTP, b"220 mail ready"),
    ],
)
def test_a_greeting_is_its_first_line(speech: Any, line: bytes) -> None:
    assert speech.greeting(Scripted(line)) == line.decode()


@pytest.mark.parametrize(
    ("speech", "line", "code", "words"),
    [
        (POP3, b"-ERR go away.", REFUSES, "it refuses to speak to this computer: -ERR go away"),
        (POP3, b"* OK ready", "garbage", "it answers as no POP3 server does"),
        (IMAP, b"* BYE go away.", REFUSES, "it refuses to speak to this computer: * BYE go away"),
        (IMAP, b"+OK ready", "garbage", "it answers as no IMAP server does"),
        (IMAP, b"* preauth hello", UNTOLD, "it takes this computer for signed in"),
        (SMTP, b"554 no.", REFUSES, "it refuses to speak to this computer: 554 no"),
        (SMTP, b"+OK ready", "garbage", "it answers as no SMTP server does"),
        (SMTP, b"1000 ready", "garbage", "it answers as no SMTP server does"),
        (SMTP, b"620 ready", "garbage", "it answers as no SMTP server does"),
    ],
)
def test_other_first_words_are_a_refusal_or_no_server(
    speech: Any, line: bytes, code: str, words: str
) -> None:
    broken = breaks(speech.greeting, line)
    assert (broken.code, broken.words, broken.said) == (code, words, line)


def test_a_greeting_of_several_lines_is_its_first() -> None:
    server = Scripted(b"220-one", b"220-two", b"220 three", b"more")
    assert SMTP.greeting(server) == "220-one"
    assert server.lines == [b"more"]
    assert breaks(SMTP.greeting, b"220-one", b"250 two").code == "garbage"
    assert SMTP.greeting(Scripted(b"220")) == "220"


def test_pop3_lists_until_a_dot() -> None:
    server = Scripted(b"+ok list", b"stls", b"SASL PLAIN", b".", b"more")
    assert POP3.capabilities(server) == ("STLS", "SASL PLAIN")
    assert server.sent == ["CAPA"]
    assert server.lines == [b"more"]
    broken = breaks(POP3.capabilities, b"-ERR unknown.")
    assert (broken.code, broken.words) == (UNTOLD, "it does not say what it offers: -ERR unknown")


def test_imap_lists_words_in_however_many_lines() -> None:
    lines = (b"* OK x", b"* capability IMAP4 starttls", b"* CAPABILITY IMAP4 AUTH=PLAIN", b"a1 OK")
    server = Scripted(*lines, b"more")
    assert IMAP.capabilities(server) == ("IMAP4", "STARTTLS", "AUTH=PLAIN")
    assert server.sent == ["a1 CAPABILITY"]
    assert server.lines == [b"more"]


@pytest.mark.parametrize(
    ("last", "greeting", "found"),
    [
        (b"a1 OK [capability IMAP4 IDLE] done", "", ("IMAP4", "IDLE")),
        (b"a1 NO", "* OK [CAPABILITY IMAP4 idle] hello", ("IMAP4", "IDLE")),
        (b"a1 OK [CAPABILITY IMAP4]", "* OK [CAPABILITY IDLE]", ("IMAP4",)),
    ],
)
def test_imap_may_list_in_brackets(last: bytes, greeting: str, found: tuple[str, ...]) -> None:
    assert IMAP.capabilities(Scripted(last), greeting) == found  # type: ignore[arg-type]


def test_what_imap_lists_by_itself_goes_before_brackets() -> None:
    server: Any = Scripted(b"* CAPABILITY IMAP4", b"a1 OK [CAPABILITY IMAP4 IDLE]")
    assert IMAP.capabilities(server, "* OK [CAPABILITY X]") == ("IMAP4",)


def test_imap_that_lists_nothing_or_ends_is_open() -> None:
    assert breaks(IMAP.capabilities, b"a1 NO never").code == UNTOLD
    assert breaks(IMAP.capabilities, b"* BYE busy").code == REFUSES


@pytest.mark.parametrize(
    ("address", "said"),
    [("192.0.2.1", "EHLO [192.0.2.1]"), ("2001:db8::1", "EHLO [IPv6:2001:db8::1]")],
)
def test_smtp_lists_after_its_first_line(address: str, said: str) -> None:
    server: Any = Scripted(b"250-mail", b"250-starttls", b"250 AUTH PLAIN", own_address=address)
    assert SMTP.capabilities(server) == ("STARTTLS", "AUTH PLAIN")
    assert server.sent == [said]
    assert SMTP.capabilities(Scripted(b"250 mail")) == ()  # type: ignore[arg-type]


def test_smtp_that_does_not_list_is_open() -> None:
    assert breaks(SMTP.capabilities, b"502 no").code == UNTOLD
    masked = breaks(SMTP.capabilities, b"250-mail", b"250-SIZE", b"250 XXXXXXXA")
    assert (masked.code, masked.words) == (UNTOLD, "something on the way masks what it offers")
    assert SMTP.capabilities(Scripted(b"250-mail", b"250 XXXXX")) == ("XXXXX",)  # type: ignore[arg-type]
    assert SMTP.capabilities(Scripted(b"250-mail", b"250 XXXXXX Y")) == ("XXXXXX Y",)  # type: ignore[arg-type]


def test_more_capabilities_than_any_server_has_are_too_many() -> None:
    most = [b"x%d" % at for at in range(MOST_CAPABILITIES)]
    assert len(POP3.capabilities(Scripted(b"+OK", *most, b"."))) == MOST_CAPABILITIES  # type: ignore[arg-type]
    broken = breaks(POP3.capabilities, b"+OK", *most, b"one more", b".")
    assert (broken.code, broken.words) == ("too-long", "it sends more than a mail server does")


def test_lines_without_end_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocols, "_MOST_LINES", 3)
    assert POP3.capabilities(Scripted(b"+OK", b"a", b"b", b"."))  # type: ignore[arg-type]
    assert breaks(POP3.capabilities, b"+OK", b"a", b"b", b"c", b".").code == "too-long"
    assert breaks(IMAP.turn_to_tls, *[b"* more"] * 9).code == "too-long"


@pytest.mark.parametrize(
    ("speech", "lines", "said"),
    [
        (POP3, [b"+ok go"], "STLS"),
        (IMAP, [b"* wait", b"a2 ok go"], "a2 STARTTLS"),
        (SMTP, [b"220 go"], "STARTTLS"),
    ],
)
def test_a_server_turns_to_tls(speech: Any, lines: list[bytes], said: str) -> None:
    server = Scripted(*lines, b"TLS")
    speech.turn_to_tls(server)
    assert server.sent == [said]
    assert server.lines == [b"TLS"]


@pytest.mark.parametrize(
    ("speech", "line"), [(POP3, b"-ERR no."), (IMAP, b"a2 NO no."), (SMTP, b"454 no.")]
)
def test_a_server_that_then_refuses_tls_says_so(speech: Any, line: bytes) -> None:
    broken = breaks(speech.turn_to_tls, line)
    assert broken.code == "refused"
    assert broken.words == f"it offers TLS and then refuses it: {line.decode().rstrip('.')}"


@pytest.mark.parametrize(("speech", "said"), [(POP3, "QUIT"), (IMAP, "a3 LOGOUT"), (SMTP, "QUIT")])
def test_leave_is_taken(speech: Any, said: str) -> None:
    server = Scripted()
    speech.leave(server)
    assert server.sent == [said]


@pytest.mark.parametrize(
    ("capabilities", "schemes"),
    [
        ((), ()),
        (("", " "), ()),
        (("STLS", "PLAIN"), ()),
        (("SASL PLAIN XOAUTH2", "USER"), ("basic", "bearer")),
        (("USER",), ("basic",)),
        (("AUTH=PLAIN", "AUTH=GSSAPI"), ("basic", "negotiate")),
        (("AUTH LOGIN NTLM CRAM-MD5",), ("basic", "cram-md5", "ntlm")),
        (("AUTH=LOGIN=NTLM",), ("basic", "ntlm")),
    ],
)
def test_ways_to_sign_in_are_named_alike(
    capabilities: tuple[str, ...], schemes: tuple[str, ...]
) -> None:
    assert schemes_in(capabilities) == schemes


def test_what_a_server_said_is_harmless_to_show() -> None:
    assert plain_text(b" a\x1b[31mb\r\n ") == "a?[31mb??"
    assert plain_text("é".encode()) == "é"
    assert len(plain_text(b"x" * 512)) == len(plain_text(b"x" * 513)) == 512
    assert plain_text(b"abc", 2) == "ab"


def test_a_long_refusal_is_shown_in_part() -> None:
    broken = breaks(POP3.greeting, b"-ERR " + b"x" * 300)
    assert len(broken.words) == len("it refuses to speak to this computer: ") + 200
