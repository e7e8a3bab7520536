"""What POP3, IMAP and SMTP servers say before anybody signs in. Nothing else is ever asked.

What a server offers is proven by a whole list that it gave, and by nothing else: a refusal to
speak, or to tell, leaves open what it offers.

Sources: RFC 1939 and 2449 (POP3, CAPA), 2595 (STLS, STARTTLS of IMAP), 3501, 5321, 3207, 4954.
"""

import re
from collections.abc import Iterator
from typing import Protocol as Shape

from connectors.mail_servers.conversation import Broken, Conversation
from rules.email_systems import Protocol

MOST_CAPABILITIES = 500
_MOST_LINES = 600
REFUSES = "refuses-to-speak"
UNTOLD = "abilities-untold"
OPEN_ENDS = frozenset({REFUSES, UNTOLD})
"""Codes of `Broken` after which the server was understood, and does not say what it can do."""
_LONGEST_BYTES = 4096
_IN_GREETING = re.compile(r"\[CAPABILITY ([^\]]*)\]", re.IGNORECASE)
# Firewalls that look into SMTP write X over what they do not let through, a word at a time.
_MASKED = re.compile(r"X{6,}[A-C]?")

_REPLY = re.compile(rb"[2-5]\d\d(?:[ -]|$)")

_SCHEMES = {
    "PLAIN": "basic",
    "LOGIN": "basic",
    "USER": "basic",
    "NTLM": "ntlm",
    "GSSAPI": "negotiate",
    "XOAUTH2": "bearer",
    "OAUTHBEARER": "bearer",
}


class Speech(Shape):
    """How a protocol greets, tells what it can, turns to TLS, and takes leave."""

    starttls: str

    def greeting(self, server: Conversation) -> str:
        """The first words. Raises `Broken`: `garbage` where they are another's, or `REFUSES`."""

    def capabilities(self, server: Conversation, greeting: str = "") -> tuple[str, ...]:
        """All that the server says it can do. Raises `Broken`: `UNTOLD` where it does not say."""

    def turn_to_tls(self, server: Conversation) -> None:
        """Let the next byte be TLS. Raises `Broken` with code `refused`."""

    def leave(self, server: Conversation) -> None:
        """Take leave."""


class Pop3:
    """POP3."""

    starttls = "STLS"

    def greeting(self, server: Conversation) -> str:
        """The line that begins with +OK."""
        line = server.line()
        return _checked(line, b"+OK", b"-ERR", "POP3")

    def capabilities(self, server: Conversation, greeting: str = "") -> tuple[str, ...]:
        """The lines of CAPA."""
        server.send("CAPA")
        first = server.line()
        if not first.upper().startswith(b"+OK"):
            raise _untold(first)
        found = []
        for line in _lines(server):
            if line == b".":
                break
            found.append(_text(line).upper())
        return _bounded(found)

    def turn_to_tls(self, server: Conversation) -> None:
        """Send STLS."""
        server.send("STLS")
        _expect(server.line(), b"+OK")

    def leave(self, server: Conversation) -> None:
        """Send QUIT."""
        server.send("QUIT")


class Imap:
    """IMAP."""

    starttls = "STARTTLS"

    def greeting(self, server: Conversation) -> str:
        """The line that begins with * OK."""
        line = server.line()
        if line.upper().startswith(b"* PREAUTH"):
            # Who is signed in already is offered no TLS, whatever others are offered.
            raise Broken(UNTOLD, "it takes this computer for signed in", line)
        return _checked(line, b"* OK", b"* BYE", "IMAP")

    def capabilities(self, server: Conversation, greeting: str = "") -> tuple[str, ...]:
        """The words of CAPABILITY, in however many lines; those of the greeting if it is refused.

        A server may tell them in brackets too, before it is asked and in its last line.
        """
        server.send("a1 CAPABILITY")
        found: dict[str, None] = {}
        for line in _lines(server):
            text = _text(line).upper()
            if text.startswith("* CAPABILITY"):
                found.update(dict.fromkeys(text.split()[2:]))
            elif text.startswith("* BYE"):
                raise _refuses(line)
            elif text.startswith("A1 "):
                told = _IN_GREETING.search(text) or _IN_GREETING.search(greeting.upper())
                if not found and told is not None:
                    found.update(dict.fromkeys(told[1].split()))
                if not found:
                    raise _untold(line)
                break
        return _bounded(list(found))

    def turn_to_tls(self, server: Conversation) -> None:
        """Send STARTTLS."""
        server.send("a2 STARTTLS")
        for line in _lines(server):
            if not line.startswith(b"*"):
                _expect(line, b"A2 OK")
                return

    def leave(self, server: Conversation) -> None:
        """Send LOGOUT."""
        server.send("a3 LOGOUT")


