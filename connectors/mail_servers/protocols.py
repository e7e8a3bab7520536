"""What POP3, IMAP and SMTP servers say before anybody signs in. Nothing else is ever asked.

Sources: RFC 1939 and 2449 (POP3, CAPA), 2595 (STLS, STARTTLS of IMAP), 3501, 5321, 3207, 4954.
"""

from collections.abc import Iterator
from typing import Protocol as Shape

from connectors.mail_servers.conversation import Broken, Conversation
from rules.email_systems import Protocol

MOST_CAPABILITIES = 100
_MOST_LINES = 200

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
        """The first words. Raises `Broken` with code `garbage` where they are another's."""

    def capabilities(self, server: Conversation) -> tuple[str, ...]:
        """What the server says it can do; empty where it does not say."""

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
        return _checked(line, line.upper().startswith(b"+OK"), "POP3")

    def capabilities(self, server: Conversation) -> tuple[str, ...]:
        """The lines of CAPA."""
        server.send("CAPA")
        if not server.line().upper().startswith(b"+OK"):
            return ()
        found = []
        for line in _lines(server):
            if line == b".":
                break
            found.append(_text(line).upper())
        return tuple(found[:MOST_CAPABILITIES])

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
        known = line.upper().startswith((b"* OK", b"* PREAUTH", b"* BYE"))
        return _checked(line, known, "IMAP")

    def capabilities(self, server: Conversation) -> tuple[str, ...]:
        """The words of CAPABILITY."""
        server.send("a1 CAPABILITY")
        found: list[str] = []
        for line in _lines(server):
            if line.upper().startswith(b"* CAPABILITY"):
                found = _text(line).upper().split()[2:]
            elif line.upper().startswith(b"A1 "):
                break
        return tuple(found[:MOST_CAPABILITIES])

    def turn_to_tls(self, server: Conversation) -> None:
        """Send STARTTLS."""
        server.send("a2 STARTTLS")
        for line in _lines(server):
            if not line.startswith(b"*"):
                _expect(line.upper(), b"A2 OK")
                return

    def leave(self, server: Conversation) -> None:
        """Send LOGOUT."""
        server.send("a3 LOGOUT")


class Smtp:
    """SMTP and mail submission."""

    starttls = "STARTTLS"

    def greeting(self, server: Conversation) -> str:
        """The lines of 220, or of 554 from a server that takes no mail."""
        return _text(_replied(server, b"220", b"554", b"421")[0])

    def capabilities(self, server: Conversation) -> tuple[str, ...]:
        """The lines of EHLO after the first."""
        address = server.own_address
        server.send(f"EHLO [{'IPv6:' if ':' in address else ''}{address}]")
        try:
            lines = _replied(server, b"250")
        except Broken as broken:
            if broken.code != "garbage":
                raise
            return ()
        return tuple(_text(line[4:]).upper() for line in lines[1:][:MOST_CAPABILITIES])

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
    return plain_text(line)


def _lines(server: Conversation) -> Iterator[bytes]:
    for _ in range(_MOST_LINES):
        yield server.line()
    raise Broken("too-long", "it sends more than a mail server does")


def _replied(server: Conversation, *codes: bytes) -> list[bytes]:
    """The lines of an SMTP reply, which begins with one of the codes."""
    found = []
    for line in _lines(server):
        if not line.startswith(codes):
            raise Broken("garbage", "it answers as no SMTP server does", line)
        found.append(line)
        if line[3:4] != b"-":
            break
    return found


def _expect(line: bytes, beginning: bytes) -> None:
    if not line.upper().startswith(beginning):
        raise Broken("refused", "it offers TLS and then refuses it", line)


def _checked(line: bytes, known: bool, protocol: str) -> str:
    if not known:
        raise Broken("garbage", f"it answers as no {protocol} server does", line)
    return _text(line)
