"""Inflates what servers compress with gzip, within bounds."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

# The same interface, at several times the speed; there is no build of it for every system.
_zlib: Any = import_module("isal.isal_zlib" if find_spec("isal") else "zlib")

_PIECE_BYTES = 1024 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MAGIC = b"\x1f\x8b"


class Truncated(Exception):
    """It ends too early, or is damaged."""


class TooLarge(Exception):
    """It would inflate to more bytes than are accepted."""


def without_mark(body: bytes) -> bytes:
    """The body without the byte order mark that some servers write before UTF-8."""
    return body.removeprefix(_BYTE_ORDER_MARK)


def inflate(sent: bytes, most_bytes: int = sys.maxsize - 1) -> bytes:
    """The bytes before they were compressed. Raises `Truncated`, `TooLarge`.

    One call inflates them, which lets other threads go on meanwhile.
    """
    return b"".join(_pieces(sent, most_bytes, most_bytes + 1))


def ends(
    sent: bytes,
    most_bytes: int,
    end_bytes: int,
    look_at: Callable[[bytes], None] = lambda piece: None,
) -> bytes:
    """So many bytes from the beginning and so many up to the end; all, where both are all of it.

    All is inflated, and found whole, but never held at once: `look_at` is handed each piece of it.
    Raises as `inflate`.
    """
    first = last = b""
    size_bytes = 0
    for piece in _pieces(sent, most_bytes, _PIECE_BYTES):
        look_at(piece)
        size_bytes += len(piece)
        first += piece[: end_bytes - len(first)]
        last = (last + piece)[-end_bytes:] if len(piece) < end_bytes else piece[-end_bytes:]
    beyond_bytes = min(size_bytes - len(first), len(last))
    return first + last[len(last) - beyond_bytes :]


def _pieces(sent: bytes, most_bytes: int, piece_bytes: int) -> Iterator[bytes]:
    """The bytes, in pieces of at most so many."""
    left_bytes = max(0, most_bytes)
    # They may consist of several compressed members, one after the other.
    while True:
        inflater = _zlib.decompressobj(wbits=31)
        while not inflater.eof:
            try:
                piece: bytes = inflater.decompress(sent, min(piece_bytes, left_bytes + 1))
            except _zlib.error as error:
                raise Truncated from error
            sent = inflater.unconsumed_tail
            left_bytes -= len(piece)
            if left_bytes < 0:
                raise TooLarge
            if not piece and not inflater.eof:
                raise Truncated
            yield piece
        # Padding may follow a member, as gzip itself takes zeros for it, or a line end that a
        # server wrote behind it. A further member begins with its own mark.
        sent = inflater.unused_data.lstrip(b"\0")
        if not sent.startswith(_MAGIC) and sent != _MAGIC[:1]:
            return
