"""One run of an environment at a time; a lock is free as soon as its holder is gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.process import lock
from auditor.process.lock import Holder, Locked, holding

URL = "https://contoso.crm.dynamics.com"
HOLDER = """
import sys
from pathlib import Path
from auditor.process.lock import holding
with holding("contoso", sys.argv[2], Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    with holding("contoso", URL, tmp_path):
        with pytest.raises(Locked) as refused, holding("contoso", URL.upper(), tmp_path):
            pass
        assert refused.value.holder is not None
        assert f"process {refused.value.holder.process} on " in str(refused.value)
        assert refused.value.holder.since in str(refused.value)
    with holding("contoso", URL, tmp_path) as is_locked:
        assert is_locked


def test_environments_do_not_wait_for_one_another(tmp_path: Path) -> None:
    with holding("contoso", URL, tmp_path), holding("fabrikam", f"{URL}/x", tmp_path) as is_locked:
        assert is_locked


def test_what_a_killed_run_held_is_taken_over(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLDER, str(tmp_path), URL]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Locked, match=f"process {other.pid} "), holding("x", URL, tmp_path):
            pass
        other.kill()
        other.wait()
        with holding("contoso", URL, tmp_path) as is_locked:
            assert is_locked


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links")
def test_a_link_in_the_place_of_a_lock_is_not_followed(tmp_path: Path) -> None:
    with holding("contoso", URL, tmp_path / "locks"):
        (lock_file,) = (tmp_path / "locks").iterdir()
    lock_file.unlink()
    (tmp_path / "somebody's own").write_text("precious")
    lock_file.symlink_to(tmp_path / "somebody's own")
    with holding("contoso", URL, tmp_path / "locks") as is_locked:
        assert not is_locked
    assert (tmp_path / "somebody's own").read_text() == "precious"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("how", ["link", "open", "own"])
def test_a_directory_for_temporary_files_takes_a_lock_where_it_is_of_this_account_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(
        lock.platformdirs, "user_state_path", lambda *_, **__: tmp_path / "file" / "state"
    )
    monkeypatch.setattr(lock.tempfile, "gettempdir", lambda: str(tmp_path))
    place = tmp_path / f"auditor-locks-{os.getuid()}"
    if how == "link":
        (tmp_path / "elsewhere").mkdir()
        place.symlink_to("elsewhere")
    elif how == "open":
        place.mkdir()
        place.chmod(0o777)
    with holding("contoso", URL) as is_locked:
        assert is_locked == (how == "own")


def test_a_run_goes_on_where_no_directory_takes_a_lock(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with holding("contoso", URL, tmp_path / "file" / "locks") as is_locked:
        assert not is_locked


def test_who_holds_a_lock_is_said_as_far_as_it_is_known() -> None:
    assert "goes on: another process holds its lock" in str(Locked("contoso", None))
    holder = Holder(7, "pc", "2026-11-23T08:00:00Z")
    assert "goes on: process 7 on pc, since 2026-11-23T08:00:00Z, holds its lock" in str(
        Locked("contoso", holder)
    )


def test_a_lock_is_in_a_directory_of_the_user_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(lock, "_directories", lambda: (tmp_path / "file", tmp_path / "own"))
    with holding("contoso", URL) as held:
        assert held
        assert len(list((tmp_path / "own").iterdir())) == 1
