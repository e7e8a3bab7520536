"""What killed runs left in directories of their own is found by the next run, and nothing else."""

import os
from pathlib import Path

import pytest

from auditor.cli.report_files import earlier_directories
from auditor.cli.report_files.report_paths import RunOf, file_for, make_directory

RUN = RunOf("contoso", "2026-11-23T03:00:00Z", "01234567-89ab-cdef-0123-456789abcdef")
DRAFT = ".audit.html.0123456789ab.partial"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def left(directory: str, name: str = DRAFT) -> Path:
    path = Path(directory) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def begun(path: str) -> None:
    make_directory(path, file_for(path, RUN))


@pytest.mark.parametrize(
    ("path", "earlier"),
    [
        ("out/{date}/audit.html", "out/2026-11-22"),
        ("out/{date}/html/audit.html", "out/2026-11-22/html"),
        ("out/{date}/{time}/audit.html", "out/2026-11-22/235959"),
        ("out/run {run}/audit.html", "out/run 11111111-89ab-cdef-0123-456789abcdef"),
        ("out/{environment}-{date}/audit.html", "out/fabrikam-2026-11-22"),
        ("{date}/audit.html", "2026-11-22"),
    ],
)
def test_a_draft_of_an_earlier_run_is_removed(path: str, earlier: str) -> None:
    draft, report = left(earlier), left(earlier, "audit.html")
    begun(path)
    assert not draft.exists()
    assert report.exists()


def test_an_absolute_path_is_looked_beside_too(place: Path) -> None:
    draft = left("out/2026-11-22")
    begun(f"{place}/out/{{date}}/audit.html")
    assert not draft.exists()


@pytest.mark.parametrize(
    ("directory", "name"),
    [
        ("out/2026-11", DRAFT),
        ("out/2026-11-22-mine", DRAFT),
        ("out/2026-11-22/deeper", DRAFT),
        ("other/2026-11-22", DRAFT),
        ("out/2026-11-22", "audit.html.partial"),
    ],
)
def test_what_the_path_never_meant_stays(directory: str, name: str) -> None:
    other = left(directory, name)
    begun("out/{date}/audit.html")
    assert other.exists()


def test_a_link_is_not_followed() -> None:
    draft = left("elsewhere")
    Path("out").mkdir()
    os.symlink(Path("elsewhere").absolute(), "out/2026-11-22")
    begun("out/{date}/audit.html")
    assert draft.exists()


def test_of_many_directories_those_that_were_changed_last_are_looked_into(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(earlier_directories, "MOST", 2)
    old, new = left("out/2026-11-21"), left("out/2026-11-22")
    os.utime(old.parent, (1, 1))
    begun("out/{date}/audit.html")
    assert (old.exists(), new.exists()) == (True, False)
