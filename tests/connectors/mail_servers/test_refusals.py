"""A server that does not say what it offers leaves that open, in its own words."""

import socket
from collections.abc import Mapping

import pytest

from connectors.mail_servers.rows import ProbeRow
from rules.email_systems import Protocol
from tests.connectors.mail_servers.probing import look
from tests.connectors.mail_servers.servers import HOST, Authority, Serve, context_of, serving

Replies = Mapping[bytes, bytes]
SMTP_READY, POP3_READY, IMAP_READY = b"220 mail ESMTP\r\n", b"+OK ready\r\n", b"* OK ready\r\n"


def says(greeting: bytes, replies: Replies, other: bytes = b"502 5.5.1 no\r\n") -> Serve:
    """Greets, and answers each line by the first of the replies whose word it holds."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(greeting)
        for line in connection.makefile("rb"):
            said = line.strip().upper()
            connection.sendall(next((v for k, v in replies.items() if k in said), other))
            if b"QUIT" in said or b"LOGOUT" in said:
                return

    return serve


def seen(protocol: Protocol, greeting: bytes, replies: Replies) -> ProbeRow:
    with serving(says(greeting, replies)) as port:
        return look(port, protocol)


@pytest.mark.parametrize(
    ("protocol", "greeting", "replies", "words"),
    [
        (Protocol.SMTP, b"554 5.7.1 mail: client host blocked\r\n", {}, "client host blocked"),
        (Protocol.SMTP, b"421-4.7.0 Error\r\n421 4.7.0 too many\r\n", {}, "421 4.7.0 too many"),
        (Protocol.SMTP, SMTP_READY, {b"EHLO": b"421 4.7.0 too many\r\n"}, "421 4.7.0 too many"),
        (Protocol.SMTP, SMTP_READY, {b"EHLO": b"554 5.7.1 Access denied\r\n"}, "Access denied"),
        (Protocol.SMTP, SMTP_READY, {b"EHLO": b"502 what\r\n"}, "502 what"),
        (Protocol.SMTP, SMTP_READY, {b"EHLO": b"250-mail\r\n250 XXXXXXXA\r\n"}, "masks"),
        (Protocol.POP3, b"-ERR [SYS/TEMP] too many sessions\r\n", {}, "too many sessions"),
        (Protocol.POP3, POP3_READY, {b"CAPA": b"-ERR unknown command\r\n"}, "unknown command"),
        (Protocol.IMAP, b"* BYE [UNAVAILABLE] overloaded\r\n", {}, "overloaded"),
        (Protocol.IMAP, b"* PREAUTH ready\r\n", {}, "signed in"),
        (Protocol.IMAP, IMAP_READY, {b"CAPAB": b"a1 NO not now\r\n"}, "not now"),
        (Protocol.IMAP, IMAP_READY, {b"CAPAB": b"a1 BAD what\r\n"}, "BAD what"),
        (Protocol.IMAP, IMAP_READY, {b"CAPAB": b"* BYE shutting down\r\n"}, "shutting down"),
        (Protocol.IMAP, IMAP_READY, {b"CAPAB": b"a1 OK done\r\n"}, "a1 OK done"),
    ],
)  # fmt: skip
def test_a_refusal_is_no_absence_of_tls(
    protocol: Protocol, greeting: bytes, replies: Replies, words: str
) -> None:
    row = seen(protocol, greeting, replies)
    assert (row.connected, row.understood) == (True, True)
    assert (row.encryption, row.capabilities, row.schemes) == (None, None, None)
    assert (row.accepted_by_dataverse, row.outside_fips) == (None, None)
    assert words in str(row.problem)
    assert row.remedy


@pytest.mark.parametrize(
    ("protocol", "greeting", "replies"),
    [
        (Protocol.SMTP, SMTP_READY, {b"EHLO": b"250-mail.example\r\n250 SIZE 1000\r\n"}),
        (Protocol.SMTP, SMTP_READY, {b"EHLO": b"250 mail.example\r\n"}),
        (Protocol.POP3, POP3_READY, {b"CAPA": b"+OK\r\nUIDL\r\n.\r\n"}),
        (Protocol.IMAP, IMAP_READY, {b"CAPAB": b"* CAPABILITY IMAP4rev1\r\na1 OK\r\n"}),
    ],
)
def test_a_whole_list_without_it_is(protocol: Protocol, greeting: bytes, replies: Replies) -> None:
    row = seen(protocol, greeting, replies)
    assert (row.encryption, row.problem) == ("none", None)


MANY = b" ".join(b"X-WORD-%04d" % number for number in range(150))


@pytest.mark.parametrize(
    ("greeting", "answer"),
    [
        (IMAP_READY, b"* CAPABILITY IMAP4rev1 " + MANY + b" STARTTLS AUTH=NTLM\r\na1 OK\r\n"),
        (IMAP_READY, b"* CAPABILITY STARTTLS IMAP4rev1\r\n* CAPABILITY AUTH=NTLM\r\na1 OK\r\n"),
        (IMAP_READY, b"a1 OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=NTLM] done\r\n"),
        (b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=NTLM] ready\r\n", b"a1 NO not now\r\n"),
        (b"* OK [CAPABILITY " + MANY + b" STARTTLS AUTH=NTLM] x\r\n", b"a1 BAD what\r\n"),
    ],
)
def test_abilities_are_read_wherever_and_however_long_they_are_told(
    greeting: bytes, answer: bytes
) -> None:
    row = seen(Protocol.IMAP, greeting, {b"CAPAB": answer, b"STARTTLS": b"a2 NO not now\r\n"})
    assert "it offers TLS and then refuses it: a2 NO not now" in str(row.problem)
    assert row.encryption is None
    assert row.schemes is not None
    assert "ntlm" in row.schemes


def test_more_abilities_than_any_server_has_leave_it_open() -> None:
    lines = b"".join(b"X-%d\r\n" % number for number in range(550))
    row = seen(Protocol.POP3, POP3_READY, {b"CAPA": b"+OK\r\n" + lines + b".\r\n"})
    assert (row.encryption, row.capabilities) == (None, None)


@pytest.mark.parametrize(
    ("protocol", "greeting", "replies"),
    [
        (Protocol.SMTP, b"554 5.7.1 blocked\r\n", {}),
        (Protocol.POP3, POP3_READY, {b"CAPA": b"-ERR what\r\n"}),
        (Protocol.IMAP, b"* BYE overloaded\r\n", {}),
    ],
)
def test_tls_from_the_first_byte_is_seen_whatever_is_refused_inside(
    tmp_path_factory: pytest.TempPathFactory,
    protocol: Protocol,
    greeting: bytes,
    replies: Replies,
) -> None:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    context = context_of(authority.issue(HOST))
    inside = says(greeting, replies)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            inside(secured)

    with serving(serve) as port:
        row = look(port, protocol, ca_bundle=authority.bundle)
    assert (row.encryption, row.accepted_by_dataverse) == ("implicit", True)
    assert row.trusted_by_configuration is True
    assert row.schemes is None
    assert row.problem
