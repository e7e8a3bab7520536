"""Entries are there after any end of the process, and a half-written one costs no other."""

import stat
from pathlib import Path

import pytest

from auditor.resuming import entries, log_file
from auditor.resuming.entries import Begun
from auditor.resuming.log_file import LogFile


def written(path: Path, *sources: str) -> LogFile:
    log = LogFile(path)
    for source in sources:
        log.append(Begun(source))
    return log


def sources_in(path: Path) -> list[str]:
    log = LogFile(path)
    found = [entry.source for _, entry in log.recovered() if isinstance(entry, Begun)]
    log.close()
    return found


def test_entries_are_given_back_in_order_and_followed_by_further_ones(tmp_path: Path) -> None:
    path = tmp_path / "unfinished" / "a.journal"
    written(path, "one", "two").close()
    again = LogFile(path)
    places = [at for at, _ in again.recovered()]
    again.append(Begun("three"))
    assert again.read(places[1]) == Begun("two")
    again.close()
    assert sources_in(path) == ["one", "two", "three"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_cut_off_at_any_byte_the_entries_before_it_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    written(path, "one", "two").close()
    content = path.read_bytes()
    for size_bytes in range(len(content)):
        path.write_bytes(content[:size_bytes])
        assert sources_in(path) in (["one"], []), size_bytes
        written(path).close()
    path.write_bytes(content[:-1])
    log = LogFile(path)
    assert len(list(log.recovered())) == 1
    log.append(Begun("three"))
    log.close()
    assert sources_in(path) == ["one", "three"]


def test_a_changed_byte_ends_what_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    written(path, "one", "two").close()
    content = bytearray(path.read_bytes())
    for at in range(len(content)):
        content[at] ^= 1
        path.write_bytes(content)
        assert sources_in(path) in (["one"], []), at
        content[at] ^= 1
        path.write_bytes(content)


def test_one_process_at_a_time_holds_it(tmp_path: Path) -> None:
    held = LogFile(tmp_path / "a.journal")
    with pytest.raises(BlockingIOError):
        LogFile(tmp_path / "a.journal")
    held.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_is_larger_than_the_most_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    size_bytes = len(entries.encode(Begun("x" * 100)))
    monkeypatch.setattr(log_file, "MOST_BYTES", size_bytes)
    written(path, "x" * 100, "x" * 101, "y").close()
    assert sources_in(path) == ["x" * 100, "y"]


def test_a_length_that_no_entry_has_ends_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    written(path, "a").close()
    content = path.read_bytes()
    size_bytes = len(content) - 8
    monkeypatch.setattr(log_file, "MOST_BYTES", size_bytes)
    assert sources_in(path) == ["a"]
    monkeypatch.setattr(log_file, "MOST_BYTES", (size_bytes - 1) // 2)
    assert sources_in(path) == []


def test_an_entry_that_changed_meanwhile_is_an_error(tmp_path: Path) -> None:
    log = written(tmp_path / "log", "a")
    with pytest.raises(OSError, match="the journal changed while it was read"):
        log.read(3)
    log.close()
