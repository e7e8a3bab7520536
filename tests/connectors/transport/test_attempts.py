"""One attempt against a real TLS server: whom it trusts, and how much and how long it reads."""

import gzip
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest

from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, Transport
from connectors.transport.network import NetworkPolicy
from tests.connectors import loopback
from tests.connectors.loopback import Authority, Seen, answer, serving
from tests.connectors.transport.scripted import Bench, failure, gives


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_body_beyond_the_bound_is_refused(bench: Bench, certificate: Path, encoding: str) -> None:
    plain = b'"' + b" " * 5_000_000 + b'"'
    body = gzip.compress(plain) if encoding == "gzip" else plain
    with serving(gives(body=body, Content_Encoding=encoding), certificate) as server:
        failed = failure(bench.transport(max_body_bytes=1_000_000), server.url)
        assert len(server.seen) == 1
    assert failed.code == "too-large"
    assert "1,000,000" in failed.reason


def test_a_body_in_several_gzip_members_is_read_whole(bench: Bench, certificate: Path) -> None:
    body = gzip.compress(b'{"value":') + gzip.compress(b"[7]}")
    with serving(gives(body=body, Content_Encoding="gzip"), certificate) as server:
        with bench.transport() as transport:
            assert transport.get(server.url).body == b'{"value":[7]}'


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_of_a_large_body_no_more_than_the_ends_may_be_kept(
    bench: Bench, certificate: Path, encoding: str
) -> None:
    plain = json.dumps({"value": list(range(5000))}).encode()
    body = gzip.compress(plain) if encoding == "gzip" else plain
    with serving(gives(body=body, Content_Encoding=encoding), certificate) as server:
        with bench.transport() as transport:
            read = transport.ask(Request(server.url, end_bytes=100))
    assert read.is_cut == (encoding == "gzip")
    assert read.body == (plain[:100] + plain[-100:] if read.is_cut else plain)
    assert read.decoded(msgspec.json.Decoder()) == json.loads(plain)


@pytest.mark.parametrize("end_bytes", [20, 500])
def test_a_refusal_keeps_its_words_where_the_ends_of_a_body_are_kept(
    bench: Bench, certificate: Path, end_bytes: int
) -> None:
    refused = {"error": {"code": "0x80040220", "message": "is missing prvReadMailbox privilege"}}
    body = gzip.compress(json.dumps(refused).encode())
    with serving(gives(403, body=body, Content_Encoding="gzip"), certificate) as server:
        with bench.transport() as transport, pytest.raises(SourceFailed) as caught:
            transport.ask(Request(server.url, end_bytes=end_bytes))
    assert "is missing prvReadMailbox privilege" in caught.value.reason


def test_a_refusing_address_is_named(bench: Bench) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{taken.getsockname()[1]}"
        failed = failure(bench.transport(), url)
    assert failed.code == "refused"
    assert url in failed.reason


def test_a_name_that_nobody_knows_is_named(bench: Bench) -> None:
    failed = failure(bench.transport(), "https://nobody.invalid/")
    assert failed.code == "name-not-resolved"


def test_a_silent_server_is_not_waited_for_longer_than_set(bench: Bench, certificate: Path) -> None:
    release = threading.Event()

    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        release.wait()
        answer(handler)

    with serving(script, certificate) as server:
        failed = failure(bench.transport(read_timeout_s=0.2), server.url)
        release.set()
    assert failed.code == "timeout"


def without_end(handler: BaseHTTPRequestHandler, sent: bytes) -> None:
    """The byte again and again, until nobody reads any more."""
    while True:
        handler.wfile.write(sent)
        handler.wfile.flush()
        time.sleep(0.05)


def drips(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    without_end(handler, b" ")


def test_a_dripping_body_ends_at_the_deadline(bench: Bench, certificate: Path) -> None:
    with serving(drips, certificate) as server:
        failed = failure(bench.transport(deadline=time.monotonic() + 0.5), server.url)
    assert failed.code == "deadline"


def test_a_dripping_body_ends_at_its_own_bound(bench: Bench, certificate: Path) -> None:
    with serving(drips, certificate) as server:
        assert failure(bench.transport(body_timeout_s=0.3), server.url).code == "timeout"


def test_headers_that_drip_end_at_the_deadline(bench: Bench, certificate: Path) -> None:
    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK")
        without_end(handler, b" ")

    with serving(script, certificate) as server:
        failed = failure(bench.transport(deadline=time.monotonic() + 0.4), server.url)
    assert failed.code == "deadline"


@pytest.mark.parametrize(
    ("issued", "words", "next_step"),
    [
        ({"own": True}, "is self-signed", "[tls] ca_bundle"),
        ({"days": -5}, "has expired", "Renew the server's certificate"),
        ({"name": "other.example"}, "was made for another", "name that the certificate bears"),
    ],
    ids=["own", "expired", "name"],
)
def test_a_certificate_fault_is_told_in_words_with_what_mends_it(
    bench: Bench, authority: Authority, issued: dict[str, object], words: str, next_step: str
) -> None:
    path = authority.issue(**issued)  # type: ignore[arg-type]
    with serving(gives(), path) as server:
        failed = failure(bench.transport(), server.url)
        assert server.seen == []
    assert failed.code == "untrusted-certificate"
    assert words in failed.reason
    assert next_step in failed.remedy


def test_an_authority_that_is_not_configured_is_not_trusted(certificate: Path) -> None:
    with serving(gives(), certificate) as server:
        failed = failure(Transport(NetworkPolicy()), server.url)
    assert failed.code == "untrusted-certificate"


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_variables_neither_replace_nor_add_authorities(
    bench: Bench,
    authority: Authority,
    certificate: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    with loopback.authority() as other, serving(gives(), certificate) as server:
        monkeypatch.setenv(variable, str(other.bundle))
        with bench.transport() as transport:
            assert transport.get(server.url).status == 200
        monkeypatch.setenv(variable, str(authority.bundle))
        failed = failure(Transport(NetworkPolicy()), server.url)
    assert failed.code == "untrusted-certificate"


def test_cookies_are_not_kept(bench: Bench, certificate: Path) -> None:
    with serving(gives(Set_Cookie="session=secret; Path=/"), certificate) as server:
        with bench.transport() as transport:
            transport.get(server.url)
            transport.get(server.url)
        assert "cookie" not in server.seen[1].headers


def test_a_proxy_that_cannot_be_reached_is_named(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        proxy = f"http://user:hunter2@127.0.0.1:{taken.getsockname()[1]}"
        failed = failure(bench.transport(proxy=proxy), "https://org.crm.dynamics.com/")
    assert failed.code == "proxy-failed"
    assert "hunter2" not in failed.reason
