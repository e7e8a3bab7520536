"""What begins as a snapshot is one."""

import os
from pathlib import Path

import pytest

from auditor.snapshots import frames, is_snapshot


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (frames.PREAMBLE, True),
        (frames.MAGIC, True),
        (frames.MAGIC[:-1], False),
        (b"{}", False),
        (b"", False),
    ],
)
def test_a_file_is_a_snapshot_by_how_it_begins(
    tmp_path: Path, content: bytes, is_one: bool
) -> None:
    (tmp_path / "s").write_bytes(content)
    assert is_snapshot(tmp_path / "s") is is_one


def test_what_cannot_be_read_is_none(tmp_path: Path) -> None:
    for path in (tmp_path / "absent", tmp_path, Path("a\0b")):
        assert is_snapshot(path) is False


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_that_nobody_writes_into_is_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert is_snapshot(tmp_path / "pipe") is False
