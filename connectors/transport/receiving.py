"""The body of an answer, read from its connection and inflated within bounds."""

import http.client
from collections.abc import Callable, Iterator

import requests
import urllib3

from connectors.transport.compression import TooLarge, Truncated, ends, inflate
from connectors.transport.errors import SourceFailed
from connectors.transport.failures import network_failure, truncated

_CHUNK_BYTES = 256 * 1024
_PLAIN = ("", "identity")
_UNDERSTOOD = (*_PLAIN, "gzip", "x-gzip")


def read_body(
    response: requests.Response, most_bytes: int, url: str, check_time: Callable[[], None]
) -> bytes:
    """The whole body, inflated. Raises `SourceFailed`: `truncated`, `too-large`, `timeout`, …

    `check_time` is called between pieces, and raises when time is up.
    """
    return inflated(response, receive(response, most_bytes, url, check_time), most_bytes, url)


def receive(
    response: requests.Response, most_bytes: int, url: str, check_time: Callable[[], None]
) -> bytes:
    """The whole body as it was sent, compressed where the server compresses. Raises as above."""
    if _encoding(response) not in _UNDERSTOOD:
        raise SourceFailed(
            f"{url}: the answer is encoded in a way that was not asked for",
            "Look at proxies on the way: only gzip was asked for.",
            "unexpected-encoding",
            url=url,
            status=response.status_code,
        )
    pieces: list[bytes] = []
    received_bytes = 0
    for piece in _pieces(response, url, check_time):
        pieces.append(piece)
        received_bytes += len(piece)
        if received_bytes > most_bytes:
            raise _too_large(url, most_bytes)
    return b"".join(pieces)


def inflated(
    response: requests.Response,
    sent: bytes,
    most_bytes: int,
    url: str,
    end_bytes: int = 0,
    look_at: Callable[[bytes], None] = lambda piece: None,
) -> bytes:
    """The body from what was sent. Raises `SourceFailed`: `truncated`, `too-large`.

    With `end_bytes`, no more than its two ends of so many bytes, where it was compressed. All of it
    passes `look_at`.
    """
    try:
        if _encoding(response) in _PLAIN or not sent:
            body = sent
        elif end_bytes:
            return ends(sent, most_bytes, end_bytes, look_at)
        else:
            body = inflate(sent, most_bytes)
    except Truncated as error:
        raise truncated(url) from error
    except TooLarge as error:
        raise _too_large(url, most_bytes) from error
    look_at(body)
    return body


def _encoding(response: requests.Response) -> str:
    return response.headers.get("Content-Encoding", "identity").strip().lower()


def _pieces(
    response: requests.Response, url: str, check_time: Callable[[], None]
) -> Iterator[bytes]:
    raw: urllib3.HTTPResponse = response.raw
    while True:
        try:
            # read1 returns what is there, so a dripping server cannot hold off the clock
            piece = raw.read1(_CHUNK_BYTES, decode_content=False)
        except urllib3.exceptions.ReadTimeoutError as error:
            raise network_failure(error, url) from error
        except urllib3.exceptions.ProtocolError as error:
            # half a body is truncated, whether by a reset or by an early end
            raise truncated(url) from error
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            raise network_failure(error, url) from error
        if not piece:
            return
        check_time()
        yield piece


def _too_large(url: str, most_bytes: int) -> SourceFailed:
    return SourceFailed(
        f"{url}: the answer is larger than {most_bytes:,} bytes",
        "Check that the address is the right one; no answer of this service is that large.",
        "too-large",
        url=url,
    )
