"""So many reports stay beside the latest, each under the time of its run."""

import os
from pathlib import Path

import pytest

from auditor.cli.report_files.kept_reports import keep_copy
from auditor.process.files import FileNotWritten


def kept(directory: Path) -> list[str]:
    return sorted(each.name for each in directory.iterdir() if each.name != "a.json")


@pytest.mark.parametrize("linked", [True, False])
def test_the_newest_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool) -> None:
    if not linked:
        monkeypatch.setattr(os, "link", refuse)
    latest = tmp_path / "a.json"
    for day in (1, 3, 2, 3):
        latest.unlink(missing_ok=True)
        latest.write_text(str(day))
        keep_copy(latest, f"2026-11-0{day}T05:00:17Z", 2)
    assert kept(tmp_path) == ["a.2026-11-02T050017Z.json", "a.2026-11-03T050017Z.json"]
    assert (tmp_path / "a.2026-11-03T050017Z.json").read_text() == "3"


def refuse(*given: object) -> None:
    raise OSError("no such names here")


def test_nothing_else_is_removed(tmp_path: Path) -> None:
    others = ["a.2026-11-02T050017Z.csv", "ab.2026-11-02T050017Z.json", "a.2026.json"]
    for name in (*others, "a.json", "a.2026-11-01T050017Z.json"):
        (tmp_path / name).touch()
    keep_copy(tmp_path / "a.json", "2026-11-04T05:00:17Z", 1)
    assert kept(tmp_path) == sorted([*others, "a.2026-11-04T050017Z.json"])


def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match=r"a\.2026-11-04T050017Z\.json"):
        keep_copy(tmp_path / "a.json", "2026-11-04T05:00:17Z", 1)
