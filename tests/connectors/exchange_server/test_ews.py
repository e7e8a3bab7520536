"""The build is read by exchangelib through the auditor's own session, at one attempt."""

import base64
import io
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import requests
from urllib3 import HTTPResponse

from connectors.exchange_server.ews import MOST_ANSWERS, Ews, server_build, speaking
from connectors.exchange_server.folders import Opened, opened, version_of
from connectors.sign_in.methods import sign_in
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import SignIn, Transport
from connectors.transport.network import NetworkPolicy
from tests.connectors.loopback import Authority, Script, Seen, answer, authority, cut, serving

SOURCE = "exchange_server.builds"
PASSWORD = "correct-horse-battery"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>{header}</s:Header>'
    "<s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>Access is denied.</faultstring>"
    '<detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">'
    "ErrorAccessDenied</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>"
)
VERSION = (
    '<h:ServerVersionInfo xmlns:h="' + TYPES + '" MajorVersion="15" MinorVersion="{minor}" '
    'MajorBuildNumber="2562" MinorBuildNumber="17" {schema}/>'
)


@pytest.fixture(scope="module")
def ca() -> Iterator[Authority]:
    with authority() as made:
        yield made


@pytest.fixture(scope="module")
def certificate(ca: Authority) -> Path:
    return ca.issue()


@contextmanager
def signing_in(
    script: Script, ca: Authority, certificate: Path, password: str = PASSWORD
) -> Iterator[tuple[str, SignIn, Transport]]:
    """The address of a server that answers so, how to sign in there, and what asks it."""
    settings = AuthSettings(method="basic", username="CONTOSO\\audit", password=password)
    with (
        serving(script, certificate) as server,
        Transport(NetworkPolicy(ca_bundle=ca.bundle)) as transport,
    ):
        auth = sign_in(settings, server.url, transport)
        yield f"{server.url}/EWS/Exchange.asmx", auth, transport


def build_at(
    script: Script, ca: Authority, certificate: Path, password: str = PASSWORD
) -> tuple[str, int]:
    """The build, and how many requests left for it."""
    with signing_in(script, ca, certificate, password) as (url, auth, transport):
        return server_build(url, auth, transport, SOURCE), transport.requests_of(SOURCE)


def behind_basic(status: int, body: str, content_type: str = "text/xml", **headers: str) -> Script:
    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        scheme, _, token = seen.headers.get("authorization", "").partition(" ")
        if scheme == "Basic" and base64.b64decode(token) == f"CONTOSO\\audit:{PASSWORD}".encode():
            answer(handler, status, body.encode(), content_type, **headers)
        else:
            answer(handler, 401, b"", "text/html", WWW_Authenticate='Basic realm="mail"')

    return script


def test_a_fault_that_carries_the_version_is_enough(ca: Authority, certificate: Path) -> None:
    header = VERSION.format(minor=2, schema='Version="V2017_07_11"')
    build, requests = build_at(behind_basic(500, ENVELOPE.format(header=header)), ca, certificate)
    assert (build, requests) == ("15.2.2562.17", 2)


@pytest.mark.parametrize(
    ("status", "body", "build"),
    [
        (500, ENVELOPE.format(header=VERSION.format(minor=9, schema="")), "15.9.2562.17"),
        (200, f"<soap>{VERSION.format(minor=2, schema='')}</soap>", "15.2.2562.17"),
        (200, VERSION.format(minor=1, schema="") + "<cut", "15.1.2562.17"),
        (400, ENVELOPE.format(header=VERSION.format(minor=2, schema="")), "15.2.2562.17"),
    ],
)
def test_the_version_is_read_of_whatever_carries_it(
    ca: Authority, certificate: Path, status: int, body: str, build: str
) -> None:
    assert build_at(behind_basic(status, body), ca, certificate)[0] == build


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (behind_basic(200, "<html>Sign in</html>", "text/html"), "not-ews"),
        (behind_basic(200, ""), "not-ews"),
        (behind_basic(200, "<a><b></a>"), "not-ews"),
        (behind_basic(500, ENVELOPE.format(header="")), "not-ews"),
        (
            behind_basic(500, ENVELOPE.format(header=VERSION.format(minor="x", schema=""))),
            "not-ews",
        ),
        (behind_basic(200, '<h:ServerVersionInfo MajorVersion="15"/>'), "not-ews"),
        (behind_basic(403, VERSION.format(minor=2, schema="")), "forbidden"),
        (behind_basic(302, "", Location="https://elsewhere.example/owa"), "redirected"),
        (behind_basic(403, ""), "forbidden"),
        (behind_basic(403, "", X_EWS_Policy_Reason="EWS is disabled"), "ews-refused-by-policy"),
        (behind_basic(503, "", Retry_After="3600"), "server-error"),
        (behind_basic(429, "", Retry_After="3600"), "throttled"),
        (behind_basic(401, ""), "unauthorized"),
        (behind_basic(200, "x" * 5_000_000), "too-large"),
        (behind_basic(200, "abc", Content_Encoding="br"), "unexpected-encoding"),
    ],
)
def test_whatever_else_comes_is_a_failure_in_words(
    ca: Authority, certificate: Path, script: Script, code: str
) -> None:
    with pytest.raises(SourceFailed) as caught:
        build_at(script, ca, certificate)
    assert caught.value.code == code
    assert caught.value.remedy
    assert PASSWORD not in caught.value.reason


