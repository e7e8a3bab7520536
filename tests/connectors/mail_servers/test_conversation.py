"""A conversation is bounded: in the time of a whole line, in the bytes of one, and in all bytes."""

import contextlib
import os
import select
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.mail_servers import conversation
from connectors.mail_servers.conversation import (
    MOST_BYTES,
    MOST_LINE_BYTES,
    MOST_WIRE_BYTES,
    Broken,
    Conversation,
    Limit,
)
from tests.connectors.mail_servers.servers import Authority, context_of
from tests.waiting import PATIENCE_S


@pytest.fixture
def ends() -> Iterator[tuple[Conversation, socket.socket]]:
    own, other = socket.socketpair()
    with own, other:
        yield Conversation(own, Limit(5.0, 5.0)), other


def broken(talk: Conversation) -> Broken:
    with pytest.raises(Broken) as raised:
        talk.line()
    return raised.value


def test_a_line_comes_without_its_end_and_the_next_one_waits(
    ends: tuple[Conversation, socket.socket],
) -> None:
    talk, other = ends
    other.sendall(b"220 mail.contoso.example\r\n250 OK\n")
    assert [talk.line(), talk.line()] == [b"220 mail.contoso.example", b"250 OK"]


def test_a_line_whose_time_is_over_is_not_waited_for(
    ends: tuple[Conversation, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, other = ends
    other.sendall(b"220 mai")
    # The first reading is the start of the line; by the third, all of its time has gone.
    moments = iter([0.0, 1.0])
    monkeypatch.setattr(conversation.time, "monotonic", lambda: next(moments, 9.0))
    talk._limit = Limit(100.0, 5.0, clock=lambda: 0.0)
    found = broken(talk)
    assert (found.code, str(found), found.said) == (
        "silent",
        "it sends no whole line",
        b"220 mai",
    )


def test_no_time_left_for_a_server_is_a_server_that_is_too_slow() -> None:
    moments = iter([0.0, 4.0, 5.0])
    limit = Limit(5.0, 3.0, clock=lambda: next(moments))
    assert limit.left_s() == 1.0
    with pytest.raises(Broken, match="too slowly"):
        limit.left_s()


def test_a_line_without_an_end_is_read_no_further(
    ends: tuple[Conversation, socket.socket],
) -> None:
    talk, other = ends
    other.sendall(b"x" * (2 * MOST_LINE_BYTES))
    assert broken(talk).code == "too-long"
    assert len(talk._buffer) <= 2 * MOST_LINE_BYTES


def test_lines_without_an_end_are_read_no_further(
    ends: tuple[Conversation, socket.socket],
) -> None:
    talk, other = ends
    line = b"x" * 1023 + b"\n"
    for _ in range(MOST_BYTES // len(line)):
        other.sendall(line)
        talk.line()
    other.sendall(line + b"y")
    talk.line()
    other.sendall(b"z")
    assert broken(talk).code == "too-long"


def test_a_server_that_ends_the_connection_breaks_it_off(
    ends: tuple[Conversation, socket.socket],
) -> None:
    talk, other = ends
    other.sendall(b"220 ")
    other.close()
    assert (found := broken(talk)).code == "broken-off"
    assert found.said == b"220 "


def test_a_server_that_resets_the_connection_before_tls_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        own = socket.create_connection(server.getsockname())
        other, _ = server.accept()
    # To close with nothing to linger for is to reset.
    other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    other.close()
    assert select.select([own], [], [], PATIENCE_S)[0]
    number = own.fileno()
    talk = Conversation(own, Limit(PATIENCE_S, PATIENCE_S))
    # What was raised still holds whatever the attempt left.
    with pytest.raises(Broken, match="breaks the TLS handshake off") as raised:
        talk.encrypt(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "mail.contoso.example")
    talk.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
    assert raised.value.code == "broken-off"


@pytest.mark.parametrize("host", ["mail..example", ".example", "", f"{'x' * 64}.example"])
def test_tls_begins_with_a_server_whose_name_tls_cannot_carry(
    ends: tuple[Conversation, socket.socket], host: str
) -> None:
    talk, other = ends
    other.shutdown(socket.SHUT_WR)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    with talk, pytest.raises(ssl.SSLError):
        talk.encrypt(context, host)
    # A record that is part of a handshake.
    assert other.recv(1) == b"\x16"


def test_a_server_that_sends_tickets_without_end_is_heard_no_further(
    ends: tuple[Conversation, socket.socket], tmp_path: Path
) -> None:
    # What OpenSSL reads of a connection without a word of the server ends at no time.
    talk, other = ends
    context = context_of(Authority(tmp_path).issue("mail.contoso.example"))
    context.num_tickets = 1 << 30

    def serve() -> None:
        with contextlib.suppress(OSError):
            context.wrap_socket(other, server_side=True)

    serving = threading.Thread(target=serve)
    serving.start()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with talk:
        talk.encrypt(trusting, "mail.contoso.example")
        assert broken(talk).code == "too-long"
    serving.join()
    assert talk._arrived_bytes < MOST_WIRE_BYTES + 2 * MOST_LINE_BYTES
