"""The transport against a real TLS server: what it reads, repeats, refuses and gives up on."""

import gzip
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest
import responses
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import NameResolutionError

from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.failures import network_failure
from connectors.transport.guard.reads import WriteRefused
from connectors.transport.http import Request, Transport
from connectors.transport.network import NetworkPolicy
from tests.connectors import loopback
from tests.connectors.loopback import Authority, Seen, answer, serving
from tests.waiting import PATIENCE_S

JSON = "application/json"


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with loopback.authority() as made:
        yield made


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Path:
    return authority.issue()


class Scripted:
    """Answers one after the other; the last one stays."""

    def __init__(self, *steps: loopback.Script) -> None:
        self._steps = list(steps)
        self._lock = threading.Lock()

    def __call__(self, handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        with self._lock:
            step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        step(handler, seen)


def gives(status: int = 200, body: bytes = b'{"value":[]}', **headers: str) -> loopback.Script:
    return lambda handler, seen: answer(handler, status, body, **headers)


def resets(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


class Bench:
    """A transport that trusts the test authority and notes its pauses instead of taking them."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self.pauses: list[float] = []

    def transport(self, **settings: object) -> Transport:
        known = {"ca_bundle": self._authority.bundle, "sleep": self.pauses.append}
        return Transport(NetworkPolicy(**{**known, **settings}))  # type: ignore[arg-type]


@pytest.fixture
def bench(authority: Authority) -> Bench:
    return Bench(authority)


def failure(transport: Transport, url: str, **asked: object) -> SourceFailed:
    with transport, pytest.raises(SourceFailed) as caught:
        transport.get(url, **asked)  # type: ignore[arg-type]
    assert caught.value.remedy
    assert "\n" not in caught.value.reason
    return caught.value


def test_reads_an_answer_and_counts_requests_by_source(bench: Bench, certificate: Path) -> None:
    body = gzip.compress(b'{"value":[1]}')
    with serving(gives(body=body, Content_Encoding="gzip"), certificate) as server:
        with bench.transport() as transport:
            read = transport.get(server.url + "/api?x=1", source="mailboxes")
            assert (read.status, read.body, read.requests) == (200, b'{"value":[1]}', 1)
            assert read.received_at.utcoffset() == timedelta(0)
            assert read.digest == sha256(body).hexdigest(), "of what was sent, not of what it says"
            assert transport.requests_of("mailboxes") == 1
            assert transport.requests_of("queues") == 0
        assert server.seen[0].headers["accept-encoding"] == "gzip"
        assert server.seen[0].headers["accept"] == "application/json"


def test_a_sent_request_is_answered_while_the_caller_does_something_else(
    bench: Bench, certificate: Path
) -> None:
    arrived = threading.Event()

    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        arrived.set()
        answer(handler)

    with serving(script, certificate), serving(script, certificate) as server:
        with bench.transport() as transport:
            pending = transport.send(Request(server.url))
            assert arrived.wait(60)
            assert pending.result().status == 200


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_refusal_is_repeated(bench: Bench, certificate: Path, status: int) -> None:
    with serving(Scripted(gives(status), gives()), certificate) as server:
        with bench.transport() as transport:
            assert transport.get(server.url, source="s").requests == 2
            assert transport.requests_of("s") == 2
    assert len(bench.pauses) == 1


@pytest.mark.parametrize(
    ("told", "expected_s"),
    [("17", 17.0), ("2.128", 3.0), ("0.2", 1.0), ('"6.5"', 7.0), ("3.", 3.0)],
)
def test_retry_after_in_seconds_is_obeyed(
    bench: Bench, certificate: Path, told: str, expected_s: float
) -> None:
    with serving(Scripted(gives(429, Retry_After=told), gives()), certificate) as server:
        with bench.transport() as transport:
            transport.get(server.url)
    assert bench.pauses == [expected_s]


@pytest.mark.parametrize("told", ["0", "0.0", "-1", "soon", "1e9", "\u0663"])
def test_a_server_that_names_no_time_gets_a_short_pause(
    bench: Bench, certificate: Path, told: str
) -> None:
    told = told.encode().decode("latin-1")
    with serving(Scripted(gives(429, Retry_After=told), gives()), certificate) as server:
        with bench.transport() as transport:
            transport.get(server.url)
    (pause_s,) = bench.pauses
    assert 0 < pause_s <= 0.5


@pytest.mark.parametrize("content_type", [JSON, "text/plain", ""])
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_byte_order_mark_counts_for_nothing(
    bench: Bench, certificate: Path, content_type: str, encoding: str
) -> None:
    body = b'\xef\xbb\xbf{"value":[1]}'
    headers = {"Content_Encoding": encoding} if encoding else {}
    script = gives(body=gzip.compress(body) if encoding else body, **headers)

    def typed(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        handler.send_header = partial(_with_type, handler.send_header, content_type)  # type: ignore[method-assign]
        script(handler, seen)

    with serving(typed, certificate) as server, bench.transport() as transport:
        for end_bytes in (0, 5):
            read = transport.ask(Request(server.url, end_bytes=end_bytes))
            assert read.decoded(msgspec.json.Decoder()) == {"value": [1]}


def _with_type(send: Callable[[str, str], None], content_type: str, name: str, value: str) -> None:
    send(name, content_type if name == "Content-Type" else value)


def test_a_scheme_knows_no_case(bench: Bench, certificate: Path) -> None:
    with serving(gives(), certificate) as server, bench.transport() as transport:
        assert transport.get(server.url.replace("https", "HTTPS")).status == 200


def test_retry_after_as_a_date_is_obeyed_by_the_servers_own_clock(
    bench: Bench, certificate: Path
) -> None:
    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        # A clock that is a year off.
        now = datetime.now(UTC) + timedelta(days=365)
        handler.send_response_only(503)
        handler.send_header("Date", format_datetime(now, usegmt=True))
        later = format_datetime(now + timedelta(seconds=42), usegmt=True)
        handler.send_header("Retry-After", later)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with serving(Scripted(script, gives()), certificate) as server:
        with bench.transport() as transport:
            transport.get(server.url)
    assert bench.pauses == [42.0]


def test_throttled_for_ever_ends_as_throttled(bench: Bench, certificate: Path) -> None:
    body = b'{"error":{"code":"0x80072322","message":"Number of requests exceeded"}}'
    with serving(gives(429, body, Retry_After="1"), certificate) as server:
        failed = failure(bench.transport(retries=2), server.url)
        assert len(server.seen) == 3
    assert (failed.code, failed.status, failed.server_code) == ("throttled", 429, "0x80072322")
    assert "Number of requests exceeded" in failed.reason


def test_a_wait_past_the_deadline_is_not_begun(bench: Bench, certificate: Path) -> None:
    with serving(gives(429, Retry_After="120"), certificate) as server:
        failed = failure(bench.transport(deadline=time.monotonic() + 30), server.url)
    assert (failed.code, failed.status) == ("deadline", 429)
    assert "429" in failed.reason
    assert "120 s" in failed.reason
    assert bench.pauses == []


def test_a_wait_beyond_reason_is_not_begun(bench: Bench, certificate: Path) -> None:
    with serving(gives(429, Retry_After="86400"), certificate) as server:
        failed = failure(bench.transport(), server.url)
    assert failed.code == "throttled"
    assert "86400 s" in failed.reason


def test_a_reset_is_repeated_and_named_when_it_stays(bench: Bench, certificate: Path) -> None:
    with serving(Scripted(resets, gives()), certificate) as server:
        with bench.transport() as transport:
            assert transport.get(server.url).status == 200
    with serving(resets, certificate) as server:
        assert failure(bench.transport(retries=1), server.url).code == "connection-reset"


def test_a_reset_within_the_body_is_repeated(bench: Bench, certificate: Path) -> None:
    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        answer(handler, body=b'{"value":[', Content_Length="5000")
        handler.wfile.flush()
        time.sleep(0.05)
        resets(handler, seen)

    with serving(Scripted(script, gives()), certificate) as server:
        with bench.transport() as transport:
            assert transport.get(server.url).requests == 2
    with serving(script, certificate) as server:
        assert failure(bench.transport(retries=1), server.url).code == "truncated"


def ends_early(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
    answer(handler, body=b'{"value":[', Content_Length="5000")
    loopback.cut(handler)


def chunks_end_early(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b'a\r\n{"value":[\r\n')
    loopback.cut(handler)


_GZIPPED = gzip.compress(json.dumps({"value": list(range(500))}).encode())


@pytest.mark.parametrize(
    "script",
    [
        ends_early,
        chunks_end_early,
        gives(body=_GZIPPED[:-40], Content_Encoding="gzip"),
        gives(body=_GZIPPED[:40] + b"\0" * 50, Content_Encoding="gzip"),
        gives(body=b'{"value":[{"name":"a"},{"na'),
    ],
    ids=["length", "chunks", "gzip", "broken gzip", "json"],
)
def test_a_truncated_body_is_repeated_and_named_when_it_stays(
    bench: Bench, certificate: Path, script: loopback.Script
) -> None:
    with serving(Scripted(script, gives()), certificate) as server:
        with bench.transport() as transport:
            assert transport.get(server.url).requests == 2
    with serving(script, certificate) as server:
        assert failure(bench.transport(retries=1), server.url).code == "truncated"


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


def test_a_page_in_the_servers_place_is_shown_by_its_first_words(
    bench: Bench, certificate: Path
) -> None:
    page = b"<html><title>Proxy</title> password=hunter2secret</html>"
    with serving(gives(body=page, content_type="text/html"), certificate) as server:
        failed = failure(bench.transport(), server.url + "/api?sig=abc")
        assert failed.code == "not-json"
        assert f"{server.url}/api: JSON was expected, text/html came: <html>" in failed.reason
    assert "hunter2secret" not in failed.reason


def test_a_page_that_calls_itself_json_is_seen_through(bench: Bench, certificate: Path) -> None:
    with serving(gives(body=b"<!DOCTYPE html><p>Sign in"), certificate) as server:
        assert failure(bench.transport(), server.url).code == "not-json"


def test_an_empty_body_is_not_json(bench: Bench, certificate: Path) -> None:
    with serving(gives(body=b""), certificate) as server:
        assert failure(bench.transport(), server.url).code == "not-json"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "bad-request"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not-found"),
        (501, "server-error"),
        (418, "unexpected-status"),
    ],
)
def test_a_refusal_tells_the_servers_own_code_and_words(
    bench: Bench, certificate: Path, status: int, code: str
) -> None:
    body = b'{"error":{"code":"0x80040220","message":"prvReadMailbox is missing"}}'
    with serving(gives(status, body), certificate) as server:
        failed = failure(bench.transport(), server.url)
        assert len(server.seen) == 1
    assert (failed.code, failed.status, failed.server_code) == (code, status, "0x80040220")
    assert failed.reason.endswith(
        f"the server answered {status}: 0x80040220 prvReadMailbox is missing"
    )


def test_500_is_asked_once_more_and_no_more(bench: Bench, certificate: Path) -> None:
    with serving(Scripted(gives(500), gives()), certificate) as server:
        with bench.transport() as transport:
            assert transport.get(server.url).requests == 2
    with serving(gives(500), certificate) as server:
        assert failure(bench.transport(), server.url).code == "server-error"
        assert len(server.seen) == 2


def test_a_refusal_without_words_keeps_its_status(bench: Bench, certificate: Path) -> None:
    # Exchange has been seen to refuse with a body of NUL bytes.
    with serving(gives(403, b"\0" * 30, X_EWS_Policy_Reason="blocked"), certificate) as server:
        failed = failure(bench.transport(), server.url)
    assert (failed.code, failed.server_code) == ("forbidden", None)
    assert failed.headers["x-ews-policy-reason"] == "blocked"


def test_an_accepted_refusal_is_an_answer(bench: Bench, certificate: Path) -> None:
    with serving(gives(404, b"nothing"), certificate) as server:
        with bench.transport() as transport:
            read = transport.get(server.url, accepted=frozenset({404}))
    assert (read.status, read.body) == (404, b"nothing")


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


def test_nothing_is_asked_past_the_deadline(bench: Bench, certificate: Path) -> None:
    with serving(gives(), certificate) as server:
        failed = failure(bench.transport(deadline=time.monotonic() - 1), server.url)
        assert server.seen == []
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


def test_an_unusable_bundle_is_named(tmp_path: Path) -> None:
    missing, broken = tmp_path / "missing.pem", tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for path in (missing, broken):
        with pytest.raises(SourceFailed, match=path.name) as caught:
            Transport(NetworkPolicy(ca_bundle=path))
        assert caught.value.code == "unusable-ca-bundle"


class Fixed:
    """A sign-in with one fixed token after another."""

    resource = "https://127.0.0.1"

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens)
        self.renewals = 0

    def __call__(self, request):  # type: ignore[no-untyped-def]
        request.headers["Authorization"] = f"Bearer {self._tokens[0]}"
        return request

    def renew(self, refused):  # type: ignore[no-untyped-def]
        self.renewals += 1
        if len(self._tokens) > 1:
            self._tokens.pop(0)
            return True
        return False


def test_another_host_gets_neither_request_nor_credentials(bench: Bench, certificate: Path) -> None:
    with serving(gives(), certificate) as other:
        target = other.url + "/login?client_secret=abc"
        with serving(gives(302, Location=target), certificate) as server:
            failed = failure(bench.transport(), server.url, auth=Fixed("t0"))
        assert other.seen == []
    assert failed.code == "redirected"
    assert f"{other.url}/login" in failed.reason
    assert "abc" not in failed.reason


@pytest.mark.parametrize("form", ["{other}\\@{own}/", "https://user:word@{own}/"])
def test_a_host_that_readers_see_in_different_places_is_not_asked(
    bench: Bench, certificate: Path, form: str
) -> None:
    with serving(gives(), certificate) as other:

        def redirects(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
            target = form.format(other=other.url, own=seen.headers["host"])
            answer(handler, 302, Location=target)

        with serving(redirects, certificate) as server:
            assert failure(bench.transport(), server.url).code == "redirected"
            assert len(server.seen) == 1
        assert other.seen == []


@pytest.mark.parametrize(
    "url",
    ["https://*.example/", "https://a b.example/", "https://[::1/", "https://host.example:99999/"],
)
def test_an_address_that_no_request_can_be_made_for_fails_its_source_alone(
    bench: Bench, url: str
) -> None:
    found = failure(bench.transport(), url).code
    # Before urllib3 2.8 a blank in a name is left to name servers, which know no such name.
    by_name_servers = found == "name-not-resolved" and " " in url
    assert found == "unusable-address" or by_name_servers


def test_a_header_cannot_be_split_by_what_is_put_into_it(bench: Bench, certificate: Path) -> None:
    with serving(gives(), certificate) as server:
        headers = {"X-AnchorMailbox": "a@contoso.example\r\nX-HTTP-Method: DELETE"}
        failed = failure(bench.transport(), server.url, headers=headers)
        assert server.seen == []
    assert failed.code == "unusable-address"
    assert "DELETE" not in failed.reason


@pytest.mark.parametrize("target", ["http://127.0.0.1/", "", "https://[broken", "https://a:b/"])
def test_a_redirect_that_leads_nowhere_safe_is_refused(
    bench: Bench, certificate: Path, target: str
) -> None:
    with serving(gives(302, Location=target), certificate) as server:
        assert failure(bench.transport(), server.url).code == "redirected"


def test_redirects_on_the_same_host_are_followed_three_times(
    bench: Bench, certificate: Path
) -> None:
    step = gives(307, Location="/next")
    with serving(Scripted(step, step, step, gives()), certificate) as server:
        with bench.transport() as transport:
            assert transport.get(server.url, auth=Fixed("t0")).requests == 4
        assert [seen.path for seen in server.seen] == ["/", "/next", "/next", "/next"]
    with serving(step, certificate) as server:
        assert failure(bench.transport(), server.url).code == "redirected"
        assert len(server.seen) == 4


def test_a_refused_token_is_renewed_once(bench: Bench, certificate: Path) -> None:
    with serving(Scripted(gives(401), gives()), certificate) as server:
        with bench.transport() as transport:
            assert transport.get(server.url, auth=Fixed("old", "new")).requests == 2
        sent = [seen.headers["authorization"] for seen in server.seen]
    assert sent == ["Bearer old", "Bearer new"]
    with serving(gives(401), certificate) as server:
        sign_in = Fixed("old", "new", "newer")
        assert failure(bench.transport(), server.url, auth=sign_in).code == "unauthorized"
        assert (len(server.seen), sign_in.renewals) == (2, 1)


def test_cookies_are_not_kept(bench: Bench, certificate: Path) -> None:
    with serving(gives(Set_Cookie="session=secret; Path=/"), certificate) as server:
        with bench.transport() as transport:
            transport.get(server.url)
            transport.get(server.url)
        assert "cookie" not in server.seen[1].headers


def test_plain_http_is_refused_even_on_loopback(bench: Bench) -> None:
    assert failure(bench.transport(), "http://127.0.0.1:9/").code == "not-https"


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE", "HEAD", "MERGE"])
def test_a_write_never_reaches_the_server(bench: Bench, certificate: Path, method: str) -> None:
    with serving(gives(), certificate) as server:
        with bench.transport() as transport:
            with pytest.raises(WriteRefused):
                transport.ask(Request(server.url, method, body=b"{}"))
            assert transport.requests_of("") == 0
            with pytest.raises(WriteRefused):
                transport.session().request(method, server.url, data=b"{}")
        assert server.seen == []


def test_no_more_requests_are_in_flight_than_allowed(bench: Bench, certificate: Path) -> None:
    lock, now, most = threading.Lock(), 0, 0
    both_are_there = threading.Barrier(2)

    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        both_are_there.wait(PATIENCE_S)
        time.sleep(0.03)
        with lock:
            now -= 1
        answer(handler)

    with serving(script, certificate) as server:
        with bench.transport(max_concurrent=2) as transport:
            pending = [transport.send(Request(server.url)) for _ in range(8)]
            assert {each.result().status for each in pending} == {200}
    assert most == 2


@pytest.mark.parametrize(("asked", "allowed"), [(0, 1), (8, 8), (52, 52), (500, 52)])
def test_concurrency_has_a_bound(asked: int, allowed: int) -> None:
    assert NetworkPolicy(max_concurrent=asked).concurrent == allowed


def test_a_proxy_is_used_as_configured(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://from-environment:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    url = "https://org.crm.dynamics.com/"
    assert NetworkPolicy().proxies(url)["https"] == "http://from-environment:1"
    assert NetworkPolicy(proxy="http://own:2").proxies(url) == {"https": "http://own:2"}
    monkeypatch.setenv("NO_PROXY", "dynamics.com")
    assert NetworkPolicy(proxy="http://own:2").proxies(url) == {}


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


def test_a_body_of_another_shape_is_told(bench: Bench, certificate: Path) -> None:
    with serving(gives(body=b'{"value":"text"}'), certificate) as server:
        with bench.transport() as transport:
            read = transport.get(server.url)
    assert read.decoded(msgspec.json.Decoder(dict[str, str])) == {"value": "text"}
    with pytest.raises(SourceFailed) as caught:
        read.decoded(msgspec.json.Decoder(dict[str, int]))
    assert caught.value.code == "unexpected-shape"


def test_environment_is_left_alone() -> None:
    before = dict(os.environ)
    Transport(NetworkPolicy()).close()
    assert dict(os.environ) == before


@responses.activate
def test_canned_answers_pass_through_the_guard_too() -> None:
    body = gzip.compress(b'{"value":[1]}')
    url = "https://org.crm.dynamics.com/api"
    responses.get(url, body=body, headers={"Content-Encoding": "gzip"}, content_type=JSON)
    responses.post(url, json={})
    with Transport() as transport:
        assert transport.get(url).body == b'{"value":[1]}'
        with pytest.raises(WriteRefused):
            transport.ask(Request(url, "POST", body=b"{}"))
    assert [call.request.method for call in responses.calls] == ["GET"]


def test_logs_name_neither_query_nor_credentials(
    bench: Bench, certificate: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(Scripted(gives(503), gives()), certificate) as server:
        with caplog.at_level("DEBUG", "connectors"), bench.transport() as transport:
            transport.get(server.url + "/api?$filter=secret-name", auth=Fixed("secret-token"))
    assert "/api: 200" in caplog.text
    assert "secret" not in caplog.text


def test_half_of_a_character_does_not_cost_the_answer():
    def text(body: bytes) -> str:
        answer = Answer(200, {}, body, "https://contoso.example/", datetime.now(UTC), 1)
        return answer.decoded(msgspec.json.Decoder(dict[str, str]))["name"]

    assert text(rb'{"name": "cut \ud83d"}') == "cut \ufffd"
    assert text(rb'{"name": "\uDE00 \ud83d\ude00 \\ud83d"}') == "\ufffd \U0001f600 \\ud83d"


@pytest.mark.parametrize("body", [b'{"name": "\xff"}', b'{"name": "\\x"}'])
def test_text_that_is_none_is_told(body: bytes):
    answer = Answer(200, {}, body, "https://contoso.example/", datetime.now(UTC), 1)
    with pytest.raises(SourceFailed) as failure:
        answer.decoded(msgspec.json.Decoder(dict[str, str]))
    assert failure.value.code == "not-json"
