"""A frame that is not whole says what of it is missing."""

import io

import pytest
import zstandard

from auditor.snapshots import frames
from auditor.snapshots.errors import Malformed


def whole(content: bytes = b"content") -> bytes:
    """A preamble and one frame."""
    out = io.BytesIO()
    out.write(frames.PREAMBLE)
    payload = zstandard.ZstdCompressor().compress(content)
    link = frames.first_link(frames.PREAMBLE)
    frames.write_frame(out, frames.PAGES, payload, len(content), link)
    return out.getvalue()


def read(content: bytes, size_bytes: int | None = None) -> frames.Frame:
    size_bytes = len(content) if size_bytes is None else size_bytes
    return frames.read_frame(io.BytesIO(content), size_bytes, frames.PREAMBLE_BYTES)


@pytest.mark.parametrize("content", [b"", b"content"])
def test_a_whole_frame_gives_its_content(content: bytes) -> None:
    frame = read(whole(content))
    assert (frame.kind, frame.content) == (frames.PAGES, content)
    assert frame.end == len(whole(content))


def test_a_file_that_ends_before_its_frame_is_cut_short() -> None:
    least = frames.PREAMBLE_BYTES + frames.HEAD.size + frames.LINK_BYTES
    with pytest.raises(Malformed, match="it ends within a block"):
        read(whole()[:least])
    with pytest.raises(Malformed, match="it ends before the block that belongs here"):
        read(whole()[: least - 1])


def test_a_frame_that_is_longer_than_its_file_is_cut_short() -> None:
    with pytest.raises(Malformed, match="it ends within a block"):
        read(whole(), len(whole()) - 1)


def test_a_file_that_became_shorter_is_said() -> None:
    content = whole()[: frames.PREAMBLE_BYTES + frames.HEAD.size - 1]
    with pytest.raises(Malformed, match="the file became shorter while it was read"):
        read(content, len(whole()))


def test_a_payload_of_another_size_than_it_says_is_refused() -> None:
    payload = bytearray(zstandard.ZstdCompressor().compress(b"content"))
    assert payload[5] == 7
    for claimed in (6, 8):
        payload[5] = claimed
        with pytest.raises(Malformed, match="cannot be inflated"):
            frames.inflate(bytes(payload), claimed)
    with pytest.raises(Malformed, match="claims 7 bytes and holds 8"):
        frames.inflate(bytes(payload), 7)
