"""Records that wait in a temporary directory are gone with the program, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.process import private_directory as private
from auditor.process.private_directory import private_directory
from tests.waiting import PATIENCE_S

HOLDER = """
import sys
from auditor.process.private_directory import private_directory
with private_directory() as directory:
    (directory / "read").write_text("records of a tenant")
    print("there", flush=True)
    sys.stdin.read()
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX has locks of directories")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder() -> Iterator["subprocess.Popen[bytes]"]:
    """A program that is in the middle of using one."""
    running = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stdout.readline() == b"there\n"
    yield running
    running.kill()
    running.communicate(timeout=PATIENCE_S)


def test_it_is_for_its_owner_alone_and_gone_afterwards(place: Path) -> None:
    with private_directory() as directory:
        assert directory.parent == place
        assert directory.stat().st_mode & 0o777 == 0o700
        (directory / "read").write_text("records of a tenant")
    assert list(place.iterdir()) == []


def test_what_a_killed_program_left_is_removed_by_the_next(
    place: Path, holder: "subprocess.Popen[bytes]"
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait(PATIENCE_S)
    (left,) = place.iterdir()
    assert (left / "read").exists()
    with private_directory() as directory:
        assert list(place.iterdir()) == [directory]


def test_what_another_program_still_uses_stays(
    place: Path, holder: "subprocess.Popen[bytes]"
) -> None:
    (used,) = place.iterdir()
    with private_directory(), private_directory():
        assert len(list(place.iterdir())) == 3
    assert list(place.iterdir()) == [used]
    assert (used / "read").exists()


def test_one_that_is_taken_for_abandoned_before_it_is_locked_is_made_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, made = private._locked, []

    def late(directory: Path) -> int | None:
        made.append(directory)
        if len(made) == 1:
            private.remove_abandoned_directories()
        return lock(directory)

    monkeypatch.setattr(private, "_locked", late)
    with private_directory() as directory:
        assert directory == made[1]
        assert directory.is_dir()


def test_no_other_directory_is_removed(place: Path) -> None:
    others = [place / name for name in ("auditor-demo-x", "other")]
    for each in others:
        each.mkdir()
    (place / "auditor-private-file").write_text("a file")
    (place / "auditor-private-link").symlink_to(others[1])
    private.remove_abandoned_directories()
    assert len(list(place.iterdir())) == 4
