"""The report of a defect says where it happened and quotes no record."""

from pathlib import Path

import pytest

from auditor.process import crash
from auditor.process.crash import write_crash_report


@pytest.fixture
def directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    found = [tmp_path / "logs", tmp_path / "temporary"]
    monkeypatch.setattr(crash, "_directories", lambda: iter(found))
    return found


def raised(*, from_none: bool = False, cause: bool = False) -> Exception:
    try:
        try:
            raise KeyError("max@contoso.example")
        except KeyError as first:
            if cause:
                raise RuntimeError("Max") from first
            if from_none:
                raise RuntimeError("Max") from None
            raise RuntimeError("Max")  # noqa: B904
    except RuntimeError as error:
        return error


def report(error: Exception) -> str:
    path = write_crash_report(error, "run")
    assert path is not None
    return path.read_text("utf-8")


def test_it_holds_kinds_places_and_versions(directories: list[Path]) -> None:
    text = report(raised())
    assert "command: run\n" in text
    assert "\nmsgspec: " in text
    assert "\nbuiltins.RuntimeError\n" in text
    assert "test_crash.py:" in text
    assert "Max" not in text
    assert "contoso" not in text


@pytest.mark.parametrize(
    ("error", "shown"),
    [(raised(), True), (raised(cause=True), True), (raised(from_none=True), False)],
)
def test_what_it_arose_from_is_there_unless_it_was_hidden(
    directories: list[Path], error: Exception, shown: bool
) -> None:
    assert ("builtins.KeyError" in report(error)) is shown


def test_a_circle_of_causes_ends(directories: list[Path]) -> None:
    error = RuntimeError("x")
    other = ValueError("y")
    error.__cause__, other.__cause__ = other, error
    assert report(error).count("builtins.RuntimeError") == 1


def test_a_package_that_is_not_there_is_said(
    directories: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crash, "_PACKAGES", ("no-such-package",))
    assert "\nno-such-package: not installed\n" in report(raised())


def test_the_next_directory_takes_it_where_the_first_does_not(directories: list[Path]) -> None:
    path = write_crash_report(raised(), "run")
    assert path is not None
    assert path.parent == directories[0]
    path.unlink()
    directories[0].rmdir()
    directories[0].touch()
    path = write_crash_report(raised(), "run")
    assert path is not None
    assert path.parent == directories[1]
    path.unlink()
    directories[1].rmdir()
    directories[1].touch()
    assert write_crash_report(raised(), "run") is None
