"""A file is there whole or not at all, and only its owner may read it."""

import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from auditor.process import drafts, files
from auditor.process.files import (
    Content,
    FileNotWritten,
    is_pipe_or_device,
    write_atomically,
    writing_text,
)
from tests.waiting import PATIENCE_S


@pytest.mark.parametrize(
    "content",
    ["zwölf\n", "zwölf\n".encode(), ["zw", "ölf\n"], iter(["zwölf".encode(), b"\n"])],
)
def test_text_bytes_and_chunks_are_written_as_they_are(tmp_path: Path, content: Content) -> None:
    path = tmp_path / "report"
    write_atomically(path, content)
    assert path.read_bytes() == "zwölf\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["report"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such mask")
@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_the_owner_alone_reads_it_whatever_the_mask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "report", "text")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == 0o600


def test_a_callable_is_handed_the_open_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "report", lambda out: out.write(b"whole"))
    assert (tmp_path / "report").read_bytes() == b"whole"


def test_line_ends_of_text_are_kept(tmp_path: Path) -> None:
    with writing_text(tmp_path / "report") as out:
        out.write("one\r\ntwo\n")
    assert (tmp_path / "report").read_bytes() == b"one\r\ntwo\n"


def write_half(path: Path, interruption: type[BaseException]) -> None:
    with writing_text(path) as out:
        out.write("half")
        raise interruption


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, interruption: type[BaseException]
) -> None:
    path = tmp_path / "report"
    path.write_text("old")

    def chunks() -> Iterator[str]:
        yield "half"
        raise interruption

    with pytest.raises(interruption):
        write_atomically(path, chunks())
    with pytest.raises(interruption):
        write_half(path, interruption)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report"]


def test_an_older_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("old")
    path.chmod(0o644)
    write_atomically(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_goes_on_pointing_to_the_file_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(tmp_path / "real")
    (tmp_path / "real").write_text("old")
    write_atomically(tmp_path / "latest", "new")
    assert (tmp_path / "latest").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_atomically(pipe, "whole")
    reader.join(timeout=PATIENCE_S)
    assert received == [b"whole"]
    assert pipe.is_fifo()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_that_nobody_reads_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONGEST_WAIT_S", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileNotWritten, match=r"it is a pipe that nobody read within 0\.1 s"):
        write_atomically(tmp_path / "pipe", "whole")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("size_bytes", [1 << 12, 1 << 20])
def test_a_pipe_whose_reader_leaves_early_is_told(tmp_path: Path, size_bytes: int) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    def content() -> Iterator[bytes]:
        yield b"a"
        os.close(reader)
        yield bytes(size_bytes)

    with pytest.raises(FileNotWritten, match="what read it ended before all of it was written"):
        write_atomically(pipe, content())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_socket_is_no_pipe_to_wait_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind("socket")
        with pytest.raises(FileNotWritten, match="no such device or address"):
            write_atomically("socket", "whole")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_whose_reader_comes_late_and_reads_slowly_is_written_whole(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    sent = os.urandom(1 << 20)
    received: list[bytes] = []
    opening = threading.Event()
    given_up: list[BaseException] = []

    def write() -> None:
        opening.set()
        try:
            write_atomically(pipe, sent)
        except BaseException as error:
            given_up.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    opening.wait(PATIENCE_S)
    with pipe.open("rb", buffering=0) as reader:
        while piece := reader.read(4096):
            received.append(piece)
    thread.join(timeout=PATIENCE_S)
    assert (given_up, b"".join(received) == sent) == ([], True)


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_a_full_disk_is_told_as_such(size: int) -> None:
    with pytest.raises(FileNotWritten, match="/dev/full could not be written: there is no space"):
        write_atomically("/dev/full", "x" * size)
    with pytest.raises(FileNotWritten, match="no space left; free some"):
        write_text("/dev/full", "x" * size)


def write_text(path: str, text: str) -> None:
    with writing_text(path) as out:
        out.write(text)


def test_an_error_of_the_content_stays_what_it_is(tmp_path: Path) -> None:
    def chunks() -> Iterator[str]:
        yield "half"
        raise ConnectionResetError("the server hung up")

    with pytest.raises(ConnectionResetError):
        write_atomically(tmp_path / "report", chunks())
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("none/report", "its directory does not exist"),
        ("file/report", "a part of its path is a file"),
        (".", "it is a directory"),
        ("report" * 60, "file name too long"),
    ],
)
def test_a_refusal_names_the_file_and_what_to_do(tmp_path: Path, place: str, reason: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileNotWritten, match=reason):
        write_atomically(tmp_path / place, "x")
    assert os.listdir(tmp_path) == ["file"]


KILLED = """
import sys
from auditor.process.files import writing_bytes
with writing_bytes(sys.argv[1]) as out:
    out.write(b"mailboxes of somebody")
    out.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no file that is open")
def test_the_next_run_removes_what_a_killed_one_left_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".notes.partial").write_text("somebody's own")
    words = [sys.executable, "-c", KILLED, str(tmp_path / "audit.json")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"writing\n"
        write_atomically(tmp_path / "other.json", "{}")
        assert len(list(tmp_path.glob(".audit.json.*.partial"))) == 1, "it is still written"
        other.kill()
        other.wait()
    write_atomically(tmp_path / "other.json", "{}")
    assert sorted(each.name for each in tmp_path.iterdir()) == [".notes.partial", "other.json"]


@pytest.mark.parametrize(
    ("number", "told"),
    [(5, "or another program has it open"), (32, "another program has it open; close it")],
)
def test_a_file_that_another_program_has_open_on_windows_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    class InUse(PermissionError):
        winerror = number

    def refuse(self: Path, target: Path) -> None:
        raise InUse(13, "Access is denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileNotWritten, match=told):
        write_atomically(tmp_path / "audit.csv", "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moved_while_open", [True, False])
def test_a_file_takes_its_place_also_where_none_is_moved_while_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved_while_open: bool
) -> None:
    monkeypatch.setattr(drafts, "MOVED_WHILE_OPEN", moved_while_open)
    write_atomically(tmp_path / "a", b"a")
    assert (tmp_path / "a").read_bytes() == b"a"
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append((tmp_path / "a").exists()))
    write_atomically(tmp_path / "a", b"a")
    assert synced == [False]
    with writing_text(os.devnull) as out:
        out.write("a")
    assert synced == [False]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
def test_a_draft_is_moved_while_it_is_locked() -> None:
    assert drafts.MOVED_WHILE_OPEN


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_pipes_and_devices_are_neither_files_nor_directories(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("pipe")
    special = ("pipe", "link", os.devnull)
    assert [is_pipe_or_device(tmp_path / each) for each in special] == [True] * 3
    assert not any(is_pipe_or_device(tmp_path / each) for each in ("file", ".", "none", "a\0b"))