class Smtp:
    """SMTP and mail submission."""

    starttls = "STARTTLS"

    def greeting(self, server: Conversation) -> str:
        """The first line of 220; another number is a refusal (RFC 5321, 3.1)."""
        lines = _replied(server)
        if not lines[0].startswith(b"220"):
            raise _refuses(*lines)
        return _text(lines[0])

    def capabilities(self, server: Conversation, greeting: str = "") -> tuple[str, ...]:
        """The lines of EHLO after the first."""
        address = server.own_address
        server.send(f"EHLO [{'IPv6:' if ':' in address else ''}{address}]")
        lines = _replied(server)
        if not lines[0].startswith(b"250"):
            raise _untold(*lines)
        found = [_text(line[4:]).upper() for line in lines[1:]]
        if any(_MASKED.fullmatch(each) for each in found):
            raise Broken(UNTOLD, "something on the way masks what it offers", lines[-1])
        return _bounded(found)

    def turn_to_tls(self, server: Conversation) -> None:
        """Send STARTTLS."""
        server.send("STARTTLS")
        _expect(server.line(), b"220")

    def leave(self, server: Conversation) -> None:
        """Send QUIT."""
        server.send("QUIT")


SPEECHES: dict[Protocol, Speech] = {
    Protocol.POP3: Pop3(),
    Protocol.IMAP: Imap(),
    Protocol.SMTP: Smtp(),
}


def schemes_in(capabilities: tuple[str, ...]) -> tuple[str, ...]:
    """The ways to sign in that capabilities offer, in lower case, each once, in order of name."""
    found: set[str] = set()
    for capability in capabilities:
        words = capability.replace("=", " ").split()
        if not words:
            continue
        if words[0] in ("AUTH", "SASL"):
            found.update(_SCHEMES.get(word, word.lower()) for word in words[1:])
        elif words[0] == "USER":
            found.add("basic")
    return tuple(sorted(found))


def plain_text(said: bytes, most_bytes: int = 512) -> str:
    """The first bytes of what a server said, harmless to show: one line, printable."""
    text = said[:most_bytes].decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else "?" for letter in text).strip()


def _text(line: bytes) -> str:
    return plain_text(line, _LONGEST_BYTES)


def _bounded(found: list[str]) -> tuple[str, ...]:
    if len(found) > MOST_CAPABILITIES:
        raise Broken("too-long", "it sends more than a mail server does")
    return tuple(found)


def _refuses(*lines: bytes) -> Broken:
    return Broken(REFUSES, f"it refuses to speak to this computer: {_said(lines)}", lines[0])


def _untold(*lines: bytes) -> Broken:
    return Broken(UNTOLD, f"it does not say what it offers: {_said(lines)}", lines[0])


def _said(lines: tuple[bytes, ...]) -> str:
    return plain_text(b" ".join(lines), 200).rstrip(".")


def _lines(server: Conversation) -> Iterator[bytes]:
    for _ in range(_MOST_LINES):
        yield server.line()
    raise Broken("too-long", "it sends more than a mail server does")


def _replied(server: Conversation) -> list[bytes]:
    """The lines of an SMTP reply, all of one code."""
    found: list[bytes] = []
    for line in _lines(server):
        if not _REPLY.match(line) or (found and line[:3] != found[0][:3]):
            raise Broken("garbage", "it answers as no SMTP server does", line)
        found.append(line)
        if line[3:4] != b"-":
            break
    return found


def _expect(line: bytes, beginning: bytes) -> None:
    if not line.upper().startswith(beginning):
        words = f"it offers TLS and then refuses it: {_said((line,))}"
        raise Broken("refused", words, line)


def _checked(line: bytes, welcome: bytes, refusal: bytes, protocol: str) -> str:
    if line.upper().startswith(refusal):
        raise _refuses(line)
    if not line.upper().startswith(welcome):
        raise Broken("garbage", f"it answers as no {protocol} server does", line)
    return _text(line)
