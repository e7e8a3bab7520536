"""What was compressed comes back whole, or not at all, whichever library inflates it."""

import gzip
import importlib
import random
import zlib

import pytest

from connectors.transport import compression
from connectors.transport.compression import TooLarge, Truncated, ends, inflate

PIECE_BYTES = 1024 * 1024
MIXED = random.Random(1).randbytes(300) * 40
LARGE = random.Random(2).randbytes(1000) * (3 * PIECE_BYTES // 1000 + 7)
"""Larger than a few pieces."""

BODIES = [b"", b"{", MIXED, bytes(PIECE_BYTES - 1), bytes(PIECE_BYTES), LARGE]
_HEAD_BYTES, _TRAILER_BYTES = 10, 8


@pytest.fixture(autouse=True, params=["isal.isal_zlib", "zlib"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip(request.param.partition(".")[0])
    monkeypatch.setattr(compression, "_zlib", importlib.import_module(request.param))


@pytest.mark.parametrize("body", BODIES, ids=len)
def test_a_body_comes_back(body: bytes) -> None:
    assert inflate(gzip.compress(body)) == body
    assert inflate(gzip.compress(body), len(body)) == body


@pytest.mark.parametrize("parts", [(b"a", b"b"), (b"", b"a", b""), (MIXED, LARGE, b"end")], ids=len)
def test_several_members_come_back_as_one_body(parts: tuple[bytes, ...]) -> None:
    sent = b"".join(map(gzip.compress, parts))
    assert inflate(sent) == b"".join(parts)


@pytest.mark.parametrize("body", [b"", MIXED, LARGE], ids=len)
@pytest.mark.parametrize("place", ["head", "content", "checksum", "size"])
def test_a_body_that_ends_too_early_is_truncated(body: bytes, place: str) -> None:
    sent = gzip.compress(body)
    first, last = {
        "head": (1, _HEAD_BYTES),
        "content": (_HEAD_BYTES + 1, len(sent) - _TRAILER_BYTES),
        "checksum": (len(sent) - 7, len(sent) - 4),
        "size": (len(sent) - 3, len(sent) - 1),
    }[place]
    for at in {first, (first + last) // 2, last}:
        for sent_before in (b"", gzip.compress(b"a member before it")):
            _is_truncated(sent_before + sent[:at])


@pytest.mark.parametrize("place", [0, 1, 2, -1, -4, -5, -8], ids=str)
def test_a_damaged_body_is_truncated(place: int) -> None:
    sent = bytearray(gzip.compress(MIXED))
    sent[place] ^= 0xFF
    _is_truncated(bytes(sent))


@pytest.mark.parametrize("tail", [b"\0" * 7, b"\r\n", b"x", b"</html>"])
def test_what_follows_a_body_and_is_no_further_member_is_left_aside(tail: bytes) -> None:
    sent = gzip.compress(MIXED) + tail
    assert inflate(sent) == MIXED
    assert ends(sent, len(MIXED), len(MIXED)) == MIXED


@pytest.mark.parametrize("length", [1, 2, 12])
@pytest.mark.parametrize("padding", [b"", b"\0" * 8])
def test_a_further_member_that_ends_too_early_is_truncated(length: int, padding: bytes) -> None:
    _is_truncated(gzip.compress(MIXED) + padding + gzip.compress(b"x", mtime=0)[:length])


@pytest.mark.parametrize("sent", [b"", b"no gzip at all", zlib.compress(MIXED)])
def test_what_is_not_gzip_is_truncated(sent: bytes) -> None:
    _is_truncated(sent)


def _is_truncated(sent: bytes) -> None:
    with pytest.raises(Truncated):
        inflate(sent)
    with pytest.raises(Truncated):
        ends(sent, 10 * len(LARGE), 100)


@pytest.mark.parametrize("body", [b"{", MIXED, bytes(PIECE_BYTES), LARGE], ids=len)
@pytest.mark.parametrize("members", [1, 2])
def test_a_body_may_be_as_large_as_accepted_and_no_byte_larger(body: bytes, members: int) -> None:
    sent = b"".join(map(gzip.compress, _cut(body, members)))
    assert inflate(sent, len(body)) == body
    assert ends(sent, len(body), len(body)) == body
    for most_bytes in (len(body) - 1, 0):
        with pytest.raises(TooLarge):
            inflate(sent, most_bytes)
        with pytest.raises(TooLarge):
            ends(sent, most_bytes, 5)


def test_a_body_that_is_too_large_is_so_before_its_end_is_there() -> None:
    with pytest.raises(TooLarge):
        inflate(gzip.compress(LARGE)[:-20], PIECE_BYTES)


@pytest.mark.parametrize("body", BODIES, ids=len)
@pytest.mark.parametrize("end_bytes", [1, 100, PIECE_BYTES // 2, PIECE_BYTES + 5])
@pytest.mark.parametrize("members", [1, 3])
def test_ends_are_those_of_the_body(body: bytes, end_bytes: int, members: int) -> None:
    sent = b"".join(gzip.compress(part) for part in _cut(body, members))
    is_longer = len(body) > 2 * end_bytes
    expected = body[:end_bytes] + body[-end_bytes:] if is_longer else body
    assert ends(sent, len(body), end_bytes) == expected


def _cut(body: bytes, members: int) -> list[bytes]:
    """The body in so many parts; the last one may be short, or empty."""
    size_bytes = max(1, -(-len(body) // members))
    return [body[at * size_bytes : (at + 1) * size_bytes] for at in range(members)]
