"""What a status other than success means, and which redirects are followed."""

from datetime import UTC, datetime

import pytest

from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.redaction import Redaction
from connectors.transport.request import Request
from connectors.transport.statuses import MOST_REDIRECTS, redirected, refusal

PLACE = "https://org.example/api"


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, body, PLACE, datetime.now(UTC), 1)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "bad-request"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not-found"),
        (407, "proxy-failed"),
        (429, "throttled"),
        (418, "unexpected-status"),
        (499, "unexpected-status"),
        (500, "server-error"),
        (503, "server-error"),
    ],
)
def test_each_status_has_its_cause(status: int, code: str) -> None:
    found = refusal(answer(status), PLACE, Redaction())
    assert (found.code, found.status, found.url) == (code, status, PLACE)
    assert found.reason == f"{PLACE}: the server answered {status}"
    assert found.server_code is None


@pytest.mark.parametrize(
    ("body", "said", "server_code"),
    [
        (b'{"error":{"code":"0x8","message":"No."}}', ": 0x8 No.", "0x8"),
        (b'{"error":{"message":"No."}}', ": No.", None),
        (b'{"error":{"code":"0x8"}}', ": 0x8", "0x8"),
    ],
)
def test_the_servers_own_words_are_shown(body: bytes, said: str, server_code: str | None) -> None:
    found = refusal(answer(403, body), PLACE, Redaction())
    assert found.reason == f"{PLACE}: the server answered 403{said}"
    assert found.server_code == server_code


def test_private_headers_are_left_out_and_secrets_redacted() -> None:
    redaction = Redaction()
    redaction.learn("a-long-secret")
    found = refusal(
        answer(403, set_cookie="a", authorization="b", www_authenticate="c", x_y="a-long-secret"),
        PLACE,
        redaction,
    )
    assert list(found.headers) == ["x-y"]
    assert "a-long-secret" not in found.headers["x-y"]


def follow(location: str, redirects: int = 1, method: str = "GET") -> Request:
    headers = {"location": location} if location else {}
    return redirected(
        Request(f"{PLACE}/1", method), answer(302, **headers), PLACE, redirects, Redaction()
    )


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (f"{PLACE}/2", f"{PLACE}/2"),
        ("/other", "https://org.example/other"),
        ("2", f"{PLACE}/2"),
    ],
)
def test_a_redirect_on_the_same_host_is_followed(location: str, url: str) -> None:
    assert follow(location).url == url
    assert follow(location, MOST_REDIRECTS).url == url


@pytest.mark.parametrize(
    ("location", "method", "words"),
    [
        ("https://other.example/x", "GET", "redirects to https://other.example/x, which was not"),
        ("http://org.example/x", "GET", "redirects to http://org.example/x, which was not"),
        (f"{PLACE}/2", "POST", f"redirects to {PLACE}/2, which was not followed"),
        ("", "GET", f"redirects to {PLACE}/1, which was not followed"),
        ("https://[broken", "GET", "redirects to nowhere, which was not followed"),
    ],
)
def test_other_redirects_are_not_followed(location: str, method: str, words: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        follow(location, method=method)
    assert (caught.value.code, caught.value.status) == ("redirected", 302)
    assert words in caught.value.reason


def test_so_many_redirects_are_followed_and_no_more() -> None:
    with pytest.raises(SourceFailed) as caught:
        follow(f"{PLACE}/2", MOST_REDIRECTS + 1)
    assert f"more than {MOST_REDIRECTS} redirects, the last to {PLACE}/2" in caught.value.reason
