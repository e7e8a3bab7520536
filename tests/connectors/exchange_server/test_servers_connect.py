"""Only a refused connection, or an unanswered one, is a server that takes none."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.exchange_server.hosts import Place, place_of
from connectors.exchange_server.servers import BUILDS, ExchangeServers, HostRow, _Asking, _connects
from connectors.normalisation.mail_servers.facts import mail_servers
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import Reachability
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy
from rules.email_systems import Protocol
from rules.health.mail_server_unreachable import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.connectors.loopback import Authority, authority, cut, serving
from tests.rules import facts


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("refused", None, False),
        ("no-connection", None, False),
        ("forbidden", 403, True),
        ("untrusted-certificate", None, None),
        ("truncated", None, None),
        ("connection-reset", None, None),
        ("tls-failed", None, None),
        ("timeout", None, None),
        ("deadline", None, None),
        ("proxy-failed", None, None),
    ],
)
def test_only_the_connection_itself_proves_it(
    code: str, status: int | None, expected: bool | None
) -> None:
    assert _connects(SourceFailed("why", "what to do", code, status=status)) is expected


@pytest.fixture(scope="module")
def ca() -> Iterator[Authority]:
    with authority() as made:
        yield made


@contextmanager
def of_a_private_authority(ca: Authority) -> Iterator[str]:
    with serving(lambda handler, seen: cut(handler), ca.issue(own=True)) as server:
        yield server.url


@contextmanager
def that_cuts_its_answer(ca: Authority) -> Iterator[str]:
    with serving(lambda handler, seen: cut(handler), ca.issue()) as server:
        yield server.url


@contextmanager
def that_demands_a_certificate(ca: Authority) -> Iterator[str]:
    """A server that ends the conversation where the client shows no certificate of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca.issue())
    context.load_verify_locations(ca.bundle)
    context.verify_mode = ssl.CERT_REQUIRED
    door = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                peer, _ = door.accept()
            except OSError:
                return
            try:
                context.wrap_socket(peer, server_side=True).close()
            except OSError:
                peer.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"https://127.0.0.1:{door.getsockname()[1]}"
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join()


@contextmanager
def that_refuses(ca: Authority) -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"https://127.0.0.1:{taken.getsockname()[1]}"


def asked(url: str, bundle: Path, deadline: float | None = None) -> HostRow:
    place = place_of(url)
    policy = NetworkPolicy(ca_bundle=bundle, retries=0, deadline=deadline)
    with Transport(policy) as transport:
        servers = ExchangeServers(
            transport=transport,
            configured=place,
            trusted=frozenset({place}),
            environment_host="127.0.0.1",
        )
        return _Asking(servers, Reachability(loopback=True), place, transport).row()


def judged(row: HostRow) -> str:
    """What `mail-server-unreachable` says of the server, from what asking it showed."""
    readings = {BUILDS: Reading(SourceState(BUILDS, "partial"), ((row, "2026-11-29T12:00:00Z"),))}
    profile = facts.exchange_server_profile(
        both={"protocol": Protocol.EWS, "host": row.host, "port": row.port}
    )
    (server,) = mail_servers(readings, [profile])
    try:
        # A server on loopback is met inside, and so is the organisation.
        return outcome(check(server, facts.on_premises()))
    except Undecided as undecided:
        return undecided.unknown.reason


@pytest.mark.parametrize(
    ("server", "codes"),
    [
        (of_a_private_authority, {"untrusted-certificate"}),
        (that_cuts_its_answer, {"connection-reset"}),
        # Its last words may be lost with the connection.
        (that_demands_a_certificate, {"tls-failed", "connection-reset"}),
    ],
)
def test_a_server_that_goes_wrong_later_is_not_one_that_takes_no_connection(
    ca: Authority, server: Callable[[Authority], Iterator[str]], codes: set[str]
) -> None:
    with server(ca) as url:  # type: ignore[attr-defined]
        row = asked(url, ca.bundle)
    assert (row.host_found, row.connects) == (True, None)
    assert row.code in codes
    assert judged(row).rstrip(".") == (row.reason or "").rstrip(".")


def test_a_server_that_there_was_no_time_for_is_not_one_that_takes_no_connection(
    ca: Authority,
) -> None:
    with that_refuses(ca) as url:
        row = asked(url, ca.bundle, deadline=time.monotonic() - 1)
    assert (row.connects, row.code) == (None, "deadline")
    assert "deadline" in judged(row)


def test_a_host_that_no_request_can_name_is_one_row_that_could_not_be_read(ca: Authority) -> None:
    servers = ExchangeServers(
        transport=Transport(NetworkPolicy(ca_bundle=ca.bundle, retries=0)),
        configured=place_of("https://mail.contoso.example"),
        trusted=frozenset(),
        environment_host="contoso.crm.dynamics.com",
        lookup=lambda host: ["192.0.2.1", "8.8.8.8"],
    )
    for host in ("*.contoso.example", "%69ntranet.contoso.example"):
        row = _Asking(servers, Reachability(), Place(host), servers.transport).row()
        assert (row.connects, row.code) == (None, "unusable-address")


def test_a_refused_connection_is_one_that_a_server_does_not_take(ca: Authority) -> None:
    with that_refuses(ca) as url:
        row = asked(url, ca.bundle)
    assert row.connects is False
    assert judged(row) == "fail"
