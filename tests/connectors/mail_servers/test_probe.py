"""Which server a probe connects to, and what it says where it cannot."""

import errno
import socket
import threading
import time

import pytest

from connectors.dns.names import NameNotFound, Names, NoAnswer
from connectors.mail_servers.encryption import Trust
from connectors.mail_servers.probe import Probe
from connectors.mail_servers.rows import Target
from connectors.transport.guard.reachability import Reachability
from rules.email_systems import Protocol
from tests.connectors.mail_servers.probing import ON_LOOPBACK, QUICK, FixedNames, look
from tests.connectors.mail_servers.servers import HOST, serving
from tests.ports import free_port


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "network is unreachable"),
        (OSError(errno.EMFILE, "Too many"), "no more files may be opened by this program"),
    ],
)
def test_what_stops_this_computer_is_no_refusal_of_the_server(monkeypatch, error, told) -> None:
    def refuse(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(socket, "create_connection", refuse)
    row = look(995)
    assert row.connected is None
    assert told in str(row.problem)


def test_addresses_that_were_not_tried_leave_open_whether_it_connects() -> None:
    port = free_port()
    few = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
    assert look(port, names=FixedNames(*few)).connected is False
    assert look(port, names=FixedNames(*few, "127.0.0.4")).connected is None


@pytest.mark.parametrize(
    ("host", "code"),
    [("mail\0.contoso.example", "name-not-found"), ("mail\ufffd.example", "no-name")],
)
def test_a_text_that_is_no_name_is_the_fault_of_the_profile(host: str, code: str) -> None:
    """A column of fixed length may end in half a character, and hold a NUL."""
    row = Probe(Names(), Trust(None)).look(Target(host, 995, Protocol.POP3), Reachability())
    assert row.code == code
    assert row.connected is None
    assert "profile" in (row.remedy or "")


def test_a_host_that_does_not_exist_or_cannot_be_looked_up_is_told_apart() -> None:
    missing = look(995, names=FixedNames(error=NameNotFound(HOST)))
    assert (missing.resolution, missing.connected) == ("not-found", None)
    silent = look(995, names=FixedNames(error=NoAnswer("no name server answered in time")))
    assert (silent.resolution, silent.connected) == ("unknown", None)
    assert "no name server answered" in str(silent.problem)


def test_a_closed_port_is_no_connection() -> None:
    row = look(free_port())
    assert (row.resolution, row.connected) == ("found", False)
    assert "refused" in str(row.problem)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "::1", "10.0.0.1", "::ffff:127.0.0.1"]
)
def test_addresses_inside_get_nothing_from_an_environment_outside(address: str) -> None:
    reached = threading.Event()

    def serve(connection: socket.socket) -> None:
        reached.set()

    with serving(serve) as port:
        row = look(port, names=FixedNames(address), reach=Reachability())
        time.sleep(0.1)
    assert row.connected is None
    assert "nothing was sent" in str(row.problem)
    assert not reached.is_set()


def test_a_server_that_the_run_had_no_time_to_wait_for_is_not_out_of_reach(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def late(*_: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "create_connection", late)
    patient = look(993)
    assert (patient.connected, patient.code) == (False, "no-connection")
    probe = Probe(FixedNames(), Trust(None, None), QUICK)  # type: ignore[arg-type]
    hurried = probe.look(Target(HOST, 993, Protocol.POP3), ON_LOOPBACK, 0.3)
    assert (hurried.connected, hurried.code) == (None, "deadline")


@pytest.mark.parametrize(
    ("character", "resolution", "words"),
    [("\0", "not-found", "does not exist"), ("\ud800", "unknown", "is no domain name")],
)
def test_a_host_that_holds_a_nul_or_half_a_surrogate_costs_its_own_row_alone(
    character: str, resolution: str, words: str
) -> None:
    probe = Probe(Names(), Trust(None), QUICK)
    row = probe.look(Target(f"mail{character}.contoso.example", 995, Protocol.POP3), ON_LOOPBACK)
    assert (row.resolution, row.connected) == (resolution, None)
    assert words in str(row.problem)
