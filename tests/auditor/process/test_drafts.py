"""What a killed program left beside a file is removed by the next one, and no other's draft is."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.process import drafts as drafts_of
from auditor.process.files import write_atomically, writing_bytes
from tests.waiting import PATIENCE_S

WRITER = """
import sys, time
from auditor.process import drafts as drafts_of
from auditor.process.files import writing_bytes
with writing_bytes(sys.argv[1]) as out:
    out.write(b"records of a tenant")
    out.flush()
    print("there", flush=True)
    sys.stdin.read()
"""


def begun(path: Path) -> "subprocess.Popen[bytes]":
    """A program that is in the middle of writing."""
    running = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stdout.readline() == b"there\n"
    return running


def ended(running: "subprocess.Popen[bytes]") -> None:
    running.communicate(timeout=PATIENCE_S)


def drafts(directory: Path) -> list[Path]:
    return sorted(directory.glob(".*.partial"))


@pytest.mark.skipif(os.name == "nt", reason="a signal of POSIX kills the program")
def test_what_a_killed_program_left_is_removed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "report"
    running = begun(path)
    running.send_signal(signal.SIGKILL)
    ended(running)
    assert len(drafts(tmp_path)) == 1
    write_atomically(path, "whole")
    assert os.listdir(tmp_path) == ["report"]


def test_a_draft_that_is_still_written_stays_and_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "report"
    running = begun(path)
    (draft,) = drafts(tmp_path)
    write_atomically(path, "first")
    assert drafts(tmp_path) == [draft]
    ended(running)
    assert path.read_text() == "records of a tenant"
    assert os.listdir(tmp_path) == ["report"]


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no file that is open")
def test_a_draft_that_another_program_took_for_abandoned_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, taken = drafts_of.fcntl.flock, []

    def late(descriptor: int, operation: int) -> None:
        if not taken:
            taken.extend(drafts(tmp_path))
            taken[0].unlink()
        lock(descriptor, operation)

    monkeypatch.setattr(drafts_of.fcntl, "flock", late)
    write_atomically(tmp_path / "report", "whole")
    assert len(taken) == 1
    assert os.listdir(tmp_path) == ["report"]


@pytest.mark.parametrize(
    "name", [".other.0123456789AB.partial", ".report.partial", "report.0123456789ab.partial"]
)
def test_a_file_that_is_no_draft_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    write_atomically(tmp_path / "report", "whole")
    assert (tmp_path / name).exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither")
def test_neither_a_link_nor_a_pipe_in_place_of_a_draft_holds_anything_up(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    (tmp_path / ".report.0123456789ab.partial").symlink_to(tmp_path / "precious")
    os.mkfifo(tmp_path / ".report.0123456789ac.partial")
    with writing_bytes(tmp_path / "report") as out:
        out.write(b"whole")
    assert (tmp_path / "precious").read_text() == "x"
    assert (tmp_path / "report").read_bytes() == b"whole"


def test_a_draft_that_is_about_to_take_its_place_is_not_abandoned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Audits that go on side by side write their reports into one directory."""
    replace = Path.replace

    def meanwhile(draft: Path, final: Path) -> Path:
        drafts_of.remove_abandoned(tmp_path)
        return replace(draft, final)

    monkeypatch.setattr(Path, "replace", meanwhile)
    write_atomically(tmp_path / "report.json", "{}")
    assert (tmp_path / "report.json").read_text() == "{}"
    assert [each.name for each in tmp_path.iterdir()] == ["report.json"]


def test_a_name_as_long_as_a_file_system_takes_has_a_draft(tmp_path: Path) -> None:
    for length in (200, 201, 255):
        draft, descriptor = drafts_of.created(tmp_path / ("a" * length))
        os.close(descriptor)
        drafts_of.ended(draft)
        assert draft.name.count("a" * 200) == 1
        assert len(draft.name) == 200 + len("..123456789012.partial")


def test_what_is_no_file_is_no_draft(tmp_path: Path) -> None:
    directory = tmp_path / ".a.0123456789ab.partial"
    directory.mkdir()
    link = tmp_path / ".b.0123456789ab.partial"
    link.symlink_to("absent")
    drafts_of.remove_abandoned(tmp_path)
    assert sorted(tmp_path.iterdir()) == [directory, link]


def test_without_locks_a_draft_is_written_and_an_abandoned_one_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts_of, "fcntl", None)
    (tmp_path / ".a.0123456789ab.partial").touch()
    draft, descriptor = drafts_of.created(tmp_path / "b")
    os.close(descriptor)
    drafts_of.remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == [draft]
    drafts_of.ended(draft)
