"""The transport against a real TLS server: what it reads, repeats, refuses and gives up on."""

import gzip
import json
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest
import responses

from connectors.transport.guard.reads import WriteRefused
from connectors.transport.http import Request, Transport
from connectors.transport.network import NetworkPolicy
from tests.connectors import loopback
from tests.connectors.loopback import Seen, answer, serving
from tests.connectors.transport.scripted import JSON, Bench, Scripted, failure, gives, resets
from tests.waiting import PATIENCE_S


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


def test_nothing_is_asked_past_the_deadline(bench: Bench, certificate: Path) -> None:
    with serving(gives(), certificate) as server:
        failed = failure(bench.transport(deadline=time.monotonic() - 1), server.url)
        assert server.seen == []
    assert failed.code == "deadline"


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
