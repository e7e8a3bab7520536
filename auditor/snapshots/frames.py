"""The outermost layer of a snapshot: a preamble, compressed frames chained by digests, an end.

A frame is its kind, two sizes, a zstandard payload, and the link: SHA-256 of the previous link and
of all that precedes it in the frame. So each frame can be checked alone, and the last link (the
seal) stands for every byte before it.

Also tested in `tests/auditor/snapshots/test_round_trip.py` and
`tests/auditor/snapshots/test_damage.py`.
"""

import struct
from hashlib import sha256
from typing import BinaryIO

import zstandard
from msgspec import Struct

from auditor.snapshots.errors import Malformed

MAGIC = b"\x89auditor-snapshot\r\n\x1a\n"
VERSION = 1
PREAMBLE = MAGIC + struct.pack("<H", VERSION)
PREAMBLE_BYTES = len(PREAMBLE)

HEADER, PAGES, INDEX = b"H", b"P", b"I"
LIMITS_BYTES = {HEADER: 16 << 20, PAGES: 32 << 20, INDEX: 32 << 20}
"""The most that the content of a frame may take when inflated, by kind."""

HEAD = struct.Struct("<cII")
LINK_BYTES = 32
END_MAGIC = b"end of snapshot\n"
END = struct.Struct(f"<Q{LINK_BYTES}s{len(END_MAGIC)}s")


class Frame(Struct, frozen=True):
    """One frame whose link was found right: where it begins and ends, and its inflated content."""

    kind: bytes
    offset: int
    end: int
    content: bytes
    link: bytes


def first_link(preamble: bytes) -> bytes:
    """The link that the first frame follows."""
    return sha256(preamble).digest()


def write_frame(out: BinaryIO, kind: bytes, payload: bytes, raw_bytes: int, link: bytes) -> bytes:
    """Write one frame with an already compressed payload; gives its link."""
    head = HEAD.pack(kind, len(payload), raw_bytes)
    following = _link(link, head, payload)
    out.write(head)
    out.write(payload)
    out.write(following)
    return following


def frame_bytes(payload: bytes) -> int:
    """How much of a file a frame with this payload takes."""
    return HEAD.size + len(payload) + LINK_BYTES


def read_frame(file: BinaryIO, size_bytes: int, offset: int, link: bytes | None = None) -> Frame:
    """The frame at `offset` of a file of `size_bytes`, inflated within its limit.

    Without `link` the one stored before the frame is followed. Raises `Malformed`.
    """
    if not PREAMBLE_BYTES <= offset <= size_bytes - HEAD.size - LINK_BYTES:
        raise Malformed("a part of the file is missing: it ends before the block that belongs here")
    if link is None:
        if offset == PREAMBLE_BYTES:
            file.seek(0)
            link = first_link(file.read(PREAMBLE_BYTES))
        else:
            file.seek(offset - LINK_BYTES)
            link = file.read(LINK_BYTES)
    file.seek(offset)
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        raise Malformed("the file became shorter while it was read")
    kind, stored_bytes, raw_bytes = HEAD.unpack(head)
    if kind not in LIMITS_BYTES:
        raise Malformed("this is not a block of a snapshot: the bytes were changed")
    if raw_bytes > LIMITS_BYTES[kind]:
        raise Malformed(f"a block claims {raw_bytes} bytes, more than the format allows")
    end = offset + HEAD.size + stored_bytes + LINK_BYTES
    if end > size_bytes:
        raise Malformed("a part of the file is missing: it ends within a block")
    payload = file.read(stored_bytes)
    stored_link = file.read(LINK_BYTES)
    if stored_link != _link(link, head, payload):
        raise Malformed("the bytes of a block, or those before it, were changed")
    return Frame(kind, offset, end, inflate(payload, raw_bytes), stored_link)


def inflate(payload: bytes, raw_bytes: int) -> bytes:
    """The content of a payload, if it is exactly as large as declared. Raises `Malformed`."""
    try:
        # A payload that says its size is inflated to that size whatever the limit: ask it first.
        declared_bytes = zstandard.get_frame_parameters(payload).content_size
        if declared_bytes != raw_bytes:
            raise Malformed(f"a block claims {raw_bytes} bytes and holds {declared_bytes}")
        # One that holds another size than it says is refused there.
        return zstandard.ZstdDecompressor().decompress(payload) if raw_bytes else b""
    except zstandard.ZstdError as error:
        raise Malformed(f"a block cannot be inflated ({error})") from error


def write_end(out: BinaryIO, index_offset: int, seal: bytes) -> None:
    """Write the end of the file: where the index begins, and the last link again."""
    out.write(END.pack(index_offset, seal, END_MAGIC))


def read_end(file: BinaryIO, size_bytes: int) -> tuple[int, bytes]:
    """Where the index begins, and the seal. Raises `Malformed`."""
    if size_bytes < PREAMBLE_BYTES + END.size:
        raise Malformed("the file is cut short: its end is missing")
    file.seek(size_bytes - END.size)
    index_offset, seal, magic = END.unpack(file.read(END.size))
    if magic != END_MAGIC:
        raise Malformed("the file is cut short, or something was added: its end is missing")
    return index_offset, seal


def read_preamble(file: BinaryIO) -> int:
    """The version of the format. Raises `Malformed` where this is no snapshot."""
    file.seek(0)
    preamble = file.read(PREAMBLE_BYTES)
    if len(preamble) < PREAMBLE_BYTES or not preamble.startswith(MAGIC):
        raise Malformed("this is not a snapshot")
    (version,) = struct.unpack_from("<H", preamble, len(MAGIC))
    return int(version)


def _link(previous: bytes, head: bytes, payload: bytes) -> bytes:
    digest = sha256(previous)
    digest.update(head)
    digest.update(payload)
    return digest.digest()
