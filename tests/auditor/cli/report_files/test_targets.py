"""Where reports go is settled before anything is read."""

from pathlib import Path

import pytest

from auditor.cli.report_files.kept_reports import keep_copy
from auditor.cli.report_files.report_paths import RunOf, file_for
from auditor.cli.report_files.targets import check_whole, configured_targets, targets_of
from auditor.process.files import FileNotWritten
from auditor.usage import UsageProblem
from tests.auditor.reports.audits import audit_of

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
        (["tickets=absent/tickets"], ONE, "create it first"),
        (["tickets=a", "json=a"], ONE, "share the path"),
        (["tickets=a"], TWO, "{environment}"),
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


def test_a_directory_is_written_and_where_a_reader_begins_is_its_file(tmp_path: Path) -> None:
    (target,) = targets_of([f"tickets={tmp_path}/tickets"], ONE)
    assert target.write(audit_of(), None).startswith("2 tickets are open")
    assert target.file(audit_of()) == tmp_path / "tickets/index.md"
    (again,) = targets_of([f"tickets={tmp_path}/tickets"], ONE)
    assert again.path == target.path
    with pytest.raises(UsageProblem, match="is a file; name a directory"):
        targets_of([f"tickets={tmp_path}/tickets/index.md"], ONE)


def test_what_is_narrowed_fills_no_directory(tmp_path: Path) -> None:
    tickets = targets_of([f"tickets={tmp_path}/tickets"], ONE)
    check_whole(tickets, narrowed=False)
    check_whole(targets_of(["tickets"], ONE), narrowed=True)
    with pytest.raises(UsageProblem, match="leave out --only and --new-only"):
        check_whole(tickets, narrowed=True)


def test_reports_of_the_configuration_are_named_by_environment_and_format(tmp_path: Path) -> None:
    directory = tmp_path / "reports"
    found = configured_targets(["json", "sarif", "tickets"], directory, 3)
    assert directory.is_dir()
    names = [str(each.path).rpartition("/")[2] for each in found]
    assert names == ["{environment}.json", "{environment}.sarif", "{environment}.tickets"]
    assert {each.keep for each in found} == {3}
    assert configured_targets(["terminal"], directory)[0].path == (
        f"{directory}/{{environment}}.terminal.txt"
    )


def test_no_directory_is_made_where_no_report_is_asked_for(tmp_path: Path) -> None:
    assert configured_targets([], tmp_path / "reports") == ()
    assert not (tmp_path / "reports").exists()


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileNotWritten, match="name another directory"):
        configured_targets(["json"], tmp_path / "file")


@pytest.mark.parametrize("keep", [0, 1])
def test_a_report_is_kept_where_that_is_asked_for(tmp_path: Path, keep: int) -> None:
    (target,) = configured_targets(["json"], tmp_path, keep)
    target.write(audit_of(), 0)
    assert len(list(tmp_path.iterdir())) == 1 + keep
    assert target.file(audit_of()) == tmp_path / "contoso.json"


def test_standard_output_is_no_file(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (target,) = targets_of(["json"], ONE)
    assert target.file(audit_of()) is None
    assert target.write(audit_of(), 0) == ""
    assert capfdbinary.readouterr().out.startswith(b"{")
