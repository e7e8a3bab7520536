"""What this computer refuses is told of this computer, and never of a server."""

import errno
import socket

import pytest

from connectors.transport.errors import SourceFailed
from connectors.transport.failures import network_failure
from connectors.transport.guard.reachability import Reachability
from connectors.transport.own_limits import CODE, own_limit
from tests.connectors.mail_servers.probing import look


def wrapped(error: BaseException) -> BaseException:
    try:
        try:
            raise error
        except BaseException as below:
            raise ConnectionError("Max retries exceeded", below) from below
    except ConnectionError as above:
        return above


LIMITS = [
    OSError(errno.EMFILE, "Too many open files"),
    OSError(errno.ENFILE, "Too many open files in system"),
    OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address"),
    MemoryError(),
    RuntimeError("can't start new thread"),
    ImportError("libz.so.1: failed to map segment from shared object"),
]


@pytest.mark.parametrize("error", LIMITS, ids=repr)
def test_a_limit_is_recognised_wherever_it_stands_in_the_chain(error):
    assert own_limit(error)
    failure = network_failure(wrapped(error), "https://contoso.example")
    assert failure.code == CODE
    assert failure.remedy


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(errno.ECONNREFUSED, "refused"),
        OSError(errno.EHOSTUNREACH, "no route"),
        TimeoutError(),
        RuntimeError("something else"),
        ImportError("No module named 'x'"),
    ],
    ids=repr,
)
def test_what_a_server_or_network_does_is_no_limit_of_this_computer(error):
    assert own_limit(wrapped(error)) is None


def test_a_lookup_that_met_a_limit_is_not_a_name_that_there_is_not():
    def lookup(host):
        raise OSError(errno.EMFILE, "Too many open files")

    with pytest.raises(SourceFailed) as refused:
        Reachability().resolve("mail.contoso.example", 993, lookup=lookup)
    assert refused.value.code == CODE


def test_a_probe_that_gets_no_descriptor_says_nothing_of_the_server(monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(socket, "create_connection", refuse)
    row = look(993)
    assert row.connected is None
    assert row.code == CODE
    assert "no more files" in row.problem