def test_a_cut_connection_is_told_as_such(ca: Authority, certificate: Path) -> None:
    with pytest.raises(SourceFailed) as caught:
        build_at(lambda handler, seen: cut(handler), ca, certificate)
    assert caught.value.code == "connection-reset"


def test_a_certificate_of_nobody_is_not_accepted(ca: Authority) -> None:
    with pytest.raises(SourceFailed) as caught:
        build_at(behind_basic(200, ""), ca, ca.issue(own=True))
    assert caught.value.code == "untrusted-certificate"


def test_a_wrong_password_leaves_once(ca: Authority, certificate: Path) -> None:
    sent: list[str] = []
    inner = behind_basic(200, "")

    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        if "authorization" in seen.headers:
            sent.append(seen.headers["authorization"])
        inner(handler, seen)

    settings = AuthSettings(method="basic", username="CONTOSO\\audit", password="wrong")
    with (
        serving(script, certificate) as server,
        Transport(NetworkPolicy(ca_bundle=ca.bundle)) as transport,
    ):
        auth = sign_in(settings, server.url, transport)
        for _ in range(3):
            with pytest.raises(SourceFailed) as caught:
                server_build(f"{server.url}/EWS/Exchange.asmx", auth, transport, SOURCE)
            assert caught.value.code == "unauthorized"
    assert len(sent) == 1


def test_a_server_that_offers_no_basic_gets_no_password(ca: Authority, certificate: Path) -> None:
    seen_headers: list[str] = []

    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        seen_headers.extend(seen.headers)
        answer(handler, 401, b"", "text/html", WWW_Authenticate="Negotiate, NTLM")

    with pytest.raises(SourceFailed) as caught:
        build_at(script, ca, certificate)
    assert caught.value.code == "unauthorized"
    assert "authorization" not in seen_headers


def test_a_build_that_cannot_be_is_not_taken_for_one(ca: Authority, certificate: Path) -> None:
    header = VERSION.format(minor="9" * 40, schema='Version="V2017_07_11"')
    with pytest.raises(SourceFailed) as caught:
        build_at(behind_basic(200, ENVELOPE.format(header=header)), ca, certificate)
    assert caught.value.code == "spoiled-answer"


MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"


def answered(operation: str, content: str, before: str = "") -> str:
    version = VERSION.format(minor=2, schema='Version="V2017_07_11"')
    message = (
        f'<m:{operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError'
        f"</m:ResponseCode>{content}</m:{operation}ResponseMessage>"
    )
    # Folders are looked for in two places.
    messages = message * (2 if operation == "FindFolder" else 1)
    return (
        f'{before}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:m="{MESSAGES}" xmlns:t="{TYPES}"><s:Header>{version}</s:Header><s:Body>'
        f"<m:{operation}Response><m:ResponseMessages>{messages}</m:ResponseMessages>"
        f"</m:{operation}Response></s:Body></s:Envelope>"
    )


INBOX = answered(
    "GetFolder",
    '<m:Folders><t:Folder><t:FolderId Id="a=" ChangeKey="AQ=="/>'
    "<t:DisplayName>Inbox</t:DisplayName><t:TotalCount>3</t:TotalCount></t:Folder></m:Folders>",
)
NOTHING = '<m:RootFolder TotalItemsInView="0" {ends}><t:Folders>{inside}</t:Folders></m:RootFolder>'
LAST = 'IncludesLastItemInRange="true"'
ENTITY = '<!DOCTYPE s [<!ENTITY x "Undeliverable">]>'


def open_mailbox(ca: Authority, certificate: Path, found: str) -> tuple[Opened, int]:
    """What opening a mailbox shows at a server that answers so, and in how many requests."""

    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        body = found if b"FindFolder" in seen.body else INBOX
        behind_basic(200, body)(handler, seen)

    with signing_in(script, ca, certificate) as (url, auth, transport):
        try:
            with speaking(url, auth, transport, SOURCE, version_of((15, 2, 1544, 4))) as ews:
                return opened(ews, "ann@contoso.example"), transport.requests_of(SOURCE)
        finally:
            assert transport.requests_of(SOURCE) <= MOST_ANSWERS + 2


