"""Where reports go is settled before anything is read."""

from pathlib import Path

import pytest

from auditor.cli.report_files.kept_reports import keep_copy
from auditor.cli.report_files.report_paths import RunOf, file_for
from auditor.cli.report_files.targets import targets_of
from auditor.usage import UsageProblem

ONE, TWO = ["contoso"], ["contoso", "fabrikam"]


def _where(asked: list[str], environments: list[str] = ONE) -> list[tuple[str, str | None]]:
    return [(each.writer.format, each.path) for each in targets_of(asked, environments)]


def test_screen_is_the_default_even_for_several() -> None:
    assert _where([]) == _where([], TWO) == [("terminal", None)]


def test_files_come_before_standard_output(tmp_path: Path) -> None:
    file = str(tmp_path / "a.json")
    assert _where(["terminal", f"json={file}"]) == [("json", file), ("terminal", None)]
    assert _where(["json=-"]) == [("json", None)]


def test_path_holds_the_environment(tmp_path: Path) -> None:
    path = f"{tmp_path}/{{environment}}.json"
    assert _where([f"json={path}"], TWO) == [("json", path)]
    run = RunOf("fabrikam", "2026-11-29T05:00:17Z", "r-1")
    assert file_for(path, run) == tmp_path / "fabrikam.json"


def test_path_holds_day_time_and_run() -> None:
    run = RunOf("contoso", "2026-11-29T05:00:17Z", "r-1")
    path = file_for("{date}/{environment}-{time}-{run}.json", run)
    assert path == Path("2026-11-29/contoso-050017-r-1.json")


def test_a_directory_of_the_run_need_not_be_there_yet(tmp_path: Path) -> None:
    path = f"{tmp_path}/{{date}}/a.json"
    assert _where([f"json={path}"]) == [("json", path)]


def test_so_many_reports_are_kept_beside_the_latest_and_nothing_else_goes(tmp_path: Path) -> None:
    other = tmp_path / "contoso.notes.json"
    other.write_text("somebody's own")
    latest = tmp_path / "contoso.json"
    for day in ("27", "28", "29"):
        latest.unlink(missing_ok=True)
        latest.write_text(day)
        keep_copy(latest, f"2026-11-{day}T05:00:17Z", 2)
    kept = {each.name: each.read_text() for each in tmp_path.iterdir() if each != other}
    assert kept == {
        "contoso.json": "29",
        "contoso.2026-11-28T050017Z.json": "28",
        "contoso.2026-11-29T050017Z.json": "29",
    }
    assert other.exists()


@pytest.mark.parametrize(
    ("asked", "environments", "words"),
    [
        (["jsn"], ONE, "did you mean json?"),
        (["json", "terminal"], ONE, "standard output"),
        (["json"], TWO, "json={environment}.json"),
        (["json=a.json"], TWO, "{environment}"),
        (["json=a", "csv=a"], ONE, "share the path"),
        (["json=absent/a.json"], ONE, "create it first"),
        (["json=."], ONE, "is a directory"),
        (["json= "], ONE, "names no file"),
        (["json={day}.json"], ONE, "no placeholder {day}; there are {environment}, {date}"),
        (["json={run}.json"], TWO, "{environment}"),
    ],
)
def test_what_cannot_work_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[str],
    environments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageProblem) as refused:
        targets_of(asked, environments)
    assert words in str(refused.value)
