"""Bodies as they are read from a connection, compressed or not, and within bounds.

Those that a server sends in pieces are read in `test_attempts.py`.
"""

import gzip
import io
from collections.abc import Callable

import pytest
import requests
import urllib3

from connectors.transport.errors import SourceFailed
from connectors.transport.receiving import inflated, read_body, receive

URL = "https://contoso.example/api"


def response(
    body: bytes = b"", encoding: str | None = None, failure: Exception | None = None
) -> requests.Response:
    """What came of a request: a body, or a failure while it is read."""
    made = requests.Response()
    made.status_code = 200
    made.raw = urllib3.HTTPResponse(io.BytesIO(body), preload_content=False)
    if encoding is not None:
        made.headers["Content-Encoding"] = encoding
    if failure is not None:

        def fail(*_: object, **__: object) -> bytes:
            raise failure

        made.raw.read1 = fail
    return made


def nothing() -> None:
    """There is time enough."""


ZIPPED = gzip.compress(b"words " * 100)


@pytest.mark.parametrize("encoding", [None, "identity", "", "gzip", " GZIP "])
def test_a_body_is_read_as_it_was_written(encoding: str | None) -> None:
    body = ZIPPED if encoding and "gzip" in encoding.lower() else b"words " * 100
    assert read_body(response(body, encoding), 600, URL, nothing) == b"words " * 100
    assert receive(response(body, encoding), 600, URL, nothing) == body


def test_a_body_without_bytes_is_empty_however_it_is_encoded() -> None:
    assert read_body(response(b"", "gzip"), 600, URL, nothing) == b""


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        receive(response(b"x", encoding), 600, URL, nothing)
    assert (caught.value.code, caught.value.status) == ("unexpected-encoding", 200)


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (lambda: receive(response(b"x" * 10), 10, URL, nothing), None),
        (lambda: receive(response(b"x" * 11), 10, URL, nothing), "too-large"),
        (lambda: inflated(response(encoding="gzip"), ZIPPED, 600, URL), None),
        (lambda: inflated(response(encoding="gzip"), ZIPPED, 599, URL), "too-large"),
        (lambda: inflated(response(encoding="gzip"), ZIPPED[:-9], 600, URL), "truncated"),
        (lambda: inflated(response(), ZIPPED, 1, URL), None),
    ],
)
def test_a_body_has_so_many_bytes_and_all_of_them(
    read: Callable[[], bytes], code: str | None
) -> None:
    if code is None:
        assert read()
        return
    with pytest.raises(SourceFailed) as caught:
        read()
    assert (caught.value.code, caught.value.url) == (code, URL)


def test_of_a_compressed_body_the_ends_may_be_enough() -> None:
    body = b"first" + b"x" * 1000 + b"last"
    found = inflated(response(encoding="gzip"), gzip.compress(body), 2000, URL, 5)
    assert len(found) < len(body)
    assert found.startswith(b"first")
    assert found.endswith(b"last")


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (urllib3.exceptions.ProtocolError("cut"), "truncated"),
        (OSError("odd"), "unreachable"),
        (ConnectionResetError("reset"), "connection-reset"),
        (TimeoutError("late"), "timeout"),
    ],
)
def test_what_goes_wrong_while_a_body_is_read_is_told(failure: Exception, code: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        receive(response(failure=failure), 600, URL, nothing)
    assert caught.value.code == code


def test_the_time_is_looked_at_with_each_piece() -> None:
    late = SourceFailed("late", "more", "deadline")

    def check() -> None:
        raise late

    with pytest.raises(SourceFailed) as caught:
        receive(response(b"x"), 600, URL, check)
    assert caught.value is late
    assert receive(response(b""), 600, URL, check) == b""