def test_a_mailbox_without_the_folder_is_told_as_such(ca: Authority, certificate: Path) -> None:
    found = answered("FindFolder", NOTHING.format(ends=LAST, inside=""))
    assert open_mailbox(ca, certificate, found)[0] == Opened(None, 3, None)


@pytest.mark.parametrize(
    "found",
    [
        answered("FindFolder", NOTHING.format(ends=LAST, inside="<t:Folder><t:Folder")),
        answered("FindFolder", NOTHING.format(ends=LAST, inside="&x;")),
        answered("FindFolder", NOTHING.format(ends=LAST, inside="&x;"), ENTITY),
        answered("FindFolder", NOTHING.format(ends=LAST, inside=""), ENTITY),
        answered("FindFolder", NOTHING.format(ends=LAST, inside="")).replace("</s:Body>", ""),
    ],
)
def test_a_damaged_answer_proves_no_folder_to_be_missing(
    ca: Authority, certificate: Path, found: str
) -> None:
    with pytest.raises(SourceFailed) as caught:
        open_mailbox(ca, certificate, found)
    assert caught.value.code == "spoiled-answer"


def test_a_server_that_always_has_more_is_not_asked_for_ever(
    ca: Authority, certificate: Path
) -> None:
    more = 'IndexedPagingOffset="1" IncludesLastItemInRange="false"'
    other = '<t:Folder><t:FolderId Id="b=" ChangeKey="AQ=="/></t:Folder>'
    found = answered("FindFolder", NOTHING.format(ends=more, inside=other))
    with pytest.raises(SourceFailed) as caught:
        open_mailbox(ca, certificate, found.replace('View="0"', 'View="1"'))
    assert caught.value.code == "spoiled-answer"


@pytest.mark.parametrize(
    "beginning",
    [
        b"HTTP/1.1 200 OK\r\nX-Name: ",
        b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 9999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
)
def test_a_server_that_drips_does_not_outlive_the_deadline(
    ca: Authority, certificate: Path, beginning: bytes
) -> None:
    ended = threading.Event()

    def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        handler.close_connection = True
        with suppress(OSError):
            handler.wfile.write(beginning)
            while not ended.wait(0.05):
                handler.wfile.write(b"x")
                handler.wfile.flush()

    policy = NetworkPolicy(ca_bundle=ca.bundle, deadline=time.monotonic() + 1.0)
    settings = AuthSettings(method="basic", username="audit", password=PASSWORD)
    with serving(script, certificate) as server, Transport(policy) as transport:
        auth = sign_in(settings, server.url, transport)
        timer = threading.Timer(10.0, ended.set)
        timer.start()
        with pytest.raises(SourceFailed) as caught:
            server_build(f"{server.url}/EWS/Exchange.asmx", auth, transport, SOURCE)
        held = ended.is_set()
        timer.cancel()
        ended.set()
    assert caught.value.code == "deadline"
    assert not held


def test_an_answer_that_drips_is_not_heard_for_ever(ca: Authority, certificate: Path) -> None:
    moments = itertools.count(0.0, 400.0)
    policy = NetworkPolicy(ca_bundle=ca.bundle, clock=lambda: next(moments))
    with Transport(policy) as transport:
        response = requests.Response()
        response.status_code = 200
        response.raw = HTTPResponse(io.BytesIO(b"<a/>" * 200_000), preload_content=False)
        with pytest.raises(SourceFailed) as caught:
            Ews(None, "https://mail.contoso.example", transport).hear(response)
    assert caught.value.code == "timeout"


def test_a_run_past_its_deadline_asks_nothing(ca: Authority, certificate: Path) -> None:
    policy = NetworkPolicy(ca_bundle=ca.bundle, deadline=10.0, clock=lambda: 11.0)
    settings = AuthSettings(method="basic", username="audit", password=PASSWORD)
    with serving(behind_basic(200, ""), certificate) as server, Transport(policy) as transport:
        auth = sign_in(settings, server.url, transport)
        with pytest.raises(SourceFailed) as caught:
            server_build(f"{server.url}/EWS/Exchange.asmx", auth, transport, SOURCE)
        assert caught.value.code == "deadline"
        assert server.seen == []


@pytest.mark.parametrize("was_read", [False, True])
def test_the_library_takes_an_answer_in_one_piece(was_read: bool) -> None:
    body = b"<Envelope>" + b" " * 5000 + b"</Envelope>"
    response = requests.Response()
    response.status_code = 200
    response.raw = HTTPResponse(io.BytesIO(body), preload_content=False)
    if was_read:
        assert response.content == body
    with Transport() as transport:
        ews = Ews(None, "https://mail.contoso.example", transport)
        assert list(ews.hear(ews.hear(response)).iter_content()) == [body]
