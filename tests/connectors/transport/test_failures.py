"""What went wrong on the network, in words: every kind, however deep it lies."""

import errno
import socket
import ssl
from http.client import RemoteDisconnected
from itertools import pairwise
from queue import Empty
from typing import Any

import pytest
import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, ProxyError

from connectors.transport.failures import network_failure, past_deadline, truncated

URL = "https://mail.contoso.example"
CONNECTION = HTTPConnection("mail.contoso.example")


def below(*errors: BaseException) -> BaseException:
    """The errors, each the cause of the one before it."""
    for upper, lower in pairwise(errors):
        upper.__cause__ = lower
    return errors[0]


def unresolved(number: int) -> BaseException:
    name = socket.gaierror(number, "no")
    return below(requests.ConnectionError("x"), NameResolutionError("mail", CONNECTION, name), name)


def certificate(code: int) -> BaseException:
    error = ssl.SSLCertVerificationError(1, "bad")
    error.verify_code = code
    return below(requests.exceptions.SSLError("x"), error)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (certificate(10), "untrusted-certificate"),
        (ProxyError("no", OSError()), "proxy-failed"),
        (requests.exceptions.ProxyError("no"), "proxy-failed"),
        (below(requests.ConnectionError("x"), ProxyError("no", OSError())), "proxy-failed"),
        (below(ProxyError("no", OSError()), ConnectionRefusedError()), "proxy-failed"),
        (unresolved(socket.EAI_AGAIN), "names-unanswered"),
        (unresolved(socket.EAI_NONAME), "name-not-resolved"),
        (below(requests.ConnectionError("x"), ConnectionRefusedError()), "refused"),
        (ConnectTimeoutError("late"), "no-connection"),
        (below(requests.exceptions.ConnectTimeout("x"), ConnectTimeoutError("y")), "no-connection"),
        (requests.exceptions.ReadTimeout("late"), "timeout"),
        (TimeoutError("late"), "timeout"),
        (below(requests.ConnectionError("x"), ConnectionResetError()), "connection-reset"),
        (ConnectionAbortedError(), "connection-reset"),
        (BrokenPipeError(), "connection-reset"),
        (RemoteDisconnected("gone"), "connection-reset"),
        (ssl.SSLEOFError(8, "eof"), "connection-reset"),
        (ssl.SSLZeroReturnError(6, "closed"), "connection-reset"),
        (OSError(errno.ECONNRESET, "reset"), "connection-reset"),
        (OSError(errno.EPIPE, "pipe"), "connection-reset"),
        (below(requests.ConnectionError("x"), ssl.SSLError(1, "version")), "tls-failed"),
        (OSError(errno.EHOSTUNREACH, "no way"), "unreachable"),
        (requests.ConnectionError("x"), "unreachable"),
    ],
)
def test_each_kind_has_its_cause(error: BaseException, code: str) -> None:
    found = network_failure(error, URL)
    assert (found.code, found.url, found.status) == (code, URL, None)
    assert found.reason.startswith(f"{URL}: ")


@pytest.mark.parametrize(
    ("code", "fault", "remedy"),
    [
        (9, "is not valid yet", "Renew the server's certificate"),
        (10, "has expired", "Renew the server's certificate"),
        (18, "is self-signed", "Name the authority"),
        (19, "comes from a chain that ends in an authority that is not trusted", "Name the auth"),
        (20, "comes from an authority that is not trusted", "Name the authority"),
        (62, "was made for another name", "Write the name"),
        (64, "was made for another address", "Write the name"),
        (99, "cannot be verified", "Name the authority"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(code: int, fault: str, remedy: str) -> None:
    found = network_failure(certificate(code), URL)
    assert found.reason == f"{URL}: the server's certificate {fault}"
    assert found.remedy.startswith(remedy)


def test_the_innermost_error_names_what_no_kind_fits() -> None:
    found: Any = network_failure(below(requests.ConnectionError("x"), KeyError("y")), URL)
    assert found.reason == f"{URL}: the request failed below HTTP (KeyError)"


@pytest.mark.parametrize(
    ("errors", "name"),
    [((RuntimeError("x"), Empty()), "RuntimeError"), ((Empty(),), "Empty")],
)
def test_a_queue_that_was_empty_tells_nothing(errors: tuple[Exception, ...], name: str) -> None:
    """A library makes its first session where it has found its queue of sessions empty."""
    found = network_failure(below(*errors), URL)
    assert found.reason == f"{URL}: the request failed below HTTP ({name})"


def test_ends_before_their_time() -> None:
    assert truncated(URL).code == "truncated"
    assert past_deadline(URL).reason == f"{URL}: the run's deadline was reached"
    assert past_deadline(URL, "it was stopped").reason == f"{URL}: it was stopped"
    assert past_deadline(URL).code == "deadline"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (socket.EAI_NONAME, "name-not-resolved"),
        (socket.EAI_AGAIN, "names-unanswered"),
        (socket.EAI_FAIL, "names-unanswered"),
    ],
)
def test_a_passing_failure_of_the_resolver_is_no_missing_name(number: int, code: str) -> None:
    resolver = socket.gaierror(number, "said by a test")
    below = NameResolutionError("mail.invalid", HTTPSConnection("mail.invalid"), resolver)
    below.__cause__ = resolver
    assert network_failure(below, "https://mail.invalid/").code == code
